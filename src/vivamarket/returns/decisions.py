"""What may happen to returns, decided on what is read under the order's lock. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vivamarket.returns.errors import BadReturn, NothingToReturn, ReturnNotFound, ReturnTooLate
from vivamarket.returns.model import (
    LINES_MAX,
    RETURNS_OF_ORDER_MAX,
    HistoryEntry,
    OrderReturns,
    Return,
    ReturnId,
    ReturnLine,
    ReturnReason,
    target_of,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many units of the line at that position."""

    position: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """How many units of a line came, and how many of them go back on the shelf."""

    position: int
    received: int
    restocked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a customer wants to send back, and why. ``days`` is how long the shop takes things back."""

    id: ReturnId
    lines: Sequence[Wanted]
    reason: ReturnReason
    note: str
    request_key: str
    days: int


def request(order: OrderReturns, wish: Wish, now: datetime) -> Return:
    """Return the new return; one of the same ``request_key`` is the same.

    Raise ``ReturnTooLate``, ``NothingToReturn``, ``BadReturn``.
    """
    known = next((each for each in order.returns if each.request_key == wish.request_key), None)
    if known is not None:
        return known
    ends_at = order.ends_at(wish.days)
    if ends_at is not None and now > ends_at:
        raise ReturnTooLate(
            f"This order could be returned until {ends_at:%Y-%m-%d}.", ended_at=ends_at.isoformat()
        )
    if len(order.returns) >= RETURNS_OF_ORDER_MAX:
        raise BadReturn(f"An order has at most {RETURNS_OF_ORDER_MAX} returns: write to us instead.")
    return Return(
        id=wish.id,
        order_id=order.order_id,
        status=target_of(None, "requested"),
        reason=wish.reason,
        note=wish.note,
        lines=_lines(order, wish.lines),
        request_key=wish.request_key,
        history=(HistoryEntry(now, "requested"),),
    )


def move(
    order: OrderReturns, return_id: ReturnId, event: str, now: datetime, *, by: str = "", answer: str = ""
) -> Return:
    """Return the return after that step. Raise ``ReturnNotFound``, ``ReturnMoved``."""
    found = _found(order, return_id)
    return replace(
        found,
        status=target_of(found.status, event),
        answer=answer or found.answer,
        history=(*found.history, HistoryEntry(now, event, by)),
    )


def receive(
    order: OrderReturns, return_id: ReturnId, arrived: Sequence[Arrived], now: datetime, *, by: str
) -> Return:
    """Return the return with what came of it. Raise ``BadReturn``, ``ReturnNotFound``, ``ReturnMoved``.

    Lines that are not named did not come. Nothing at all is no receipt: refuse the return instead.
    """
    moved = move(order, return_id, "received", now, by=by)
    came = {each.position: each for each in arrived}
    if len(came) != len(arrived) or came.keys() - {line.position for line in moved.lines}:
        raise BadReturn("Name each line of this return at most once.")
    lines = tuple(_came(line, came.get(line.position)) for line in moved.lines)
    for line in lines:
        if line.received > order.receivable(line.position):
            raise BadReturn(
                f"Of line {line.position}, {order.receivable(line.position)} are with the customer: was its "
                "parcel taken back?",
                position=line.position,
            )
    if not any(line.received for line in lines):
        raise BadReturn("Nothing came: refuse the return instead.")
    return replace(moved, lines=lines)


def settle(order: OrderReturns, return_id: ReturnId, now: datetime, refusal_code: str = "") -> Return:
    """Return the return once its money was asked for; without effect when that was noted before."""
    found = _found(order, return_id)
    event = "refund_refused" if refusal_code else "refunded"
    if any(entry.event in ("refunded", "refund_refused") for entry in found.history):
        return found
    return replace(move(order, return_id, event, now), refusal_code=refusal_code)


def _came(line: ReturnLine, arrived: Arrived | None) -> ReturnLine:
    if arrived is None:
        return line
    if not 0 <= arrived.restocked <= arrived.received <= line.quantity:
        raise BadReturn(
            f"Of line {line.position}, 0 to {line.quantity} can come, and no more go back on the shelf.",
            position=line.position,
        )
    return replace(line, received=arrived.received, restocked=arrived.restocked)


def _found(order: OrderReturns, return_id: ReturnId) -> Return:
    found = order.get(return_id)
    if found is None:
        raise ReturnNotFound("There is no such return.", return_id=return_id)
    return found


def _lines(order: OrderReturns, wanted: Sequence[Wanted]) -> tuple[ReturnLine, ...]:
    if not 1 <= len(wanted) <= LINES_MAX or len({each.position for each in wanted}) != len(wanted):
        raise BadReturn("Name at least one line, and each line once.")
    skus = {line.position: line.sku for line in order.lines}
    lines = []
    for each in wanted:
        if each.position not in skus or each.quantity < 1:
            raise BadReturn("The order has no such line.", position=each.position)
        left = order.returnable(each.position)
        if each.quantity > left:
            raise NothingToReturn(
                f"Of line {each.position}, {left} can be sent back.", position=each.position, returnable=left
            )
        lines.append(ReturnLine(each.position, skus[each.position], each.quantity))
    return tuple(lines)
