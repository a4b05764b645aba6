"""The one writer: puts, commits with the feed position, rebuilds beside the answering index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy
from tantivy import FieldType, Order, Query

from vivamarket.adapters.tantivy import encode
from vivamarket.adapters.tantivy.generations import DAMAGED, Generations, open_index, verify
from vivamarket.adapters.tantivy.layout import (
    ALARM_ID,
    ALARM_MS,
    ID,
    KIND,
    KIND_POSITION,
    POSITION,
    IndexLayout,
)
from vivamarket.adapters.tantivy.vendor import IndexBroken, tantivy_errors
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import ProductId
from vivamarket.search.model import SearchDocument

#: How long readers may still be opening an old generation after a switch.
OLD_GENERATION_GRACE_SECONDS = 60.0
#: Buffers of documents not yet written to a segment; small for following, large for building.
FOLLOW_BUFFER_BYTES = 30_000_000
BUILD_BUFFER_BYTES = 200_000_000
BUILD_THREADS = 2


class TantivySearchWriter:
    """``SearchWriter`` on a local folder. A second writing process is refused by a file lock."""

    def __init__(self, folder: Path, layout: IndexLayout, clock: Clock) -> None:
        self._generations = Generations(folder)
        self._layout = layout
        self._clock = clock
        self._open: _OpenIndex | None = None
        self._verified: Path | None = None
        #: Old generation → monotonic time after which it may go.
        self._leaving: dict[Path, float] = {}

    def put(self, documents: Iterable[SearchDocument]) -> None:
        """Add or replace documents by product id."""
        writer = self._healthy().writer
        with tantivy_errors("putting documents"):
            for document in documents:
                writer.delete_documents_by_term(ID, document.product_id)
                writer.add_document(encode.product_document(document, self._layout))

    def remove(self, product_ids: Sequence[ProductId]) -> None:
        """Remove documents; unknown ids are fine."""
        writer = self._healthy().writer
        with tantivy_errors("removing documents"):
            for product_id in product_ids:
                writer.delete_documents_by_term(ID, product_id)

    def schedule(self, product_id: ProductId, at_ms: int | None) -> None:
        """Remember when the product must be looked at again."""
        writer = self._healthy().writer
        with tantivy_errors("scheduling"):
            writer.delete_documents_by_term(ALARM_ID, product_id)
            if at_ms is not None:
                writer.add_document(encode.alarm_document(product_id, at_ms))

    def due(self, now_ms: int, limit: int) -> tuple[ProductId, ...]:
        """Return products scheduled at or before now, earliest first."""
        index = self._healthy().index
        with tantivy_errors("reading the schedule"):
            searcher = index.searcher()
            until_now = Query.range_query(
                self._layout.schema, ALARM_MS, FieldType.Integer, upper_bound=now_ms
            )
            found = searcher.search(
                until_now, limit, count=False, order_by_field=ALARM_MS, order=Order.Asc
            ).hits
            return tuple(ProductId(str(searcher.doc(address).get_first(ALARM_ID))) for _, address in found)

    def commit(self, position: str) -> None:
        """Make everything since the last commit visible and durable, with the feed position."""
        opened = self._healthy()
        try:
            _commit(opened, position)
        except IndexBroken:
            self._close()
            raise
        self._remove_left()

    def position(self) -> str | None:
        """Return the feed position of the last commit; None when there is no healthy index.

        The first call checks every checksum of the index (about 1 GB/s).
        """
        try:
            opened = self._healthy()
            with tantivy_errors("reading the position"):
                return _read_position(opened.index, self._layout)
        except IndexBroken:
            return None

    def begin_rebuild(self) -> TantivySearchRebuild:
        """Start a new index beside the old one, which answers meanwhile."""
        with tantivy_errors("starting a rebuild"):
            path = self._generations.create(self._layout)
            index = tantivy.Index(self._layout.schema, path=str(path))
            self._layout.register(index)
            index.config_reader("manual")
            writer = index.writer(BUILD_BUFFER_BYTES, BUILD_THREADS)
        return TantivySearchRebuild(self, path, _OpenIndex(path, index, writer), self._layout)

    def rebuild(self, documents: Iterable[SearchDocument], position: str) -> None:
        """Build a new index from all documents and switch to it at once."""
        session = self.begin_rebuild()
        try:
            session.put(documents)
            session.finish(position)
        finally:
            session.abandon()

    def close(self) -> None:
        """Wait for merges and give up the lock. What was not committed is forgotten."""
        opened, self._open = self._open, None
        if opened is not None:
            with tantivy_errors("closing the index"):
                opened.writer.wait_merging_threads()

    def adopt(self, path: Path) -> None:
        """Switch readers and this writer to a finished generation; the old ones leave after a grace."""
        with tantivy_errors("switching the index"):
            self._generations.switch(path)
        self._close()
        self._verified = path
        self._note_leaving(path)

    def discard(self, path: Path) -> None:
        """Delete a generation that was never finished."""
        self._generations.remove(path)

    def _healthy(self) -> _OpenIndex:
        if self._open is not None:
            if not (self._open.path / DAMAGED).exists() and (self._open.path / "meta.json").exists():
                return self._open
            self._close()
            self._verified = None
        path = self._generations.current()
        if path is None or (path / DAMAGED).exists():
            raise IndexBroken("There is no search index yet; it is being built.", doing="opening the index")
        if self._verified != path:
            verify(path)
            self._note_leaving(path)
        index = open_index(path, self._layout)
        with tantivy_errors("opening the writer"):
            writer = index.writer(FOLLOW_BUFFER_BYTES, 1)
        self._verified = path
        self._open = _OpenIndex(path, index, writer)
        return self._open

    def _close(self) -> None:
        self._open = None

    def _note_leaving(self, staying: Path) -> None:
        after = self._clock.monotonic() + OLD_GENERATION_GRACE_SECONDS
        self._leaving = {path: after for path in self._generations.all() if path != staying}

    def _remove_left(self) -> None:
        now = self._clock.monotonic()
        for path in [path for path, after in self._leaving.items() if after <= now]:
            self._generations.remove(path)
            del self._leaving[path]


class TantivySearchRebuild:
    """``SearchRebuild``: a generation that nobody reads yet."""

    def __init__(
        self, owner: TantivySearchWriter, path: Path, opened: _OpenIndex, layout: IndexLayout
    ) -> None:
        self._owner = owner
        self._path = path
        self._building: _OpenIndex | None = opened
        self._layout = layout

    def put(self, documents: Iterable[SearchDocument]) -> None:
        """Add documents; each product at most once in a rebuild."""
        writer = self._opened().writer
        with tantivy_errors("building the index"):
            for document in documents:
                writer.add_document(encode.product_document(document, self._layout))

    def schedule(self, product_id: ProductId, at_ms: int | None) -> None:
        """Remember when the product must be looked at again."""
        if at_ms is not None:
            with tantivy_errors("building the index"):
                self._opened().writer.add_document(encode.alarm_document(product_id, at_ms))

    def finish(self, position: str) -> None:
        """Make it durable with the feed position and switch readers over at once."""
        opened = self._opened()
        _commit(opened, position)
        with tantivy_errors("finishing the index"):
            opened.writer.wait_merging_threads()
        self._building = None
        self._owner.adopt(self._path)

    def abandon(self) -> None:
        """Delete what was built; harmless after ``finish``."""
        if self._building is not None:
            self._building = None
            self._owner.discard(self._path)

    def _opened(self) -> _OpenIndex:
        if self._building is None:
            raise RuntimeError("this rebuild has ended")
        return self._building


class _OpenIndex:
    """An index and its writer; dropping it gives up the lock and forgets what was not committed."""

    def __init__(self, path: Path, index: tantivy.Index, writer: tantivy.IndexWriter) -> None:
        self.path = path
        self.index = index
        self.writer = writer


def _commit(opened: _OpenIndex, position: str) -> None:
    with tantivy_errors("committing"):
        opened.writer.delete_documents_by_term(KIND, KIND_POSITION)
        opened.writer.add_document(encode.position_document(position))
        opened.writer.commit()
        opened.index.reload()


def _read_position(index: tantivy.Index, layout: IndexLayout) -> str | None:
    searcher = index.searcher()
    kept = searcher.search(Query.term_query(layout.schema, KIND, KIND_POSITION), 1).hits
    return str(searcher.doc(kept[0][1]).get_first(POSITION)) if kept else None
