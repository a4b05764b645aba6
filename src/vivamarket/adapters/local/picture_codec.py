"""Decoding, cleaning and encoding one picture with Pillow. Runs inside ``image_worker``'s process."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from vivamarket.media.errors import BadPicture
from vivamarket.media.model import (
    SOURCE_BYTES_MAX,
    SOURCE_PIXELS_MAX,
    SOURCE_SIDE_PIXELS_MAX,
    WIDTHS,
    Picture,
    PictureFault,
    media_id,
    widths_for,
)

#: Pillow's decoders we let untrusted bytes reach; the first bytes must say the same format.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_FORMATS_SENTENCE = "Use JPEG, PNG, WebP, GIF or AVIF."
_NAMED_REFUSALS = (
    (b"%PDF", "PDF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"BM", "BMP"),
    (b"\0\0\1\0", "ICO"),
    (b"8BPS", "Photoshop"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
)
#: With what Pillow's decoders answer hostile bytes (found by mutating good files).
_DECODER_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    AttributeError,
    TypeError,
    ArithmeticError,
    RuntimeError,
    struct.error,
    zlib.error,
)
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"heim", b"heis"}

#: Looks like WebP at 80 on product pictures, at four fifths of its size.
AVIF_QUALITY = 52
#: libaom's speed: 8 is five times as fast as Pillow's default 6 here, and files grow by about 5 %. The
#: largest widths take 9: half the time again, for 15 % more bytes where few shoppers look.
AVIF_SPEED = 8
AVIF_SPEED_WIDE = 9
WIDE_FROM_PIXELS = 960
WEBP_QUALITY = 80
#: 2 is more than twice as fast as Pillow's default 4; files grow by about 10 %.
WEBP_METHOD = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """What a source may be at most."""

    bytes_max: int = SOURCE_BYTES_MAX
    pixels_max: int = SOURCE_PIXELS_MAX


def convert(source: bytes, limits: Limits) -> tuple[Picture, dict[str, bytes]]:
    """Return the picture and its files by name; raise ``BadPicture``."""
    if len(source) > limits.bytes_max:
        raise refusal(PictureFault.TOO_MANY_BYTES, f"The picture is larger than {limits.bytes_max} bytes.")
    expected = _sniff(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns about odd metadata, which is dropped anyway
        try:
            image, width, height = _load(source, expected, limits)
        except BadPicture:
            raise
        except _DECODER_ERRORS as error:
            raise refusal(PictureFault.DAMAGED, "The picture is damaged or cut off.") from error
        except MemoryError as error:
            raise refusal(PictureFault.TOO_MANY_PIXELS, "The picture needs too much memory.") from error
    widths = widths_for(width)
    picture = Picture(media_id(source), width, height, widths, _average_color(image))
    return picture, _encode_all(image, width, height, widths)


def refusal(fault: PictureFault, message: str) -> BadPicture:
    """Return the named refusal of a picture."""
    return BadPicture(message, reason=str(fault))


def _sniff(source: bytes) -> str:
    """Return the format that the first bytes claim; raise ``BadPicture`` for any but ours."""
    head = source[:512]
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        brands = {head[8:12]} | {head[at : at + 4] for at in range(16, min(int.from_bytes(head[:4]), 64), 4)}
        if brands & {b"avif", b"avis"}:
            return "AVIF"
        if brands & _HEIF_BRANDS:
            raise refusal(PictureFault.UNSUPPORTED_FORMAT, f"HEIC is not taken. {_FORMATS_SENTENCE}")
    for magic, name in _NAMED_REFUSALS:
        if head.startswith(magic):
            raise refusal(PictureFault.UNSUPPORTED_FORMAT, f"{name} is not taken. {_FORMATS_SENTENCE}")
    if b"<svg" in head.lower():
        raise refusal(
            PictureFault.UNSUPPORTED_FORMAT, f"SVG can hold scripts and is not taken. {_FORMATS_SENTENCE}"
        )
    raise refusal(PictureFault.NOT_A_PICTURE, f"These bytes are no picture. {_FORMATS_SENTENCE}")


def _load(source: bytes, expected: str, limits: Limits) -> tuple[Image.Image, int, int]:
    """Return the first frame upright in sRGB (RGB or RGBA), and the original's width and height.

    The frame itself may be smaller than the original: JPEG is decoded at a half or a quarter where
    that still covers the largest width we make.
    """
    Image.MAX_IMAGE_PIXELS = None  # our own limit stands right below, before any pixel is decoded
    try:
        opened = Image.open(io.BytesIO(source), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise refusal(PictureFault.DAMAGED, "The picture's header is damaged.") from error
    with opened:
        if opened.format != expected:
            raise refusal(PictureFault.DAMAGED, "The picture is not of the format it claims.")
        width, height = opened.size
        if width * height > limits.pixels_max or max(width, height) > SOURCE_SIDE_PIXELS_MAX:
            raise refusal(
                PictureFault.TOO_MANY_PIXELS,
                f"The picture is {width}×{height} pixels; at most {limits.pixels_max} in all and "
                f"{SOURCE_SIDE_PIXELS_MAX} a side are taken.",
            )
        if opened.format == "JPEG":
            opened.draft(None, (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
        opened.load()
        turned = ImageOps.exif_transpose(opened)
        if (turned.width > turned.height) != (opened.width > opened.height):
            width, height = height, width
        return _to_srgb(turned), width, height


def _to_srgb(image: Image.Image) -> Image.Image:
    """Return the picture as RGB or RGBA in sRGB, without anything but its pixels."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I") or image.mode == "F":
        image = image.convert("I").point(lambda level: level / 256).convert("L")
        profile = None
    alpha = None
    if image.has_transparency_data:
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
        image = image.convert("RGB")
        if alpha.getextrema() == (255, 255):
            alpha = None
    elif image.mode not in {"RGB", "L", "CMYK"}:
        image = image.convert("RGB")
    image = _apply_profile(image, profile) if profile else image
    image = image.convert("RGB")
    if alpha is not None:
        image.putalpha(alpha)
    image.info = {}
    return image


def _apply_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the colors the profile means; the picture unchanged where the profile makes no sense."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return image if converted is None else converted


def _average_color(image: Image.Image) -> str:
    """Return the mean color over white as ``#rrggbb``."""
    if image.mode == "RGBA":
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image).convert("RGB")
    pixel = image.resize((1, 1), Image.Resampling.BOX, reducing_gap=2.0).tobytes()
    return f"#{pixel[0]:02x}{pixel[1]:02x}{pixel[2]:02x}"


def _encode_all(image: Image.Image, width: int, height: int, widths: tuple[int, ...]) -> dict[str, bytes]:
    """Return ``640.avif`` → bytes; each size is made from the next larger one, the largest first."""
    files: dict[str, bytes] = {}
    for wanted in reversed(widths):
        size = (wanted, max(1, round(height * wanted / width)))
        if size != image.size:
            image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        image.info = {}
        files[f"{wanted}.avif"] = _encode(
            image, "AVIF", quality=AVIF_QUALITY, speed=AVIF_SPEED, max_threads=1
        )
        files[f"{wanted}.webp"] = _encode(image, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHOD)
    return files


def _encode(image: Image.Image, format_name: str, **settings: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_name, **settings)
    return buffer.getvalue()
