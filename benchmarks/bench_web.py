"""What a phone on a slow network makes of the shop's pages: Lighthouse with its mobile defaults.

    python -m benchmarks.bench_web [--quick] [--url http://127.0.0.1:8000] [--page home]

Without an address it opens a demo shop of its own. Each page is visited by browsers that know nothing of the
shop, the cart by one with a product in it; the figure is the median of five visits. Lighthouse estimates
times from what it saw without throttling, so a busy machine makes them worse: let nothing else run.

Pages for one shopper ask not to be listed by search engines. That single audit (``is-crawlable``) is left
out for them; all others count. Lighthouse comes from `lighthouse/package-lock.json` at the first run.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import psutil
from rich.console import Console
from tests.e2e.browser import find_browser

from benchmarks.harness import ROOT, folder, free_port, process, wait_until_answering
from benchmarks.report import Row, save, show
from benchmarks.running_shop import wait_until_resting

LIGHTHOUSE = ROOT / "benchmarks" / "lighthouse"
INSTALL_TIMEOUT_SECONDS = 300.0
VISIT_TIMEOUT_SECONDS = 180.0
PUBLISH_TIMEOUT_SECONDS = 120.0
RUNS = 5
KILOBYTE = 1_000
#: A page of Next's own, which holds its framework and nothing of ours.
FLOOR_PAGE = ROOT / "web" / "storefront" / "out" / "404.html"
_SCRIPT = re.compile(r'<script src="([^"?]+)')


@dataclass(frozen=True, slots=True)
class Visit:
    """A page, and who comes to it."""

    name: str
    path: str
    #: The product page from which one was put into the cart before.
    cart: str | None = None
    #: The page asks not to be listed.
    hidden: bool = False


VISITS = (
    Visit("home", "/en/"),
    Visit("category", "/en/c/fresh-food/"),
    Visit("product", "/en/p/bavarian-pretzels/"),
    Visit("search", "/en/search/?q=lamp", hidden=True),
    Visit("cart", "/en/cart/", cart="/en/p/bavarian-pretzels/", hidden=True),
)


class Figures(msgspec.Struct, frozen=True):
    """What Lighthouse said of one visit. Times in milliseconds, bytes as they came over the wire."""

    scores: Mapping[str, float]
    lcp: float
    tbt: float
    cls: float
    scripts: Mapping[str, int]
    bytes: float
    #: How fast the machine was at that moment: Lighthouse's own index of a small JavaScript task.
    index: float


class Lighthouse:
    """Lighthouse in a process of its own, for as many visits as it is asked for."""

    def __init__(self, url: str) -> None:
        self._url = url
        found = find_browser()
        command = ["node", str(LIGHTHOUSE / "measure.mjs"), str(found.executable)]
        self._process = subprocess.Popen(
            command, env=dict(found.environ) or None, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def measure(self, visit: Visit) -> Figures:
        """Visit a page once; raise ``RuntimeError`` when it could not be measured."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {
            "url": self._url + visit.path,
            "cart": self._url + visit.cart if visit.cart else None,
            "skip": ["is-crawlable"] if visit.hidden else [],
        }
        self._process.stdin.write(msgspec.json.encode(asked) + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"Lighthouse ended while it looked at {asked['url']}; see its words above.")
        return msgspec.json.decode(answer, type=Figures)

    def close(self) -> None:
        """End it and its browser."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(VISIT_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()


def install() -> None:
    """Install the locked Lighthouse when it is not there."""
    if (LIGHTHOUSE / "node_modules" / "lighthouse").is_dir():
        return
    command = ["npm", "ci", "--no-audit", "--no-fund", "--no-update-notifier"]
    subprocess.run(command, cwd=LIGHTHOUSE, check=True, timeout=INSTALL_TIMEOUT_SECONDS)


@contextlib.contextmanager
def demo_shop() -> Iterator[str]:
    """Open a demo shop, wait until it has published its pages and rests, and give its address."""
    with folder("viva-web-") as place:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "vivamarket.cli", "up", "--port", str(port)]
        log = place / "log"
        with process([*command, "--data", str(place / "data")], log=log) as child:
            wait_until_answering(f"{url}{VISITS[0].path}", child, log)
            _wait_until_published(place / "data")
            for part in child.children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    wait_until_resting(part)
            yield url


def _wait_until_published(data: Path) -> None:
    deadline = time.monotonic() + PUBLISH_TIMEOUT_SECONDS
    while not (data / "pages-state" / "progress.json").exists():
        if time.monotonic() > deadline:
            raise RuntimeError("the worker did not publish the pages")
        time.sleep(0.1)


def measure(url: str, visits: Sequence[Visit], runs: int) -> dict[str, list[Figures]]:
    """Visit every page that often, in turns, so that a slow minute of the machine meets all of them."""
    seen: dict[str, list[Figures]] = {visit.name: [] for visit in visits}
    lighthouse = Lighthouse(url)
    try:
        for turn in range(runs):
            for visit in visits:
                found = lighthouse.measure(visit)
                seen[visit.name].append(found)
                Console(stderr=True).print(
                    f"{turn + 1}/{runs} {visit.name}: {found.scores['performance']:.0f}, "
                    f"LCP {found.lcp:.0f} ms, TBT {found.tbt:.0f} ms, CLS {found.cls:.3f}, "
                    f"machine's index {found.index:.0f}"
                )
    finally:
        lighthouse.close()
    return seen


def floor_scripts() -> set[str]:
    """Return the addresses of the framework's own scripts, which every page of any such shop loads."""
    return set(_SCRIPT.findall(FLOOR_PAGE.read_text(encoding="utf-8")))


