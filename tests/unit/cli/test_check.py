"""``viva check`` says in plain words whether every promise holds, and ends accordingly."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
from tests.helpers.aftersales import invoices_on
from tests.helpers.checkout import MUG, Shop
from tests.helpers.payment import SandboxRig

from vivamarket.sandbox.cards import card_by_key


async def check(database_url: str, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "vivamarket.cli", "check", *arguments],
        env={**os.environ, "VIVA_DATA_DIR": str(data), "VIVA_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


async def test_a_sound_shop_is_told_so(pool: asyncpg.Pool, database_url: str, tmp_path: Path) -> None:
    shop = Shop(pool)
    await shop.open(MUG=5)
    order_id = await shop.paid((MUG, 2))
    without_invoice = await check(database_url, tmp_path)
    await invoices_on(shop).issue(order_id)

    told = await check(database_url, tmp_path)

    assert "no invoice tells it (I21: every sale has one invoice" in without_invoice.stderr
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("1 orders and 1 stock items checked in ")
    assert "Every invariant holds.\n0 entries of the audit log checked" in told.stdout
    assert told.stdout.endswith("The log is whole.\n")


async def test_a_broken_promise_is_named_in_words_and_for_scripts(
    pool: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    shop = Shop(pool)
    await shop.open(MUG=5)
    await pool.execute("UPDATE stock_item SET held = 1")

    told = await check(database_url, tmp_path)
    listed = await check(database_url, tmp_path, "--json")

    assert (told.returncode, listed.returncode) == (1, 1)
    detail = "orders keep 0 unpaid and 0 paid, the stock item says 1 and 0"
    assert f"  MUG\n    {detail} (I2: no unit of stock appears or disappears)" in told.stderr
    assert "docs/operate/troubleshooting.md" in told.stderr
    assert "Every invariant holds" not in told.stdout
    result = json.loads(listed.stdout)
    assert result["violations"] == [{"invariant": "I2", "subject": "MUG", "detail": detail}]
    assert (result["holds"], result["orders"], result["stock_items"]) == (False, 0, 1)


async def test_the_sandbox_s_own_books_are_compared(
    pool: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    shop = Shop(pool)
    await shop.open(MUG=5)
    order_id = await shop.ordered((MUG, 1))
    sandbox = SandboxRig(tmp_path / "sandbox.sqlite3")
    lost = "00000000-0000-7000-8000-000000000000"
    for name in (order_id, lost):
        card = card_by_key("visa")
        assert card is not None
        metadata: dict[str, Any] = {"payment_intent_data[metadata][order_id]": name}
        session = sandbox.session(**metadata)
        sandbox.provider.pay(session["id"], card)

    told = await check(database_url, tmp_path)
    result = json.loads((await check(database_url, tmp_path, "--json")).stdout)

    assert told.returncode == 1
    assert "took money for one order that this shop does not have" in told.stderr
    assert "1 of the orders are on their way" in told.stdout
    assert (result["unknown_orders"], result["violations"], result["provider_books_compared"]) == (
        [lost],
        [],
        True,
    )
