"""What search needs: an index to read and to write, and who knows about stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from vivamarket.catalog.model import Category, Change, Product
from vivamarket.kernel.ids import CategoryId, ProductId, Sku
from vivamarket.kernel.paging import Page
from vivamarket.search.model import SearchDocument, SearchQuery, SearchResult, Suggestion


class SearchReader(Protocol):
    """Answers questions from the newest committed index. Calls are CPU-bound, short and thread-safe."""

    @property
    def generation(self) -> str:
        """Name the state that answers now; equal names answer equally. Empty while there is no index.

        A cache of answers keeps this beside each answer and drops those of another state.
        """
        ...

    def search(self, query: SearchQuery) -> SearchResult:
        """Return one page. Raise ``BadQuery``, ``BadCursor``; ``SearchUnavailable`` while there is no index.

        By relevance at most ``RELEVANCE_DEPTH_MAX`` results are reached; other sorts have no end.
        """
        ...

    def suggest(self, text: str, locale: str, limit: int, currency: str = "") -> tuple[Suggestion, ...]:
        """Return completions for a text still being typed: words to search for, then products.

        Cards are in ``currency`` (empty = the shop's first). Raise ``BadQuery``, ``SearchUnavailable``.
        """
        ...

    def refresh(self) -> bool:
        """Look at the newest committed index; return whether it changed. Two file stats when it did not."""
        ...

    @property
    def documents_count(self) -> int:
        """Return roughly how many products are searched, at once; zero while there is no index."""
        ...


class SearchAnswers(Protocol):
    """Answers questions without holding up whoever else waits for the event loop."""

    async def search(self, query: SearchQuery) -> SearchResult:
        """Do as ``SearchReader.search``."""
        ...

    async def suggest(self, text: str, locale: str, limit: int, currency: str = "") -> tuple[Suggestion, ...]:
        """Do as ``SearchReader.suggest``."""
        ...


class SearchRebuild(Protocol):
    """A new index growing beside the one that answers. End it with ``finish`` or ``abandon``."""

    def put(self, documents: Iterable[SearchDocument]) -> None:
        """Add documents; each product at most once in a rebuild."""
        ...

    def schedule(self, product_id: ProductId, at_ms: int | None) -> None:
        """Do as ``SearchWriter.schedule``."""
        ...

    def finish(self, position: str) -> None:
        """Make it durable with the feed position and switch readers over at once."""
        ...

    def abandon(self) -> None:
        """Delete what was built; the old index goes on. Harmless after ``finish``."""
        ...


class SearchWriter(Protocol):
    """The one writer of the index. Readers see nothing before ``commit``.

    Every call but ``position`` and ``begin_rebuild`` raises ``SearchUnavailable`` while there is no
    healthy index, or when the disk refuses; what was put since the last commit is then forgotten.
    """

    def put(self, documents: Iterable[SearchDocument]) -> None:
        """Add or replace documents by product id."""
        ...

    def remove(self, product_ids: Sequence[ProductId]) -> None:
        """Remove documents; unknown ids are fine. Their schedule stays."""
        ...

    def schedule(self, product_id: ProductId, at_ms: int | None) -> None:
        """Remember when (Unix milliseconds) the product must be looked at again; None forgets it."""
        ...

    def due(self, now_ms: int, limit: int) -> tuple[ProductId, ...]:
        """Return products scheduled at or before now, as of the last commit, earliest first."""
        ...

    def commit(self, position: str) -> None:
        """Make everything since the last commit visible and durable, together with the feed position."""
        ...

    def position(self) -> str | None:
        """Return the feed position of the last commit; None when the index is new, missing or damaged."""
        ...

    def begin_rebuild(self) -> SearchRebuild:
        """Start a new index beside the old one, which answers meanwhile."""
        ...

    def rebuild(self, documents: Iterable[SearchDocument], position: str) -> None:
        """Build a new index from all documents and switch to it at once."""
        ...


class FollowedCatalog(Protocol):
    """What following reads of the catalogue. ``CatalogStore`` is one, and says what each call promises."""

    async def get_many(self, product_ids: Sequence[ProductId]) -> Mapping[ProductId, Product]:
        """Return those that exist."""
        ...

    async def by_skus(self, skus: Sequence[Sku]) -> Mapping[Sku, Product]:
        """Return the product that sells each SKU, for those that exist."""
        ...

    async def members(self, category_id: CategoryId, cursor: str | None, limit: int) -> Page[Product]:
        """Return a page of all products of a category and all below it, shown or not."""
        ...

    async def scan(self, cursor: str | None, limit: int) -> Page[Product]:
        """Return a page of all products by id."""
        ...

    async def categories(self) -> tuple[Category, ...]:
        """Return the whole tree."""
        ...

    async def changes(self, after: str | None, limit: int) -> tuple[Change, ...]:
        """Return feed entries after that position. Raise ``ChangesForgotten`` when some were trimmed."""
        ...

    async def change_head(self) -> str:
        """Return the newest position whose predecessors are all visible."""
        ...


class AvailabilitySource(Protocol):
    """Who knows how much there is to sell. Inventory's ``StockService`` is one."""

    async def available(self, skus: Sequence[Sku]) -> Mapping[Sku, int]:
        """Return how many can be promised now, for those that are known; ``AVAILABILITY_SKUS_MAX`` asked."""
        ...


#: SKUs asked at once.
AVAILABILITY_SKUS_MAX = 1_000
