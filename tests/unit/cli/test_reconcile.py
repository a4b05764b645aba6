"""``viva reconcile`` shows the newest report, and says plainly when there is nobody to compare with."""

from __future__ import annotations

import json
from pathlib import Path

import asyncpg
from tests.helpers.checkout import Shop
from tests.unit.cli.test_orders import run_viva

from vivamarket.adapters.postgres.audit_log import PostgresAuditLogStore
from vivamarket.audit_log import ActorKind, AuditLog, AuditQuery, Outcome


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


async def test_the_audit_log_says_who_compared_and_what_came_of_it(
    pool: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    shop = Shop(pool)
    await shop.comparison.run()
    await run_viva(database_url, tmp_path, "reconcile", "--last")
    await run_viva(database_url, tmp_path, "reconcile", port=1)

    page = await AuditLog(PostgresAuditLogStore(pool), shop.clock).find(AuditQuery(), None, 10)

    (deed,) = page.items
    assert (deed.entry.operation, deed.entry.actor.kind) == ("viva reconcile", ActorKind.COMMAND_LINE)
    assert deed.outcome is not None
    assert deed.outcome.outcome == Outcome(500, "payment_provider_unavailable")


async def test_without_a_provider_it_says_what_to_do(
    pool: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    done = await run_viva(database_url, tmp_path, "reconcile", port=1)

    assert done.returncode == 1
    assert "./viva up" in done.stderr
    assert "Traceback" not in done.stderr
