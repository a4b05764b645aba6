"""Whatever the bytes, the codec answers with a picture or a named refusal."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.helpers.pictures import encoded, halves, swapped_profile, with_gps

from vivamarket.adapters.local.picture_codec import Limits, convert
from vivamarket.media.errors import BadPicture
from vivamarket.media.model import Picture, PictureFault

SMALL = (24, 16)
SEEDS = [
    *(encoded(halves(SMALL), kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "AVIF")),
    with_gps(halves(SMALL), orientation=6),
    encoded(halves(SMALL), "PNG", icc_profile=swapped_profile()),
    encoded(halves(SMALL), "JPEG", progressive=True),
    encoded(halves(SMALL, "CMYK"), "JPEG"),
]
EDITS = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 8), st.binary(max_size=4)), min_size=1, max_size=6
)


def edited(seed: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Replace a few bytes somewhere by a few others."""
    changed = bytearray(seed)
    for place, length, replacement in edits:
        start = place % (len(changed) + 1)
        changed[start : start + length] = replacement
    return bytes(changed)


def converted(source: bytes) -> tuple[Picture, dict[str, bytes]] | object:
    """Return the picture and its files, or the reason of the refusal."""
    try:
        return convert(source, Limits(pixels_max=1_000_000))
    except BadPicture as refusal:
        return refusal.fields["reason"]


def check(source: bytes) -> None:
    result = converted(source)
    if not isinstance(result, tuple):
        assert result in set(PictureFault)
        return
    picture, files = result
    assert set(files) == {f"{width}.{kind}" for width in picture.widths for kind in ("avif", "webp")}
    for data in files.values():
        with Image.open(io.BytesIO(data)) as made:
            assert not made.getexif()
            assert "icc_profile" not in made.info


@given(seed=st.sampled_from(SEEDS), edits=EDITS)
@settings(max_examples=150, deadline=None)
def test_a_damaged_picture_is_a_picture_or_refused(seed: bytes, edits: list[tuple[int, int, bytes]]) -> None:
    check(edited(seed, edits))


@given(source=st.binary(max_size=200))
@settings(max_examples=50, deadline=None)
def test_any_bytes_are_a_picture_or_refused(source: bytes) -> None:
    check(source)


def test_the_seeds_are_pictures() -> None:
    for seed in SEEDS:
        picture, _ = convert(seed, Limits())
        assert {picture.width, picture.height} == set(SMALL)
