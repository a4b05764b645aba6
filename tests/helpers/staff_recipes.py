"""How every mutating route for staff is called. The caller is signed in."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
from tests.helpers.api import ApiShop
from tests.helpers.catalog import NOON
from tests.helpers.checkout import Shop
from tests.helpers.route_recipes import Call, Make, Recipe, steps

from vivamarket.kernel.ids import OrderId, uuid7
from vivamarket.kernel.money import Money
from vivamarket.shop.model import CaptureMode

ORDERS = "/api/v1/staff/orders"
LETTERS = "/api/v1/staff/dead-letters"
ENDPOINTS = "/api/v1/staff/webhook-endpoints"
REPORTS = "/api/v1/staff/reconciliation-reports"
DELIVERIES = "/api/v1/staff/webhook-deliveries"
HOOK = {"url": "https://erp.example/hook", "event_types": ["order.paid"]}
UNKNOWN = uuid7(9_999, 9_999)
EURO = {"goodwill": {"minor_units": 100, "currency": "EUR"}}
PARCEL = {
    "units": [{"position": 1, "quantity": 1}],
    "tracking": {"carrier": "correos", "tracking_number": "ES1"},
}
FORTUNE = {"goodwill": {"minor_units": 10**9, "currency": "EUR"}}
_BURIED = """
INSERT INTO outbox (kind, key, payload, occurred_at, due_at, attempts, error, died_at)
VALUES ('order.paid', 'order-1', '{}', $1, $1, 12, 'mailer down', $1) RETURNING id
"""


async def _cancel_order(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order, _ = await api.placed()
    paid = await _paid(api)
    return Recipe(
        works=Call("POST", f"{ORDERS}/{order['number']}/cancel"),
        other=Call("POST", f"{ORDERS}/{paid['number']}/cancel"),
        effects=lambda: steps(api, order["id"], "canceled"),
        refused=Call("POST", f"{ORDERS}/{paid['number']}/cancel"),
    )


async def _capture_order(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order, paid = await held(api), await _paid(api)
    return Recipe(
        works=Call("POST", f"{ORDERS}/{order['number']}/capture"),
        other=Call("POST", f"{ORDERS}/{paid['number']}/capture"),
        effects=lambda: steps(api, order["id"], "paid"),
        refused=Call("POST", f"{ORDERS}/{paid['number']}/capture"),
    )


async def held(api: ApiShop) -> dict[str, Any]:
    """Return an order whose money is held until staff take it, as of a shop that is set so."""
    order, _ = await api.placed()
    by_hand = Shop(api.shop.database, twin=api.shop, capture=CaptureMode.MANUAL)
    start = await by_hand.checkout.start_payment(OrderId(order["id"]))
    state = await by_hand.state(OrderId(order["id"]))
    ref = state.payment(start.payment_id).provider_ref
    assert ref is not None
    api.shop.provider.hold(ref, api.shop.clock.now() + timedelta(days=7))
    await by_hand.checkout.settle(OrderId(order["id"]))
    return order


async def _accept_order(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order, unpaid = await _in_review(api), (await api.placed())[0]
    return Recipe(
        works=Call("POST", f"{ORDERS}/{order['number']}/accept"),
        other=Call("POST", f"{ORDERS}/{unpaid['number']}/accept"),
        effects=lambda: steps(api, order["id"], "accepted"),
        refused=Call("POST", f"{ORDERS}/{unpaid['number']}/accept"),
    )


async def _preview_refund(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path = f"{ORDERS}/{(await _paid(api))['number']}/refund-preview"
    return Recipe(
        works=Call("POST", path, EURO),
        other=Call("POST", path, {"everything": True}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM refund"),
        refused=Call("POST", path, FORTUNE),
        adds=0,
    )


async def _refund_order(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path = f"{ORDERS}/{(await _paid(api))['number']}/refunds"
    return Recipe(
        works=Call("POST", path, EURO),
        other=Call("POST", path, {"everything": True}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM refund"),
        refused=Call("POST", path, FORTUNE),
    )


async def _ship_order(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path = f"{ORDERS}/{(await _paid(api))['number']}/shipments"
    return Recipe(
        works=Call("POST", path, PARCEL),
        other=Call("POST", path, {**PARCEL, "tracking": {"carrier": "dhl"}}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM shipment"),
        refused=Call("POST", path, {"units": [{"position": 1, "quantity": 999}]}),
    )


async def _correct_shipment(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order, parcel = await _sent(api)
    path = f"{ORDERS}/{order['number']}/shipments/{parcel}/tracking"
    return Recipe(
        works=Call("POST", path, {"carrier": "dhl", "tracking_number": "42"}),
        other=Call("POST", path, {"carrier": "ups", "tracking_number": "43"}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM order_step WHERE event = 'corrected'"),
        refused=Call("POST", path, {"carrier": "pigeon"}),
    )


async def _cancel_shipment(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order, parcel = await _sent(api)
    another, its_parcel = await _sent(api)
    path = f"{ORDERS}/{order['number']}/shipments"
    return Recipe(
        works=Call("POST", f"{path}/{parcel}/cancel"),
        other=Call("POST", f"{ORDERS}/{another['number']}/shipments/{its_parcel}/cancel"),
        effects=lambda: pool.fetchval("SELECT count(*) FROM shipment WHERE status = 'canceled'"),
        refused=Call("POST", f"{path}/{UNKNOWN}/cancel"),
    )


async def _note(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order, _ = await api.placed()
    path = f"{ORDERS}/{order['number']}/notes"
    return Recipe(
        works=Call("POST", path, {"text": "Called about the colour."}),
        other=Call("POST", path, {"text": "Called again."}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM order_diary"),
        refused=Call("POST", path, {"text": " "}),
    )


async def _mail_again(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order, parcel = await _sent(api)
    path = f"{ORDERS}/{order['number']}/mails"
    return Recipe(
        works=Call("POST", path, {"mail": "order.paid"}),
        other=Call("POST", path, {"mail": "order.shipped", "subject_id": parcel}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM outbox WHERE kind = 'order.mail_wanted'"),
        refused=Call("POST", path, {"mail": "order.expired"}),
    )


async def _replay_letter(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    letter, other = [await pool.fetchval(_BURIED, NOON) for _ in range(2)]
    return Recipe(
        works=Call("POST", f"{LETTERS}/outbox/{letter}/replay"),
        other=Call("POST", f"{LETTERS}/outbox/{other}/replay"),
        effects=lambda: pool.fetchval(
            "SELECT count(*) FROM outbox WHERE id = $1 AND died_at IS NULL", letter
        ),
        refused=Call("POST", f"{LETTERS}/outbox/987654321/replay"),
    )


async def _create_endpoint(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    return Recipe(
        works=Call("POST", ENDPOINTS, HOOK),
        other=Call("POST", ENDPOINTS, {**HOOK, "description": "another"}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM webhook_endpoint"),
        refused=Call("POST", ENDPOINTS, {**HOOK, "url": "http://erp.example/hook"}),
    )


async def _update_endpoint(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path = await _endpoint(api)
    wish = {**HOOK, "description": "ERP"}
    return Recipe(
        works=Call("PUT", path, wish),
        other=Call("PUT", path, {**HOOK, "description": "CRM"}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM webhook_endpoint WHERE description = 'ERP'"),
        refused=Call("PUT", f"{ENDPOINTS}/{UNKNOWN}", wish),
    )


async def _delete_endpoint(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path, other = await _endpoint(api), await _endpoint(api)
    return Recipe(
        works=Call("DELETE", path),
        other=Call("DELETE", other),
        effects=lambda: pool.fetchval("SELECT -count(*) FROM webhook_endpoint"),
        refused=None,
    )


async def _rotate_secret(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path, other = await _endpoint(api), await _endpoint(api)
    first = await pool.fetchval("SELECT secret FROM webhook_endpoint WHERE id = $1", path.rsplit("/", 1)[1])
    # Rotated twice, the old secret would not be the first one any more.
    return Recipe(
        works=Call("POST", f"{path}/rotate-secret"),
        other=Call("POST", f"{other}/rotate-secret"),
        effects=lambda: pool.fetchval("SELECT count(*) FROM webhook_endpoint WHERE old_secret = $1", first),
        refused=Call("POST", f"{ENDPOINTS}/{UNKNOWN}/rotate-secret"),
    )


async def _test_endpoint(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path, off = await _endpoint(api), await _endpoint(api, enabled=False)
    return Recipe(
        works=Call("POST", f"{path}/test"),
        other=Call("POST", f"{off}/test"),
        effects=lambda: pool.fetchval("SELECT count(*) FROM webhook_delivery"),
        refused=Call("POST", f"{off}/test"),
    )


async def _replay_delivery(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path = await _endpoint(api)
    await api.send("POST", f"{path}/test")
    delivery = await pool.fetchval(
        "UPDATE webhook_delivery SET status = 'dead' WHERE endpoint_id = $1 RETURNING id",
        path.rsplit("/", 1)[1],
    )
    return Recipe(
        works=Call("POST", f"{DELIVERIES}/{delivery}/replay"),
        other=Call("POST", f"{DELIVERIES}/{UNKNOWN}/replay"),
        effects=lambda: pool.fetchval(
            "SELECT count(*) FROM webhook_delivery WHERE id = $1 AND status = 'pending'", delivery
        ),
        refused=Call("POST", f"{DELIVERIES}/{UNKNOWN}/replay"),
    )


async def _compare(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    async def comparisons() -> int:
        """Let what has begun, in whichever process, come to its end; then count."""
        begun = [task for task in asyncio.all_tasks() if task.get_name() == "comparison"]
        await asyncio.gather(*begun)
        count: int = await pool.fetchval("SELECT count(*) FROM reconciliation_report")
        return count

    return Recipe(
        works=Call("POST", REPORTS),
        other=Call("POST", f"{ENDPOINTS}/{UNKNOWN}/test"),
        effects=comparisons,
        refused=None,
    )


async def _paid(api: ApiShop) -> dict[str, Any]:
    order, _ = await api.placed()
    await api.shop.pay(OrderId(order["id"]))
    await api.shop.checkout.settle(OrderId(order["id"]))
    return order


async def _sent(api: ApiShop) -> tuple[dict[str, Any], str]:
    """Return a paid order, and the parcel with its first unit."""
    order = await _paid(api)
    return order, await api.shop.ship(OrderId(order["id"]), (1, 1))


async def _in_review(api: ApiShop) -> dict[str, Any]:
    """Return an order whose shopper paid a euro too much, which was given back."""
    order, _ = await api.placed()
    total = Money(order["total"]["minor_units"], order["total"]["currency"])
    await api.shop.pay(OrderId(order["id"]), total + Money(100, "EUR"))
    await api.shop.checkout.settle(OrderId(order["id"]))
    answer = await api.send("POST", f"{ORDERS}/{order['number']}/refunds", EURO)
    assert answer.status_code == 201, answer.text
    return order


async def _endpoint(api: ApiShop, *, enabled: bool = True) -> str:
    """Return the address of a new endpoint."""
    answer = await api.send("POST", ENDPOINTS, {**HOOK, "enabled": enabled})
    assert answer.status_code == 201, answer.text
    return f"{ENDPOINTS}/{answer.json()['endpoint']['id']}"


#: By the operation's name in the OpenAPI document.
STAFF_RECIPES: dict[str, Make] = {
    "cancelStaffOrder": _cancel_order,
    "acceptStaffOrder": _accept_order,
    "captureStaffOrder": _capture_order,
    "previewStaffRefund": _preview_refund,
    "refundStaffOrder": _refund_order,
    "addStaffOrderNote": _note,
    "sendStaffOrderMail": _mail_again,
    "shipStaffOrder": _ship_order,
    "correctStaffShipment": _correct_shipment,
    "cancelStaffShipment": _cancel_shipment,
    "replayDeadLetter": _replay_letter,
    "beginReconciliation": _compare,
    "createWebhookEndpoint": _create_endpoint,
    "updateWebhookEndpoint": _update_endpoint,
    "deleteWebhookEndpoint": _delete_endpoint,
    "rotateWebhookSecret": _rotate_secret,
    "testWebhookEndpoint": _test_endpoint,
    "replayWebhookDelivery": _replay_delivery,
}
