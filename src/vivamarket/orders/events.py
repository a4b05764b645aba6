"""Facts about orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from vivamarket.kernel.events import Event
from vivamarket.kernel.ids import OrderId, OrderNumber, RefundId, ShipmentId, Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(Event):
    """An order waits for its payment."""

    kind: ClassVar[str] = "order.placed"
    order_id: OrderId
    number: OrderNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAuthorized(Event):
    """The provider holds the money until staff take it, or its authorization ends; so is the stock."""

    kind: ClassVar[str] = "order.authorized"
    order_id: OrderId
    number: OrderNumber
    #: When the authorization ends.
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaid(Event):
    """The money has come and the stock is claimed."""

    kind: ClassVar[str] = "order.paid"
    order_id: OrderId
    number: OrderNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderExpired(Event):
    """Nobody paid in time; the stock is free again."""

    kind: ClassVar[str] = "order.expired"
    order_id: OrderId
    number: OrderNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCanceled(Event):
    """The customer or staff canceled before payment; the stock is free again."""

    kind: ClassVar[str] = "order.canceled"
    order_id: OrderId
    number: OrderNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefunded(Event):
    """Money was given back, in full or in part."""

    kind: ClassVar[str] = "order.refunded"
    order_id: OrderId
    refund_id: RefundId
    minor_units: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNeedsReview(Event):
    """Something about the money does not fit; staff must look."""

    kind: ClassVar[str] = "order.review"
    order_id: OrderId
    number: OrderNumber
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDisputed(Event):
    """A customer's bank asks for the money of an order back, or that dispute has come to another state."""

    kind: ClassVar[str] = "order.disputed"
    order_id: OrderId
    number: OrderNumber
    #: ``open``, ``appealed``, ``won`` or ``lost``.
    status: str
    minor_units: int
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParcelUnits:
    """So many units of one line in a parcel."""

    position: int
    sku: Sku
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderShipped(Event):
    """A parcel is on its way; the order may need more of them."""

    kind: ClassVar[str] = "order.shipped"
    order_id: OrderId
    number: OrderNumber
    shipment_id: ShipmentId
    carrier: str
    tracking_number: str
    tracking_url: str | None
    units: tuple[ParcelUnits, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentCanceled(Event):
    """A parcel did not leave after all; its units are on hand again."""

    kind: ClassVar[str] = "order.shipment_canceled"
    order_id: OrderId
    number: OrderNumber
    shipment_id: ShipmentId
    units: tuple[ParcelUnits, ...]
