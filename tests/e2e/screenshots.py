"""Takes the pictures of the docs: every page of a running demo shop, as people see them.

    python -m tests.e2e.screenshots [--url http://127.0.0.1:8000 --data FOLDER] [--only PAGE] [--look LOOK]

Without an address it opens a shop of its own first. Pictures go to ``docs/screenshots/`` as WebP, with a page
that shows them all. Which pages there are stands in ``screenshot_pages.py``.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as BrowserError
from tests.e2e.back_office import furnish
from tests.e2e.browser import find_browser
from tests.e2e.conftest import PAGE_TIMEOUT_MILLISECONDS, ShopUnderTest, decided_about_privacy
from tests.e2e.screenshot_pages import ADMIN, PAGES, STOREFRONT, PageShown, Visitor
from tests.e2e.test_account import EMAIL, PASSWORD, fill, link_of, send_everything
from tests.e2e.test_buying import SUCCEEDS, go_to_payment, pay
from tests.e2e.test_storefront import add_something

from vivamarket.settings import CHECKOUT_FOLDER

FOLDER = CHECKOUT_FOLDER / "docs" / "screenshots"
QUALITY = 72
NOT_FOUND = 404
#: What stands on a page while it waits for an answer.
WORKING = (".skeleton", "main [role=progressbar]")
SETTLE_MILLISECONDS = 20_000
PRODUCT_SHOWN = "bavarian-pretzels"


@dataclass(frozen=True, slots=True)
class Look:
    """A window, a color scheme and a language."""

    name: str
    title: str
    size: tuple[int, int]
    scheme: str
    locale: str = "en"


LOOKS = (
    Look("desktop", "Desktop", (1280, 1000), "light"),
    Look("desktop-dark", "Desktop, dark", (1280, 1000), "dark"),
    Look("phone", "Phone", (390, 844), "light"),
    Look("phone-dark-es", "Phone, dark, Spanish", (390, 844), "dark", "es"),
)


@dataclass(frozen=True, slots=True)
class Stories:
    """What happened before the pictures: who has which storage, and what pages can be named by."""

    storages: Mapping[Visitor, Any]
    names: Mapping[str, str]


class NotThere(Exception):
    """A page of the table does not exist."""


class Photographer:
    """Opens pages and keeps what they look like."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url

    @contextmanager
    def context(self, storage: Any, look: Look = LOOKS[0]) -> Iterator[BrowserContext]:
        """Lend a visitor with those cookies and that storage."""
        context = self._browser.new_context(
            base_url=self._url,
            viewport={"width": look.size[0], "height": look.size[1]},
            color_scheme="dark" if look.scheme == "dark" else "light",
            reduced_motion="reduce",
            locale="es-ES" if look.locale == "es" else "en-GB",
            storage_state=storage,
        )
        context.set_default_timeout(PAGE_TIMEOUT_MILLISECONDS)
        yield context
        context.close()

    def take(self, stories: Stories, look: Look, pages: Iterable[PageShown]) -> list[str]:
        """Take the pages in one look; return what could not be taken."""
        failed: list[str] = []
        for visitor, storage in stories.storages.items():
            shown = [page for page in pages if page.visitor == visitor]
            if not shown:
                continue
            with self.context(storage, look) as context:
                page = context.new_page()
                for each in shown:
                    name = f"{each.name}-{look.name}"
                    try:
                        open_page(page, each, look, stories.names)
                        keep(page, name)
                    except (BrowserError, NotThere) as error:
                        failed.append(f"{name}: {str(error).splitlines()[0]}")
        return failed


def open_page(page: Page, shown: PageShown, look: Look, names: Mapping[str, str]) -> None:
    """Open the page in the look's language and wait until it rests."""
    path = shown.path.format_map(names)
    if look.locale == "es" and shown.path_es:
        path = shown.path_es
    answer = page.goto(path)
    if answer is not None and answer.status == NOT_FOUND and shown.name != "not-found":
        raise NotThere(f"{path} is not there")
    if look.locale == "es" and shown.visitor != "staff" and not shown.path_es:
        spanish = page.locator("header a[hreflang='es']")
        if spanish.count():
            page.goto(spanish.first.get_attribute("href") or path)
    page.wait_for_load_state("networkidle", timeout=SETTLE_MILLISECONDS)
    page.get_by_role("heading", level=1).first.wait_for(timeout=SETTLE_MILLISECONDS)
    for sign in WORKING:
        page.locator(sign).first.wait_for(state="detached", timeout=SETTLE_MILLISECONDS)
    page.evaluate("document.fonts.ready.then(() => undefined)")


def keep(page: Page, name: str) -> None:
    """Store what the page looks like."""
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.save(FOLDER / f"{name}.webp", quality=QUALITY, method=6)
    print(f"{name}.webp")  # noqa: T201 - the command's progress


