"""``viva passwords`` tells where passwords are, and forgets no hash that somebody still needs."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import asyncpg

POOL = "eu-central-1_pool:client:secret"
CUSTOMER = """
INSERT INTO customer (id, email, name, locale, password_hash, epoch, created_at)
VALUES (gen_random_uuid(), $1, 'Jo', 'en', $2, 0, now())
"""


async def viva(url: str, data: Path, *arguments: str, pool: str = POOL) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "vivamarket.cli", "passwords", *arguments],
        env={
            **os.environ,
            "VIVA_DATA_DIR": str(data),
            "VIVA_DATABASE_URL": url,
            "VIVA_PROFILE": "aws",
            "VIVA_AWS_REGION": "eu-central-1",
            "VIVA_AWS_BUCKET": "viva-files",
            "VIVA_AWS_TABLE_PREFIX": "viva-",
            "VIVA_COGNITO_CUSTOMERS_SECRET": pool,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


async def test_the_move_to_cognito_is_told_and_ended_once_it_is_wanted(
    pool: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    for number, kept in enumerate(("a hash", "another hash", "pool:x")):
        await pool.execute(CUSTOMER, f"jo{number}@example.com", kept)

    refused = await viva(database_url, tmp_path, "forget-hashes", "--yes", pool="")
    asked = await viva(database_url, tmp_path, "forget-hashes")
    before = await viva(database_url, tmp_path, "status", "--json")
    done = await viva(database_url, tmp_path, "forget-hashes", "--yes")

    assert refused.returncode == 1
    assert "VIVA_COGNITO_CUSTOMERS_SECRET" in refused.stderr
    assert "2 customers would have to ask" in asked.stdout
    assert json.loads(before.stdout) == {"keeps_in_cognito": True, "hashed": 2}
    assert done.stdout == "2 hashes forgotten.\n", done.stderr
    kept_now = [row["password_hash"] for row in await pool.fetch("SELECT password_hash FROM customer")]
    assert sorted(kept_now) == ["", "", "pool:x"]
    noted = await pool.fetch("SELECT operation, phase FROM audit_entry ORDER BY seq")
    assert {row["operation"] for row in noted} == {"viva passwords forget-hashes"}
