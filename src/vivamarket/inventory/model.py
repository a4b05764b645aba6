"""Stock as pure values: what is on hand, what is promised, what has moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vivamarket.kernel.ids import LocationId, OrderId, Sku

#: The one location of a shop that has not named others.
MAIN_LOCATION = LocationId("main")
ON_HAND_MAX = 10**9
#: What is low at most: the list of low stock knows nothing above.
LOW_AVAILABLE_MAX = 20
LOW_AVAILABLE_DEFAULT = 5
LOW_SKUS_MAX = 100_000


class ReservationStatus(StrEnum):
    """Held while a payment is awaited, claimed once it is paid, released when it will not be sent."""

    HELD = "held"
    CLAIMED = "claimed"
    RELEASED = "released"


class MoveReason(StrEnum):
    """Why the counted stock changed."""

    COUNT = "count"
    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"
    IMPORT = "import"
    SHIPMENT = "shipment"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLevel:
    """One SKU's stock in one location. ``reserved`` is held for payments plus claimed by paid orders."""

    sku: Sku
    location_id: LocationId
    on_hand: int
    held: int
    claimed: int
    #: Promised beyond what is on hand, because the variant continues selling.
    backordered: int

    @property
    def reserved(self) -> int:
        """Return how many are promised."""
        return self.held + self.claimed

    @property
    def available(self) -> int:
        """Return how many can still be promised; negative when more is promised than there is."""
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class StockCount:
    """What somebody counted: so many of the SKU are on hand."""

    sku: Sku
    on_hand: int


@dataclass(frozen=True, slots=True)
class StockShortfall:
    """A count below what is promised already; ``on_hand`` was kept at that instead."""

    sku: Sku
    wanted: int
    on_hand: int


@dataclass(frozen=True, slots=True)
class CountResult:
    """What became of a batch of counts."""

    changed: int
    unchanged: int
    shortfalls: tuple[StockShortfall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMove:
    """One line of the journal: how ``on_hand`` changed, why and when. Never edited."""

    position: int
    sku: Sku
    location_id: LocationId
    quantity: int
    reason: MoveReason
    reference: str
    at: datetime
    #: The id of the person; empty for what the shop did by itself.
    made_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """So many of one SKU promised to one order."""

    order_id: OrderId
    sku: Sku
    location_id: LocationId
    quantity: int
    status: ReservationStatus
    #: Of the quantity: what was sent, and what is free again because it was refunded unsent.
    shipped: int = 0
    freed: int = 0

    @property
    def kept(self) -> int:
        """Return how many are still kept for the order, while the reservation is not released."""
        return self.quantity - self.shipped - self.freed
