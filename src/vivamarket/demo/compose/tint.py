"""Giving an object another color while its light, shadow and other parts stay as they are."""

from __future__ import annotations

import colorsys
import math

from PIL import Image, ImageChops, ImageColor, ImageFilter, ImageOps

#: What the vocabulary's color names look like in a picture.
COLORS = {
    "black": "#3a3a46", "blue": "#3d8bf2", "coral": "#ff7f6b", "green": "#4cb86a", "mustard": "#e6b23a",
    "orange": "#ff9440", "pink": "#ff74a8", "plum": "#9a4f96", "purple": "#9068e8", "red": "#ee4b4f",
    "silver": "#c9ccd6", "teal": "#2fb3ad", "yellow": "#ffcf45",
}  # fmt: skip

_GREY_SATURATION = 40
#: Hues this far from the object's own (of 256) belong to other parts: leaves, buttons, a screen.
_HUE_REACH = 34


def tinted(picture: Image.Image, color: str) -> Image.Image:
    """Return the picture with its main hue turned to the named color; greys are colored as a whole."""
    red, green, blue = ImageColor.getrgb(COLORS[color])[:3]
    hue, saturation, value = (
        round(part * 255) for part in colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    )
    hsv = picture.convert("RGB").convert("HSV")
    own_hue, own_saturation, own_value = _main_color(hsv, picture.getchannel("A"))
    if own_saturation < _GREY_SATURATION:
        changed = ImageOps.colorize(picture.convert("L"), "#20202a", "white", mid=COLORS[color], midpoint=150)
    else:
        bands = hsv.split()
        changed = Image.merge(
            "HSV",
            (
                bands[0].point(lambda level: (level + hue - own_hue) % 256),
                bands[1].point(lambda level: min(255, round(level * saturation / own_saturation))),
                bands[2].point(lambda level: min(255, round(level * (0.35 + 0.65 * value / own_value)))),
            ),
        ).convert("RGB")
        mask = _near_hue(hsv, own_hue)
        changed = Image.composite(changed, picture.convert("RGB"), mask)
    changed.putalpha(picture.getchannel("A"))
    return changed


def _main_color(hsv: Image.Image, alpha: Image.Image) -> tuple[int, int, int]:
    """Return the hue, saturation and value that cover most of the object (hue as a mean on the circle)."""
    small = hsv.resize((48, 48), Image.Resampling.NEAREST)
    cover = alpha.resize((48, 48), Image.Resampling.NEAREST).tobytes()
    pixels = [small.tobytes()[at : at + 3] for at in range(0, 48 * 48 * 3, 3)]
    solid = [pixel for pixel, opaque in zip(pixels, cover, strict=True) if opaque > 200]
    weight_of_hue = [0] * 256
    for pixel in solid:
        weight_of_hue[pixel[0]] += pixel[1]
    peak = max(range(256), key=lambda hue: sum(weight_of_hue[(hue + near) % 256] for near in range(-12, 13)))
    near_peak = [pixel for pixel in solid if abs((pixel[0] - peak + 128) % 256 - 128) <= _HUE_REACH]
    angles = [(pixel[0] * math.tau / 256, pixel[1]) for pixel in near_peak]
    mean = math.atan2(sum(w * math.sin(a) for a, w in angles), sum(w * math.cos(a) for a, w in angles))
    saturation = sum(pixel[1] for pixel in solid) // len(solid)
    near = near_peak or solid
    return (
        round(mean * 256 / math.tau) % 256,
        max(1, sum(pixel[1] for pixel in near) // len(near))
        if saturation >= _GREY_SATURATION
        else saturation,
        max(1, sum(pixel[2] for pixel in near) // len(near)),
    )


def _near_hue(hsv: Image.Image, own_hue: int) -> Image.Image:
    """Return a soft mask of the pixels whose hue is the object's own."""
    hue, saturation, _ = hsv.split()
    near = hue.point(lambda level: 255 if abs((level - own_hue + 128) % 256 - 128) <= _HUE_REACH else 0)
    colored = saturation.point(lambda level: min(255, level * 6))
    return ImageChops.multiply(near, colored).filter(ImageFilter.GaussianBlur(0.8))
