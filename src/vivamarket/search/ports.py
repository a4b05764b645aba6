"""What search needs from an index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from vivamarket.kernel.ids import ProductId
from vivamarket.search.model import SearchDocument, SearchQuery, SearchResult, Suggestion


class SearchReader(Protocol):
    """Answers questions from the newest committed index. Calls are CPU-bound, short and thread-safe."""

    def search(self, query: SearchQuery) -> SearchResult:
        """Return one page. Raise ``BadQuery`` on bad input, ``SearchUnavailable`` while there is no index."""
        ...

    def suggest(self, text: str, locale: str, limit: int) -> tuple[Suggestion, ...]:
        """Return completions for a text still being typed. Raise ``SearchUnavailable``."""
        ...

    def refresh(self) -> bool:
        """Look at the newest committed index; return whether it changed. Cheap when it did not."""
        ...


class SearchWriter(Protocol):
    """The one writer of the index. Readers see nothing before ``commit``."""

    def put(self, documents: Iterable[SearchDocument]) -> None:
        """Add or replace documents by product id."""
        ...

    def remove(self, product_ids: Sequence[ProductId]) -> None:
        """Remove documents; unknown ids are fine."""
        ...

    def commit(self, position: str) -> None:
        """Make everything since the last commit visible and durable, together with the feed position."""
        ...

    def position(self) -> str | None:
        """Return the feed position of the last commit; None when the index is new, missing or damaged."""
        ...

    def rebuild(self, documents: Iterable[SearchDocument], position: str) -> None:
        """Build a new index beside the old one and switch to it at once; the old one answers meanwhile."""
        ...
