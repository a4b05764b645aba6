"""Orders for journeys that begin with one: placed without a browser."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Placed:
    """An order that waits for its payment."""

    id: str
    number: str
    token: str
    payment_url: str


def send(client: httpx.Client, method: str, path: str, body: object, token: str = "") -> dict[str, Any]:
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    answer = client.request(method, f"/api/v1{path}", json=body, headers=headers)
    assert answer.is_success, answer.text
    return dict(answer.json())


def place_order(base_url: str, locale: str = "en", quantity: int = 1) -> Placed:
    """Order the first product that can be had, without a browser."""
    with httpx.Client(base_url=base_url, timeout=20, trust_env=False) as client:
        products = client.get("/api/v1/products", params={"limit": 50}).json()["items"]
        single = [product["default_sku"] for product in products if product["skus_count"] == 1]
        live = client.get("/api/v1/live", params={"skus": ",".join(single)}).json()["items"]
        sku = next(each["sku"] for each in live if each["available"] and each["low_stock_left"] is None)
        lines = [{"sku": sku, "quantity": quantity}]
        cart = send(client, "POST", "/carts", {"currency": "EUR", "locale": locale, "lines": lines})
        address = {
            "name": "Jo Doe",
            "line1": "Calle 1",
            "city": "Madrid",
            "region": "M",
            "postal_code": "28013",
            "country": "ES",
        }
        details = {"email": "jo@example.com", "shipping_address": address, "shipping_method": "standard"}
        send(client, "PUT", f"/carts/{cart['id']}/details", details)
        quote = client.get(f"/api/v1/carts/{cart['id']}/quote").json()
        placed = send(client, "POST", "/orders", {"cart_id": cart["id"], "quote_hash": quote["hash"]})
        order, token = placed["order"], placed["token"]
        payment = send(client, "POST", f"/orders/{order['id']}/payment", {}, token)
        return Placed(order["id"], order["number"], token, payment["redirect_url"])
