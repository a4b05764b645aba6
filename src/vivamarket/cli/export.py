"""``viva export``: the catalogue as a Shopify CSV file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from vivamarket.settings import Settings


@click.command
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["shopify", "shopify-new"]),
    default="shopify-new",
    show_default=True,
    help="Which generation of headers to write.",
)
@click.option("--currency", metavar="CODE", help="The currency of plain price columns [the shop's first].")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(*, file: Path, form: str, currency: str | None, as_json: bool) -> None:
    """Write the catalogue as a Shopify CSV file; import reads it back to the same catalogue.

    What Shopify has no column for (translations, further currencies, schedule, category tree) stands in
    columns of ours, which Shopify passes over.
    """
    from vivamarket.cli.context import print_json, read_settings
    from vivamarket.cli.database import open_database
    from vivamarket.cli.errors import CommandFailed

    if not file.absolute().parent.is_dir():
        raise CommandFailed(
            f"There is no folder {file.absolute().parent}.", advice="Make it, or name another."
        )
    settings = read_settings()
    with open_database(settings) as url:
        products = asyncio.run(_export(settings, url, file, form, currency))
    if as_json:
        print_json({"file": str(file), "products": products, "bytes": file.stat().st_size})
    else:
        click.echo(f"{products:,} products written to {file}.")


async def _export(settings: Settings, url: str, file: Path, form: str, currency: str | None) -> int:
    from rich.console import Console
    from rich.progress import Progress

    from vivamarket.bootstrap.transfer import open_transfer
    from vivamarket.catalog.transfer.exporting import ExportFormat

    written = 0
    # A reader of the file sees the old one or the whole new one.
    part = file.with_name(file.name + ".part")
    try:
        async with open_transfer(settings, url, currency=currency) as transfer:
            with (
                Progress(console=Console(stderr=True)) as bar,
                part.open("w", encoding="utf-8", newline="") as out,
            ):
                task = bar.add_task("Exporting", total=None)

                def progress(done: int, total: int) -> None:
                    nonlocal written
                    written = done
                    bar.update(task, completed=done, total=total)

                async for text in transfer.exporter.run(ExportFormat(form), on_progress=progress):
                    out.write(text)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return written
