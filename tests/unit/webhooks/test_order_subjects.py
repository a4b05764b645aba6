"""What a merchant's system is told of an order."""

from __future__ import annotations

import json

from tests.helpers.catalog import NOON
from tests.helpers.one_order import ORDER, OneOrderStore

from vivamarket.bootstrap.bridges import OrderSubjects
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import EventId
from vivamarket.orders.service import OrderService


async def test_it_hears_the_events_facts_and_the_order_but_no_person() -> None:
    payload: dict[str, object] = {
        "order_id": ORDER.id,
        "refund_id": "r-1",
        "minor_units": 500,
        "currency": "EUR",
    }
    event = Envelope(EventId("1"), "order.refunded", ORDER.id, payload, NOON)

    data = await OrderSubjects(OrderService(orders=OneOrderStore())).data(event)

    told = json.dumps(data)
    assert data["refund_id"] == "r-1"
    assert json.loads(told)["order"] == {
        "id": ORDER.id,
        "number": "VM-7K3QX9",
        "status": "partially_refunded",
        "placed_at": ORDER.placed_at.isoformat().replace("+00:00", "Z"),
        "currency": "EUR",
        "total": {"minor_units": 2_999, "currency": "EUR"},
        "refunded_total": {"minor_units": 500, "currency": "EUR"},
    }
    assert json.loads(told)["lines"] == [
        {"sku": "MUG-BLUE", "quantity": 2, "total": {"minor_units": 2_500, "currency": "EUR"}}
    ]
    assert ORDER.shipping_address is not None
    for secret in (ORDER.email, ORDER.shipping_address.name, ORDER.shipping_address.line1, ORDER.note):
        assert secret not in told
