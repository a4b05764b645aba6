"""Following the newest whole generation: open, notice commits and switches, never lose what answers."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

import tantivy
from tantivy import Query, Searcher

from vivamarket.adapters.tantivy.generations import DAMAGED, Generations, open_index, verify
from vivamarket.adapters.tantivy.layout import KIND, KIND_POSITION, IndexLayout
from vivamarket.adapters.tantivy.vendor import IndexBroken, tantivy_errors
from vivamarket.search.errors import SearchUnavailable

_log = logging.getLogger(__name__)

_Stamp = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class _Opened:
    """One committed state; swapped as a whole, so that threads never see half of it."""

    path: Path
    index: tantivy.Index
    searcher: Searcher
    name: str
    #: None for a generation that only stands in for a damaged newer one.
    stamp: _Stamp | None


class NewestIndex:
    """The state that answers in this process."""

    def __init__(self, folder: Path, layout: IndexLayout) -> None:
        self._generations = Generations(folder)
        self._layout = layout
        self._opened: _Opened | None = None
        self._failed: _Stamp | None = None
        self._verified = ""

    @property
    def name(self) -> str:
        """Name the state; empty while there is none."""
        return self._opened.name if self._opened else ""

    @property
    def documents_count(self) -> int:
        """Return how many documents answer; zero while there are none."""
        return int(self._opened.searcher.num_docs) if self._opened else 0

    def searcher(self) -> Searcher:
        """Return what answers. Raise ``SearchUnavailable`` when there never was an index."""
        if self._opened is None:
            self.refresh()
        if self._opened is None:
            raise SearchUnavailable("The search index is being built; try again in a moment.")
        return self._opened.searcher

    def refresh(self) -> bool:
        """Open what is newest; return whether that is another state. On failure the old one stays."""
        path = self._generations.current()
        stamp = _stamp(path) if path else None
        held = self._opened
        if path is not None and stamp is not None:
            if held is not None and held.stamp == stamp:
                return False
            try:
                self._opened = self._open(path, stamp)
            except IndexBroken as error:
                self._note_refused(path, stamp, error)
            else:
                self._failed = None
                return True
        return held is None and self._stand_in(path)

    def note_failure(self) -> None:
        """Look, once a state, whether its files are damaged after a search failed.

        Then the writer is told, and an older generation answers if there is one.
        """
        opened = self._opened
        if opened is None or opened.name == self._verified:
            return
        self._verified = opened.name
        try:
            verify(opened.path)
        except IndexBroken as error:
            _report_damage(opened.path, error)
            self._stand_in(opened.path)

    def _open(self, path: Path, stamp: _Stamp | None) -> _Opened:
        if (path / DAMAGED).exists():
            raise IndexBroken("The search index is damaged.", generation=path.name)
        held = self._opened
        if held is not None and held.path == path:
            index = held.index
            with tantivy_errors("reading a commit"):
                index.reload()
        else:
            index = open_index(path, self._layout)
        with tantivy_errors("reading a commit"):
            searcher = index.searcher()
            finished = Query.term_query(self._layout.schema, KIND, KIND_POSITION)
            if not searcher.search(finished, 1, count=False).hits:
                raise IndexBroken("The search index was never finished.", generation=path.name)
            opstamp = json.loads((path / "meta.json").read_text(encoding="utf-8"))["opstamp"]
        return _Opened(path, index, searcher, f"{path.name}-{opstamp}", stamp)

    def _note_refused(self, path: Path, stamp: _Stamp, error: IndexBroken) -> None:
        """Tell of the failure once; met a second time it is no race with the writer but damage."""
        if self._failed != stamp:
            self._failed = stamp
            _log.warning("the newest search index cannot be opened: %s %s", error, dict(error.fields))
        elif not (path / DAMAGED).exists() and "layout" not in str(error):
            _report_damage(path, error)

    def _stand_in(self, damaged: Path | None) -> bool:
        """Open the newest older generation that is whole."""
        for path in self._generations.all():
            if damaged is not None and int(path.name) >= int(damaged.name):
                continue
            try:
                self._opened = self._open(path, None)
            except IndexBroken:
                continue
            return True
        return False


def _report_damage(path: Path, error: IndexBroken) -> None:
    _log.error("the search index is damaged and will be rebuilt: %s %s", error, dict(error.fields))
    with tantivy_errors("reporting damage"):
        (path / DAMAGED).touch()


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = (path / "meta.json").stat()
    except OSError:
        return None
    return (path.name, found.st_mtime_ns, found.st_size, found.st_ino)
