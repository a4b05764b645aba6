"""The storefront's export, read once: page shells, fragments, words and assets."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from vivamarket.pages.editions import Edition, editions_of
from vivamarket.pages.markup import Template
from vivamarket.shipping.model import ShippingRules

FRAGMENTS_FILE = "fragments.json"
FRAGMENTS_FORMAT = 1
#: Names how pages lie in the object store; another name has every page written again.
PLACES = b"a page is a file, a currency a folder"
ASSET_BYTES_MAX = 8 * 1024 * 1024
_SLOT = re.compile(rb"@@slot:([a-z]+)@@")
_INLINE_SCRIPT = re.compile(rb"(<script(?P<attributes>[^>]*)>)(?P<body>.*?)(</script>)", re.DOTALL)
_CHARSET = re.compile(rb'<meta char[sS]et="utf-8"/>')
_HTML = re.compile(rb"<html(?=[ >])")
_DATA_TYPES = (b"application/json", b"application/ld+json")


class BadExport(Exception):
    """The storefront's build is missing or not of the format this publisher reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesConfig:
    """What the pages say about the shop they belong to."""

    #: Where the shop is reached, without a slash at the end; canonical addresses start with it.
    public_url: str
    shop_name: str
    #: How long customers may send something back; 0: they may not.
    return_days: int = 30
    locales: tuple[str, ...]
    #: The first one is the shop's own: its pages have no currency in their address.
    currencies: tuple[str, ...]
    #: Where orders go, and what sending them there costs.
    countries: tuple[str, ...] = ()
    shipping: ShippingRules = field(default_factory=lambda: ShippingRules(()))
    #: Products with this tag come first on the front page.
    featured_tag: str = "bestseller"

    @property
    def editions(self) -> tuple[Edition, ...]:
        """Return every language in every currency, those in the first currency first."""
        return editions_of(self.locales, self.currencies)

    @property
    def main_editions(self) -> tuple[Edition, ...]:
        """Return every language in the shop's first currency: what search engines are told of."""
        return self.editions[: len(self.locales)]

    @property
    def name(self) -> str:
        """Name what pages were made for: another name has every page written again."""
        shown = (
            self.public_url,
            self.shop_name,
            self.return_days,
            self.locales,
            self.currencies,
            self.featured_tag,
            # Country by country: a set of them has another order in every process.
            [(country, self.shipping.methods_to(country)) for country in self.countries],
        )
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:8]


class _Locale(msgspec.Struct):
    parts: dict[str, str]
    words: dict[str, str]


class _Fragments(msgspec.Struct):
    format: int
    build: str
    locales: dict[str, _Locale]


@dataclass(frozen=True, slots=True)
class Shell:
    """One exported page, split at its slots; ``head`` stands where the page's own head goes."""

    parts: tuple[bytes, ...]
    slots: tuple[str, ...]

    @classmethod
    def of(cls, html: bytes) -> Shell:
        """Take an exported page apart. Slots inside scripts are emptied: React leaves their places alone."""
        emptied = _INLINE_SCRIPT.sub(lambda match: _SLOT.sub(b"", match.group()), html)
        policy = _policy_of(emptied)
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}"/>'.encode()
        placed, places = _CHARSET.subn(
            lambda match: match.group() + meta + b"@@slot:head@@", emptied, count=1
        )
        if places != 1:
            raise BadExport("An exported page has no charset in its head.")
        pieces = _SLOT.split(placed)
        return cls(tuple(pieces[::2]), tuple(name.decode() for name in pieces[1::2]))

    def render(self, slots: Mapping[str, bytes]) -> bytes:
        """Return the page with every slot filled."""
        out = [self.parts[0]]
        for name, part in zip(self.slots, self.parts[1:], strict=True):
            out.append(slots[name])
            out.append(part)
        return b"".join(out)


