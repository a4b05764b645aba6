"""``viva reconcile`` shows the newest report, and says plainly when there is nobody to compare with."""

from __future__ import annotations

import json
from pathlib import Path

import asyncpg
from tests.helpers.checkout import Shop
from tests.unit.cli.test_orders import run_viva


async def test_the_newest_report_is_shown_and_open_differences_fail(
    pool: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    shop = Shop(pool)
    await shop.open(MUG=5)
    await shop.paid()
    await shop.comparison.run()
    clean = await run_viva(database_url, tmp_path, "reconcile", "--last", "--json")
    shop.later(minutes=10)
    shop.provider.sessions.clear()
    await shop.comparison.run()

    open_ = await run_viva(database_url, tmp_path, "reconcile", "--last")

    assert clean.returncode == 0
    assert json.loads(clean.stdout)["compared_count"] == 1
    assert open_.returncode == 1
    assert "OPEN     unknown_to_provider  pi_cs_1" in open_.stdout
    assert "1 difference left, 0 settled." in open_.stdout


async def test_without_a_provider_it_says_what_to_do(
    pool: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    done = await run_viva(database_url, tmp_path, "reconcile", port=1)

    assert done.returncode == 1
    assert "./viva up" in done.stderr
    assert "Traceback" not in done.stderr
