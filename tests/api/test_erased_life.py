"""A customer's whole life with a shop, erased: bought, sent, complained, returned, paid back, watched, told.

Wherever staff and programs write about the customer, they write the canary too. What an erased person
leaves is the books: sums, numbers and the country.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.helpers.aftersales import wrong_with
from tests.helpers.api import ApiShop, mug
from tests.helpers.canary import CANARY, HOME, MAIL, World, world_on
from tests.helpers.identity import PARTY, PASSWORD
from tests.helpers.passkeys import Device, base64url

from vivamarket.adapters.postgres.found_orders import PostgresFoundOrderStore
from vivamarket.kernel.ids import OrderId, Sku, uuid7
from vivamarket.orders.indexing import OrderIndexing
from vivamarket.privacy.model import ERASURE_GRACE, SENT_REST
from vivamarket.webhooks.events import EVENT_TYPES
from vivamarket.webhooks.model import Answer

STAFF, ORDERS, RETURNS = "/api/v1/staff", "/api/v1/orders", "/api/v1/staff/returns"
TRACKING, CORRECTED = "PERCH77CANARY", "PERCH78CANARY"
STAFF_NOTE, ANSWER = "Mrs Canary rang", "Dear Mrs Canary"
COMPLAINT, DEVICE, REFUSED = "Cracked at Perch Street", "Coralie's telephone", "No, Coralie"
WORDS = (*CANARY, TRACKING, CORRECTED, "Mrs Canary")
MERCHANT = "https://erp.example/hook"


@dataclass
class Life:
    """The canary's shop as staff and customer use it, side by side."""

    world: World
    staff_mark: str
    order: dict[str, Any]
    token: dict[str, str]

    async def staff(self, method: str, path: str, body: object = None) -> Any:
        headers = {"x-csrf-token": self.staff_mark}
        answer = await self.world.api.send(method, path, body, headers=headers)
        assert answer.status_code in (200, 201, 202), answer.text
        return answer.json()

    async def customer(self, method: str, path: str, body: object = None) -> Any:
        answer = await self.world.api.send(method, path, body, headers=self.token)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


@pytest.fixture
async def life(api: ApiShop, pool: asyncpg.Pool, tmp_path: Path) -> Life:
    """A paid order of the canary; a merchant's system that answers with whatever it was sent."""
    world = world_on(api, pool, tmp_path)
    world.words = WORDS
    await world.join()
    customers_mark = api.client.headers["x-csrf-token"]
    await api.sign_in()
    staff_mark, api.client.headers["x-csrf-token"] = api.client.headers["x-csrf-token"], customers_mark
    life = Life(world, staff_mark, {}, {})
    await life.staff("POST", f"{STAFF}/webhook-endpoints", {"url": MERCHANT, "event_types": [*EVENT_TYPES]})
    life.order, life.token = await world.place()
    await api.shop.pay(OrderId(life.order["id"]))
    await api.shop.checkout.settle(OrderId(life.order["id"]))
    await world.post()
    return life


async def keep_house(life: Life) -> None:
    """The account: addresses, a passkey, wishes, a shared list, an alert, consents, a wish for a code."""
    world, api = life.world, life.world.api
    await world.ask("PUT", f"/addresses/{uuid7(5, 5)}", HOME)
    await add_passkey(world)
    await world.ask("PUT", f"/wishlist/{mug().id}")
    await world.ask("PUT", "/wishlist-link")
    await world.ask("PUT", f"/seen/{mug().id}", status=204)
    for given in (True, False, True):
        await world.ask("POST", "/consents", {"purpose": "news", "text_version": "1", "given": given})
    await api.shop.stock.set_on_hand([(Sku("MUG/L"), 0)])
    await world.ask("POST", "/stock-alerts", {"sku": "MUG/L", "locale": "en"})
    await api.identity.provider.begin_reset(MAIL, address="10.0.0.9")
    await world.ask("POST", "/export", status=202)
    await world.work.run_once()


