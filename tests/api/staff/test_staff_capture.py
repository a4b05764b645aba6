"""Money that is held: staff see until when, take it or let it go, and shoppers are told the truth."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from tests.helpers.api import ApiShop
from tests.helpers.provider import fails
from tests.helpers.staff_recipes import held

from vivamarket.kernel.ids import OrderId
from vivamarket.payments.errors import GatewayRefused

ORDERS = "/api/v1/staff/orders"


@pytest.fixture
async def staff(api: ApiShop) -> ApiShop:
    await api.sign_in()
    return api


async def test_what_is_held_is_shown_before_it_is_taken_and_taken_once(staff: ApiShop) -> None:
    order = await held(staff)
    path = f"{ORDERS}/{order['number']}"
    before = (await staff.get(path)).json()

    answers = await asyncio.gather(*(staff.send("POST", f"{path}/capture") for _ in range(3)))

    assert before["capturable"] == order["total"]
    assert datetime.fromisoformat(before["held_until"]) == staff.shop.clock.now() + timedelta(days=7)
    assert (before["can_cancel"], before["order"]["status"]) == (True, "authorized")
    assert "order.authorized" in [each["kind"] for each in before["order"]["timeline"]]
    assert before["left_to_ship"] == []
    assert {answer.status_code for answer in answers} == {200}
    after = (await staff.get(path)).json()
    assert (after["order"]["status"], after["capturable"], after["held_until"]) == ("paid", None, None)
    assert after["payments"][0]["captured"] == order["total"]
    assert staff.shop.provider.calls["capture"] == 1
    await staff.shop.check(settled=True)


async def test_canceling_lets_go_of_what_is_held(staff: ApiShop) -> None:
    order = await held(staff)

    answer = await staff.send("POST", f"{ORDERS}/{order['number']}/cancel")

    assert (answer.status_code, answer.json()["order"]["status"]) == (200, "canceled")
    assert answer.json()["payments"][0]["status"] == "canceled"
    late = await staff.send("POST", f"{ORDERS}/{order['number']}/capture")
    assert (late.status_code, late.json()["code"]) == (422, "order_not_capturable")


async def test_a_refused_capture_says_why_and_may_be_tried_again(staff: ApiShop) -> None:
    order = await held(staff)
    path = f"{ORDERS}/{order['number']}/capture"
    staff.shop.provider.before = fails(
        {"capture": 1}, lambda said: GatewayRefused(said, failure_code="card_declined")
    )

    refused = await staff.send("POST", path)
    again = await staff.send("POST", path)

    assert refused.status_code == 422
    assert (refused.json()["code"], refused.json()["failure_code"]) == ("capture_refused", "card_declined")
    assert (again.status_code, again.json()["order"]["status"]) == (200, "paid")


async def test_a_capture_that_the_provider_does_not_answer_is_shown_as_under_way(staff: ApiShop) -> None:
    order = await held(staff)
    staff.shop.provider.before = fails({"capture": 1})

    answer = await staff.send("POST", f"{ORDERS}/{order['number']}/capture")

    body = answer.json()
    assert (answer.status_code, body["payments"][0]["status"]) == (200, "capturing")
    assert (body["capturable"], body["can_cancel"]) == (None, False)


async def test_lists_and_dashboard_say_what_waits_and_until_when(staff: ApiShop) -> None:
    order = await held(staff)
    await staff.placed()

    rows = (await staff.get(ORDERS, params={"status": "authorized"})).json()["items"]
    everything = (await staff.get(ORDERS)).json()["items"]
    board = (await staff.get("/api/v1/staff/dashboard")).json()

    assert [row["number"] for row in rows] == [order["number"]]
    assert {row["status"]: row["held_until"] is not None for row in everything} == {
        "authorized": True,
        "pending_payment": False,
    }
    assert board["orders_to_capture"] == [
        {"number": order["number"], "total": order["total"], "held_until": rows[0]["held_until"]}
    ]


async def test_a_customer_cancels_what_is_only_held(staff: ApiShop) -> None:
    order = await held(staff)

    state = await staff.shop.checkout.cancel_order(OrderId(order["id"]))

    assert state.status == "canceled"
    assert staff.shop.provider.calls["cancel"] == 1
