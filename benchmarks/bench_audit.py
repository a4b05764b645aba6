"""The audit log: entries a second from several writers at once, and how fast the whole chain is verified.

    python -m benchmarks.bench_audit [--entries 200000] [--quick] [--json]

An entry is what the guard writes for one change: an intention and an outcome are two. fsync is on; each is
on disk when it counts. The reference is `INSERT` of the same text into a plain table by as many writers:
what one entry costs without chain, hash and the one row that all wait for. Verifying reads and hashes
everything, as `viva audit verify` does.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import asyncpg
import msgspec

from benchmarks.harness import folder
from benchmarks.report import Row, save, show
from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.postgres_server import EmbeddedPostgres
from vivamarket.adapters.postgres.audit_log import PostgresAuditLogStore
from vivamarket.adapters.postgres.migrate import migrate
from vivamarket.adapters.postgres.pool import create_pool
from vivamarket.audit_log import Actor, ActorKind, AuditLog, Entry, Phase
from vivamarket.audit_log.model import encode_entry

ENTRIES, QUICK_ENTRIES = 200_000, 5_000
WRITERS = 8
SECONDS, QUICK_SECONDS = 5.0, 1.0
_PLAIN = "CREATE TABLE plain_note (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL)"
_GROW = "SELECT count(audit_append($1)) FROM generate_series(1, $2::int)"


def entry() -> str:
    """Return the text of one entry, of a usual size."""
    return encode_entry(
        Entry(
            at=datetime.now(UTC),
            phase=Phase.EVENT,
            actor=Actor(kind=ActorKind.COMMAND_LINE, name="bench"),
            operation="refundStaffOrder",
            resource="orders/VM-7K3QX9",
        )
    )


async def rate(write: Callable[[], Awaitable[object]], seconds: float) -> float:
    """Return how often a second several writers get it done."""
    done = 0

    async def writer(until: float) -> None:
        nonlocal done
        while time.perf_counter() < until:
            await write()
            done += 1

    begun = time.perf_counter()
    await asyncio.gather(*(writer(begun + seconds) for _ in range(WRITERS)))
    return done / (time.perf_counter() - begun)


async def measure(url: str, entries: int, seconds: float) -> list[Row]:
    """Measure writing, then verifying at least ``entries`` of them."""
    connection = await asyncpg.connect(url)
    await migrate(connection)
    await connection.execute(_PLAIN)
    await connection.close()
    async with await create_pool(url, size_max=WRITERS, application_name="bench") as pool:
        log = AuditLog(PostgresAuditLogStore(pool), SystemClock())
        store = PostgresAuditLogStore(pool)
        chained = await rate(lambda: store.append(entry()), seconds)
        plain = await rate(
            lambda: pool.execute("INSERT INTO plain_note (body) VALUES ($1)", entry()), seconds
        )
        await pool.execute(_GROW, entry(), entries)
        begun = time.perf_counter()
        verdict = await log.verify()
        lasted = time.perf_counter() - begun
        if not verdict.holds:
            raise RuntimeError(f"the log does not hold: {verdict.findings[:1]}")
    return [
        Row(
            bench="audit",
            work=f"entries written, {WRITERS} writers at once",
            unit="/s",
            ours=round(chained),
            reference=round(plain),
            reference_name="plain INSERT",
        ),
        Row(
            bench="audit",
            work=f"entries verified, {verdict.checked:,} in the log",
            unit="/s",
            ours=round(verdict.checked / lasted),
            note=f"the whole log in {lasted:,.1f} s",
        ),
    ]


def main() -> None:
    """Measure, print, and keep the rows in RESULTS.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, help=f"in the log that is verified (default {ENTRIES:,})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ENTRIES:,} entries, one second each")
    parser.add_argument("--json", action="store_true", help="one JSON object a line; nothing is kept")
    options = parser.parse_args()
    entries = options.entries or (QUICK_ENTRIES if options.quick else ENTRIES)
    seconds = QUICK_SECONDS if options.quick else SECONDS
    with folder("viva-bench-") as place:
        server = EmbeddedPostgres(place / "postgres", log_file=place / "log", durable=True)
        server.start()
        try:
            server.create_database("bench")
            rows = asyncio.run(measure(server.url("bench"), entries, seconds))
        finally:
            server.stop()
    if options.json:
        for row in rows:
            print(msgspec.json.encode(row).decode(), flush=True)
    else:
        show(rows)
        save(rows, quick=options.quick)


if __name__ == "__main__":
    main()