@dataclass(frozen=True, slots=True)
class EditionSite:
    """The export in one edition: shells by name, fragments by name, and words."""

    shells: Mapping[str, Shell]
    fragments: Mapping[str, Template]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LocaleExport:
    """The export in one language as it was read: pages and pieces of markup by name, and words."""

    pages: Mapping[str, bytes]
    parts: Mapping[str, str]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Site:
    """The whole export. ``build`` changes whenever any page would look different or lie elsewhere."""

    build: str
    locales: Mapping[str, LocaleExport]
    #: Path below the export → file; served as they are.
    assets: Mapping[str, Path]
    #: Those asked for so far; ``edition`` makes the others.
    editions: dict[Edition, EditionSite] = field(default_factory=dict, repr=False, compare=False)

    def edition(self, edition: Edition) -> EditionSite:
        """Return the export in that edition: its links stay in it. Made once, then remembered."""
        found = self.editions.get(edition)
        if found is None:
            found = self.editions[edition] = _in_edition(self.locales[edition.locale], edition)
        return found

    @classmethod
    def load(cls, folder: Path) -> Site:
        """Read an export (``web/storefront/out``). Raise ``BadExport`` when it cannot be used."""
        try:
            raw = (folder / FRAGMENTS_FILE).read_bytes()
            found = msgspec.json.decode(raw, type=_Fragments)
        except (OSError, msgspec.DecodeError) as error:
            raise BadExport(f"There is no usable storefront build in {folder}: {error}.") from error
        if found.format != FRAGMENTS_FORMAT:
            raise BadExport(f"The storefront build has format {found.format}, not {FRAGMENTS_FORMAT}.")
        digest = hashlib.sha256(PLACES + raw)
        locales: dict[str, LocaleExport] = {}
        for locale, given in sorted(found.locales.items()):
            pages: dict[str, bytes] = {}
            for name, html in _shells(folder / locale):
                digest.update(name.encode() + html)
                pages[name] = html
            locales[locale] = LocaleExport(pages, given.parts, given.words)
        return cls(digest.hexdigest()[:16], locales, dict(_assets(folder)))


def _in_edition(export: LocaleExport, edition: Edition) -> EditionSite:
    """Tell every page which edition it is, and lead its links there instead of to the bare language."""
    mark = f'<html data-base="{edition.base}" data-currency="{edition.currency}"'.encode()
    # In markup, and in what React is told of that markup: the two have to agree.
    link = re.compile(rb'((?:href|action)(?:="|\\":\\"))/%b/' % edition.locale.encode())
    there = rb"\1" + edition.base.encode()
    shells = {
        name: Shell.of(link.sub(there, _HTML.sub(mark, html, count=1))) for name, html in export.pages.items()
    }
    fragments = {
        name: Template(link.sub(there, source.encode()).decode()) for name, source in export.parts.items()
    }
    return EditionSite(shells, fragments, export.words)


def _shells(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield ``(name, html)``: ``""`` is the front page, ``template/product`` the product's template."""
    for path in sorted(folder.rglob("index.html")):
        name = path.parent.relative_to(folder).as_posix()
        yield ("" if name == "." else name), path.read_bytes()


def _assets(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_page = path.suffix in {".html", ".txt"} or name == FRAGMENTS_FILE
        if path.is_file() and not is_page and path.stat().st_size <= ASSET_BYTES_MAX:
            yield name, path


def _policy_of(html: bytes) -> str:
    """Return the page's policy: nothing from elsewhere, no inline script but those it was built with."""
    hashes: dict[str, None] = {}
    for match in _INLINE_SCRIPT.finditer(html):
        attributes = match["attributes"]
        if b" src=" in attributes or any(kind in attributes for kind in _DATA_TYPES):
            continue
        digest = base64.b64encode(hashlib.sha256(match["body"]).digest()).decode()
        hashes[f"'sha256-{digest}'"] = None
    scripts = " ".join(["'self'", *hashes])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
    )
