"""Parcels of an order as pure values: what is in them, who carries them, where they can be followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vivamarket.kernel.ids import OrderId, ShipmentId


class Fulfillment(StrEnum):
    """How far the duty to deliver is done: nothing, some or all of what is to be sent was sent."""

    UNFULFILLED = "unfulfilled"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    FULFILLED = "fulfilled"


class ShipmentStatus(StrEnum):
    """A canceled parcel never left, or came back unopened: its units may be sent again."""

    SHIPPED = "shipped"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class ShippedUnits:
    """So many units of the order's line at that position."""

    position: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """Who carries a parcel and under which number, as it was known when it was written."""

    #: The carrier's key in the shop's profile; empty for one that only ``carrier_name`` names.
    carrier: str = ""
    carrier_name: str = ""
    number: str = ""
    #: Where the parcel can be followed; None when nobody knows.
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """One parcel. What is in it never changes; its tracking may be corrected."""

    id: ShipmentId
    order_id: OrderId
    status: ShipmentStatus
    #: In the order of their positions, each once.
    units: tuple[ShippedUnits, ...]
    tracking: Tracking
    #: The name of the staff who sent it.
    shipped_by: str
    #: The caller's name for this parcel; a second wish of the same name is the same parcel.
    request_key: str
    shipped_at: datetime
    updated_at: datetime

    @property
    def is_under_way(self) -> bool:
        """Return whether it counts as sent."""
        return self.status is ShipmentStatus.SHIPPED