def rows(seen: Mapping[str, Sequence[Figures]], floor: set[str]) -> list[Row]:
    """Return the medians beside what they shall reach."""
    return [row for name, found in seen.items() for row in _page_rows(name, found, floor)]


def _page_rows(name: str, found: Sequence[Figures], floor: set[str]) -> list[Row]:
    all_scripts = statistics.median(sum(each.scripts.values()) for each in found) / KILOBYTE
    notes = {
        "total blocking time": f"machine's index {statistics.median(each.index for each in found):.0f}",
        "our scripts": f"{all_scripts:.0f} kB with the framework's",
    }
    measured: list[tuple[str, str, float, Callable[[Figures], float]]] = [
        ("performance", "of 100", 98, lambda each: each.scores["performance"]),
        ("worst of accessibility, practices, SEO", "of 100", 100, _worst_of_the_others),
        ("largest contentful paint", "ms", 2_000, lambda each: each.lcp),
        ("total blocking time", "ms", 100, lambda each: each.tbt),
        ("layout shift", "", 0.01, lambda each: each.cls),
        ("our scripts", "kB", 20, lambda each: _ours(each, floor) / KILOBYTE),
        ("everything before lazy pictures", "kB", 220, lambda each: each.bytes / KILOBYTE),
    ]
    return [
        Row(
            bench="web",
            work=f"{name}: {work}",
            unit=unit,
            ours=statistics.median(value(each) for each in found),
            better="higher" if unit == "of 100" else "lower",
            target=target,
            note=notes.get(work, ""),
        )
        for work, unit, target, value in measured
    ]


def _worst_of_the_others(figures: Figures) -> float:
    return min(score for name, score in figures.scores.items() if name != "performance")


def _ours(figures: Figures, floor: set[str]) -> float:
    return sum(size for path, size in figures.scripts.items() if path not in floor)


def main() -> None:
    """Measure, show and save."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="one visit a page; keeps nothing")
    options.add_argument("--url", help="a running demo shop")
    options.add_argument("--page", choices=[visit.name for visit in VISITS], help="only this page")
    chosen = options.parse_args()
    visits = [visit for visit in VISITS if chosen.page in (None, visit.name)]
    install()
    opened = contextlib.nullcontext(chosen.url) if chosen.url else demo_shop()
    with opened as url:
        httpx.get(url + VISITS[0].path).raise_for_status()
        found = rows(measure(url, visits, 1 if chosen.quick else RUNS), floor_scripts())
    show(found)
    if not chosen.quick:
        save(found, quick=False)


if __name__ == "__main__":
    main()
