"""The net under the publisher: renders a page that is not there, so that a lost event hides nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from vivamarket.catalog.errors import CategoryNotFound, ProductNotFound
from vivamarket.catalog.ports import CatalogStore
from vivamarket.kernel.ids import CategoryId, ProductId
from vivamarket.pages.editions import Edition, edition_at
from vivamarket.pages.publisher import PagesPublisher
from vivamarket.pages.views import category_path, product_path

_RECORD = re.compile(r"(?P<kind>[pc])/(?P<slug>[^/]{1,600})(?P<slash>/?)")
_TEXT = re.compile(r"(?:info/)?(?P<name>[^/]{1,200})/")
_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """A page rendered now, and written so that the next request finds it."""

    body: bytes
    content_type: str = _HTML


@dataclass(frozen=True, slots=True)
class Redirect:
    """The address moved for good."""

    location: str


class OnDemandPages:
    """Answers addresses that no file answers. Costs a few reads; unknown slugs cost one."""

    def __init__(self, *, publisher: PagesPublisher, catalog: CatalogStore) -> None:
        self._publisher = publisher
        self._catalog = catalog

    async def render(self, path: str) -> Page | Redirect | None:
        """Return the page of the address, where it moved to, or None when it names nothing.

        ``path`` is percent-decoded, without query.
        """
        place = edition_at(self._publisher.config.editions, path if path.endswith("/") else f"{path}/")
        if place is not None:
            edition, tail = place
            record = _RECORD.fullmatch(tail)
            if record is not None:
                return await self._record(path, edition, record["kind"], unquote(record["slug"]))
            body = await self._publisher.render_plain(edition, tail.strip("/"))
            if body is not None:
                return Page(body)
            text = await self._text(path, edition, tail)
            if text is not None:
                return text
        asset = await self._publisher.copy_asset(path.lstrip("/"))
        return Page(asset[1], asset[2]) if asset is not None else None

    async def render_missing(self, path: str) -> tuple[int, Mapping[str, str], bytes] | None:
        """Return ``render`` as status, headers and body, the way the static site asks for it."""
        match await self.render(path):
            case Page(body, content_type):
                return (
                    200,
                    {"content-type": content_type, "cache-control": "public, max-age=0, s-maxage=5"},
                    body,
                )
            case Redirect(location):
                return 301, {"location": quote(location), "cache-control": "public, max-age=600"}, b""
            case _:
                return None

    async def _text(self, path: str, edition: Edition, tail: str) -> Page | Redirect | None:
        """Answer for one of the shop's own texts; its bare key below the language leads to it."""
        named = _TEXT.fullmatch(tail)
        found = await self._publisher.render_text(edition, unquote(named["name"])) if named else None
        if found is None:
            return None
        own, page = found
        return Page(page) if own == path else Redirect(own)

    async def _record(self, path: str, edition: Edition, kind: str, slug: str) -> Page | Redirect | None:
        try:
            if kind == "p":
                match = await self._catalog.by_slug(edition.locale, slug)
                own = product_path(edition, match.current_slug)
                if own != path:
                    return Redirect(own)
                pages = await self._publisher.render_product(ProductId(match.id), edition)
            else:
                match = await self._catalog.category_by_slug(edition.locale, slug)
                own = category_path(edition, match.current_slug)
                if own != path:
                    return Redirect(own)
                pages = await self._publisher.render_category(CategoryId(match.id))
        except (ProductNotFound, CategoryNotFound):
            return None
        # Renamed while it was rendered: the next request is led on.
        body = pages.get(path)
        return Page(body) if body is not None else None
