"""The promises of ``ImageProcessor``, mostly about what it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image
from tests.helpers.pictures import (
    HEIC,
    HTML,
    PDF,
    SVG,
    encoded,
    halves,
    opened,
    png_bomb,
    swapped_profile,
    with_gps,
)

from vivamarket.adapters.local.images import PillowImageProcessor
from vivamarket.media.errors import BadPicture
from vivamarket.media.model import SOURCE_BYTES_MAX, media_id
from vivamarket.media.ports import ImageProcessor


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def processor() -> AsyncIterator[ImageProcessor]:
    """One processor for all tests: its worker must survive every refusal."""
    pillow = PillowImageProcessor(processes_max=1)
    yield pillow
    await pillow.close()


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def fault(processor: ImageProcessor, source: bytes) -> object:
    with pytest.raises(BadPicture) as refusal:
        await processor.process(source)
    return refusal.value.fields["reason"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
async def test_every_accepted_format_becomes_avif_and_webp(processor: ImageProcessor, kind: str) -> None:
    source = encoded(halves((400, 300)), kind)

    picture, files = await processor.process(source)

    assert (picture.width, picture.height, picture.widths) == (400, 300, (160, 320))
    assert sorted(files) == ["160.avif", "160.webp", "320.avif", "320.webp"]
    assert {name: opened(data).size for name, data in files.items()} == {
        "160.avif": (160, 120),
        "160.webp": (160, 120),
        "320.avif": (320, 240),
        "320.webp": (320, 240),
    }
    assert {opened(data).format for data in files.values()} == {"AVIF", "WEBP"}


async def test_the_id_follows_from_the_source(processor: ImageProcessor) -> None:
    source = encoded(halves())

    assert (await processor.process(source))[0].id == media_id(source)


async def test_one_pixel_is_a_picture(processor: ImageProcessor) -> None:
    picture, files = await processor.process(encoded(Image.new("RGB", (1, 1), (18, 52, 86))))

    assert (picture.width, picture.widths, picture.color) == (1, (1,), "#123456")
    assert sorted(files) == ["1.avif", "1.webp"]


async def test_metadata_is_gone_and_the_picture_upright(processor: ImageProcessor) -> None:
    source = with_gps(halves((400, 200)), orientation=6)

    picture, files = await processor.process(source)

    assert (picture.width, picture.height) == (200, 400)
    for data in files.values():
        result = opened(data)
        assert not result.getexif()
        assert "icc_profile" not in result.info
        assert b"Secret Camera" not in data
    top, bottom = opened(files["160.webp"]).convert("RGB").resize((1, 2), Image.Resampling.BOX).tobytes()[::3]
    assert top > 200
    assert bottom < 60  # red above blue: turned clockwise


async def test_a_color_profile_is_applied_and_dropped(processor: ImageProcessor) -> None:
    source = encoded(halves(), "JPEG", icc_profile=swapped_profile())

    _, files = await processor.process(source)

    assert all("icc_profile" not in opened(data).info for data in files.values())


async def test_a_broken_color_profile_does_not_matter(processor: ImageProcessor) -> None:
    picture, _ = await processor.process(encoded(halves(), "JPEG", icc_profile=b"\0" * 200))

    assert picture.width == 400


async def test_transparency_is_kept(processor: ImageProcessor) -> None:
    source = Image.new("RGBA", (200, 200), (255, 0, 0, 0))
    source.paste((0, 128, 0, 255), (50, 50, 150, 150))

    picture, files = await processor.process(encoded(source))

    for data in files.values():
        result = opened(data).convert("RGBA")
        corner, middle = result.getpixel((2, 2)), result.getpixel((80, 80))
        assert isinstance(corner, tuple)
        assert isinstance(middle, tuple)
        assert corner[3] < 10
        assert middle[3] > 245
    assert picture.color == "#bfdfbf"  # three quarters white, seen as it will be shown


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "I;16"])
async def test_every_pixel_format_of_png_is_read(processor: ImageProcessor, mode: str) -> None:
    source = Image.new("L", (200, 100), 128)
    if mode == "I;16":
        source = source.point(lambda level: level * 256, "I")
    source = source.convert(mode)

    picture, _ = await processor.process(encoded(source))

    assert picture.width == 200
    if mode != "1":
        assert abs(int(picture.color[1:3], 16) - 128) <= 2


async def test_cmyk_becomes_rgb(processor: ImageProcessor) -> None:
    picture, files = await processor.process(encoded(halves(mode="CMYK"), "JPEG", quality=95))

    assert opened(files["320.webp"]).mode == "RGB"
    assert abs(int(picture.color[1:3], 16) - 127) < 16


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
async def test_only_the_first_frame_of_a_moving_picture_is_kept(processor: ImageProcessor, kind: str) -> None:
    frames = [Image.new("RGB", (200, 100), color) for color in ("red", "blue", "lime")]

    picture, files = await processor.process(
        encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    )

    assert not getattr(opened(files["160.webp"]), "is_animated", False)
    assert int(picture.color[1:3], 16) > 230


async def test_the_format_counts_and_not_the_name(processor: ImageProcessor) -> None:
    picture, _ = await processor.process(encoded(halves(), "WEBP"))  # however the file was called

    assert picture.width == 400


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (SVG, "unsupported_format"),
        (b"\xef\xbb\xbf  " + SVG, "unsupported_format"),
        (PDF, "unsupported_format"),
        (HEIC, "unsupported_format"),
        (b"BM" + bytes(100), "unsupported_format"),
        (HTML, "not_a_picture"),
        (b"", "not_a_picture"),
        (b"\0" * 1000, "not_a_picture"),
        (b"#!/bin/sh\nrm -rf /\n", "not_a_picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "not_a_picture"),
        (b"\xff\xd8\xff", "damaged"),
        (b"GIF89a", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + SVG, "damaged"),
    ],
)
async def test_what_is_no_raster_picture_is_refused(
    processor: ImageProcessor, source: bytes, reason: str
) -> None:
    assert await fault(processor, source) == reason


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
async def test_a_cut_file_is_refused(processor: ImageProcessor, kind: str, share: float) -> None:
    whole = encoded(Image.effect_noise((300, 300), 90), kind)

    assert await fault(processor, whole[: int(len(whole) * share)]) == "damaged"


async def test_a_picture_that_is_also_a_page_loses_the_page(processor: ImageProcessor) -> None:
    _, files = await processor.process(encoded(halves(), "GIF") + HTML)

    assert all(b"<html" not in data for data in files.values())


@pytest.mark.parametrize("size", [(30_000, 8_000), (7_104, 7_104), (100, 20_032)])
async def test_a_bomb_is_refused_by_its_size(processor: ImageProcessor, size: tuple[int, int]) -> None:
    bomb = png_bomb(*size)

    assert len(bomb) < 100_000
    assert await fault(processor, bomb) == "too_many_pixels"


async def test_too_many_bytes_are_refused(processor: ImageProcessor) -> None:
    assert await fault(processor, bytes(SOURCE_BYTES_MAX + 1)) == "too_many_bytes"


async def test_a_picture_that_takes_too_long_is_given_up_and_the_next_one_works() -> None:
    hasty = PillowImageProcessor(processes_max=1, timeout_seconds=0.0)

    assert await fault(hasty, encoded(halves())) == "too_slow"

    patient = PillowImageProcessor(processes_max=1)
    picture, _ = await patient.process(encoded(halves()))
    assert picture.width == 400
    await hasty.close()
    await patient.close()


async def test_the_worker_survives_what_it_refused(processor: ImageProcessor) -> None:
    for source in (SVG, b"\xff\xd8\xff" + bytes(50), png_bomb(30_000, 8_000)):
        await fault(processor, source)

    picture, _ = await processor.process(encoded(halves()))

    assert picture.width == 400
