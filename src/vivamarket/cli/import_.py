"""``viva import``: products from a Shopify CSV file."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from vivamarket.catalog.transfer.images import ImageReport
    from vivamarket.catalog.transfer.reading import Source
    from vivamarket.catalog.transfer.report import FileRefused, ImportReport, Outcome
    from vivamarket.settings import Settings

ISSUES_SHOWN_MAX = 20
REPORT_COLUMNS = ("row", "handle", "outcome", "column", "code", "reason")


@click.command
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Write nothing; tell what would happen.")
@click.option("--no-images", is_flag=True, help="Do not fetch the pictures that the file names.")
@click.option("--currency", metavar="CODE", help="The currency of plain price columns [the shop's first].")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="CSV",
    help="Write one line per product here: row, handle, outcome, column, code, reason.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(
    *, file: Path, dry_run: bool, no_images: bool, currency: str | None, report: Path | None, as_json: bool
) -> int:
    """Read products from a Shopify CSV file (older and newer headers).

    A product is taken whole or refused with row, column and reason; the others go on. Columns that the
    file does not have leave a product as it is. Repeat an import at any time: it goes on where it ended,
    and what is already there stays untouched.

    Exit code 1 when anything was refused.
    """
    from vivamarket.catalog.transfer.reading import Source
    from vivamarket.catalog.transfer.report import FileRefused
    from vivamarket.cli.context import read_settings
    from vivamarket.cli.database import open_database

    settings = read_settings()
    source = Source(lambda: file.open("rb"), file.stat().st_size)
    with open_database(settings) as url, _report_file(report) as note:
        work = _recorded_import(
            settings,
            url,
            source,
            file.name,
            dry_run=dry_run,
            images=not no_images,
            currency=currency,
            note=note,
        )
        try:
            result, pictures = asyncio.run(work)
        except FileRefused as refused:
            _tell_refused(file, refused, as_json=as_json)
            return 1
    _tell(result, pictures, as_json=as_json)
    return 1 if result.refused else 0


async def _recorded_import(
    settings: Settings, url: str, source: Source, name: str, *, dry_run: bool, **how: Any
) -> tuple[ImportReport, ImageReport | None]:
    """Import, and let the audit log say who did; a dry run changes nothing and is not noted."""
    from vivamarket.cli.trail import recorded_in

    if dry_run:
        return await _import(settings, url, source, dry_run=True, **how)
    async with recorded_in(url, "import", name):
        return await _import(settings, url, source, dry_run=False, **how)


async def _import(
    settings: Settings,
    url: str,
    source: Source,
    *,
    dry_run: bool,
    images: bool,
    currency: str | None,
    note: Callable[[Outcome], None],
) -> tuple[ImportReport, ImageReport | None]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from vivamarket.bootstrap.transfer import open_transfer

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[detail]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
    async with open_transfer(settings, url, currency=currency) as transfer:
        with bar:
            reading = bar.add_task("Checking" if dry_run else "Importing", total=source.size_bytes, detail="")
            result = await transfer.importer.run(
                source,
                dry_run=dry_run,
                on_outcome=note,
                on_progress=lambda done: bar.update(
                    reading, completed=done.bytes_read, detail=f"{done.rows:,} rows"
                ),
            )
            bar.update(reading, completed=source.size_bytes)
            if dry_run or not images or not result.unfetched:
                return result, None
            fetching = bar.add_task("Pictures", total=len(result.unfetched), detail="")
            pictures = await transfer.pictures.run(
                result.unfetched,
                on_progress=lambda done, total: bar.update(
                    fetching, completed=done, detail=f"{done:,} of {total:,} products"
                ),
            )
    return result, pictures


@contextmanager
def _report_file(path: Path | None) -> Iterator[Callable[[Outcome], None]]:
    """Lend a function that writes one line per product; it does nothing without a path."""
    if path is None:
        yield lambda _: None
        return
    from vivamarket.catalog.transfer.cells import write_text

    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(REPORT_COLUMNS)

        def note(outcome: Outcome) -> None:
            issue = outcome.issue
            told = (issue.column, issue.code, issue.reason) if issue is not None else ("", "", "")
            cells = (outcome.handle, outcome.kind.value, *told)
            writer.writerow([outcome.row, *map(write_text, cells)])

        yield note


def _tell(result: ImportReport, pictures: ImageReport | None, *, as_json: bool) -> None:
    from vivamarket.cli.context import print_json

    if as_json:
        print_json(_as_json(result, pictures))
        return
    verb = "Would be" if result.dry_run else "Products"
    parts = [f"{count:,} {kind.value}" for kind, count in result.counts.items()]
    click.echo(f"{verb}: {', '.join(parts)} ({result.rows:,} rows).")
    if result.stock_set and not result.dry_run:
        click.echo(f"Stock: {result.stock_set:,} SKUs counted.")
    if result.categories_created:
        click.echo(f"Categories: {result.categories_created:,} {'would be ' if result.dry_run else ''}added.")
    for issue in result.issues[:ISSUES_SHOWN_MAX]:
        where = f"row {issue.row}" + (f", {issue.column}" if issue.column else "")
        click.echo(f"  refused: {where}: {issue.reason} [{issue.code}]", err=True)
    if result.refused > ISSUES_SHOWN_MAX:
        click.echo(f"  … and {result.refused - ISSUES_SHOWN_MAX:,} more; see --report FILE.", err=True)
    if pictures is not None:
        click.echo(f"Pictures: {pictures.fetched:,} fetched, {pictures.failed:,} not.")
        for failure in pictures.failures[:ISSUES_SHOWN_MAX]:
            click.echo(f"  {failure.url}: {failure.reason} [{failure.code}]", err=True)
        if pictures.failed > ISSUES_SHOWN_MAX:
            click.echo(f"  … and {pictures.failed - ISSUES_SHOWN_MAX:,} more. Repeat to try again.", err=True)


def _as_json(result: ImportReport, pictures: ImageReport | None) -> dict[str, Any]:
    return {
        "dry_run": result.dry_run,
        "rows": result.rows,
        **{kind.value: count for kind, count in result.counts.items()},
        "stock_set": result.stock_set,
        "categories_created": result.categories_created,
        "issues": result.issues,
        "pictures": None
        if pictures is None
        else {"fetched": pictures.fetched, "failed": pictures.failed, "failures": pictures.failures},
    }


def _tell_refused(file: Path, refused: FileRefused, *, as_json: bool) -> None:
    from vivamarket.cli.context import print_json

    if as_json:
        told = {
            "code": refused.reason,
            "row": refused.row,
            "column": refused.column,
            "reason": refused.message,
        }
        print_json({"file_refused": told})
        return
    where = f" (row {refused.row})" if refused.row is not None else ""
    click.echo(f"{file.name} was not imported{where}: {refused.message} [{refused.reason}]", err=True)
