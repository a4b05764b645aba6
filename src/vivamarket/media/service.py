"""Use cases: take a picture in, find a picture again."""

from __future__ import annotations

import json
from collections.abc import Sequence

from vivamarket.kernel.ids import MediaId
from vivamarket.media.errors import BadPicture, ObjectNotFound, PictureNotFound
from vivamarket.media.model import SOURCE_BYTES_MAX, Picture, PictureFault, is_media_id, media_id
from vivamarket.media.ports import ImageFetcher, ImageProcessor, ObjectStore

PICTURES_MAX = 250
CONTENT_TYPES = {"avif": "image/avif", "webp": "image/webp"}
#: A picture's address names its content, so it never changes.
CACHE_CONTROL = "public, max-age=31536000, immutable"


class MediaService:
    """Takes pictures in once, whatever the number of times they are given."""

    def __init__(self, objects: ObjectStore, processor: ImageProcessor, fetcher: ImageFetcher) -> None:
        self._objects = objects
        self._processor = processor
        self._fetcher = fetcher

    async def add(self, source: bytes) -> Picture:
        """Store the picture in all its sizes and return its facts; raise ``BadPicture``.

        The same bytes are processed once: ``picture.json`` is written last and says that all is there.
        Two callers at once may both process them; they write the same files.
        """
        if len(source) > SOURCE_BYTES_MAX:
            raise BadPicture(
                f"The picture is larger than {SOURCE_BYTES_MAX} bytes.",
                reason=str(PictureFault.TOO_MANY_BYTES),
            )
        try:
            return await self.picture(media_id(source))
        except PictureNotFound:
            pass
        picture, files = await self._processor.process(source)
        await self._objects.put_many(
            [
                (f"{_folder(picture.id)}/{name}", data, CONTENT_TYPES[name.rpartition(".")[2]])
                for name, data in files.items()
            ],
            cache_control=CACHE_CONTROL,
        )
        await self._objects.put(
            _facts_key(picture.id),
            _encode(picture),
            content_type="application/json",
            cache_control="no-cache",
        )
        return picture

    async def import_url(self, url: str) -> Picture:
        """Fetch the picture and add it; raise ``PictureUnreachable`` or ``BadPicture``."""
        return await self.add(await self._fetcher.fetch(url))

    async def pictures(self, names: Sequence[MediaId]) -> dict[MediaId, Picture]:
        """Return the facts of those that are stored; one read each, at most ``PICTURES_MAX``."""
        found = {}
        for name in names[:PICTURES_MAX]:
            try:
                found[name] = await self.picture(name)
            except PictureNotFound:
                continue
        return found

    async def picture(self, name: MediaId) -> Picture:
        """Return a stored picture's facts; raise ``PictureNotFound``."""
        if not is_media_id(name):
            raise PictureNotFound("There is no such picture.", media_id=name[:64])
        try:
            return _decode(await self._objects.get(_facts_key(name)))
        except ObjectNotFound:
            raise PictureNotFound("There is no such picture.", media_id=name) from None


def _folder(name: MediaId) -> str:
    return f"media/{name}"


def _facts_key(name: MediaId) -> str:
    return f"{_folder(name)}/picture.json"


def _encode(picture: Picture) -> bytes:
    return json.dumps(
        {
            "id": picture.id,
            "width": picture.width,
            "height": picture.height,
            "widths": picture.widths,
            "color": picture.color,
        }
    ).encode()


def _decode(facts: bytes) -> Picture:
    """Read our own ``picture.json``; what it holds was written by ``_encode``."""
    raw = json.loads(facts)
    return Picture(MediaId(raw["id"]), raw["width"], raw["height"], tuple(raw["widths"]), raw["color"])
