"""Parcels of one order, with the rules the database keeps for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vivamarket.adapters.memory.tables import OrderRecord
from vivamarket.kernel.errors import RuleBroken
from vivamarket.orders.shipments import Shipment


def kept_shipments(record: OrderRecord, changed: Sequence[Shipment], at: datetime) -> tuple[Shipment, ...]:
    """Write parcels; return all of the order's, oldest first.

    Of a known one, what is in it never changes. Raise ``RuleBroken`` for a second parcel of one request.
    """
    if not changed:
        return record.state.shipments
    kept = {each.id: each for each in record.state.shipments}
    for each in changed:
        before = kept.get(each.id, each)
        kept[each.id] = replace(before, status=each.status, tracking=each.tracking, updated_at=at)
    if len({each.request_key for each in kept.values()}) < len(kept):
        raise RuleBroken("A request is one parcel.", rule="shipment_request")
    return tuple(sorted(kept.values(), key=lambda shipment: (shipment.shipped_at, shipment.id)))
