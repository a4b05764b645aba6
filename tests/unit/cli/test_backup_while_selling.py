"""A backup made while the shop sells is a whole shop of one moment, and the repairs take it up again."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from tests.helpers.checkout import MUG, TEA, Shop

from vivamarket.adapters.local.postgres_server import EmbeddedPostgres
from vivamarket.adapters.postgres.pool import create_pool
from vivamarket.checkout.invariants import describe, violations
from vivamarket.cli.database import DATABASE
from vivamarket.kernel.ids import OrderId
from vivamarket.orders.model import OrderStatus

SHOPPERS = 4
ORDERS_BEFORE = 12
ORDERS_MAX = 2_000


async def viva(data: Path, *arguments: str, **environ: str) -> str:
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "vivamarket.cli", *arguments],
        env={**os.environ, "VIVA_DATA_DIR": str(data), **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Crowd:
    """Shoppers who order until they are told to stop; every second one pays, every third is told of it."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.orders: list[OrderId] = []
        self.done = False

    async def sell(self, *, until: int) -> None:
        while not self.done and len(self.orders) < until:
            order_id = await self._shop.ordered((MUG, 1), (TEA, 2))
            self.orders.append(order_id)
            if len(self.orders) % 2:
                await self._shop.pay(order_id)
            if len(self.orders) % 3:
                await self._shop.checkout.settle(order_id)

    async def during(self, command: asyncio.Task[str]) -> str:
        async with asyncio.TaskGroup() as crowd:
            for _ in range(SHOPPERS):
                crowd.create_task(self.sell(until=ORDERS_MAX))
            try:
                return await command
            finally:
                self.done = True


@asynccontextmanager
async def restored(data: Path) -> AsyncIterator[asyncpg.Pool]:
    """Lend a pool on the database of a restored folder."""
    server = EmbeddedPostgres(data / "postgres", log_file=data / "postgres.log", durable=False)
    await asyncio.to_thread(server.start)
    pool = await create_pool(server.url(DATABASE), size_max=4, application_name="tests")
    try:
        yield pool
    finally:
        pool.terminate()
        await asyncio.to_thread(server.stop)


async def test_a_backup_made_while_selling_holds_every_promise_and_goes_on_where_it_was(
    pool: asyncpg.Pool, database_url: str, own_folder: Path
) -> None:
    shop = Shop(pool)
    await shop.open(MUG=10_000, TEA=20_000)
    crowd = Crowd(shop)
    await crowd.sell(until=ORDERS_BEFORE)
    file = str(own_folder / "saved.tar")

    saving = asyncio.create_task(viva(own_folder / "data", "backup", file, VIVA_DATABASE_URL=database_url))
    await crowd.during(saving)
    told = json.loads(await viva(own_folder / "copy", "restore", file, "--yes", "--json"))

    assert told["check"]["holds"]
    assert ORDERS_BEFORE <= told["check"]["orders"] < len(crowd.orders)
    async with restored(own_folder / "copy") as copy:
        assert await copy.fetchval("SELECT reltuples FROM pg_class WHERE relname = 'orders'") > 0
        again = Shop(copy, twin=shop)
        evidence = await again.evidence.read()
        assert len(evidence.orders) == told["check"]["orders"]
        paid_at_provider = {each for each, books in shop.provider.books().items() if books.captured}
        open_at_backup = {
            order.state.id for order in evidence.orders if order.state.captured.minor_units == 0
        }
        # What the copy has not asked for, it cannot know to be paid; the whole comparison finds it.
        never_asked = {
            order.state.id
            for order in evidence.orders
            if all(payment.requested_at is None for payment in order.state.payments)
        }
        to_settle = (paid_at_provider & open_at_backup) - never_asked
        assert to_settle

        await again.heal()

        known = {each: books for each, books in shop.provider.books().items() if each not in never_asked}
        evidence = await again.evidence.read()
        found = violations(evidence, provider=known, settled_at=again.clock.now())
        assert not found, describe(found)
        settled = {order.state.id: order.state.status for order in evidence.orders}
        assert {settled[each] for each in to_settle} == {OrderStatus.PAID}
        report = await again.comparison.run()
        assert report.open_count >= len(paid_at_provider & never_asked)
