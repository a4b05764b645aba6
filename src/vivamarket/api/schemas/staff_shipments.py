"""Parcels as staff pack, read and correct them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.api.schemas.orders import ParcelUnitsOut
from vivamarket.orders.shipments import ShipmentStatus
from vivamarket.shipping.carriers import CARRIER_NAME_LENGTH_MAX, TRACKING_NUMBER_LENGTH_MAX

#: More lines than any cart holds.
PARCEL_LINES_MAX = 200

_ONE_LINE = r"^[^\x00-\x1f\x7f]*\Z"
_NUMBER = r"^[A-Za-z0-9][A-Za-z0-9 ./_-]*\Z|^\Z"


class CarrierOut(Struct, frozen=True):
    """One who carries parcels."""

    key: str
    name: str
    followed: Annotated[bool, Meta(description="A tracking number leads to a page of the carrier.")]


class CarriersOut(Struct, frozen=True):
    """The carriers of the shop, in its order."""

    items: tuple[CarrierOut, ...]


class StaffShipmentOut(Struct, frozen=True):
    """One parcel with everything about it."""

    id: str
    status: ShipmentStatus
    units: tuple[ParcelUnitsOut, ...]
    carrier: Annotated[str, Meta(description="Key of the shop's carrier; empty for another.")]
    carrier_name: str
    tracking_number: str
    tracking_url: str | None
    shipped_by: Annotated[str, Meta(description="The name of whoever sent it.")]
    shipped_at: datetime


class TrackingIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Who carries a parcel: one of the shop's carriers by its key, or another by name; or nobody is named."""

    carrier: Annotated[str, Meta(max_length=80)] = ""
    carrier_name: Annotated[str, Meta(max_length=CARRIER_NAME_LENGTH_MAX, pattern=_ONE_LINE)] = ""
    tracking_number: Annotated[str, Meta(max_length=TRACKING_NUMBER_LENGTH_MAX, pattern=_NUMBER)] = ""


class ParcelUnitsIn(Struct, frozen=True, forbid_unknown_fields=True):
    """So many units of the line at that position."""

    position: Annotated[int, Meta(ge=0, le=10_000)]
    quantity: Annotated[int, Meta(ge=1, le=1_000_000)]


class NewShipment(Struct, frozen=True, forbid_unknown_fields=True):
    """What goes into a parcel, and how it is followed."""

    units: Annotated[tuple[ParcelUnitsIn, ...], Meta(min_length=1, max_length=PARCEL_LINES_MAX)]
    tracking: TrackingIn = TrackingIn()
