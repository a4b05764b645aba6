"""A stored picture and its limits."""

from __future__ import annotations

from dataclasses import dataclass

from vivamarket.kernel.ids import MediaId

#: Prepared widths in pixels; only those not wider than the original (and its own width, if smaller than all).
WIDTHS = (160, 320, 640, 960, 1280)
FORMATS = ("avif", "webp")
SOURCE_BYTES_MAX = 20 * 1024 * 1024
SOURCE_PIXELS_MAX = 50_000_000
PROCESS_TIMEOUT_SECONDS = 20.0
FETCH_TIMEOUT_SECONDS = 10.0


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
