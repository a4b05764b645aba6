"""Sending back over HTTP: customers ask and take back, staff answer and receive."""

from __future__ import annotations

from tests.helpers.api import ApiShop
from tests.helpers.return_recipes import CAME, RETURNS, WISH, asked, sent_order


async def test_a_guest_asks_staff_approve_and_receive_and_the_money_goes_back(api: ApiShop) -> None:
    order_id, token = await sent_order(api)
    path = f"/api/v1/orders/{order_id}/returns"
    before = (await api.get(path, headers=token)).json()

    made = await api.send("POST", path, {**WISH, "note": "Cracked\nhandle"}, headers=token)
    await api.sign_in()
    return_id = made.json()["id"]
    approved = await api.send("POST", f"{RETURNS}/{return_id}/approve", {"answer": "Send it."})
    received = await api.send("POST", f"{RETURNS}/{return_id}/receive", CAME)

    assert before["returnable"] == [{"position": 1, "quantity": 1}]
    assert before["ends_at"] is not None
    assert (made.status_code, made.json()["status"]) == (201, "requested")
    assert (approved.status_code, approved.json()["answer"]) == (200, "Send it.")
    assert (received.status_code, received.json()["status"]) == (200, "refunded")
    after = (await api.get(path, headers=token)).json()
    assert after["returnable"] == []
    assert [step["event"] for step in after["items"][0]["history"]] == [
        "requested",
        "approved",
        "received",
        "refunded",
    ]
    order = (await api.get(f"/api/v1/orders/{order_id}", headers=token)).json()
    assert order["refunded_total"]["minor_units"] == 1250


async def test_the_list_shows_what_waits_for_an_answer(api: ApiShop) -> None:
    order_id, _, return_id = await asked(api)
    number = (await api.shop.orders.by_id(order_id)).number
    await api.sign_in()

    (row,) = (await api.get(f"{RETURNS}?status=requested")).json()["items"]
    of_order = (await api.get(f"/api/v1/staff/orders/{number}/returns")).json()

    assert (row["id"], row["order_number"], row["units"], row["reason"]) == (return_id, number, 1, "damaged")
    assert [each["id"] for each in of_order["items"]] == [return_id]
    assert (await api.get(f"{RETURNS}?status=refunded")).json()["items"] == []


async def test_refusals_say_what_is_left(api: ApiShop) -> None:
    order_id, token, return_id = await asked(api)
    path = f"/api/v1/orders/{order_id}/returns"

    again = await api.send("POST", path, WISH, headers=token)
    withdrawn = await api.send("POST", f"{path}/{return_id}/withdraw", headers=token)
    twice = await api.send("POST", f"{path}/{return_id}/withdraw", headers=token)

    assert (again.status_code, again.json()["code"], again.json()["returnable"]) == (
        422,
        "nothing_to_return",
        0,
    )
    assert withdrawn.json()["status"] == "withdrawn"
    assert (twice.status_code, twice.json()["code"]) == (409, "return_moved")


async def test_too_late_is_too_late(api: ApiShop) -> None:
    order_id, token = await sent_order(api)
    api.shop.later(days=31)

    answer = await api.send("POST", f"/api/v1/orders/{order_id}/returns", WISH, headers=token)

    assert (answer.status_code, answer.json()["code"]) == (422, "return_too_late")
    left = (await api.get(f"/api/v1/orders/{order_id}/returns", headers=token)).json()
    assert left["returnable"] == []


async def test_another_order_s_token_asks_for_nothing(api: ApiShop) -> None:
    order_id, _ = await sent_order(api)
    _, other = await sent_order(api)

    answer = await api.send("POST", f"/api/v1/orders/{order_id}/returns", WISH, headers=other)

    assert (answer.status_code, answer.json()["code"]) == (404, "order_not_found")
