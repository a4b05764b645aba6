"""The staff's API: nobody else comes in, and what staff do happens once, as they saw it."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from tests.helpers.api import STAFF_EMAIL, ApiShop
from tests.helpers.catalog import NOON
from tests.helpers.checkout import MUG

from vivamarket.accounts.model import SESSION_IDLE, StaffRole
from vivamarket.accounts.roles import permissions_of
from vivamarket.api import openapi_document
from vivamarket.kernel.ids import OrderId, uuid7
from vivamarket.kernel.money import Money

ORDERS = "/api/v1/staff/orders"
ENDPOINTS = "/api/v1/staff/webhook-endpoints"
DELIVERIES = "/api/v1/staff/webhook-deliveries"
LETTERS = "/api/v1/staff/dead-letters"
HOOK = {"url": "https://erp.example/hook", "event_types": ["order.paid"]}
UNKNOWN = uuid7(9_999, 9_999)
ROUNDS_MAX = 1_000

#: Who comes in has no session yet: with a password, or with the link of an invitation.
WITHOUT_SESSION = {"signInStaff", "acceptStaffInvitation"}
OPERATIONS = [
    (method.upper(), path, operation)
    for path, item in json.loads(openapi_document())["paths"].items()
    if path.startswith("/api/v1/staff")
    for method, operation in item.items()
    if operation["operationId"] not in WITHOUT_SESSION
]
CHANGES = [(method, path) for method, path, _ in OPERATIONS if method != "GET"]


def filled(path: str) -> str:
    return re.sub(r"\{[^}]+\}", UNKNOWN, path)


async def paid_order(api: ApiShop) -> dict[str, Any]:
    """An order of two mugs and shipping, paid."""
    cart, quote = await api.ready_cart(quantity=2)
    placed = await api.send("POST", "/api/v1/orders", {"cart_id": cart["id"], "quote_hash": quote["hash"]})
    order: dict[str, Any] = placed.json()["order"]
    await api.shop.pay(OrderId(order["id"]))
    await api.shop.checkout.settle(OrderId(order["id"]))
    return order


def test_every_staff_operation_names_its_session_and_changes_their_token() -> None:
    assert len(OPERATIONS) >= 20
    for method, path, operation in OPERATIONS:
        wanted = {"staffSession"} if method == "GET" else {"staffSession", "csrfToken"}
        assert operation["security"][0].keys() == wanted, path
        assert "401" in operation["responses"], path


@pytest.mark.parametrize("who", ["anonymous", "forged", "expired", "revoked", "guest token"])
async def test_no_staff_route_answers_anybody_else(api: ApiShop, who: str) -> None:
    headers: dict[str, str] = {}
    if who in {"expired", "revoked"}:
        await api.sign_in()
    if who == "expired":
        api.shop.later(seconds=SESSION_IDLE.total_seconds() + 1)
    if who == "revoked":
        await api.services.staff.accounts.sign_out(api.client.cookies["viva_staff"])
    if who == "forged":
        api.client.cookies.set("viva_staff", "x" * 32, domain="shop.test")
    if who == "guest token":
        _, headers = await api.placed()

    for method, path, _ in OPERATIONS:
        answer = await api.send(method, filled(path), headers=headers)

        assert answer.status_code == 401, f"{method} {path}"
        assert answer.json()["code"] == "unauthenticated"


FOREIGN: tuple[dict[str, bytes], ...] = (
    {"x-csrf-token": b""},
    {"x-csrf-token": b"0" * 64},
    {"x-csrf-token": b"\xf1"},
    {"sec-fetch-site": b"cross-site"},
    {"sec-fetch-site": b"same-site"},
    {"origin": b"https://evil.example"},
)


async def test_no_change_comes_from_another_site(api: ApiShop) -> None:
    await api.sign_in()

    for headers in FOREIGN:
        for method, path in CHANGES:
            answer = await api.send(method, filled(path), headers=headers)

            assert answer.status_code == 403, f"{headers} {method} {path}"
    assert (await api.get(ORDERS, headers=FOREIGN[0])).status_code == 200


async def test_the_session_says_who_is_signed_in(api: ApiShop) -> None:
    await api.sign_in()

    told = (await api.get("/api/v1/staff/session")).json()

    assert isinstance(told.pop("id"), str)
    assert told == {
        "name": "Sam",
        "email": STAFF_EMAIL,
        "role": "owner",
        "permissions": list(permissions_of(StaffRole.OWNER)),
        "second_factor": "off",
        "csrf_token": api.client.headers["x-csrf-token"],
    }


async def test_orders_are_listed_in_pages(api: ApiShop) -> None:
    await api.sign_in()
    numbers = [(await api.placed())[0]["number"] for _ in range(3)]

    first = (await api.get(f"{ORDERS}?limit=2")).json()
    rest = (await api.get(f"{ORDERS}?limit=2&cursor={first['next_cursor']}")).json()

    listed = [row["number"] for row in (*first["items"], *rest["items"])]
    assert listed == numbers[::-1]
    assert rest["next_cursor"] is None


async def test_an_order_is_shown_with_everything_about_it(api: ApiShop) -> None:
    await api.sign_in()
    order = await paid_order(api)

    found = (await api.get(f"{ORDERS}/{order['number']}")).json()

    assert found["order"]["id"] == order["id"]
    assert [payment["status"] for payment in found["payments"]] == ["succeeded"]
    assert [(each["sku"], each["quantity"], each["status"]) for each in found["reservations"]] == [
        (MUG, 2, "claimed")
    ]
    assert {posting["kind"] for posting in found["ledger"]} == {"sale"}
    assert (found["can_cancel"], found["can_accept"]) == (False, False)
    assert found["refundable"]["amount"] == order["total"]
    assert (await api.get(f"{ORDERS}/VM-NONE00")).json()["code"] == "order_not_found"


async def test_an_unpaid_order_is_canceled_and_its_goods_are_free(api: ApiShop) -> None:
    await api.sign_in()
    order, _ = await api.placed()

    answer = await api.send("POST", f"{ORDERS}/{order['number']}/cancel")

    assert (answer.status_code, answer.json()["order"]["status"]) == (200, "canceled")
    assert (await api.shop.stock.levels([MUG]))[MUG].available == 10


async def test_a_paid_order_cannot_be_canceled(api: ApiShop) -> None:
    await api.sign_in()
    order = await paid_order(api)

    answer = await api.send("POST", f"{ORDERS}/{order['number']}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (422, "order_not_cancelable")


async def test_a_refund_gives_back_what_its_preview_said(api: ApiShop) -> None:
    await api.sign_in()
    order = await paid_order(api)
    wish = {
        "lines": [{"position": 1, "quantity": 1}],
        "goodwill": {"minor_units": 100, "currency": "EUR"},
        "reason": "chipped",
    }

    seen = await api.send("POST", f"{ORDERS}/{order['number']}/refund-preview", wish)
    before = await api.shop.state(OrderId(order["id"]))
    done = await api.send("POST", f"{ORDERS}/{order['number']}/refunds", wish)

    assert (seen.status_code, done.status_code) == (200, 201), seen.text + done.text
    assert before.refunds == ()
    (refund,) = done.json()["refunds"]
    assert refund["amount"] == seen.json()["amount"] == {"minor_units": 1_350, "currency": "EUR"}
    assert refund["lines"] == seen.json()["lines"]
    assert (refund["status"], refund["reason"]) == ("succeeded", "chipped")
    assert done.json()["order"]["status"] == "partially_refunded"
    await api.shop.check(settled=True)


async def test_the_same_refund_sent_again_is_one_refund(api: ApiShop) -> None:
    await api.sign_in()
    order = await paid_order(api)
    wish = {"goodwill": {"minor_units": 100, "currency": "EUR"}}
    path = f"{ORDERS}/{order['number']}/refunds"

    first = await api.send("POST", path, wish, key="refund-once")
    again = await api.send("POST", path, wish, key="refund-once")
    other = await api.send("POST", path, {"everything": True}, key="refund-once")

    assert first.content == again.content
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len((await api.shop.state(OrderId(order["id"]))).refunds) == 1


MISFITS: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, "empty_refund"),
    ({"everything": True, "goodwill": {"minor_units": 1, "currency": "EUR"}}, "empty_refund"),
    ({"lines": [{"position": 77, "quantity": 1}]}, "bad_refund"),
    ({"lines": [{"position": 1, "quantity": 9}]}, "nothing_to_refund"),
    ({"goodwill": {"minor_units": 10**9, "currency": "EUR"}}, "nothing_to_refund"),
    ({"goodwill": {"minor_units": 100, "currency": "USD"}}, "bad_refund"),
    ({"goodwill": {"minor_units": 0, "currency": "EUR"}}, "validation_failed"),
    ({"amount": 1}, "validation_failed"),
)


async def test_a_refund_that_does_not_fit_is_refused_alike_by_preview_and_refund(api: ApiShop) -> None:
    await api.sign_in()
    order = await paid_order(api)

    for wish, code in MISFITS:
        for route in ("refund-preview", "refunds"):
            answer = await api.send("POST", f"{ORDERS}/{order['number']}/{route}", wish)

            assert answer.json()["code"] == code, f"{wish} {answer.text}"
    assert (await api.shop.state(OrderId(order["id"]))).refunds == ()


async def test_an_order_in_review_is_accepted_only_when_its_money_fits(api: ApiShop) -> None:
    await api.sign_in()
    order, _ = await api.placed()
    await api.shop.pay(OrderId(order["id"]), Money(1, "EUR"))
    await api.shop.checkout.settle(OrderId(order["id"]))

    found = (await api.get(f"{ORDERS}/{order['number']}")).json()
    answer = await api.send("POST", f"{ORDERS}/{order['number']}/accept")

    assert (found["order"]["status"], found["can_accept"]) == ("review", True)
    assert (answer.status_code, answer.json()["code"]) == (422, "review_not_acceptable")


async def test_dead_letters_of_both_boxes_are_shown_and_handed_out_again(
    api: ApiShop, pool: asyncpg.Pool
) -> None:
    await api.sign_in()
    event_id = await bury_event(pool)
    await bury_message(pool)

    letters = (await api.get(LETTERS)).json()["items"]
    replayed = [await api.send("POST", f"{LETTERS}/{each['box']}/{each['id']}/replay") for each in letters]

    assert [(each["box"], each["id"], each["error"]) for each in letters] == [
        ("inbox", "evt_1", "poison"),
        ("outbox", str(event_id), "mailer down"),
    ]
    assert [answer.status_code for answer in replayed] == [200, 200]
    assert (await api.get(LETTERS)).json()["items"] == []
    due = await pool.fetchval("SELECT count(*) FROM outbox WHERE died_at IS NULL AND id = $1", event_id)
    assert due == 1


async def test_a_letter_that_is_not_there_is_404(api: ApiShop) -> None:
    await api.sign_in()

    for path in ("outbox/1", "outbox/x", "outbox/²", "outbox/" + "9" * 30, "inbox/evt_none"):
        answer = await api.send("POST", f"{LETTERS}/{path}/replay")

        assert (answer.status_code, answer.json()["code"]) == (404, "dead_letter_not_found"), path


async def test_an_endpoint_shows_its_secret_once(api: ApiShop) -> None:
    await api.sign_in()

    created = await api.send("POST", ENDPOINTS, HOOK, key="one-endpoint")
    again = await api.send("POST", ENDPOINTS, HOOK, key="one-endpoint")
    listed = await api.get(ENDPOINTS)

    assert created.status_code == 201
    assert created.content == again.content
    secret = created.json()["secret"]
    assert secret.startswith("whsec_")
    assert [each["url"] for each in listed.json()["items"]] == [HOOK["url"]]
    assert "whsec_" not in listed.text
    assert secret not in (await api.get(f"{ENDPOINTS}/{created.json()['endpoint']['id']}")).text


async def test_an_endpoint_is_changed_rotated_disabled_and_deleted(api: ApiShop) -> None:
    await api.sign_in()
    created = (await api.send("POST", ENDPOINTS, HOOK)).json()
    path = f"{ENDPOINTS}/{created['endpoint']['id']}"

    changed = await api.send("PUT", path, {**HOOK, "description": "ERP", "enabled": False})
    rotated = await api.send("POST", f"{path}/rotate-secret")
    refused = await api.send("POST", f"{path}/test")
    enabled = await api.send("PUT", path, HOOK)
    deleted = await api.send("DELETE", path)

    assert (changed.json()["description"], changed.json()["status"]) == ("ERP", "disabled")
    assert rotated.json()["secret"] != created["secret"]
    until = rotated.json()["endpoint"]["old_secret_until"]
    assert until == (NOON + timedelta(hours=24)).isoformat().replace("+00:00", "Z")
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook_endpoint_disabled")
    assert enabled.json()["status"] == "enabled"
    assert deleted.status_code == 200
    assert (await api.get(path)).json()["code"] == "webhook_endpoint_not_found"


STRANGE: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({**HOOK, "url": "http://erp.example/"}, 400, "bad_webhook_endpoint"),
    ({**HOOK, "event_types": ["order.eaten"]}, 400, "bad_webhook_endpoint"),
    ({**HOOK, "event_types": []}, 422, "validation_failed"),
    ({**HOOK, "secret": "mine"}, 422, "validation_failed"),
    ({**HOOK, "url": "https://inside.example/"}, 422, "webhook_receiver_refused"),
)


async def test_a_strange_endpoint_is_refused(api: ApiShop) -> None:
    await api.sign_in()
    api.receivers.refused.add("https://inside.example/")

    for body, status, code in STRANGE:
        answer = await api.send("POST", ENDPOINTS, body)

        assert (answer.status_code, answer.json()["code"]) == (status, code), body
    assert (await api.get(ENDPOINTS)).json()["items"] == []


async def test_the_log_shows_a_delivery_and_sends_it_again(api: ApiShop) -> None:
    await api.sign_in()
    endpoint = (await api.send("POST", ENDPOINTS, HOOK)).json()["endpoint"]
    await api.send("POST", f"{ENDPOINTS}/{endpoint['id']}/test")

    (delivery,) = (await api.get(f"{DELIVERIES}?endpoint_id={endpoint['id']}&status=pending")).json()["items"]
    found = (await api.get(f"{DELIVERIES}/{delivery['id']}")).json()
    again = await api.send("POST", f"{DELIVERIES}/{delivery['id']}/replay")

    assert delivery["event_type"] == "webhook.test"
    assert json.loads(found["body"])["type"] == "webhook.test"
    assert (again.status_code, again.json()["id"]) == (200, delivery["id"])
    assert (await api.get(f"{DELIVERIES}?status=dead")).json() == {"items": [], "next_cursor": None}
    assert (await api.get(f"{DELIVERIES}/{UNKNOWN}")).status_code == 404
    assert (await api.get(f"{DELIVERIES}/x")).status_code == 400


async def test_a_comparison_with_the_provider_runs_when_asked_and_is_reported(api: ApiShop) -> None:
    await api.sign_in()
    await paid_order(api)
    api.shop.later(hours=1)

    begun = await api.send("POST", "/api/v1/staff/reconciliation-reports")
    await settled(api)
    (report,) = (await api.get("/api/v1/staff/reconciliation-reports")).json()["items"]

    assert begun.status_code == 202
    assert (report["compared_count"], report["open_count"], report["complete"]) == (1, 0, True)
    assert report["sums"][0]["ours_captured"] == report["sums"][0]["theirs_captured"]


async def test_every_published_type_is_listed_with_its_meaning(api: ApiShop) -> None:
    await api.sign_in()

    types = (await api.get("/api/v1/staff/webhook-event-types")).json()["items"]

    assert "order.paid" in {each["name"] for each in types}
    assert all(each["meaning"] for each in types)


async def settled(api: ApiShop) -> None:
    """Wait for the work that was begun beside the request."""
    for _ in range(ROUNDS_MAX):
        if await api.services.staff.reports.newest(1):
            return
        await asyncio.sleep(0)


async def bury_event(pool: asyncpg.Pool) -> int:
    found: int = await pool.fetchval(
        """
        INSERT INTO outbox (kind, key, payload, occurred_at, due_at, attempts, error, died_at)
        VALUES ('order.paid', 'order-1', '{}', $1, $1, 12, 'mailer down', $1) RETURNING id
        """,
        NOON,
    )
    return found


async def bury_message(pool: asyncpg.Pool) -> None:
    await pool.execute(
        """
        INSERT INTO inbox (event_id, kind, body, created_at, received_at, due_at, attempts, error, died_at)
        VALUES ('evt_1', 'paid', '{}', $1, $1, NULL, 10, 'poison', $2)
        """,
        NOON,
        NOON + timedelta(seconds=1),
    )