async def add_passkey(world: World) -> None:
    """Keep a device under the canary's name; the session is renewed by it."""
    device = Device(PARTY)
    wish = await world.ask("POST", "/passkeys/begin", {"password": PASSWORD})
    made = device.make(wish["challenge"])
    body = {
        "challenge": wish["challenge"],
        "name": DEVICE,
        "credential_id": base64url(made.credential_id),
        "client_data": base64url(made.client_data),
        "attestation": base64url(made.attestation),
    }
    answer = await world.ask("POST", "/passkeys", body)
    world.api.client.headers["x-csrf-token"] = answer["session"]["csrf_token"]


async def send_and_take_back(life: Life) -> None:
    """Staff send a parcel and write about the customer; she sends it back, first in vain."""
    world, order = life.world, f"{STAFF}/orders/{life.order['number']}"
    tracking = {"carrier": "correos", "tracking_number": TRACKING}
    parcel = {"units": [{"position": 1, "quantity": 1}], "tracking": tracking}
    sent = (await life.staff("POST", f"{order}/shipments", parcel))["shipments"][0]
    await world.post()
    corrected = {"carrier": "correos", "tracking_number": CORRECTED}
    await life.staff("POST", f"{order}/shipments/{sent['id']}/tracking", corrected)
    await life.staff("POST", f"{order}/notes", {"text": STAFF_NOTE})
    await life.staff("POST", f"{order}/mails", {"mail": "order.shipped", "subject_id": sent["id"]})
    wish = {"lines": [{"position": 1, "quantity": 1}], "reason": "damaged", "note": COMPLAINT}
    path = f"{ORDERS}/{life.order['id']}/returns"
    refused = await life.customer("POST", path, wish)
    await life.staff("POST", f"{RETURNS}/{refused['id']}/refuse", {"answer": REFUSED})
    asked = await life.customer("POST", path, wish)
    await life.staff("POST", f"{RETURNS}/{asked['id']}/approve", {"answer": ANSWER})
    await world.post()
    came = {"lines": [{"position": 1, "received": 1, "restocked": 1}]}
    await life.staff("POST", f"{RETURNS}/{asked['id']}/receive", came)
    await world.post()


async def papers(world: World) -> list[tuple[str, int, str]]:
    rows = await world.pool.fetch("SELECT series, sequence, document::text FROM invoice ORDER BY 1, 2")
    return [(row["series"], row["sequence"], row["document"]) for row in rows]


async def test_a_whole_life_is_found_nowhere_after_its_erasure(
    life: Life, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world, api = life.world, life.world.api
    api.receivers.answers[MERCHANT] = Answer(422, f"We know no parcel {TRACKING} for {MAIL}".encode())
    await keep_house(life)
    await send_and_take_back(life)
    await OrderIndexing(orders=PostgresFoundOrderStore(world.pool), clock=api.shop.clock).run_once()
    await world.pool.execute(
        """INSERT INTO outbox (kind, key, payload, occurred_at, due_at, attempts, error, died_at)
           SELECT 'order.shipped', 'x', jsonb_build_object('order_id', $1::text, 'tracking_number', $2::text),
                  now(), now(), 9, 'BadUrl: ' || $2, now()""",
        life.order["id"],
        TRACKING,
    )
    written = await papers(world)
    tables, files = await world.found()

    customer = await api.identity.stores.customers.by_email(MAIL)
    assert customer is not None
    await life.staff("POST", f"{STAFF}/customers/{customer.id}/erasure")
    await world.pass_by(timedelta(0))
    await world.pass_by(max(ERASURE_GRACE, SENT_REST) + timedelta(days=1))

    # The canary was everywhere, or the test would show nothing.
    assert {*tables} >= PLACES
    assert {name.partition("/")[0] for name in files} >= {"mail", "personal"}
    assert await world.found() == ([], [])
    captured = capfd.readouterr()
    logged = captured.out + captured.err + caplog.text
    assert [word for word in WORDS if word.casefold() in logged.casefold()] == []
    assert await papers(world) == written
    assert [kind[:2] for kind, _, _ in written] == ["CN", "IN"]
    await api.shop.check(settled=True)
    assert await wrong_with(api.shop) == []


#: Where a life leaves traces. The customer's own record goes last.
PLACES = {
    "address_book",
    "cart",
    "customer",
    "idempotency_key",
    "identity_code",
    "invoice_buyer",
    "order_diary",
    "order_word",
    "orders",
    "outbox",
    "passkey",
    "return_request",
    "shipment",
    "webhook_attempt",
    "webhook_delivery",
}
