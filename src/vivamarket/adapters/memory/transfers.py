"""Imports and exports, and what became of their lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vivamarket.catalog.transfer.report import OutcomeKind
from vivamarket.kernel.paging import BadCursor, Page, decode_cursor, encode_cursor
from vivamarket.transfers.errors import TooManyTransfers, TransferNotFound
from vivamarket.transfers.model import Transfer, TransferId, TransferLine, TransferState, TransferStep

_SCOPE = "transfers"


@dataclass(frozen=True, slots=True)
class _Lease:
    name: str
    until: datetime


class MemoryTransferStore:
    """The ``TransferStore`` in dictionaries; for one event loop. Reading a page sorts all of them."""

    def __init__(self) -> None:
        self._transfers: dict[TransferId, Transfer] = {}
        self._lines: dict[TransferId, dict[tuple[TransferStep, int], TransferLine]] = {}
        self._leases: dict[TransferId, _Lease] = {}

    async def add(self, transfer: Transfer, open_max: int) -> Transfer:
        """Keep the transfer, or return the one that is kept. See the port."""
        if transfer.id in self._transfers:
            return self._transfers[transfer.id]
        if sum(each.is_open for each in self._transfers.values()) >= open_max:
            raise TooManyTransfers(
                f"{open_max} imports and exports wait already. Come back when some are done.",
                open_max=open_max,
            )
        self._transfers[transfer.id] = transfer
        self._lines[transfer.id] = {}
        return transfer

    async def get(self, transfer_id: TransferId) -> Transfer:
        """Return the transfer. Raise ``TransferNotFound``."""
        found = self._transfers.get(transfer_id)
        if found is None:
            raise TransferNotFound(
                "There is no such import or export (any more).", transfer_id=transfer_id[:64]
            )
        return found

    async def page(self, cursor: str | None, limit: int) -> Page[Transfer]:
        """Return a page, what was asked last first. Raise ``BadCursor``."""
        found = sorted(self._transfers.values(), key=_age, reverse=True)
        if cursor is not None:
            asked_at, last_id = decode_cursor(_SCOPE, cursor, 2)
            try:
                place = (datetime.fromisoformat(str(asked_at)), str(last_id))
            except ValueError:
                raise BadCursor("The cursor is damaged; start again from the first page.") from None
            found = [each for each in found if _age(each) < place]
        page = tuple(found[:limit])
        if len(found) <= limit:
            return Page(page)
        return Page(page, encode_cursor(_SCOPE, [page[-1].asked_at.isoformat(), page[-1].id]))

    async def change(self, transfer_id: TransferId, decide: Callable[[Transfer], Transfer]) -> Transfer:
        """Decide about the transfer and keep what was decided. See the port."""
        wanted = decide(await self.get(transfer_id))
        self._transfers[transfer_id] = wanted
        return wanted

    async def claim(self, now: datetime, lease_seconds: float, lease: str) -> Transfer | None:
        """Take up what runs under an ended lease, else what waits longest. See the port."""
        running = next((each for each in self._in(TransferState.RUNNING)), None)
        if running is not None and self._leases[running.id].until > now:
            return None
        found = running or next(iter(self._in(TransferState.WAITING)), None)
        if found is None:
            return None
        claimed = replace(
            found,
            state=TransferState.RUNNING,
            attempts=found.attempts + 1,
            began_at=found.began_at or now,
            changed_at=now,
        )
        self._transfers[found.id] = claimed
        self._leases[found.id] = _Lease(lease, now + timedelta(seconds=lease_seconds))
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
        if not await self.renew(transfer.id, now, lease_seconds, lease):
            return None
        asked = self._transfers[transfer.id].is_cancel_asked and transfer.state is TransferState.RUNNING
        kept = self._transfers[transfer.id] = replace(transfer, is_cancel_asked=asked)
        self._lines[transfer.id].update({(each.step, each.row): each for each in lines})
        return kept

    async def renew(self, transfer_id: TransferId, now: datetime, lease_seconds: float, lease: str) -> bool:
        """Renew the lease; return whether it still was this one's."""
        found, held = self._transfers.get(transfer_id), self._leases.get(transfer_id)
        if found is None or held is None or held.name != lease or found.state is not TransferState.RUNNING:
            return False
        self._leases[transfer_id] = _Lease(lease, now + timedelta(seconds=lease_seconds))
        return True

    async def lines(
        self,
        transfer_id: TransferId,
        step: TransferStep,
        outcomes: Sequence[OutcomeKind],
        after_row: int,
        limit: int,
    ) -> tuple[TransferLine, ...]:
        """Return the lines of a step behind that row, by row. See the port."""
        found = [
            line
            for line in self._lines.get(transfer_id, {}).values()
            if line.step is step and line.row > after_row and (not outcomes or line.outcome in outcomes)
        ]
        return tuple(sorted(found, key=lambda line: line.row)[:limit])

    async def with_old_files(self, before: datetime, limit: int) -> tuple[Transfer, ...]:
        """Return transfers with a file that were asked before that moment. See the port."""
        found = [
            each
            for each in self._transfers.values()
            if each.has_file and each.asked_at < before and each.state is not TransferState.RUNNING
        ]
        return tuple(sorted(found, key=_age)[:limit])

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` old transfers without a file, with their lines."""
        old = [each for each in self._transfers.values() if each.asked_at < before and not each.has_file]
        for each in sorted(old, key=_age)[:limit]:
            del self._transfers[each.id], self._lines[each.id]
            self._leases.pop(each.id, None)
        return min(len(old), limit)

    def _in(self, state: TransferState) -> list[Transfer]:
        return sorted([each for each in self._transfers.values() if each.state is state], key=_age)


def _age(transfer: Transfer) -> tuple[datetime, str]:
    return transfer.asked_at, transfer.id
