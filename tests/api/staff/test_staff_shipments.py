"""What staff do with parcels through the API, and what the customer then reads."""

from __future__ import annotations

from typing import Any

from tests.helpers.api import ApiShop
from tests.helpers.checkout import MUG

from vivamarket.kernel.ids import OrderId

ORDERS = "/api/v1/staff/orders"


async def paid_order(api: ApiShop, quantity: int = 3) -> tuple[dict[str, Any], str]:
    """An order of so many mugs, paid, and its token."""
    cart, quote = await api.ready_cart(quantity=quantity)
    answer = await api.send("POST", "/api/v1/orders", {"cart_id": cart["id"], "quote_hash": quote["hash"]})
    placed = answer.json()
    order: dict[str, Any] = placed["order"]
    await api.shop.pay(OrderId(order["id"]))
    await api.shop.checkout.settle(OrderId(order["id"]))
    return order, placed["token"]


def parcel(quantity: int, number: str = "ES1", carrier: str = "correos") -> dict[str, Any]:
    return {
        "units": [{"position": 1, "quantity": quantity}],
        "tracking": {"carrier": carrier, "tracking_number": number},
    }


async def test_two_parcels_a_refund_and_what_the_customer_sees(api: ApiShop) -> None:
    await api.sign_in()
    order, token = await paid_order(api)
    path = f"{ORDERS}/{order['number']}"

    first = await api.send("POST", f"{path}/shipments", parcel(1))
    refund = await api.send("POST", f"{path}/refunds", {"lines": [{"position": 1, "quantity": 1}]})
    second = await api.send("POST", f"{path}/shipments", parcel(1, "ES2"))

    assert (first.status_code, refund.status_code, second.status_code) == (201, 201, 201)
    assert first.json()["left_to_ship"] == [{"position": 1, "quantity": 2}]
    assert first.json()["order"]["fulfillment"] == "partially_fulfilled"
    assert [each["shipped_by"] for each in first.json()["shipments"]] == ["Sam"]
    assert second.json()["left_to_ship"] == []
    seen = await api.get(f"/api/v1/orders/{order['id']}", headers={"authorization": f"Bearer {token}"})
    assert seen.json()["fulfillment"] == "fulfilled"
    assert [each["tracking_number"] for each in seen.json()["shipments"]] == ["ES1", "ES2"]
    assert seen.json()["shipments"][0]["tracking_url"].startswith("https://www.correos.es/")
    assert [each["kind"] for each in seen.json()["timeline"]].count("shipment.shipped") == 2
    level = (await api.shop.stock.levels([MUG]))[MUG]
    assert level.claimed == 0
    await api.shop.check()


async def test_a_parcel_taken_back_is_hidden_from_the_customer_and_left_to_ship(api: ApiShop) -> None:
    await api.sign_in()
    order, token = await paid_order(api)
    path = f"{ORDERS}/{order['number']}"
    sent = (await api.send("POST", f"{path}/shipments", parcel(2))).json()["shipments"][0]

    corrected = await api.send(
        "POST", f"{path}/shipments/{sent['id']}/tracking", {"carrier_name": "Rosa", "tracking_number": "7"}
    )
    canceled = await api.send("POST", f"{path}/shipments/{sent['id']}/cancel")

    assert (corrected.json()["shipments"][0]["carrier_name"], corrected.status_code) == ("Rosa", 200)
    assert corrected.json()["shipments"][0]["tracking_url"] is None
    assert canceled.json()["shipments"][0]["status"] == "canceled"
    assert canceled.json()["left_to_ship"] == [{"position": 1, "quantity": 3}]
    seen = await api.get(f"/api/v1/orders/{order['id']}", headers={"authorization": f"Bearer {token}"})
    assert (seen.json()["fulfillment"], seen.json()["shipments"]) == ("unfulfilled", [])


async def test_refusals_say_what_to_do(api: ApiShop) -> None:
    await api.sign_in()
    order, _ = await paid_order(api, quantity=1)
    unpaid, _ = await api.placed()

    too_many = await api.send("POST", f"{ORDERS}/{order['number']}/shipments", parcel(2))
    too_early = await api.send("POST", f"{ORDERS}/{unpaid['number']}/shipments", parcel(1))
    unknown = await api.send("POST", f"{ORDERS}/{order['number']}/shipments", parcel(1, carrier="pigeon"))
    strange = await api.send("POST", f"{ORDERS}/{order['number']}/shipments", parcel(1, number="<b>"))

    assert (too_many.json()["code"], too_many.json()["left"]) == ("nothing_to_ship", 1)
    assert (too_early.json()["code"], too_early.status_code) == ("order_not_shippable", 422)
    assert unknown.json()["code"] == "unknown_carrier"
    assert strange.json()["code"] == "validation_failed"


async def test_orders_are_found_by_how_far_they_are_fulfilled(api: ApiShop) -> None:
    await api.sign_in()
    orders = [(await paid_order(api, quantity=2))[0]["number"] for _ in range(3)]
    await api.send("POST", f"{ORDERS}/{orders[0]}/shipments", parcel(2))
    await api.send("POST", f"{ORDERS}/{orders[1]}/shipments", parcel(1))

    waiting = await api.get(f"{ORDERS}?fulfillment=unfulfilled&fulfillment=partially_fulfilled&status=paid")
    done = await api.get(f"{ORDERS}?fulfillment=fulfilled")

    assert [each["number"] for each in waiting.json()["items"]] == [orders[2], orders[1]]
    assert [(each["number"], each["fulfillment"]) for each in done.json()["items"]] == [
        (orders[0], "fulfilled")
    ]


async def test_the_carriers_are_those_of_the_shop(api: ApiShop) -> None:
    await api.sign_in()

    answer = await api.get("/api/v1/staff/carriers")

    assert {"key": "correos", "name": "Correos", "followed": True} in answer.json()["items"]
