"""Parcels of one order, with the rules the database keeps for itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from vivamarket.adapters.memory.tables import OrderRecord, Tables
from vivamarket.checkout.errors import ShipmentCameBack
from vivamarket.kernel.errors import RuleBroken
from vivamarket.kernel.ids import OrderId
from vivamarket.orders.shipments import Shipment, ShipmentStatus
from vivamarket.returns.model import CAME


def kept_shipments(
    tables: Tables, record: OrderRecord, changed: Sequence[Shipment], at: datetime
) -> tuple[Shipment, ...]:
    """Write parcels; return all of the order's, oldest first.

    Of a known one, what is in it never changes. Raise ``RuleBroken`` for a second parcel of one request,
    ``ShipmentCameBack`` when parcels are canceled of which units were sent back.
    """
    if not changed:
        return record.state.shipments
    kept = {each.id: each for each in record.state.shipments}
    for each in changed:
        before = kept.get(each.id, each)
        kept[each.id] = replace(before, status=each.status, tracking=each.tracking, updated_at=at)
    if len({each.request_key for each in kept.values()}) < len(kept):
        raise RuleBroken("A request is one parcel.", rule="shipment_request")
    if any(each.status is ShipmentStatus.CANCELED for each in changed):
        _refuse_what_came_back(tables, record.state.id, kept.values())
    return tuple(sorted(kept.values(), key=lambda shipment: (shipment.shipped_at, shipment.id)))


def _refuse_what_came_back(tables: Tables, order_id: OrderId, parcels: Iterable[Shipment]) -> None:
    left: Counter[int] = Counter()
    for parcel in parcels:
        if parcel.is_under_way:
            left.update({units.position: units.quantity for units in parcel.units})
    for each in tables.returns.values():
        if each.order_id == order_id and each.status in CAME:
            left.subtract({line.position: line.received for line in each.lines})
    if any(count < 0 for count in left.values()):
        raise ShipmentCameBack("Units of this parcel were sent back: it did leave.")
