"""How the objects of one picture are arranged."""

from __future__ import annotations

from PIL import Image

from vivamarket.demo.compose.studio import HORIZON, Emojis, Placed, Rgb, backdrop, mix, photograph
from vivamarket.demo.compose.tint import tinted

#: What hovers rather than stands.
FLOATING = frozenset("✨ ☁️ ⭐ 🎵 🎶 🍃 🦋 🐝 ☀️ ❄️ 🫧 💦 🎉 🎈 🌙 💧 🍂 🌸 🎀 🪶".split())  # noqa: SIM905 - readable as one row

MAIN_SIZE = (960, 960)
VIEW_SIZE = (720, 720)
SHELF_SIZE = (1600, 900)
_WHITE = (255, 255, 255)
#: Where props stand: x, floor, size, turn; the first two behind the object, the others before it.
_STANDING = ((0.20, 0.76, 0.29, 8.0), (0.81, 0.86, 0.25, -8.0), (0.17, 0.89, 0.19, 6.0))
_HOVERING = ((0.80, 0.30, 0.17, -10.0), (0.17, 0.25, 0.14, 12.0), (0.87, 0.52, 0.11, 0.0))


#: Where a category's objects stand, all inside the middle 4:3 that small tiles show; ``x`` is a part of the
#: width here, and the last place is the tallest one's.
_SHELF_OF_THREE = ((0.30, 0.83, 0.45, 5.0), (0.71, 0.85, 0.45, -6.0), (0.50, 0.88, 0.56, 0.0))
_SHELF_OF_MORE = (
    (0.310, 0.80, 0.41, 5.0), (0.625, 0.81, 0.43, -5.0), (0.755, 0.90, 0.31, -4.0), (0.230, 0.91, 0.26, 6.0),
    (0.465, 0.87, 0.52, 0.0),
)  # fmt: skip

Place = tuple[float, float, float, float]


def main_view(emojis: Emojis, art: list[str], light: Rgb, deep: Rgb, color: str = "") -> Image.Image:
    """Return the product in the middle, its props around it."""
    hero = _hero(emojis, art[0], color)
    back, front = _props(emojis, art[1:])
    alone = not back and not front
    stage = Placed(hero, 0.5, 0.82, 0.60 if alone else 0.55)
    return photograph(backdrop(MAIN_SIZE, light, deep), [*back, stage, *front], _shade(deep))


def close_view(emojis: Emojis, art: list[str], light: Rgb, deep: Rgb, color: str = "") -> Image.Image:
    """Return the product near and turned, running over the edge a little."""
    hero = _hero(emojis, art[0], color)
    ground = backdrop(VIEW_SIZE, mix(light, deep, 0.55), mix(deep, _shade(deep), 0.10), disc=False)
    return photograph(ground, [Placed(hero, 0.51, 0.955, 0.76, -9.0)], _shade(deep))


def group_view(emojis: Emojis, art: list[str], light: Rgb, deep: Rgb) -> Image.Image:
    """Return several of the product together: for what comes by the dozen."""
    hero = emojis.get(art[0])
    objects = [
        Placed(hero, 0.30, 0.58, 0.35, 7.0),
        Placed(hero, 0.70, 0.60, 0.36, -8.0),
        Placed(hero, 0.23, 0.83, 0.40, -5.0),
        Placed(hero, 0.77, 0.85, 0.41, 6.0),
        Placed(hero, 0.50, 0.91, 0.48),
    ]
    ground = backdrop(VIEW_SIZE, mix(light, deep, 0.35), deep, disc=False)
    return photograph(ground, objects, _shade(deep))


def shelf_view(emojis: Emojis, art: list[str], light: Rgb, deep: Rgb) -> Image.Image:
    """Return a wide still life of a category: the first object tallest, the others stepping down."""
    tall, *rest = art
    places = _SHELF_OF_THREE if len(rest) == 2 else _SHELF_OF_MORE
    behind = [_on_shelf(emojis, each, place) for each, place in zip(rest, places, strict=False)]
    middle = _on_shelf(emojis, tall, places[-1])
    return photograph(backdrop(SHELF_SIZE, light, deep), [*behind[:2], middle, *behind[2:]], _shade(deep))


def home_view(emojis: Emojis) -> Image.Image:
    """Return the shop's first picture: a market table with a bit of everything."""
    light, deep = (255, 243, 224), (250, 190, 140)
    cast = (
        ("🪴", 0.13, 0.72, 0.34, 0.0), ("🎸", 0.865, 0.78, 0.38, -4.0), ("🥖", 0.385, 0.60, 0.26, 22.0),
        ("🥬", 0.455, 0.59, 0.22, 0.0), ("🏺", 0.29, 0.70, 0.26, 0.0),
        ("📻", 0.70, 0.72, 0.29, 0.0), ("🧺", 0.42, 0.80, 0.40, 0.0), ("🫖", 0.60, 0.82, 0.33, 0.0),
        ("🥐", 0.24, 0.88, 0.27, 6.0), ("🍎", 0.35, 0.92, 0.20, 0.0), ("🧸", 0.76, 0.90, 0.30, -4.0),
        ("🍓", 0.455, 0.935, 0.15, -8.0), ("🍯", 0.545, 0.94, 0.20, 0.0), ("📓", 0.10, 0.92, 0.22, 8.0),
        ("🎁", 0.655, 0.95, 0.20, 0.0), ("👟", 0.895, 0.95, 0.22, 0.0),
    )  # fmt: skip
    objects = [_on_shelf(emojis, emoji, (x, floor, size, turn)) for emoji, x, floor, size, turn in cast]
    return photograph(backdrop(SHELF_SIZE, light, deep), objects, _shade(deep))


def _on_shelf(emojis: Emojis, emoji: str, place: Place) -> Placed:
    """Return the object at a place of a wide picture; above the horizon there is no floor to shade."""
    x, floor, size, turn = place
    wide = SHELF_SIZE[0] / SHELF_SIZE[1]
    return Placed(emojis.get(emoji), x * wide, floor, size, turn, floats=floor < HORIZON)


def _hero(emojis: Emojis, emoji: str, color: str) -> Image.Image:
    render = emojis.get(emoji)
    return tinted(render, color) if color else render


def _props(emojis: Emojis, props: list[str]) -> tuple[list[Placed], list[Placed]]:
    """Return the props behind and before the product."""
    back: list[Placed] = []
    front: list[Placed] = []
    standing = hovering = 0
    for emoji in props:
        render = emojis.get(emoji)
        if emoji in FLOATING:
            x, floor, size, turn = _HOVERING[hovering]
            hovering += 1
            back.append(Placed(render, x, floor, size, turn, floats=True))
            continue
        x, floor, size, turn = _STANDING[standing]
        standing += 1
        (back if standing == 1 and len(props) > 1 else front).append(
            Placed(
                render,
                x if len(props) > 1 else _STANDING[1][0],
                floor if len(props) > 1 else 0.86,
                size,
                turn,
            )
        )
    return back, front


def _shade(deep: Rgb) -> Rgb:
    """Return the shadow's color: the backdrop's own, much darker."""
    return mix(mix(deep, (60, 40, 70), 0.6), (0, 0, 0), 0.25)
