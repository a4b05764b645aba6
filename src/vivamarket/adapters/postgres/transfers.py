"""Imports and exports in PostgreSQL: one document each, their lines as rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import asyncpg
import msgspec

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.catalog.transfer.report import OutcomeKind
from vivamarket.kernel.ids import BadId, parse_uuid
from vivamarket.kernel.paging import BadCursor, Page, decode_cursor, encode_cursor
from vivamarket.transfers.errors import TooManyTransfers, TransferNotFound
from vivamarket.transfers.model import Transfer, TransferId, TransferLine, TransferState, TransferStep

_SCOPE = "transfers"
_COLUMNS = "document, is_cancel_asked"
#: Counting and adding must not interleave with another adding; readers are not held up.
_LOCK = "LOCK TABLE transfer IN SHARE ROW EXCLUSIVE MODE"
_OPEN = """
SELECT (SELECT count(*) FROM (SELECT FROM transfer WHERE state = 'waiting' LIMIT $1) AS waiting)
     + (SELECT count(*) FROM transfer WHERE state = 'running')
"""
_ADD = """
INSERT INTO transfer (id, state, asked_at, has_file, is_cancel_asked, document)
VALUES ($1, $2, $3, $4, false, $5)
"""
_WAKE = "NOTIFY viva_changes, 'transfers'"
_GET = f"SELECT {_COLUMNS} FROM transfer WHERE id = $1"
_LOCKED = f"{_GET} FOR UPDATE"
_PAGE = f"""
SELECT {_COLUMNS} FROM transfer
WHERE $1::timestamptz IS NULL OR (asked_at, id) < ($1, $2::uuid)
ORDER BY asked_at DESC, id DESC LIMIT $3
"""
_SET = """
UPDATE transfer SET state = $2, has_file = $3, is_cancel_asked = $4, document = $5 WHERE id = $1
"""
_RUNNING = f"SELECT {_COLUMNS}, leased_until FROM transfer WHERE state = 'running' FOR UPDATE"
_NEXT = f"""
SELECT {_COLUMNS} FROM transfer WHERE state = 'waiting' ORDER BY asked_at, id LIMIT 1 FOR UPDATE
"""
_CLAIM = f"{_SET.replace(' WHERE id = $1', '')}, leased_until = $6, lease = $7 WHERE id = $1"
_KEEP = """
UPDATE transfer SET state = $2, has_file = $3, is_cancel_asked = is_cancel_asked AND $2 = 'running',
    document = $4, leased_until = $5
