"""Backdrop, light, shadows: what all pictures share, so that the shelves look like one shop."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFilter

Rgb = tuple[int, int, int]

#: Renders whose file is named with a variation selector carry this after the code point.
_SELECTOR = "fe0f"
_SHARPEN = ImageFilter.UnsharpMask(radius=2.2, percent=70, threshold=2)
#: Where the wall meets the floor, as a part of the height.
HORIZON = 0.66
_SOLID_ALPHA = 240
_SUPERSAMPLING = 2


@dataclass(frozen=True, slots=True)
class Placed:
    """One object on the set. Sizes and positions are parts of the picture's height.

    ``x`` is its middle, ``floor`` where it stands (or, when it floats, its lower edge).
    """

    picture: Image.Image
    x: float
    floor: float
    size: float
    turn_degrees: float = 0.0
    floats: bool = False


class Emojis:
    """The renders of one ``assets`` folder, cut to their visible part."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.get = functools.lru_cache(maxsize=256)(self._load)

    def _load(self, emoji: str) -> Image.Image:
        codes = [f"{ord(letter):x}" for letter in emoji]
        bare = [code for code in codes if code != _SELECTOR]
        for name in ("-".join(codes), "-".join(bare), "-".join([*bare, _SELECTOR])):
            path = self._folder / f"{name}.webp"
            if path.exists():
                with Image.open(path) as render:
                    picture = render.convert("RGBA")
                return picture.crop(picture.getchannel("A").getbbox())
        raise FileNotFoundError(f"no render of {emoji} in {os.fspath(self._folder)}")


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """Return the color that lies ``share`` of the way from the first to the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return (red, green, blue)


def rgb(code: str) -> Rgb:
    """Return a ``#rrggbb`` color as numbers."""
    red, green, blue = ImageColor.getrgb(code)[:3]
    return (red, green, blue)


def backdrop(size: tuple[int, int], light: Rgb, deep: Rgb, *, disc: bool = True) -> Image.Image:
    """Return the empty set: a wall that darkens downward, a bright floor, a disc behind the object."""
    width, height = size
    wall = _vertical(size, mix(light, (255, 255, 255), 0.25), mix(light, deep, 0.55))
    floor = _vertical(size, mix(light, deep, 0.30), mix(light, (255, 255, 255), 0.35))
    horizon = Image.linear_gradient("L").resize(size, Image.Resampling.BICUBIC)
    start, end = HORIZON * 255, (HORIZON + 0.08) * 255
    mask = horizon.point(lambda level: round(255 * min(1.0, max(0.0, (level - start) / (end - start)))))
    picture = Image.composite(floor, wall, mask)
    if disc:
        _glow(picture, (width / 2, height * 0.47), height * 0.36, mix(light, (255, 255, 255), 0.72))
    return picture


def photograph(picture: Image.Image, objects: list[Placed], shade: Rgb) -> Image.Image:
    """Return the set with its objects, each after its shadow, in the order given (back to front)."""
    shot = picture.convert("RGBA")
    height = picture.height
    for placed in objects:
        render = _sized(placed, height)
        left = round(placed.x * height - render.width / 2)
        top = round(placed.floor * height - render.height)
        if not placed.floats:
            _shadow(shot, render, left, top, shade)
        shot.alpha_composite(_clipped(render, shot.size, left, top), (max(left, 0), max(top, 0)))
    return shot.convert("RGB")


def _clipped(render: Image.Image, size: tuple[int, int], left: int, top: int) -> Image.Image:
    """Return the part of the render that falls inside the picture."""
    box = (
        max(0, -left),
        max(0, -top),
        min(render.width, size[0] - left),
        min(render.height, size[1] - top),
    )
    return render.crop(box)


def _sized(placed: Placed, height: int) -> Image.Image:
    """Return the render at its size: equal area rather than equal side, so that thin things are not tiny."""
    source = placed.picture
    side = placed.size * height
    factor = side / (source.width * source.height) ** 0.5
    factor = min(factor, side * 1.22 / max(source.width, source.height))
    target = (max(1, round(source.width * factor)), max(1, round(source.height * factor)))
    scaled = source.resize(target, Image.Resampling.LANCZOS)
    if factor > 1:
        scaled = _sharpened(scaled)
    if placed.turn_degrees:
        scaled = scaled.rotate(placed.turn_degrees, Image.Resampling.BICUBIC, expand=True)
        scaled = scaled.crop(scaled.getchannel("A").getbbox())
    return scaled


def _sharpened(picture: Image.Image) -> Image.Image:
    """Return the enlarged render crisp inside and smooth at its outline.

    The colors first bleed outward, so that sharpening sees no dark border and draws no bright rim; the
    outline loses half a pixel, where enlarging has left steps.
    """
    alpha = picture.getchannel("A")
    bled = picture.convert("RGBa").filter(ImageFilter.GaussianBlur(5)).convert("RGBA").convert("RGB")
    solid = alpha.point(lambda level: 255 if level > _SOLID_ALPHA else 0)
    sharp = Image.composite(picture.convert("RGB"), bled, solid).filter(_SHARPEN)
    sharp.putalpha(
        alpha.filter(ImageFilter.GaussianBlur(1.3)).point(lambda a: max(0, min(255, (a - 60) * 17 // 12)))
    )
    return sharp


def _shadow(shot: Image.Image, render: Image.Image, left: int, top: int, shade: Rgb) -> None:
    """Lay a tight contact shadow and a wide soft one below the object."""
    bottom = top + render.height
    middle = left + render.width / 2
    for width, flatness, strength, blur in ((1.05, 0.16, 70, 0.055), (0.74, 0.07, 120, 0.018)):
        half_width = render.width * width / 2
        half_height = max(render.width, render.height) * flatness / 2
        layer = Image.new("L", shot.size, 0)
        box = (
            middle - half_width,
            bottom - half_height * 1.25,
            middle + half_width,
            bottom + half_height * 0.75,
        )
        ImageDraw.Draw(layer).ellipse(box, fill=strength)
        layer = layer.filter(ImageFilter.GaussianBlur(shot.height * blur))
        dark = Image.new("RGBA", shot.size, (*shade, 255))
        dark.putalpha(layer)
        shot.alpha_composite(dark)


def _vertical(size: tuple[int, int], top: Rgb, bottom: Rgb) -> Image.Image:
    ramp = Image.linear_gradient("L").resize(size, Image.Resampling.BICUBIC)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)


def _glow(picture: Image.Image, middle: tuple[float, float], radius: float, color: Rgb) -> None:
    """Paint a disc that is bright at its upper edge and fades into the wall at its lower one."""
    scale = _SUPERSAMPLING
    big = Image.new("L", (picture.width * scale, picture.height * scale), 0)
    x, y, reach = middle[0] * scale, middle[1] * scale, radius * scale
    ImageDraw.Draw(big).ellipse((x - reach, y - reach, x + reach, y + reach), fill=255)
    disc = big.resize(picture.size, Image.Resampling.LANCZOS)
    fade = Image.linear_gradient("L").resize(picture.size, Image.Resampling.BICUBIC)
    fade = fade.point(lambda level: max(0, min(200, round(250 - level * 0.9))))
    mask = Image.composite(fade, Image.new("L", picture.size, 0), disc)
    picture.paste(Image.new("RGB", picture.size, color), (0, 0), mask)
