"""What the publisher remembers between runs, as small files of the object store."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import msgspec

from vivamarket.kernel.ids import CategoryId, ProductId
from vivamarket.media.errors import ObjectNotFound
from vivamarket.media.ports import ObjectStore

PREFIX = "pages-state/"
_JSON = "application/json"
T = TypeVar("T")


class Progress(msgspec.Struct, frozen=True):
    """How far the change feed has been followed, with which build and which frame around every page."""

    build: str
    frame: str
    position: str
    #: Which state of the shop's own texts is published.
    content: str = ""


class Shard(msgspec.Struct, frozen=True):
    """A part of the catalogue by id: what one sitemap file and its feed files tell of."""

    number: int
    #: Where reading begins; None at the catalogue's first product.
    cursor: str | None = None
    #: The last product read; the last shard takes every later one too.
    last_id: str = ""
    products: int = 0
    changed_at: datetime | None = None


class ShardMap(msgspec.Struct, frozen=True):
    """All shards in the order of their ids, and the numbers of those that have to be written again."""

    shards: tuple[Shard, ...] = ()
    marked: tuple[int, ...] = ()


class Published(msgspec.Struct, frozen=True):
    """Where a product's or category's pages lie, and which category pages show it."""

    paths: tuple[str, ...] = ()
    category_ids: tuple[CategoryId, ...] = ()


class Agenda(msgspec.Struct, frozen=True):
    """Products that appear or disappear by themselves, and when (Unix seconds)."""

    due: dict[ProductId, int] = {}


NOTHING = Published()


class Notes:
    """Reads and writes the notes. A missing or damaged note reads as if nothing had been noted."""

    def __init__(self, files: ObjectStore) -> None:
        self._files = files

    async def progress(self) -> Progress | None:
        """Return how far the feed was followed; None when everything has to be published again."""
        return await self._read("progress.json", Progress)

    async def put_progress(self, progress: Progress) -> None:
        """Remember how far the feed was followed."""
        await self._files.put(PREFIX + "progress.json", msgspec.json.encode(progress), content_type=_JSON)

    async def agenda(self) -> Agenda:
        """Return what happens by the clock alone."""
        return await self._read("agenda.json", Agenda) or Agenda()

    async def put_agenda(self, agenda: Agenda) -> None:
        """Remember what happens by the clock alone."""
        await self._files.put(PREFIX + "agenda.json", msgspec.json.encode(agenda), content_type=_JSON)

    async def shards(self) -> ShardMap | None:
        """Return how the catalogue is cut for sitemap and feeds; None when it never was."""
        return await self._read("shards.json", ShardMap)

    async def put_shards(self, shards: ShardMap) -> None:
        """Remember how the catalogue is cut."""
        await self._files.put(PREFIX + "shards.json", msgspec.json.encode(shards), content_type=_JSON)

    async def published(self, record_id: str) -> Published:
        """Return where a record's pages lie."""
        return await self._read(f"records/{record_id}.json", Published) or NOTHING

    def published_item(self, record_id: str, published: Published) -> tuple[str, bytes, str]:
        """Return the note as a file for ``ObjectStore.put_many``."""
        return f"{PREFIX}records/{record_id}.json", msgspec.json.encode(published), _JSON

    async def forget(self, record_id: str) -> None:
        """Forget a record."""
        await self._files.delete(f"{PREFIX}records/{record_id}.json")

    async def _read(self, name: str, shape: type[T]) -> T | None:
        try:
            return msgspec.json.decode(await self._files.get(PREFIX + name), type=shape)
        except (ObjectNotFound, msgspec.DecodeError):
            return None
