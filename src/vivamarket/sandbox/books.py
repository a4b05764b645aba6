"""The sandbox's books by the metadata of its customer: how much was taken, how much given back.

Reads the file that another process may be serving from, and never writes to it. The sums of one moment
are kept in a temporary table, so that memory stays small however many payments there are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

BUSY_TIMEOUT_SECONDS = 10.0
NAMES_PER_STATEMENT_MAX = 500

_SUMS = """
CREATE TEMP TABLE sums AS
WITH refunded AS (
    SELECT parent AS intent, sum(json_extract(CAST(body AS TEXT), '$.amount')) AS amount
    FROM record
    WHERE kind = 'refund' AND json_extract(CAST(body AS TEXT), '$.status') IN ('succeeded', 'pending')
    GROUP BY parent
)
SELECT json_extract(CAST(i.body AS TEXT), :name) AS name,
    sum(json_extract(CAST(i.body AS TEXT), '$.amount_received')) AS taken,
    sum(coalesce(r.amount, 0)) AS given_back
FROM record AS i LEFT JOIN refunded AS r ON r.intent = i.id
WHERE i.kind = 'payment_intent'
GROUP BY 1 HAVING name IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Sums:
    """Minor units taken and given back under one name."""

    taken: int
    given_back: int


class SandboxBooks:
    """The books of the sandbox whose records are in ``path``, per value of one metadata key."""

    def __init__(self, connection: sqlite3.Connection, metadata_key: str) -> None:
        """Use ``open_books``."""
        self._connection = connection
        self._metadata_key = metadata_key

    def refresh(self) -> None:
        """Add everything up as it is now."""
        self._connection.execute("DROP TABLE IF EXISTS temp.sums")
        self._connection.execute(_SUMS, {"name": f'$.metadata."{self._metadata_key}"'})
        self._connection.execute("CREATE UNIQUE INDEX temp.sums_by_name ON sums (name)")

    def of(self, names: Sequence[str]) -> dict[str, Sums]:
        """Return the sums under these names; nothing for a name without a payment."""
        found: dict[str, Sums] = {}
        for start in range(0, len(names), NAMES_PER_STATEMENT_MAX):
            part = names[start : start + NAMES_PER_STATEMENT_MAX]
            marks = ", ".join("?" * len(part))
            statement = f"SELECT name, taken, given_back FROM temp.sums WHERE name IN ({marks})"
            found |= {row[0]: Sums(row[1], row[2]) for row in self._connection.execute(statement, part)}
        return found

    def with_money(self, after: str | None, limit: int) -> list[str]:
        """Return the next names, in order, under which money was taken."""
        statement = "SELECT name FROM temp.sums WHERE name > ? AND taken > 0 ORDER BY name LIMIT ?"
        return [row[0] for row in self._connection.execute(statement, (after or "", limit))]


@contextmanager
def open_books(path: Path, *, metadata_key: str) -> Iterator[SandboxBooks]:
    """Lend the books in that file, which must exist. Raise ``sqlite3.Error`` for what is no such file."""
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    with closing(
        sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_SECONDS)
    ) as connection:
        yield SandboxBooks(connection, metadata_key)
