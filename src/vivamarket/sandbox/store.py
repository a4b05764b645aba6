"""The provider's records in one SQLite file (or in memory, for tests and the simulator).

Durability: write-ahead log with ``synchronous=NORMAL``. A committed transaction survives the death of the
process at any point (kill -9 included), which is what the shop's promises are tested against; only a
power cut may lose the last moments, and then whole transactions from the end, never a part of one. The
file belongs to one process at a time.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from vivamarket.sandbox.model import Delivery, ProviderEvent, Record
from vivamarket.sandbox.ports import Duty, StoredAnswer

R = TypeVar("R", bound=Record)

BUSY_TIMEOUT_SECONDS = 5.0
#: Moving the log into the file waits for the disk, so it is done rarely: every 32 MiB, and at the end.
LOG_PAGES_MAX = 8_192

_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    parent TEXT NOT NULL,
    created INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS record_by_kind ON record (kind, seq);
CREATE INDEX IF NOT EXISTS record_by_parent ON record (parent, kind, seq) WHERE parent <> '';
CREATE TABLE IF NOT EXISTS duty (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS duty_by_time ON duty (kind, at);
CREATE TABLE IF NOT EXISTS answer (
    key TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    request_id TEXT NOT NULL,
    created INTEGER NOT NULL
) WITHOUT ROWID;
"""

_PUT = """
INSERT INTO record (kind, id, parent, created, body) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET body = excluded.body
"""
_KEEP = "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)"


class SqliteRecordStore:
    """``RecordStore`` over SQLite. ``path`` None keeps everything in memory."""

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            str(path) if path is not None else ":memory:",
            isolation_level=None,
            timeout=BUSY_TIMEOUT_SECONDS,
            cached_statements=64,
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES_MAX}")
        self._connection.executescript(_SCHEMA)
        self._encoder = msgspec.json.Encoder()
        self._decoders: dict[type[Record], msgspec.json.Decoder[Any]] = {}

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See ``RecordStore``."""
        self._connection.execute("BEGIN")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            # SQLite has already rolled back after some errors, and has not after others (a full disk).
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def get(self, kind: type[R], record_id: str) -> R | None:
        """See ``RecordStore``."""
        row = self._connection.execute(
            "SELECT body FROM record WHERE id = ? AND kind = ?", (record_id, kind.object_name)
        ).fetchone()
        return None if row is None else self._decode(kind, row[0])

    def put(self, record: Record) -> None:
        """See ``RecordStore``."""
        self._connection.execute(
            _PUT,
            (record.object_name, record.id, record.parent, record.created, self._encoder.encode(record)),
        )

    def page(
        self,
        kind: type[R],
        *,
        limit: int,
        parent: str | None = None,
        starting_after: str | None = None,
        ending_before: str | None = None,
        created_from: int | None = None,
        created_to: int | None = None,
    ) -> tuple[list[R], bool]:
        """See ``RecordStore``."""
        clauses: list[str] = ["kind = ?"]
        values: list[str | int] = [kind.object_name]
        if created_from is not None:
            clauses.append("created >= ?")
            values.append(created_from)
        if created_to is not None:
            clauses.append("created <= ?")
            values.append(created_to)
        if parent is not None:
            clauses.append("parent = ?")
            values.append(parent)
        backwards = ending_before is not None
        anchor = ending_before or starting_after
        if anchor is not None:
            comparison = ">" if backwards else "<"
            clauses.append(f"seq {comparison} (SELECT seq FROM record WHERE id = ?)")
            values.append(anchor)
        rows = self._connection.execute(
            f"SELECT body FROM record WHERE {' AND '.join(clauses)}"
            f" ORDER BY seq {'ASC' if backwards else 'DESC'} LIMIT ?",
            (*values, limit + 1),
        ).fetchall()
        records = [self._decode(kind, row[0]) for row in rows[:limit]]
        if backwards:
            records.reverse()
        return records, len(rows) > limit

    def schedule(self, duty: Duty, at: float) -> None:
        """See ``RecordStore``."""
        self._connection.execute("INSERT OR REPLACE INTO duty VALUES (?, ?, ?)", (duty.kind, duty.id, at))

    def unschedule(self, duty: Duty) -> None:
        """See ``RecordStore``."""
        self._connection.execute("DELETE FROM duty WHERE kind = ? AND id = ?", (duty.kind, duty.id))

    def due(self, kinds: Sequence[str], now: float, limit: int, *, latest: float | None = None) -> list[Duty]:
        """See ``RecordStore``."""
        marks = ", ".join("?" * len(kinds))
        rows = self._connection.execute(
            f"SELECT kind, id FROM duty WHERE kind IN ({marks}) AND (at <= ? OR at > ?)"
            " ORDER BY at, id LIMIT ?",
            (*kinds, now, math.inf if latest is None else latest, limit),
        ).fetchall()
        return [Duty(kind, record_id) for kind, record_id in rows]

    def next_due(self, kinds: Sequence[str]) -> float | None:
        """See ``RecordStore``."""
        marks = ", ".join("?" * len(kinds))
        row = self._connection.execute(f"SELECT min(at) FROM duty WHERE kind IN ({marks})", kinds).fetchone()
        return None if row[0] is None else float(row[0])

    def answer(self, key: str) -> StoredAnswer | None:
        """See ``RecordStore``."""
        row = self._connection.execute("SELECT * FROM answer WHERE key = ?", (key,)).fetchone()
        return None if row is None else StoredAnswer(*row)

    def keep_answer(self, answer: StoredAnswer) -> None:
        """See ``RecordStore``."""
        self._connection.execute(
            _KEEP,
            (
                answer.key,
                answer.fingerprint,
                answer.status,
                answer.body,
                answer.request_id,
                answer.created,
            ),
        )

    def forget(self, *, answers_before: int, events_before: int) -> None:
        """See ``RecordStore``."""
        self._connection.execute("DELETE FROM answer WHERE created < ?", (answers_before,))
        self._connection.execute(
            "DELETE FROM record WHERE kind IN (?, ?) AND created < ?",
            (ProviderEvent.object_name, Delivery.object_name, events_before),
        )

    def _decode(self, kind: type[R], body: bytes) -> R:
        decoder = self._decoders.get(kind)
        if decoder is None:
            decoder = self._decoders[kind] = msgspec.json.Decoder(kind)
        record: R = decoder.decode(body)
        return record
