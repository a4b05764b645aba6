"""What an import tells: one outcome per product, counts, and refusals with row, column, code and reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from vivamarket.kernel.errors import Invalid
from vivamarket.kernel.ids import ProductId

#: How many refusals a report keeps in memory; every one of them passes by ``on_outcome``.
ISSUES_KEPT_MAX = 1_000


class FileRefused(Invalid):
    """The file as a whole cannot be read; nothing was written. ``fields``: ``reason`` (stable), ``row``."""

    code = "file_refused"

    def __init__(self, reason: str, message: str, *, row: int | None = None, column: str = "") -> None:
        super().__init__(message, reason=reason, row=row, column=column)
        self.reason = reason
        self.row = row
        self.column = column


class RowRefused(Exception):
    """One product of the file is refused, for this row and column."""

    def __init__(self, code: str, reason: str, *, row: int, column: str = "") -> None:
        super().__init__(reason)
        self.issue = Issue(row, column, code, reason)


class OutcomeKind(StrEnum):
    """What became of one product of the file."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Issue:
    """Why a product was refused. ``row`` counts as a spreadsheet does: the header is row 1."""

    row: int
    column: str
    code: str
    reason: str
    handle: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One product of the file; ``changed`` names the fields that differ from what the shop had."""

    kind: OutcomeKind
    row: int
    handle: str
    issue: Issue | None = None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import has come."""

    rows: int
    bytes_read: int
    bytes_total: int


@dataclass(slots=True)
class ImportReport:
    """The sum of an import; in a dry run, what the import would do. ``rows`` leaves the header out."""

    dry_run: bool
    rows: int = 0
    #: Whether ``go_on`` ended it before the file's end.
    is_stopped: bool = False
    counts: dict[OutcomeKind, int] = field(default_factory=lambda: dict.fromkeys(OutcomeKind, 0))
    #: The first ``ISSUES_KEPT_MAX`` refusals.
    issues: list[Issue] = field(default_factory=list)
    stock_set: int = 0
    categories_created: int = 0
    #: Products of the file with pictures still to fetch.
    unfetched: list[ProductId] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Return how many products were refused."""
        return self.counts[OutcomeKind.REFUSED]

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.counts[outcome.kind] += 1
        if outcome.issue is not None and len(self.issues) < ISSUES_KEPT_MAX:
            self.issues.append(outcome.issue)
