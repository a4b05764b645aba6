"""Imports and exports as staff read them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.api.schemas.catalog import NextCursor
from vivamarket.api.words import CurrencyCode
from vivamarket.catalog.transfer.exporting import ExportFormat
from vivamarket.catalog.transfer.report import OutcomeKind
from vivamarket.transfers.model import TransferKind, TransferState, TransferStep


class ImportBytes(Struct, frozen=True):
    """What makes two uploads the same request: the file, its name and its currency."""

    sha256: str
    name: str
    currency: str


class ExportRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Which headers the file has, and the currency of its plain price columns (the shop's first)."""

    format: ExportFormat = ExportFormat.NEWER
    currency: CurrencyCode | None = None


class TallyOut(Struct, frozen=True, kw_only=True):
    """What one pass over the file came to; in the check, what the import would do."""

    rows: int
    created: int
    changed: int
    unchanged: int
    refused: int
    stock_set: int
    categories_created: int
    pictures_fetched: int
    pictures_failed: int


class TransferFailureOut(Struct, frozen=True):
    """Why the whole of it failed."""

    code: str
    detail: str
    row: int | None


class TransferOut(Struct, frozen=True, kw_only=True):
    """An import or export."""

    id: str
    kind: TransferKind
    step: TransferStep
    state: TransferState
    file_name: str
    file_bytes: Annotated[int, Meta(description="Zero until an export is written.")]
    file_until: Annotated[datetime | None, Meta(description="Null once the file is gone.")]
    currency: str
    sets_stock: Annotated[
        bool, Meta(description="Whether quantities are counted: for staff who may change the inventory.")
    ]
    asked_at: datetime
    changed_at: datetime
    done: Annotated[int, Meta(description="Of `total`: bytes while a file is read, products otherwise.")]
    total: Annotated[int, Meta(description="Zero while it is not known.")]
    check: TallyOut
    result: TallyOut
    failure: TransferFailureOut | None
    is_cancel_asked: bool


class TransferPage(Struct, frozen=True):
    """A page of them, what was asked last first."""

    items: tuple[TransferOut, ...]
    next_cursor: NextCursor


class TransferLineOut(Struct, frozen=True, kw_only=True):
    """What became of one product of the file, or of one picture that did not come."""

    row: Annotated[int, Meta(description="Its first row; the header is row 1. Pictures are numbered.")]
    handle: str
    outcome: OutcomeKind
    column: str
    code: str
    reason: str
    changed: Annotated[tuple[str, ...], Meta(description="The fields that differ from what the shop had.")]


class TransferLinePage(Struct, frozen=True):
    """A page of a report, by row."""

    items: tuple[TransferLineOut, ...]
    next_cursor: NextCursor
