"""What media needs from outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from vivamarket.media.model import Picture

#: The most files of one ``ObjectStore.put_many``.
PUT_MANY_MAX = 10_000


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One file of the object store."""

    key: str
    size_bytes: int


class ObjectStore(Protocol):
    """Keeps files by key (``a/b/c.ext``). A folder on one machine, S3 in the cloud."""

    async def put(self, key: str, data: bytes, *, content_type: str, cache_control: str = "") -> None:
        """Store the file whole and durably: a reader sees the old bytes or the new ones, never a part.

        Raise ``BadObjectKey`` for a key outside the rules of ``media.model.check_key``, as everything here
        does; ``Unavailable`` when there is no room to write, or nobody who answers.
        """
        ...

    async def put_many(self, items: Sequence[tuple[str, bytes, str]], *, cache_control: str = "") -> None:
        """Do ``put`` for every ``(key, data, content_type)``, at most ``PUT_MANY_MAX`` of them.

        Much cheaper than one by one. Each file is whole by itself; the call as a whole is not: when it
        raises, some may be stored. Nothing is written when a key is refused. A key given twice keeps one
        of the two.
        """
        ...

    async def get(self, key: str) -> bytes:
        """Return the bytes. Raise ``ObjectNotFound``."""
        ...

    async def exists(self, key: str) -> bool:
        """Return whether the key is there."""
        ...

    async def delete(self, key: str) -> None:
        """Remove the file; an unknown key is fine."""
        ...

    def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        """Iterate over the files whose key starts with the prefix, in key order."""
        ...


class ImageProcessor(Protocol):
    """Turns untrusted bytes into safe pictures."""

    async def process(self, source: bytes) -> tuple[Picture, dict[str, bytes]]:
        """Return the picture and its files (``640.avif`` → bytes), re-encoded without metadata.

        The picture is upright, in sRGB, its first frame when it moves; transparency is kept.
        Raise ``BadPicture`` for anything that is no raster picture (SVG included), too large in bytes
        or pixels, or too slow to process.
        """
        ...


class ImageFetcher(Protocol):
    """Fetches a picture that a catalogue file names."""

    async def fetch(self, url: str) -> bytes:
        """Return at most ``SOURCE_BYTES_MAX`` bytes.

        Raise ``PictureUnreachable`` for any address that does not answer in time, answers badly, is not
        http(s), or leads (also by redirect or DNS) to an address that is not public.
        """
        ...
