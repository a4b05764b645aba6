"""``viva audit`` tells whether the log of what staff did is whole; commands stand in it too."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import asyncpg

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.postgres.audit_log import PostgresAuditLogStore
from vivamarket.audit_log import ActorKind, AuditLog, AuditQuery


async def viva(database_url: str, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "vivamarket.cli", *arguments],
        env={**os.environ, "VIVA_DATA_DIR": str(data), "VIVA_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


async def test_commands_stand_in_the_log_and_tampering_is_told(
    pool: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    log = AuditLog(PostgresAuditLogStore(pool), SystemClock())

    added = await viva(database_url, tmp_path, "staff", "add", "jo@example.com", "--role", "editor")
    anchor = (await viva(database_url, tmp_path, "audit", "anchor")).stdout.strip()
    whole = await viva(database_url, tmp_path, "audit", "verify", "--anchor", anchor)

    assert added.returncode == 0, added.stderr
    (noted,) = (await log.find(AuditQuery(), None, 10)).items
    assert (noted.entry.operation, noted.entry.actor.kind) == ("viva staff add", ActorKind.COMMAND_LINE)
    assert noted.entry.actor.name != ""
    assert noted.outcome is not None
    assert whole.returncode == 0, whole.stderr
    assert f"2 entries of the audit log checked; it ends at {anchor}." in whole.stdout

    await pool.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    await pool.execute("DELETE FROM audit_entry WHERE seq = 2")
    await pool.execute("UPDATE audit_head SET (seq, hash) = (SELECT seq, hash FROM audit_entry)")
    forged = await viva(database_url, tmp_path, "audit", "verify", "--json", "--anchor", anchor)

    assert (await log.verify()).holds
    assert forged.returncode == 1
    assert [each["kind"] for each in json.loads(forged.stdout)["findings"]] == ["cut"]


async def test_an_import_stands_in_the_log_and_a_dry_run_does_not(
    pool: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    log, file = AuditLog(PostgresAuditLogStore(pool), SystemClock()), tmp_path / "mugs.csv"
    file.write_text("Handle,Title,Status,Variant SKU,Variant Price\nmug,Mug,active,MUG,12.50\n")

    tried = await viva(database_url, tmp_path, "import", str(file), "--dry-run", "--no-images")
    before = (await log.find(AuditQuery(), None, 10)).items
    done = await viva(database_url, tmp_path, "import", str(file), "--no-images")

    assert (tried.returncode, done.returncode) == (0, 0), done.stderr
    assert before == ()
    (noted,) = (await log.find(AuditQuery(), None, 10)).items
    assert (noted.entry.operation, noted.entry.resource) == ("viva import", "mugs.csv")
    assert noted.outcome is not None
