"""Keeping what was read from one committed state of the index."""

from __future__ import annotations

from typing import Generic, TypeVar

from tantivy import Searcher

K = TypeVar("K")
V = TypeVar("V")


class StateCache(Generic[K, V]):
    """What was read lately from one state: it holds only as long as that state answers."""

    def __init__(self, size_max: int) -> None:
        self._size_max = size_max
        self._state: tuple[Searcher | None, dict[K, V]] = (None, {})

    def get(self, searcher: Searcher, key: K) -> V | None:
        """Return what was kept, if it was read from this very state."""
        state, kept = self._state
        return kept.get(key) if state is searcher else None

    def keep(self, searcher: Searcher, key: K, value: V) -> None:
        """Remember it; another state or a full cache begins anew."""
        state, kept = self._state
        if state is not searcher or len(kept) >= self._size_max:
            kept = {}
            self._state = (searcher, kept)
        kept[key] = value