WHERE id = $1 AND lease = $6 AND state = 'running' RETURNING is_cancel_asked
"""
_RENEW = """
UPDATE transfer SET leased_until = $2 WHERE id = $1 AND lease = $3 AND state = 'running' RETURNING id
"""
_ADD_LINES = """
INSERT INTO transfer_line (transfer_id, step, row_number, handle, outcome, column_name, code, reason, changed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (transfer_id, step, row_number) DO UPDATE SET handle = excluded.handle,
    outcome = excluded.outcome, column_name = excluded.column_name, code = excluded.code,
    reason = excluded.reason, changed = excluded.changed
"""
_LINES = """
SELECT step, row_number, handle, outcome, column_name, code, reason, changed FROM transfer_line
WHERE transfer_id = $1 AND step = $2 AND row_number > $3 ORDER BY row_number LIMIT $4
"""
_LINES_OF = """
SELECT l.* FROM unnest($5::text[]) AS wanted (outcome), LATERAL (
    SELECT step, row_number, handle, outcome, column_name, code, reason, changed FROM transfer_line
    WHERE transfer_id = $1 AND step = $2 AND outcome = wanted.outcome AND row_number > $3
    ORDER BY row_number LIMIT $4
) AS l ORDER BY l.row_number LIMIT $4
"""
_OLD_FILES = f"""
SELECT {_COLUMNS} FROM transfer WHERE has_file AND asked_at < $1 AND state <> 'running'
ORDER BY asked_at LIMIT $2
"""
_FORGET = """
DELETE FROM transfer WHERE id = ANY (ARRAY(
    SELECT id FROM transfer WHERE asked_at < $1 AND NOT has_file ORDER BY asked_at LIMIT $2
)) RETURNING id
"""


class PostgresTransferStore:
    """The ``TransferStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def add(self, transfer: Transfer, open_max: int) -> Transfer:
        """Keep the transfer and wake the worker. See the port."""
        with outages_told():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(_LOCK)
                known = await connection.fetchrow(_GET, transfer.id)
                if known is not None:
                    return _transfer(known)
                if await connection.fetchval(_OPEN, open_max) >= open_max:
                    raise TooManyTransfers(
                        f"{open_max} imports and exports wait already. Come back when some are done.",
                        open_max=open_max,
                    )
                await connection.execute(
                    _ADD,
                    transfer.id,
                    transfer.state,
                    transfer.asked_at,
                    transfer.has_file,
                    _document(transfer),
                )
                await connection.execute(_WAKE)
        return transfer

    async def get(self, transfer_id: TransferId) -> Transfer:
        """Return the transfer. Raise ``TransferNotFound``."""
        with outages_told():
            row = await self._pool.fetchrow(_GET, transfer_id) if _is_uuid(transfer_id) else None
        if row is None:
            raise _not_found(transfer_id)
        return _transfer(row)

    async def page(self, cursor: str | None, limit: int) -> Page[Transfer]:
        """Return a page, what was asked last first. Raise ``BadCursor``."""
        asked_at, last_id = _place(cursor)
        with outages_told():
            rows = await self._pool.fetch(_PAGE, asked_at, last_id, limit + 1)
        found = tuple(_transfer(row) for row in rows[:limit])
        if len(rows) <= limit:
            return Page(found)
        return Page(found, encode_cursor(_SCOPE, [found[-1].asked_at.isoformat(), found[-1].id]))

    async def change(self, transfer_id: TransferId, decide: Callable[[Transfer], Transfer]) -> Transfer:
        """Decide about the transfer and keep what was decided. See the port."""
        if not _is_uuid(transfer_id):
            raise _not_found(transfer_id)
        with outages_told():
            async with self._pool.acquire() as connection, connection.transaction():
                row = await connection.fetchrow(_LOCKED, transfer_id)
                if row is None:
                    raise _not_found(transfer_id)
                wanted = decide(_transfer(row))
                await connection.execute(_SET, *_fields(wanted))
                await connection.execute(_WAKE)
        return wanted

    async def claim(self, now: datetime, lease_seconds: float, lease: str) -> Transfer | None:
        """Take up what runs under an ended lease, else what waits longest. See the port."""
        try:
            with outages_told():
                async with self._pool.acquire() as connection, connection.transaction():
                    row = await connection.fetchrow(_RUNNING)
                    if row is not None and row["leased_until"] > now:
                        return None
                    row = row or await connection.fetchrow(_NEXT)
                    if row is None:
                        return None
                    claimed = _claimed(_transfer(row), now)
                    until = _later(now, lease_seconds)
                    await connection.execute(_CLAIM, *_fields(claimed), until, lease)
        except asyncpg.UniqueViolationError:
            return None  # another worker was quicker: one runs at a time
        return claimed

    async def keep(
        self,
        transfer: Transfer,
        lines: Sequence[TransferLine],
        *,
        now: datetime,
        lease_seconds: float,
        lease: str,
    ) -> Transfer | None:
        """Keep how far it is, with these lines, and renew the lease. See the port."""
        document, until = _document(transfer), _later(now, lease_seconds)
        with outages_told():
            async with self._pool.acquire() as connection, connection.transaction():
                row = await connection.fetchrow(
                    _KEEP, transfer.id, transfer.state, transfer.has_file, document, until, lease
                )
                if row is None:
                    return None
                await connection.executemany(_ADD_LINES, [_line_fields(transfer.id, each) for each in lines])
        return replace(transfer, is_cancel_asked=row["is_cancel_asked"])

    async def renew(self, transfer_id: TransferId, now: datetime, lease_seconds: float, lease: str) -> bool:
        """Renew the lease; return whether it still was this one's."""
        with outages_told():
            until = _later(now, lease_seconds)
            return await self._pool.fetchval(_RENEW, transfer_id, until, lease) is not None

    async def lines(
        self,
        transfer_id: TransferId,
        step: TransferStep,
        outcomes: Sequence[OutcomeKind],
        after_row: int,
        limit: int,
    ) -> tuple[TransferLine, ...]:
        """Return the lines of a step behind that row, by row. See the port."""
        if not _is_uuid(transfer_id):
            return ()
        wanted = list(dict.fromkeys(outcomes))
        with outages_told():
            if wanted:
                rows = await self._pool.fetch(_LINES_OF, transfer_id, step, after_row, limit, wanted)
            else:
                rows = await self._pool.fetch(_LINES, transfer_id, step, after_row, limit)
        return tuple(_line(row) for row in rows)

    async def with_old_files(self, before: datetime, limit: int) -> tuple[Transfer, ...]:
        """Return transfers with a file that were asked before that moment. See the port."""
        with outages_told():
            rows = await self._pool.fetch(_OLD_FILES, before, limit)
        return tuple(_transfer(row) for row in rows)

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` old transfers without a file, with their lines."""
        with outages_told():
            return len(await self._pool.fetch(_FORGET, before, limit))


def _claimed(transfer: Transfer, now: datetime) -> Transfer:
    return replace(
        transfer,
        state=TransferState.RUNNING,
        attempts=transfer.attempts + 1,
        began_at=transfer.began_at or now,
        changed_at=now,
    )


def _document(transfer: Transfer) -> str:
    return msgspec.json.encode(transfer).decode()


def _transfer(row: asyncpg.Record) -> Transfer:
    found = msgspec.json.decode(row["document"], type=Transfer)
    return replace(found, is_cancel_asked=row["is_cancel_asked"])


def _fields(transfer: Transfer) -> tuple[object, ...]:
    return (
        transfer.id,
        transfer.state,
        transfer.has_file,
        transfer.is_cancel_asked,
        _document(transfer),
    )


def _line_fields(transfer_id: TransferId, line: TransferLine) -> tuple[object, ...]:
    return (
        transfer_id,
        line.step,
        line.row,
        line.handle,
        line.outcome,
        line.column,
        line.code,
        line.reason,
        list(line.changed),
    )


def _line(row: asyncpg.Record) -> TransferLine:
    return TransferLine(
        step=TransferStep(row["step"]),
        row=row["row_number"],
        handle=row["handle"],
        outcome=OutcomeKind(row["outcome"]),
        column=row["column_name"],
        code=row["code"],
        reason=row["reason"],
        changed=tuple(row["changed"]),
    )


def _place(cursor: str | None) -> tuple[datetime | None, str | None]:
    if cursor is None:
        return None, None
    asked_at, last_id = decode_cursor(_SCOPE, cursor, 2)
    try:
        return datetime.fromisoformat(str(asked_at)), parse_uuid(str(last_id))
    except (ValueError, BadId):
        raise BadCursor("The cursor is damaged; start again from the first page.") from None


def _later(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


def _not_found(transfer_id: str) -> TransferNotFound:
    return TransferNotFound("There is no such import or export (any more).", transfer_id=transfer_id[:64])


def _is_uuid(text: str) -> bool:
    try:
        parse_uuid(text)
    except BadId:
        return False
    return True