def tell_stories(photographer: Photographer, shop: ShopUnderTest, needed: set[Visitor]) -> Stories:
    """Do what must have happened before some pages show anything."""
    storages: dict[Visitor, Any] = {"guest": decided_about_privacy(shop.base_url)}
    names: dict[str, str] = {}
    if "shopper" in needed:
        with photographer.context(storages["guest"]) as context:
            add_something(context.new_page())
            storages["shopper"] = context.storage_state()
    if needed & {"buyer", "customer"}:
        with photographer.context(storages["guest"]) as context:
            page = context.new_page()
            add_something(page)
            go_to_payment(page)
            pay(page, SUCCEEDS)
            page.wait_for_url("**/order/**")
            page.wait_for_load_state("networkidle")
            names["order"] = page.url.removeprefix(shop.base_url)
            storages["buyer"] = context.storage_state()
            if "customer" in needed:
                become_customer(page, shop)
                names["shared"] = share_a_wish(page).removeprefix(shop.base_url)
                names["returned"] = ask_for_a_return(page, shop).removeprefix(shop.base_url)
                storages["customer"] = context.storage_state()
    if "staff" in needed:
        with photographer.context(storages["guest"]) as context:
            names |= enter_admin(context.new_page(), shop)
            storages["staff"] = context.storage_state()
    return Stories(storages, names)


def become_customer(page: Page, shop: ShopUnderTest) -> None:
    """Get an account and stay signed in."""
    page.goto("/en/account/")
    page.get_by_role("button", name="Create an account").click()
    fill(page, name="Jo", email=EMAIL, fresh=PASSWORD)
    page.goto(link_of(shop, "Confirm your account at VivaMarket"))
    fill(page, password=PASSWORD)
    page.get_by_role("heading", name="Hello, Jo").wait_for()


def share_a_wish(page: Page) -> str:
    """Wish for something; return the link under which anybody may see it."""
    page.goto("/en/")
    heart = page.locator("[data-card] [data-wish]").first
    heart.click()
    page.locator("[data-wish][aria-pressed=true]").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.goto("/en/account/wishlist/")
    page.get_by_role("button", name="Make a link").click()
    return page.get_by_label("Link to your wishlist").input_value()


def ask_for_a_return(page: Page, shop: ShopUnderTest) -> str:
    """Buy something, have it sent, and ask to send it back; return the order's page."""
    add_something(page)
    go_to_payment(page)
    pay(page, SUCCEEDS)
    page.wait_for_url("**/order/**")
    number = re.search(r"VM-\w+", page.get_by_text(re.compile(r"Order VM-\w+")).first.inner_text())
    assert number is not None
    send_everything(shop, number[0])
    page.reload()
    page.get_by_role("button", name="Send something back").click()
    page.get_by_role("button", name="Ask to send it back").click()
    page.get_by_text("We look at your request").wait_for()
    return page.url


def enter_admin(page: Page, shop: ShopUnderTest) -> dict[str, str]:
    """Sign in to the staff's application; return what its pages can be named by."""
    names = furnish(shop.base_url, shop.data)
    secrets = json.loads((shop.data / "secrets.json").read_text(encoding="utf-8"))
    page.goto("/admin/orders")
    page.get_by_label("E-mail").fill(secrets["staff_email"])
    page.get_by_label("Password").fill(secrets["staff_password"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("rowheader").first.wait_for()
    answer = httpx.get(f"{shop.base_url}/api/v1/products/{PRODUCT_SHOWN}", trust_env=False)
    return {**names, "product": answer.raise_for_status().json()["id"]}


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


def take_all(shop: ShopUnderTest, only: Sequence[str], looks: Sequence[Look] = LOOKS) -> list[str]:
    """Take every page in every look; return what could not be taken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    pages = [page for page in PAGES if not only or page.name in only]
    found = find_browser()
    failed: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(found.executable), args=list(found.arguments), env=dict(found.environ)
        )
        photographer = Photographer(browser, shop.base_url)
        needed: set[Visitor] = {page.visitor for page in pages}
        if any("{shared}" in page.path for page in pages):
            needed.add("customer")
        stories = tell_stories(photographer, shop, needed)
        for look in looks:
            failed += photographer.take(stories, look, pages)
        browser.close()
    if not only:
        known = {f"{page.name}-{look.name}.webp" for page in PAGES for look in LOOKS}
        for picture in FOLDER.glob("*.webp"):
            if picture.name not in known:
                picture.unlink()
    write_index(PAGES)
    return failed


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
        failed = take_all(
            shop, chosen.only, [look for look in LOOKS if look.name in (chosen.look or [look.name])]
        )
    finally:
        shop.close()
        shutil.rmtree(folder, ignore_errors=True)
    if failed:
        raise SystemExit("Not taken:\n" + "\n".join(failed))


if __name__ == "__main__":
    main()
