"""``viva orders`` tells an order's whole story: what was bought, paid, booked and taken from stock."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
from tests.helpers.checkout import MUG, Shop, named

from vivamarket.checkout.allocation import RefundLine, RefundWish
from vivamarket.kernel.money import Money


async def run_viva(
    database_url: str, data: Path, *arguments: str, port: int = 8000
) -> subprocess.CompletedProcess[str]:
    """Run the command line on that database, as another process."""
    settings = {"VIVA_DATA_DIR": str(data), "VIVA_DATABASE_URL": database_url, "VIVA_PORT": str(port)}
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "vivamarket.cli", *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


async def viva(database_url: str, data: Path, *arguments: str) -> str:
    done = await run_viva(database_url, data, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def test_an_order_shows_who_got_what_back(
    pool: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    shop = Shop(pool)
    await shop.open(MUG=5)
    order_id = await shop.paid((MUG, 2))
    wish = RefundWish(lines=(RefundLine(1, 1),), goodwill=Money(55, "EUR"), reason="chipped")
    await shop.checkout.refund_order(order_id, wish, attempt=named("refund-1"))
    order = await shop.orders.by_id(order_id)

    told = await viva(database_url, tmp_path, "orders", order.number)
    story = json.loads(await viva(database_url, tmp_path, "orders", order.number, "--json"))

    shown = [line.split() for line in told.splitlines()]
    assert ["goodwill", "0.55", "EUR"] in shown
    assert ["given", "back", "13.05", "EUR"] in shown
    (refund,) = story["refunds"]
    assert (refund["reason"], refund["lines"][0]["quantity"]) == ("chipped", 1)


async def test_a_paid_order_shows_its_ledger_and_its_stock(
    pool: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    shop = Shop(pool)
    await shop.open(MUG=5)
    order = await shop.orders.by_id(await shop.paid((MUG, 2)))

    told = await viva(database_url, tmp_path, "orders", order.number.lower())
    story = json.loads(await viva(database_url, tmp_path, "orders", order.number, "--json"))

    assert "provider_clearing" in told
    assert f"2 × {MUG}" in told
    assert [each["status"] for each in story["stock"]] == ["claimed"]
    (sale,) = story["ledger"]
    amounts = [entry["amount"]["minor_units"] for entry in sale["entries"]]
    assert sum(amounts) == 0
    assert max(amounts) == order.total.minor_units
