"""Looks for words in every place that a shop writes to: tables, files, archives in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from quopri import decodestring

import asyncpg

_TABLES = """
SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""
_BYTES = """
SELECT column_name FROM information_schema.columns
WHERE format('%I.%I', table_schema, table_name) = $1 AND data_type = 'bytea'
"""


async def tables_with(pool: asyncpg.Pool, words: Sequence[str]) -> list[str]:
    """Return each table that holds one of the words, in text, in JSON or in bytes, whatever their case."""
    found = []
    for row in await pool.fetch(_TABLES):
        columns = [each["column_name"] for each in await pool.fetch(_BYTES, row["name"])]
        parts = ["t::text", *(f"coalesce(encode(t.\"{name}\", 'escape'), '')" for name in columns)]
        text = " || ' ' || ".join(parts)
        holds = await pool.fetchval(
            f"""SELECT EXISTS (SELECT FROM {row["name"]} AS t, unnest($1::text[]) AS wanted
                WHERE strpos(lower({text}), lower(wanted)) > 0)""",
            words,
        )
        if holds:
            found.append(row["name"].removeprefix("public."))
    return found


def files_with(folder: Path, words: Sequence[str]) -> list[str]:
    """Return each file below the folder whose name or bytes hold one of the words, encoded or not."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and _holds(path, [word.casefold() for word in words])
    )


def _holds(path: Path, words: Sequence[str]) -> bool:
    raw = path.read_bytes()
    forms = (raw, decodestring(raw))
    texts = [path.name, *(form.decode("utf-8", "ignore") for form in forms)]
    return any(word in text.casefold() for text in texts for word in words)
