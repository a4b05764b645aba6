"""What a phone has to fetch before it shows a page: the budgets of `viva bench web` that need no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from vivamarket.settings import CHECKOUT_FOLDER

OUR_SCRIPTS_BYTES_MAX = 20_000
FIRST_BYTES_MAX = 220_000
#: What stands around a header's name and value: a colon, a space, the line's end.
HEADER_LINE_BYTES = 4
#: The phone that Lighthouse pretends to be: CSS pixels, and pixels of the screen for each.
PHONE_WIDTH_PIXELS = 412
PHONE_DENSITY = 1.75
#: A page of Next's own, which holds its framework and nothing of ours.
FLOOR_PAGE = CHECKOUT_FOLDER / "web" / "storefront" / "out" / "404.html"
_SCRIPT = re.compile(r'<script(?![^>]*noModule)[^>]* src="([^"?]+)')
_STYLE_OR_FONT = re.compile(r'<link rel="(?:stylesheet|preload)" href="([^"]+\.(?:css|woff2))"')
_PICTURE = re.compile(r"<picture.*?</picture>", re.DOTALL)
_SOURCE = re.compile(r'<source sizes="([^"]+)" srcSet="([^"]+)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes over the wire."""

    our_scripts: int
    first: int


@pytest.fixture(scope="module")
def client(base_url: str) -> Iterator[httpx.Client]:
    headers = {"accept-encoding": "gzip, deflate, br, zstd", "accept": "text/html,image/avif,*/*"}
    with httpx.Client(base_url=base_url, headers=headers, trust_env=False) as client:
        yield client


def size(client: httpx.Client, path: str) -> int:
    """Return the bytes of a file as it is sent, with the headers in front of it."""
    with client.stream("GET", path) as response:
        assert response.status_code == 200, path
        headers = sum(len(name) + len(value) + HEADER_LINE_BYTES for name, value in response.headers.raw)
        return headers + sum(len(chunk) for chunk in response.iter_raw())


def chosen(sizes: str, candidates: str) -> str:
    """Return the file that the phone chooses for a picture."""
    shown = sizes.rsplit(",", 1)[-1].strip().rsplit(" ", 1)[-1]
    pixels = float(shown[:-2]) * (PHONE_WIDTH_PIXELS / 100 if shown.endswith("vw") else 1)
    files = [candidate.split() for candidate in candidates.split(", ")]
    big_enough = (file for file, width in files if int(width[:-1]) >= pixels * PHONE_DENSITY)
    return next(big_enough, files[-1][0])


def weigh(client: httpx.Client, path: str) -> Weight:
    """Add up what the page's HTML asks for: scripts, styles, letters, and pictures that are not lazy."""
    html = client.get(path, headers={"accept-encoding": "identity"}).raise_for_status().text
    floor = set(_SCRIPT.findall(FLOOR_PAGE.read_text(encoding="utf-8")))
    scripts = {name: size(client, name) for name in set(_SCRIPT.findall(html))}
    assert floor <= scripts.keys()
    pictures = [picture for picture in _PICTURE.findall(html) if 'loading="eager"' in picture]
    sources = [source for picture in pictures for source in _SOURCE.findall(picture)]
    files = {*_STYLE_OR_FONT.findall(html), *(chosen(sizes, candidates) for sizes, candidates in sources)}
    ours = sum(length for name, length in scripts.items() if name not in floor)
    rest = sum(size(client, name) for name in files)
    return Weight(ours, size(client, path) + sum(scripts.values()) + rest)


@pytest.mark.parametrize(
    "path",
    ["", "c/fresh-food/", "p/bavarian-pretzels/", "search/", "cart/", "checkout/", "info/about/"],
)
def test_no_page_is_heavier_than_its_budget(client: httpx.Client, path: str) -> None:
    weight = weigh(client, f"/en/{path}")

    assert weight.our_scripts <= OUR_SCRIPTS_BYTES_MAX, weight
    assert weight.first <= FIRST_BYTES_MAX, weight
