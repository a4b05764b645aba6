"""A stored picture and its limits; how files are named."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from vivamarket.kernel.ids import MediaId
from vivamarket.media.errors import BadObjectKey

#: Prepared widths in pixels; only those not wider than the original (and its own width, if smaller than all).
WIDTHS = (160, 320, 640, 960, 1280)
FORMATS = ("avif", "webp")
#: Part of every media id: raise it when the encoder's settings change, and pictures are made anew.
ENCODER_VERSION = 1
SOURCE_BYTES_MAX = 20 * 1024 * 1024
SOURCE_PIXELS_MAX = 50_000_000
#: WebP ends at 16,383 pixels a side; a longer, thinner picture is no product picture either.
SOURCE_SIDE_PIXELS_MAX = 16_000
PROCESS_TIMEOUT_SECONDS = 20.0
FETCH_TIMEOUT_SECONDS = 10.0

#: S3's limit for a key, and a file system's for one part of a path.
KEY_BYTES_MAX = 1024
KEY_PART_BYTES_MAX = 240
_FOLDER_PART = re.compile(r"[\w~$!@\[\]()+,=%-]+")
_FILE_PART = re.compile(r"[\w~$!@\[\]()+,=%-]+\.[\w.~$!@\[\]()+,=%-]*")
_MEDIA_ID = re.compile(r"[0-9a-f]{32}")


class PictureFault(StrEnum):
    """Why a picture was refused (``BadPicture.fields["reason"]``)."""

    NOT_A_PICTURE = "not_a_picture"
    UNSUPPORTED_FORMAT = "unsupported_format"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    DAMAGED = "damaged"
    TOO_SLOW = "too_slow"


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture; ``id`` is a prefix of its source's SHA-256.

    Its files lie at ``media/{id}/{width}.{avif|webp}``.
    """

    id: MediaId
    width: int
    height: int
    widths: tuple[int, ...]
    #: Average color, ``#rrggbb``, shown while the picture loads.
    color: str


def media_id(source: bytes) -> MediaId:
    """Return the name of these bytes, processed by this version of the encoder."""
    digest = hashlib.sha256(source)
    digest.update(b"\0vivamarket-encoder-%d" % ENCODER_VERSION)
    return MediaId(digest.hexdigest()[:32])


def is_media_id(text: str) -> bool:
    """Return whether the text has the form of a media id."""
    return _MEDIA_ID.fullmatch(text) is not None


def widths_for(width: int) -> tuple[int, ...]:
    """Return the widths to prepare for an original of that width: never wider, never none."""
    return tuple(wanted for wanted in WIDTHS if wanted <= width) or (width,)


def check_key(key: str) -> str:
    """Return the key unchanged; raise ``BadObjectKey`` for one that is no plain ``a/b/c.ext``.

    Parts are 1 to 240 bytes of letters, digits and a few signs, so no ``..``, no hidden file, no absolute
    path, no backslash. A file's name has a dot behind its first sign and a folder's has none: one file never
    lies inside another, without a look at what is there.
    """
    *folders, file = key.split("/")
    if (
        len(key.encode("utf-8", "surrogatepass")) > KEY_BYTES_MAX
        or not all(_FOLDER_PART.fullmatch(part) for part in folders)
        or not _FILE_PART.fullmatch(file)
        or any(len(part.encode()) > KEY_PART_BYTES_MAX for part in (*folders, file))
    ):
        raise BadObjectKey("This is not a file's key.", key=key[:80])
    return key


def check_prefix(prefix: str) -> str:
    """Return the prefix unchanged; raise ``BadObjectKey`` when its folders are none that a key can have."""
    if not all(_FOLDER_PART.fullmatch(part) for part in prefix.split("/")[:-1]):
        raise BadObjectKey("No file's key begins like this.", key=prefix[:80])
    return prefix
