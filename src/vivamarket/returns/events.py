"""Facts about returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vivamarket.kernel.events import Event
from vivamarket.kernel.ids import OrderId
from vivamarket.returns.model import ReturnId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnEvent(Event):
    """Something happened to a return."""

    kind: ClassVar[str]
    order_id: OrderId
    return_id: ReturnId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRequested(ReturnEvent):
    """A customer wants to send something back."""

    kind: ClassVar[str] = "return.requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnApproved(ReturnEvent):
    """The shop waits for the goods."""

    kind: ClassVar[str] = "return.approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRefused(ReturnEvent):
    """The shop does not take them back."""

    kind: ClassVar[str] = "return.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReceived(ReturnEvent):
    """The goods are here: money and stock are to follow."""

    kind: ClassVar[str] = "return.received"


#: Which step tells whom.
EVENTS: dict[str, type[ReturnEvent]] = {
    "requested": ReturnRequested,
    "approved": ReturnApproved,
    "refused": ReturnRefused,
    "received": ReturnReceived,
}
