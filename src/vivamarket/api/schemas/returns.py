"""Returns."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.api.words import TEXT_PATTERN
from vivamarket.returns.model import (
    ANSWER_LENGTH_MAX,
    LINES_MAX,
    NOTE_LENGTH_MAX,
    ReturnReason,
    ReturnStatus,
)

Position = Annotated[int, Meta(ge=0, le=10_000, description="The order's line.")]
Units = Annotated[int, Meta(ge=0, le=1_000_000)]


class ReturnLineIn(Struct, frozen=True, forbid_unknown_fields=True):
    """So many units of a line."""

    position: Position
    quantity: Annotated[int, Meta(ge=1, le=1_000_000)]


class ReturnRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody wants to send back, and why."""

    lines: Annotated[tuple[ReturnLineIn, ...], Meta(max_length=LINES_MAX)] = ()
    reason: ReturnReason = ReturnReason.OTHER
    note: Annotated[str, Meta(max_length=NOTE_LENGTH_MAX, pattern=TEXT_PATTERN)] = ""


class ReturnAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """What the shop says to the customer."""

    answer: Annotated[str, Meta(max_length=ANSWER_LENGTH_MAX, pattern=TEXT_PATTERN)] = ""


class ArrivedIn(Struct, frozen=True, forbid_unknown_fields=True):
    """What came of a line, and how many of it go back on the shelf."""

    position: Position
    received: Units
    restocked: Units


class ReturnReceipt(Struct, frozen=True, forbid_unknown_fields=True):
    """What came. Lines that are not named did not."""

    lines: Annotated[tuple[ArrivedIn, ...], Meta(min_length=1, max_length=LINES_MAX)]


class ReturnLineOut(Struct, frozen=True):
    """Units of a line that are to come back, and what came."""

    position: int
    sku: str
    quantity: int
    received: int
    restocked: int


class ReturnStepOut(Struct, frozen=True):
    """One step of a return, such as `approved`."""

    at: datetime
    event: str


class ReturnOut(Struct, frozen=True):
    """One return."""

    id: str
    status: ReturnStatus
    reason: ReturnReason
    note: str
    answer: str
    lines: tuple[ReturnLineOut, ...]
    history: tuple[ReturnStepOut, ...]
    requested_at: datetime
    refusal_code: Annotated[str, Meta(description="Why no money could go back; empty mostly.")]


class ReturnableLine(Struct, frozen=True):
    """How many units of a line may still be sent back."""

    position: int
    quantity: int


class OrderReturnsOut(Struct, frozen=True):
    """An order's returns, oldest first, and what may still be sent back."""

    items: tuple[ReturnOut, ...]
    returnable: tuple[ReturnableLine, ...]
    ends_at: Annotated[datetime | None, Meta(description="Until when; null while nothing was sent.")]


class ReturnRowOut(Struct, frozen=True):
    """A return in the staff's list."""

    id: str
    order_number: str
    status: ReturnStatus
    reason: ReturnReason
    units: int
    requested_at: datetime


class ReturnPage(Struct, frozen=True):
    """A page of returns, newest first."""

    items: tuple[ReturnRowOut, ...]
    next_cursor: str | None
