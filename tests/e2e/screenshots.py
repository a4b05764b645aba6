"""Takes the pictures of the docs: every page of a running demo shop, as people see them.

    python -m tests.e2e.screenshots [--url http://127.0.0.1:8000 --data FOLDER] [--only PAGE] [--look LOOK]

Without an address it opens a shop of its own first. Pictures go to ``docs/screenshots/`` as WebP, with a page
that shows them all. Which pages there are stands in ``screenshot_pages.py``.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from tests.e2e.browser import find_browser
from tests.e2e.conftest import ShopUnderTest
from tests.e2e.photographer import LOOKS, Look, Missed, Photographer
from tests.e2e.screenshot_pages import ADMIN, PAGES, STOREFRONT, PageShown, Visitor
from tests.e2e.screenshot_stories import tell_stories

from vivamarket.settings import CHECKOUT_FOLDER

FOLDER = CHECKOUT_FOLDER / "docs" / "screenshots"


def write_index(pages: Sequence[PageShown]) -> None:
    """Write the page that shows all pictures."""
    lines = ["# Every page", "", "Taken by `./viva screenshots` from the demo shop; do not edit.", ""]
    for title, chosen in (("The shop", STOREFRONT), ("The staff's application", ADMIN)):
        lines += [
            f"## {title}",
            "",
            f"| | {' | '.join(look.title for look in LOOKS)} |",
            "|---|" + "---|" * len(LOOKS),
        ]
        for page in chosen:
            cells = [_cell(page, look) for look in LOOKS]
            lines.append(f"| {page.name} | {' | '.join(cells)} |")
        lines.append("")
    (FOLDER / "README.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _cell(page: PageShown, look: Look) -> str:
    file = f"{page.name}-{look.name}.webp"
    return f"![{page.name}, {look.title}]({file})" if (FOLDER / file).exists() else ""


def take_all(shop: ShopUnderTest, only: Sequence[str], looks: Sequence[Look] = LOOKS) -> list[Missed]:
    """Take every page in every look; return what could not be taken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    pages = [page for page in PAGES if not only or page.name in only]
    needed: set[Visitor] = {page.visitor for page in pages}
    if any("{shared}" in page.path for page in pages):
        needed.add("customer")
    found = find_browser()
    with sync_playwright() as playwright, _progress() as progress:
        browser = playwright.chromium.launch(
            executable_path=str(found.executable), args=list(found.arguments), env=dict(found.environ)
        )
        photographer = Photographer(browser, shop.base_url, FOLDER)
        task = progress.add_task("buying, signing up, furnishing", total=len(pages) * len(looks))
        stories = tell_stories(photographer, shop, needed)
        missed = photographer.take(
            stories, looks, pages, lambda name: progress.update(task, advance=1, description=name)
        )
        browser.close()
    if not only:
        _forget_others()
    write_index(PAGES)
    return missed


def _progress() -> Progress:
    return Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        transient=True,
    )


def _forget_others() -> None:
    """Remove pictures of pages that are no longer in the table."""
    known = {f"{page.name}-{look.name}.webp" for page in PAGES for look in LOOKS}
    for picture in FOLDER.glob("*.webp"):
        if picture.name not in known:
            picture.unlink()


class RunningShop(ShopUnderTest):
    """A shop that somebody else has started."""

    def __init__(self, url: str, data: Path) -> None:
        self.base_url = url.rstrip("/")
        self.data = data
        self.said = ""

    def close(self) -> int:
        """Leave it running."""
        return 0


def main() -> None:
    """Take the pictures of the given shop, or of one opened for it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--url", help="a running demo shop")
    options.add_argument("--data", type=Path, help="its data folder")
    options.add_argument(
        "--only", nargs="+", default=[], choices=[page.name for page in PAGES], metavar="PAGE"
    )
    options.add_argument("--look", nargs="+", choices=[look.name for look in LOOKS], metavar="LOOK")
    chosen = options.parse_args()
    if (chosen.url is None) != (chosen.data is None):
        options.error("--url and --data go together")
    folder = Path(tempfile.mkdtemp(prefix="viva-screenshots-"))
    shop = RunningShop(chosen.url, chosen.data) if chosen.url else ShopUnderTest(folder / "data")
    try:
        if not chosen.url:
            shop.wait_until_open()
        missed = take_all(
            shop, chosen.only, [look for look in LOOKS if look.name in (chosen.look or [look.name])]
        )
    finally:
        shop.close()
        shutil.rmtree(folder, ignore_errors=True)
    if missed:
        told = [f"{each.page} ({each.window}): {each.reason}" for each in missed]
        again = " ".join(sorted({each.page for each in missed}))
        raise SystemExit("\n".join(["Not taken:", *told, f"Again: ./viva screenshots --only {again}"]))


if __name__ == "__main__":
    main()
