"""Stock as staff read and move it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.alerts.service import WAITING_COUNTED_MAX
from vivamarket.api.schemas.catalog import NextCursor
from vivamarket.api.words import LINE_PATTERN, SkuText
from vivamarket.inventory.model import ON_HAND_MAX, MoveReason

NOTE_LENGTH_MAX = 200


class StockRow(Struct, frozen=True, kw_only=True):
    """One SKU's stock; `available` is what can still be promised."""

    sku: str
    on_hand: int
    reserved: int
    available: int
    backordered: Annotated[int, Meta(description="Promised beyond what is on hand.")]
    waiting: Annotated[
        int,
        Meta(
            description=f"Customers who want to be told when it is back, counted up to {WAITING_COUNTED_MAX}."
        ),
    ]
    product_id: Annotated[str | None, Meta(description="Null when no product sells it (any more).")]
    title: str
    variant_title: str
    tracked: Annotated[bool, Meta(description="False: it is sold without being counted.")]


class StockPage(Struct, frozen=True):
    """A page of stock."""

    items: tuple[StockRow, ...]
    next_cursor: NextCursor


class StockMoveOut(Struct, frozen=True, kw_only=True):
    """One line of the journal: how what is on hand changed, why, when and by whom."""

    position: int
    quantity: int
    reason: MoveReason
    note: str
    at: datetime
    made_by_id: Annotated[str, Meta(description="A member of the staff; empty for the shop itself.")]
    made_by: Annotated[str, Meta(description="Their name; empty when they have left.")]


class StockMoves(Struct, frozen=True):
    """A page of a SKU's journal, newest first."""

    items: tuple[StockMoveOut, ...]
    next_before: Annotated[
        int | None, Meta(description="Ask for the next page with `before`; null at the end.")
    ]


class AdjustmentReason(StrEnum):
    """Why staff move stock by hand."""

    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"


class AdjustmentRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """How many came in or, below zero, went; and why."""

    sku: SkuText
    quantity: Annotated[int, Meta(ge=-ON_HAND_MAX, le=ON_HAND_MAX)]
    note: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=NOTE_LENGTH_MAX,
            pattern=LINE_PATTERN,
            description="For whoever reads the journal: `broken in transit`, `delivery 4711`.",
        ),
    ]
    reason: AdjustmentReason = AdjustmentReason.ADJUSTMENT
