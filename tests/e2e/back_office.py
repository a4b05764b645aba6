"""Something on every page of the staff's application: done through its API, without a browser."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import asyncpg
import httpx
from tests.e2e.ordering import place_order, send

from vivamarket.adapters.local.postgres_server import EmbeddedPostgres

CARD = {"number": "4242424242424242", "expiry": "12/40", "cvc": "123"}
SETTLED_SECONDS = 30.0
LOOK_SECONDS = 0.1
#: Something that answers, though it is no receiver.
HOOK_PATH = "/hooks/orders"
_JOINED = """
INSERT INTO customer (id, email, name, locale, password_hash, created_at)
VALUES (gen_random_uuid(), 'jo@example.com', 'Jo Doe', 'en', '', now())
ON CONFLICT ON CONSTRAINT customer_email DO UPDATE SET name = 'Jo Doe'
"""


class StaffClient:
    """The API as the owner of that shop uses it."""

    def __init__(self, base_url: str, data: Path) -> None:
        secrets = json.loads((data / "secrets.json").read_text(encoding="utf-8"))
        self._client = httpx.Client(base_url=base_url, timeout=20, trust_env=False)
        entry = {"email": secrets["staff_email"], "password": secrets["staff_password"]}
        headers = {"Origin": base_url}
        answer = self._client.post("/api/v1/staff/sign-in", json=entry, headers=headers)
        assert answer.is_success, answer.text
        session = self.get("/session")
        self._headers = {**headers, "X-CSRF-Token": session["csrf_token"]}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, **params: str) -> dict[str, Any]:
        """Read something."""
        answer = self._client.get(f"/api/v1/staff{path}", params=params)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def send(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Change something."""
        headers = {**self._headers, "Idempotency-Key": uuid.uuid4().hex}
        answer = self._client.request(method, f"/api/v1/staff{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def first(self, path: str, **params: str) -> dict[str, Any]:
        """Wait until a list has something in it, and return the first of it."""
        deadline = time.monotonic() + SETTLED_SECONDS
        while not (items := self.get(path, **params)["items"]):
            assert time.monotonic() < deadline, f"nothing is in {path}"
            time.sleep(LOOK_SECONDS)
        return dict(items[0])


def furnish(base_url: str, data: Path) -> dict[str, str]:
    """Leave something on every page; return what their addresses can be named by."""
    join(data)
    with StaffClient(base_url, data) as staff:
        names = _order(staff, base_url)
        customer = staff.first("/customers", q="jo@example.com")["id"]
        note = "Wants parcels left with the neighbour on the second floor."
        staff.send("POST", f"/customers/{customer}/notes", {"text": note})
        _change_settings(staff)
        hook = {"url": base_url + HOOK_PATH, "event_types": ["order.paid"]}
        endpoint = staff.send("POST", "/webhook-endpoints", hook)["endpoint"]["id"]
        staff.send("POST", f"/webhook-endpoints/{endpoint}/test")
        return names | {
            "customer": customer,
            "endpoint": endpoint,
            "transfer": staff.send("POST", "/exports", {})["id"],
            "delivery": staff.first("/webhook-deliveries")["id"],
            "product": staff.first("/products")["id"],
            "sku": staff.first("/inventory")["sku"],
            "category": staff.first("/categories")["id"],
            "mail": staff.first("/mails")["id"],
            "staff": staff.first("/accounts")["id"],
            "entry": str(staff.first("/audit-log")["seq"]),
        }


def join(data: Path) -> None:
    """Let the customer of ``place_order`` have an account."""

    async def insert() -> None:
        server = EmbeddedPostgres(data / "postgres", log_file=data / "logs" / "postgres.log")
        connection = await asyncpg.connect(server.url("viva"))
        try:
            await connection.execute(_JOINED)
        finally:
            await connection.close()

    # Playwright's own event loop runs in this thread.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, insert()).result()


def _order(staff: StaffClient, base_url: str) -> dict[str, str]:
    """Have an order paid, sent and wanted to go back."""
    placed = place_order(base_url, quantity=2)
    assert httpx.post(placed.payment_url, data=CARD, trust_env=False).status_code == 303
    deadline = time.monotonic() + SETTLED_SECONDS
    while (file := staff.get(f"/orders/{placed.number}"))["order"]["status"] != "paid":
        assert time.monotonic() < deadline, file["order"]["status"]
        time.sleep(LOOK_SECONDS)
    parcel = {
        "units": [{"position": 1, "quantity": 1}],
        "tracking": {"carrier": "correos", "tracking_number": "PQ4F700012345"},
    }
    sent = staff.send("POST", f"/orders/{placed.number}/shipments", parcel)
    staff.send("POST", f"/orders/{placed.number}/notes", {"text": "The second one follows on Monday."})
    wish = {"lines": [{"position": 1, "quantity": 1}], "reason": "damaged", "note": "A crack in the side."}
    with httpx.Client(base_url=base_url, timeout=20, trust_env=False) as buyer:
        send(buyer, "POST", f"/orders/{placed.id}/returns", wish, placed.token)
    return {"number": placed.number, "shipment": sent["shipments"][0]["id"]}


def _change_settings(staff: StaffClient) -> None:
    """Make a version of the settings that changes nothing for shoppers' sums."""
    held = staff.get("/settings")
    shop = held["settings"]["shop"]
    settings = {**held["settings"], "shop": {**shop, "tax_number": "B-12345678"}}
    staff.send("PUT", "/settings", {"version": held["version"], "settings": settings})
