"""A small export with every mark and slot the publisher knows, so that tests need no Node."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from vivamarket.pages.site import PagesConfig

CONFIG = PagesConfig(
    public_url="https://shop.example", shop_name="VivaMarket", locales=("en", "es"), currencies=("EUR", "USD")
)

_SHELL = (
    '<!DOCTYPE html><html lang="{locale}"><head><meta charSet="utf-8"/><script>theme()</script></head><body>'
    '<div data-slot="language">@@slot:language@@</div><div data-slot="nav">@@slot:nav@@</div>'
    '<div data-slot="footer">@@slot:footer@@</div>'
    '<a href="/{locale}/cart/">cart</a>'
    "{slots}<script>push({flight})</script></body></html>"
)
_CARD = (
    '<article data-sku="@@sku@@" data-state="@@state@@"><a href="@@href@@">@@title@@</a>@@price@@</article>'
)
_HEAD = (
    '<title>@@title@@</title><vm-if name="canonical"><link rel="canonical" href="@@canonical@@"/></vm-if>'
    '<vm-if name="robots"><meta name="robots" content="@@robots@@"/></vm-if>'
    '<vm-each name="alternates"><link hreflang="@@code@@" href="@@href@@"/></vm-each>'
    '<vm-each name="json_ld"><script type="application/ld+json">@@json:document@@</script></vm-each>'
)
_PRODUCT = (
    '<h1 data-state="@@state@@">@@title@@</h1><p>@@price@@</p><img alt="@@title@@"/>@@html:description@@'
    '<vm-each name="options"><vm-each name="values"><input value="@@value@@"@@html:flags@@/></vm-each>'
    "</vm-each>"
    '<div id="related">@@html:related@@</div>'
    '<script id="product-data" type="application/json">@@json:product@@</script>'
)
_HOME = "<main>@@html:featured@@|@@html:sale@@|@@html:fresh@@</main>"
_NAV = '<vm-each name="categories"><a href="@@href@@">@@title@@</a></vm-each>'
_LANGUAGE = (
    '<vm-each name="languages"><a href="@@href@@" lang="@@code@@"></a></vm-each>'
    '<vm-each name="currencies"><a href="@@href@@" rel="nofollow">@@code@@</a></vm-each>'
)
_WORDS = (
    "language", "shop_name", "shop_title", "shop_description", "in_stock", "sold_out", "add", "quick_add",
    "choose", "picture", "vendor", "no_price", "home", "not_found", "search", "cart", "content_updated",
)  # fmt: skip


def write_export(folder: Path, *, build: str = "one", locales: Sequence[str] = ("en", "es")) -> Path:
    """Write the export into the folder and return it."""
    for locale in locales:
        _write_shell(folder / locale, locale, ["home"])
        _write_shell(folder / locale / "cart", locale, [])
        _write_shell(folder / locale / "template" / "content", locale, ["content"])
        _write_shell(folder / locale / "template" / "product", locale, ["product"])
        _write_shell(folder / locale / "template" / "category", locale, ["category", "grid"])
        _write_shell(folder / locale / "template" / "not-found", locale, [])
    parts = {
        "card": _CARD,
        "card_first": _CARD.replace("<article", "<article data-first", 1),
        "product": _PRODUCT,
        "category": "<h1>@@title@@</h1>@@html:description@@",
        "grid": "<div>@@html:cards@@</div>",
        "home": _HOME,
        "nav": _NAV,
        "footer": '<vm-each name="texts"><a href="@@href@@">@@title@@</a></vm-each>',
        "content": '<article lang="@@lang@@"><h1>@@title@@</h1>@@html:body@@@@updated@@</article>',
        "language": _LANGUAGE,
        "head": _HEAD,
    }
    words = {name: name.replace("_", " ") for name in _WORDS}
    languages = {locale: {"parts": parts, "words": words} for locale in locales}
    document = {"format": 1, "build": build, "locales": languages}
    (folder / "fragments.json").write_text(json.dumps(document))
    asset = folder / "_next" / "static" / "app.js"
    asset.parent.mkdir(parents=True, exist_ok=True)
    asset.write_text("run()")
    return folder


def _write_shell(folder: Path, locale: str, slots: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    html = "".join(f'<div data-slot="{slot}">@@slot:{slot}@@</div>' for slot in slots)
    tree = {"__html": [f"@@slot:{slot}@@" for slot in ["nav", *slots]], "href": f"/{locale}/cart/"}
    flight = json.dumps(json.dumps(tree, separators=(",", ":")))
    page = _SHELL.replace("{slots}", html).replace("{flight}", flight).replace("{locale}", locale)
    (folder / "index.html").write_text(page)
