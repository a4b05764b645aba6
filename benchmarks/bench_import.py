"""Import and export, timed against a database of its own; prints JSON.

    python -m benchmarks.bench_import 100000            # a made-up catalogue of that size
    python -m benchmarks.bench_import --file some.csv   # a file that you have

Beside each import stands a reference measured in the same run: the same file's rows copied by
PostgreSQL's own COPY into a plain table (no index, no checks), the floor of writing that much.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from benchmarks.catalogue_generator import write_csv
from benchmarks.report import Row, save, show
from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.ids import SystemIds
from vivamarket.adapters.local.postgres_server import EmbeddedPostgres
from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.adapters.postgres.inventory import PostgresStockStore
from vivamarket.adapters.postgres.migrate import migrate
from vivamarket.adapters.postgres.pool import create_pool
from vivamarket.bootstrap.bridges import InventoryCounts
from vivamarket.catalog.transfer.exporting import CatalogExporter, ExportFormat
from vivamarket.catalog.transfer.importing import CatalogImporter
from vivamarket.catalog.transfer.reading import Source
from vivamarket.catalog.transfer.report import Progress
from vivamarket.inventory.service import StockService

COUNT_DEFAULT = 100_000
COUNT_QUICK = 5_000
#: Of architecture §5, for ``COUNT_DEFAULT`` products.
SECONDS_TARGET = 60.0
MEMORY_TARGET_MEGABYTES = 300
MEGABYTE = 1024 * 1024


class Bench:
    """One database, one file, every pass over it."""

    def __init__(self, pool: asyncpg.Pool, file: Path) -> None:
        clock = SystemClock()
        store = PostgresCatalogStore(pool, clock)
        stock = StockService(stock=PostgresStockStore(pool), clock=clock)
        self._pool = pool
        self._source = Source(lambda: file.open("rb"), file.stat().st_size)
        self._importer = CatalogImporter(
            store, stock, clock, SystemIds(clock), locale="en", currency="EUR", tasks=AsyncioTasks()
        )
        self._exporter = CatalogExporter(
            store, InventoryCounts(stock), locale="en", currency="EUR", media_base="http://localhost"
        )
        self._process = psutil.Process()
        self.memory_peak_bytes = 0

    async def import_file(self, *, dry_run: bool = False) -> dict[str, Any]:
        """Import once and say what came of it and how long it took."""
        started, cpu = time.perf_counter(), time.process_time()
        report = await self._importer.run(self._source, dry_run=dry_run, on_progress=self._watch)
        seconds = time.perf_counter() - started
        products = sum(report.counts.values())
        return {
            **{kind.value: count for kind, count in report.counts.items()},
            "products": products,
            "seconds": round(seconds, 2),
            "our_cpu_seconds": round(time.process_time() - cpu, 2),
            "products_per_second": round(products / seconds),
        }

    async def export(self) -> dict[str, Any]:
        """Export once, counting only."""
        started = time.perf_counter()
        length = 0
        async for text in self._exporter.run(ExportFormat.NEWER):
            length += len(text)
        seconds = time.perf_counter() - started
        return {"megabytes": round(length / MEGABYTE, 1), "seconds": round(seconds, 2)}

    async def copy_rows(self) -> float:
        """Return the seconds that COPY needs for the file's rows, read the same way."""
        with self._source.open() as stream:
            reader = csv.reader(io.TextIOWrapper(stream, encoding="utf-8", newline=""))
            columns = [f"c{index}" for index, _ in enumerate(next(reader))]
            async with self._pool.acquire() as connection, connection.transaction():
                typed = ", ".join(f"{column} text" for column in columns)
                await connection.execute(f"CREATE TEMP TABLE plain ({typed}) ON COMMIT DROP")
                started = time.perf_counter()
                await connection.copy_records_to_table("plain", records=reader, columns=columns)
                return time.perf_counter() - started

    def _watch(self, _: Progress) -> None:
        self.memory_peak_bytes = max(self.memory_peak_bytes, self._process.memory_info().rss)


async def measure(url: str, file: Path) -> dict[str, Any]:
    """Run every pass and return the figures."""
    connection = await asyncpg.connect(url)
    await migrate(connection)
    await connection.close()
    pool = await create_pool(url, size_max=2, application_name="bench_import", command_timeout_seconds=300)
    try:
        bench = Bench(pool, file)
        first = await bench.import_file()
        return {
            "first": first,
            "memory_peak_megabytes": round(bench.memory_peak_bytes / MEGABYTE),
            "copy_seconds": round(await bench.copy_rows(), 2),
            "dry_run": await bench.import_file(dry_run=True),
            "again": await bench.import_file(),
            "export": await bench.export(),
        }
    finally:
        await pool.close()


def run(count: int, files: Sequence[Path]) -> list[dict[str, Any]]:
    """Measure each file, or a made-up one of ``count`` products, in a new database each."""
    results = []
    with tempfile.TemporaryDirectory(prefix="viva-bench-") as folder:
        given = list(files)
        if not given:
            made = Path(folder) / f"{count}.csv"
            with made.open("w", encoding="utf-8", newline="") as stream:
                write_csv(stream, count)
            given = [made]
        server = EmbeddedPostgres(Path(folder) / "postgres", log_file=Path(folder) / "postgres.log")
        server.start()
        try:
            for number, file in enumerate(given):
                server.create_database(f"bench_{number}")
                size = round(file.stat().st_size / MEGABYTE, 1)
                figures = asyncio.run(measure(server.url(f"bench_{number}"), file))
                results.append(
                    {"file": file.name, "file_megabytes": size, "cores": os.cpu_count(), **figures}
                )
        finally:
            server.stop()
    return results


def rows(result: dict[str, Any]) -> list[Row]:
    """Return one file's figures as rows of the results."""
    first, products = result["first"], result["first"]["products"]
    of = f"{products:,} products ({result['file_megabytes']} MB)"

    def row(work: str, ours: float, unit: str = "s", **more: Any) -> Row:
        return Row(bench="import", work=f"{work}, {of}", unit=unit, ours=ours, better="lower", **more)

    per_hundred_thousand = SECONDS_TARGET * products / COUNT_DEFAULT
    return [
        row(
            "first import",
            first["seconds"],
            target=per_hundred_thousand,
            reference=result["copy_seconds"],
            reference_name="COPY of the raw rows",
        ),
        row("memory at its peak", result["memory_peak_megabytes"], "MB", target=MEMORY_TARGET_MEGABYTES),
        row("dry run", result["dry_run"]["seconds"]),
        row("same file again, all unchanged", result["again"]["seconds"]),
        row("export", result["export"]["seconds"]),
    ]


def main() -> None:
    """Read the arguments, measure, show and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("count", nargs="?", type=int, default=None)
    parser.add_argument("--file", action="append", type=Path, default=[])
    parser.add_argument("--quick", action="store_true", help=f"{COUNT_QUICK:,} products")
    parser.add_argument("--json", action="store_true", help="print every figure; nothing is kept")
    chosen = parser.parse_args()
    results = run(chosen.count or (COUNT_QUICK if chosen.quick else COUNT_DEFAULT), chosen.file)
    if chosen.json:
        print(json.dumps(results, indent=2))
        return
    measured = [row for result in results for row in rows(result)]
    show(measured)
    save(measured, quick=chosen.quick)


if __name__ == "__main__":
    main()
