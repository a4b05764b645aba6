from __future__ import annotations

import json
from pathlib import Path

import pytest

from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.kernel.ids import MediaId
from vivamarket.media.errors import BadPicture, PictureNotFound, PictureUnreachable
from vivamarket.media.model import SOURCE_BYTES_MAX, WIDTHS, Picture, media_id, widths_for
from vivamarket.media.service import MediaService

SOURCE = b"a picture's bytes"


class CountingProcessor:
    """Says yes to everything but ``b"bad"`` and counts."""

    def __init__(self) -> None:
        self.count = 0

    async def process(self, source: bytes) -> tuple[Picture, dict[str, bytes]]:
        self.count += 1
        if source == b"bad":
            raise BadPicture("no", reason="damaged")
        picture = Picture(media_id(source), 320, 200, (160, 320), "#aabbcc")
        return picture, {f"{w}.{f}": b"%d" % w for w in picture.widths for f in ("avif", "webp")}


class OnePage:
    """A web with one picture."""

    async def fetch(self, url: str) -> bytes:
        if url != "https://example.com/mug.jpg":
            raise PictureUnreachable("no", url=url, reason="404")
        return SOURCE


@pytest.fixture
def processor() -> CountingProcessor:
    return CountingProcessor()


@pytest.fixture
def media(tmp_path: Path, processor: CountingProcessor) -> MediaService:
    return MediaService(FolderObjectStore(tmp_path), processor, OnePage())


async def test_an_added_picture_has_its_files_and_its_facts(media: MediaService, tmp_path: Path) -> None:
    picture = await media.add(SOURCE)

    folder = tmp_path / "media" / picture.id
    assert sorted(path.name for path in folder.iterdir()) == [
        "160.avif",
        "160.webp",
        "320.avif",
        "320.webp",
        "picture.json",
    ]
    assert json.loads((folder / "picture.json").read_bytes())["widths"] == [160, 320]
    assert await media.picture(picture.id) == picture


async def test_the_same_bytes_are_processed_once(media: MediaService, processor: CountingProcessor) -> None:
    first = await media.add(SOURCE)

    assert await media.add(SOURCE) == first
    assert processor.count == 1


async def test_a_picture_whose_facts_are_missing_is_made_again(
    media: MediaService, processor: CountingProcessor, tmp_path: Path
) -> None:
    picture = await media.add(SOURCE)
    (tmp_path / "media" / picture.id / "picture.json").unlink()

    assert await media.add(SOURCE) == picture
    assert processor.count == 2


async def test_a_refused_picture_leaves_nothing(media: MediaService, tmp_path: Path) -> None:
    with pytest.raises(BadPicture):
        await media.add(b"bad")

    assert not (tmp_path / "media").exists()


async def test_too_many_bytes_are_refused_before_any_work(
    media: MediaService, processor: CountingProcessor
) -> None:
    with pytest.raises(BadPicture) as refusal:
        await media.add(bytes(SOURCE_BYTES_MAX + 1))

    assert refusal.value.fields["reason"] == "too_many_bytes"
    assert processor.count == 0


async def test_an_address_is_fetched_and_added(media: MediaService) -> None:
    picture = await media.import_url("https://example.com/mug.jpg")

    assert picture.id == media_id(SOURCE)


async def test_an_address_that_does_not_answer_is_refused(media: MediaService) -> None:
    with pytest.raises(PictureUnreachable):
        await media.import_url("https://example.com/gone.jpg")


@pytest.mark.parametrize("name", ["0" * 32, "../../etc/passwd", "", "A" * 32])
async def test_an_unknown_or_odd_id_is_not_found(media: MediaService, name: str) -> None:
    with pytest.raises(PictureNotFound):
        await media.picture(MediaId(name))


@pytest.mark.parametrize(
    ("width", "prepared"),
    [(1, (1,)), (159, (159,)), (160, (160,)), (700, (160, 320, 640)), (5_000, WIDTHS)],
)
def test_no_width_is_wider_than_the_original(width: int, prepared: tuple[int, ...]) -> None:
    assert widths_for(width) == prepared
