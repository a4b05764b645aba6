"""One import or export: what was asked, how far it is, what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from vivamarket.catalog.transfer.report import OutcomeKind
from vivamarket.kernel.ids import StaffId
from vivamarket.transfers.errors import TransferNotReady

TransferId = NewType("TransferId", str)

#: A larger file is for ``viva import``, which reads it from the disk.
FILE_BYTES_MAX = 32 * 1024 * 1024
#: So many rows of a file sent in; also the most lines that a report has.
FILE_ROWS_MAX = 200_000
FILE_NAME_LENGTH_MAX = 120
#: How many may wait or run at once; they run one after the other.
OPEN_MAX = 20
FILE_KEPT_DAYS = 7
REPORT_KEPT_DAYS = 90
#: Whoever runs a transfer renews its lease; a crashed one is taken up again this much later.
LEASE_SECONDS = 30.0
#: So often it is taken up without getting any further; then it has failed.
ATTEMPTS_MAX = 5


class TransferKind(StrEnum):
    """Which way the products go."""

    IMPORT = "import"
    EXPORT = "export"


class TransferStep(StrEnum):
    """What is done next, or was done last."""

    #: Reading the file without changing anything.
    CHECK = "check"
    WRITE = "write"
    #: Fetching the pictures that the file names.
    PICTURES = "pictures"
    EXPORT = "export"


class TransferState(StrEnum):
    """Where a transfer stands."""

    WAITING = "waiting"
    RUNNING = "running"
    #: Only an import: its report says what would happen, and staff decide.
    CHECKED = "checked"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


#: The worker has something to do, now or soon.
OPEN_STATES = frozenset({TransferState.WAITING, TransferState.RUNNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one pass came to; rows leave the header out. In a check, what the import would do."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    stock_set: int = 0
    categories_created: int = 0
    pictures_fetched: int = 0
    pictures_failed: int = 0

    @property
    def products(self) -> int:
        """Return how many products the file has been read for."""
        return self.created + self.changed + self.unchanged + self.refused


@dataclass(frozen=True, slots=True)
class TransferFailure:
    """Why the whole of it failed: a stable code, a sentence, and the row where there is one."""

    code: str
    detail: str
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLine:
    """What became of one product, or of one picture that did not come.

    ``row`` is the product's first row in the file (the header is row 1); failed pictures are numbered.
    """

    step: TransferStep
    row: int
    handle: str
    outcome: OutcomeKind
    column: str = ""
    code: str = ""
    reason: str = ""
    #: The fields that differ from what the shop had.
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """An import or export. ``done`` and ``total`` are bytes while a file is read, products otherwise."""

    id: TransferId
    kind: TransferKind
    step: TransferStep
    state: TransferState
    staff_id: StaffId
    file_name: str
    #: The currency of plain price columns.
    currency: str
    asked_at: datetime
    changed_at: datetime
    #: Which headers an export has; "" for an import.
    format: str = ""
    #: Whether its quantities are counted: only for staff who may change the inventory.
    sets_stock: bool = False
    #: Zero until an export is written.
    file_bytes: int = 0
    has_file: bool = True
    #: When this step was first begun.
    began_at: datetime | None = None
    attempts: int = 0
    done: int = 0
    total: int = 0
    #: Everything up to this row is done and stands in the report.
    row_done: int = 0
    check: Tally = field(default_factory=Tally)
    result: Tally = field(default_factory=Tally)
    failure: TransferFailure | None = None
    is_cancel_asked: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether the worker has something to do."""
        return self.state in OPEN_STATES

    @property
    def file_until(self) -> datetime:
        """Return when the file goes."""
        return self.asked_at + timedelta(days=FILE_KEPT_DAYS)

    def wanted(self, now: datetime) -> Transfer:
        """Return a checked import as one that waits to be written. Raise ``TransferNotReady``."""
        if self.state is not TransferState.CHECKED:
            raise TransferNotReady(
                "Only an import that has been checked can be run. Read its state again.", state=self.state
            )
        return self.at_step(TransferStep.WRITE, now, state=TransferState.WAITING)

    def canceled(self, now: datetime) -> Transfer:
        """Return it as canceled, or, while it runs, as asked to stop. Raise ``TransferNotReady``."""
        if self.state is TransferState.RUNNING:
            return replace(self, is_cancel_asked=True)
        if self.state in {TransferState.WAITING, TransferState.CHECKED}:
            return replace(self, state=TransferState.CANCELED, changed_at=now)
        raise TransferNotReady("It has ended already.", state=self.state)

    def at_step(self, step: TransferStep, now: datetime, *, state: TransferState) -> Transfer:
        """Return it at the beginning of a step."""
        return replace(
            self,
            step=step,
            state=state,
            changed_at=now,
            began_at=None if state is TransferState.WAITING else now,
            attempts=0,
            done=0,
            total=0,
            row_done=0,
        )

    def ended(
        self, state: TransferState, now: datetime, *, failure: TransferFailure | None = None
    ) -> Transfer:
        """Return it in a state in which the worker leaves it alone."""
        return replace(self, state=state, failure=failure, changed_at=now, is_cancel_asked=False)
