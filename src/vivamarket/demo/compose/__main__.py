"""``python -m vivamarket.demo.compose <assets>``: compose all pictures anew."""

from __future__ import annotations

import colorsys
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import click
from PIL import Image

from vivamarket.demo.catalogue.schema import CategoryFile, ProductFile, read_categories
from vivamarket.demo.compose import scenes
from vivamarket.demo.compose.studio import Emojis, Rgb, rgb

PROCESSES = 2
QUALITY = 82
#: Shelves whose goods come by the dozen; others are shown from near instead.
GROUPED = {"fresh-food", "bakery"}
#: How far a product's backdrop may differ from its category's, as a part of the color circle.
_HUE_DRIFT = 0.035
PICTURES = Path(__file__).parent.parent / "pictures"

Scene = Callable[[Emojis], Image.Image]


@click.command()
@click.argument("assets", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", default="", help="Compose only files whose name starts with this.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=PICTURES)
def main(assets: Path, only: str, out: Path) -> None:
    """Compose the demo's pictures from the ASSETS folder of @lobehub/fluent-emoji-3d."""
    out.mkdir(parents=True, exist_ok=True)
    jobs = [(name, scene) for name, scene in _all_scenes() if name.startswith(only)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        sizes = list(pool.map(partial(_compose, assets, out), jobs, chunksize=4))
    wanted = {f"{name}.webp" for name, _ in jobs}
    for stray in out.glob("*.webp"):
        if not only and stray.name not in wanted:
            stray.unlink()
    click.echo(f"{len(jobs)} pictures, {sum(sizes) / 1e6:.1f} MB, in {out}")


def _compose(assets: Path, out: Path, job: tuple[str, Scene]) -> int:
    name, scene = job
    target = out / f"{name}.webp"
    scene(Emojis(assets)).save(target, "WEBP", quality=QUALITY, method=6)
    return target.stat().st_size


def _all_scenes() -> Iterator[tuple[str, Scene]]:
    yield "home", scenes.home_view
    for file in read_categories():
        light, deep = (rgb(code) for code in file.category.palette)
        for shelf in (file.category, *file.subcategories):
            yield (
                f"shelf-{shelf.key}",
                partial(scenes.shelf_view, art=shelf.hero.split(), light=light, deep=deep),
            )
        for product in file.products:
            yield from _product_scenes(file, product, light, deep)


def _product_scenes(
    file: CategoryFile, product: ProductFile, light: Rgb, deep: Rgb
) -> Iterator[tuple[str, Scene]]:
    art = product.art.split()
    name = product.sku.lower()
    light, deep = _drifted(light, product.sku), _drifted(deep, product.sku)
    colors = product.options.get("color", [])
    for color in colors or [""]:
        file_name = f"{name}-{color}" if color else name
        yield file_name, partial(scenes.main_view, art=art, light=light, deep=deep, color=color)
    if file.category.key in GROUPED:
        yield f"{name}-view", partial(scenes.group_view, art=art, light=light, deep=deep)
    else:
        color = colors[0] if colors else ""
        yield f"{name}-view", partial(scenes.close_view, art=art, light=light, deep=deep, color=color)


def _drifted(color: Rgb, name: str) -> Rgb:
    """Return a neighbor of the color, always the same for the same name."""
    drift = (hashlib.sha256(name.encode()).digest()[0] / 255 * 2 - 1) * _HUE_DRIFT
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in color))
    red, green, blue = colorsys.hls_to_rgb((hue + drift) % 1, lightness, saturation)
    return (round(red * 255), round(green * 255), round(blue * 255))


if __name__ == "__main__":
    main()
