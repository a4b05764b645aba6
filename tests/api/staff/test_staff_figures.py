"""The dashboard, and the list of orders as staff narrow it down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.helpers.api import ApiShop
from tests.helpers.stores import PostgresDatabase

from vivamarket.kernel.ids import OrderId, Sku
from vivamarket.orders.indexing import OrderIndexing

ORDERS = "/api/v1/staff/orders"
DASHBOARD = "/api/v1/staff/dashboard"


@pytest.fixture
async def staff(api: ApiShop) -> ApiShop:
    """A shop with a member of the staff at work."""
    await api.sign_in()
    return api


async def paid(staff: ApiShop) -> dict[str, Any]:
    order, _ = await staff.placed()
    await staff.shop.pay(OrderId(order["id"]))
    await staff.shop.checkout.settle(OrderId(order["id"]))
    return order


async def noted(staff: ApiShop) -> None:
    """Let the worker note new orders."""
    database = staff.shop.database
    assert isinstance(database, PostgresDatabase)
    await OrderIndexing(orders=database.found_orders, clock=staff.shop.clock).run_once()


async def test_the_dashboard_sets_today_beside_the_same_day_of_last_week(staff: ApiShop) -> None:
    now = staff.shop.clock.time
    staff.shop.clock.time = now - timedelta(days=7, hours=1)
    then = [await paid(staff)]
    staff.shop.clock.time = now
    today = [await paid(staff), await paid(staff)]
    await staff.shop.stock.set_on_hand([(Sku("MUG/L"), 0)])
    await staff.shop.stock.note_low()

    answer = await staff.get(DASHBOARD, params={"time_zone": "Europe/Madrid"})

    board = answer.json()
    assert answer.status_code == 200, answer.text
    revenue = sum(order["total"]["minor_units"] for order in today)
    (sold,) = board["today"]
    assert (sold["orders"], sold["revenue"]) == (2, {"minor_units": revenue, "currency": "EUR"})
    assert sold["average"]["minor_units"] == revenue // 2
    assert board["last_week"][0]["orders"] == board["last_week_so_far"][0]["orders"] == len(then)
    assert len(board["days"]) == 30
    assert board["days"][-1]["sales"] == board["today"]
    assert [(each["title"], each["quantity"]) for each in board["top_products"]] == [("Blue Mug", 2)]
    assert board["sold_out_count"] == 1
    assert [each["sku"] for each in board["sold_out"]] == ["MUG/L"]
    assert (board["stuck_payments_count"], board["orders_in_review"]) == (0, [])


async def test_the_dashboard_tells_what_wants_attention(staff: ApiShop) -> None:
    order, _ = await staff.placed()
    staff.shop.clock.time += timedelta(hours=2)

    board = (await staff.get(DASHBOARD)).json()

    assert board["stuck_payments_count"] == 1
    assert [each["number"] for each in board["stuck_payments"]] == [order["number"]]


async def test_a_time_zone_that_does_not_exist_is_refused(staff: ApiShop) -> None:
    for zone in ("Mars/Olympus", "../../etc/passwd", "", "/etc/localtime", "x" * 65):
        answer = await staff.get(DASHBOARD, params={"time_zone": zone})

        assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter"), zone


async def found(staff: ApiShop, **query: Any) -> list[str]:
    answer = await staff.get(ORDERS, params=query)
    assert answer.status_code == 200, answer.text
    return [row["number"] for row in answer.json()["items"]]


async def test_orders_are_found_by_words_state_day_and_total(staff: ApiShop) -> None:
    first = await paid(staff)
    second, _ = await staff.placed()
    await noted(staff)
    both = [second["number"], first["number"]]

    assert await found(staff) == both
    assert await found(staff, q=first["number"]) == [first["number"]]
    assert await found(staff, q="perez jo") == both
    assert await found(staff, q="jo@example.com", status="paid") == [first["number"]]
    assert await found(staff, status=["paid", "pending_payment"]) == both
    assert await found(staff, total_min=1, total_max=10**6, currency="EUR", sort="total_asc") == both[::-1]
    assert await found(staff, total_min=10**6, currency="EUR") == []
    assert await found(staff, placed_from="2026-05-01T00:00:00+02:00", sort="oldest") == both[::-1]
    assert await found(staff, placed_before="2026-05-01T00:00:00Z") == []


SENSELESS: list[tuple[dict[str, Any], str]] = [
    ({"total_min": 5}, "bad_order_query"),
    ({"sort": "total_desc"}, "bad_order_query"),
    ({"placed_from": "2026-05-01T00:00:00"}, "bad_order_query"),
    ({"currency": "JPY"}, "unknown_currency"),
    ({"status": "lost"}, "bad_parameter"),
    ({"cursor": "nonsense"}, "bad_cursor"),
]


async def test_a_question_about_orders_that_makes_no_sense_is_refused(staff: ApiShop) -> None:
    for query, code in SENSELESS:
        answer = await staff.get(ORDERS, params=query)

        assert (answer.status_code, answer.json()["code"]) == (400, code), query
