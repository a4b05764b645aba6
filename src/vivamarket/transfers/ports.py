"""What transfers need from outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from vivamarket.catalog.transfer.exporting import CatalogExporter
from vivamarket.catalog.transfer.images import ImageFetch
from vivamarket.catalog.transfer.importing import CatalogImporter
from vivamarket.catalog.transfer.report import OutcomeKind
from vivamarket.kernel.paging import Page
from vivamarket.transfers.model import Transfer, TransferId, TransferLine, TransferStep


class TransferStore(Protocol):
    """Keeps transfers and what became of their lines. Never more than one of them runs."""

    async def add(self, transfer: Transfer, open_max: int) -> Transfer:
        """Keep the transfer and wake the worker; return the one kept before under its id, if there is one.

        Raise ``TooManyTransfers`` when so many wait or run already.
        """
        ...

    async def get(self, transfer_id: TransferId) -> Transfer:
        """Return the transfer. Raise ``TransferNotFound``, for what can be no id as well."""
        ...

    async def page(self, cursor: str | None, limit: int) -> Page[Transfer]:
        """Return a page, what was asked last first. Raise ``BadCursor``."""
        ...

    async def change(self, transfer_id: TransferId, decide: Callable[[Transfer], Transfer]) -> Transfer:
        """Decide about the transfer as it is now and keep what was decided; wake the worker.

        ``decide`` is pure and may refuse: nothing is written then. Raise ``TransferNotFound``.
        """
        ...

    async def claim(self, now: datetime, lease_seconds: float, lease: str) -> Transfer | None:
        """Take up the one that runs under an ended lease, else the one that waits longest.

        It is ``running`` then, with one more attempt and its beginning. None while one runs under a lease
        that holds, or when nothing waits. ``lease`` names this claim.
        """
        ...

    async def keep(
        self,
        transfer: Transfer,
        lines: Sequence[TransferLine],
        *,
        now: datetime,
        lease_seconds: float,
        lease: str,
    ) -> Transfer | None:
        """Keep how far it is, with these lines and no others, and renew the lease.

        A line that is there already is replaced. Return it as kept, with what staff asked meanwhile
        (``is_cancel_asked``); None when the lease was lost: nothing is written then.
        """
        ...

    async def renew(self, transfer_id: TransferId, now: datetime, lease_seconds: float, lease: str) -> bool:
        """Renew the lease; return whether it still was this one's."""
        ...

    async def lines(
        self,
        transfer_id: TransferId,
        step: TransferStep,
        outcomes: Sequence[OutcomeKind],
        after_row: int,
        limit: int,
    ) -> tuple[TransferLine, ...]:
        """Return the lines of a step behind that row, by row; only those outcomes, if there are any."""
        ...

    async def with_old_files(self, before: datetime, limit: int) -> tuple[Transfer, ...]:
        """Return transfers with a file that were asked before that moment and do not run, oldest first."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` transfers without a file that were asked before; return how many."""
        ...


class Passes(Protocol):
    """The passes over the catalogue that a transfer needs."""

    def importer(self, *, currency: str, sets_stock: bool) -> CatalogImporter:
        """Return an importer; without ``sets_stock`` it leaves quantities out."""
        ...

    def exporter(self, *, currency: str) -> CatalogExporter:
        """Return an exporter."""
        ...

    @property
    def pictures(self) -> ImageFetch:
        """Return what fetches pictures."""
        ...
