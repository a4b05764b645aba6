"""Paying on the hosted page, and what the staff see of it, in a real browser."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.e2e.conftest import Console, NewContext, ShopUnderTest, axe_violations

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
MAIL_WAIT_MILLISECONDS = 1_000
MAIL_LOOKS_MAX = 90


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


def place_order(base_url: str, locale: str = "en") -> Placed:
    """Order the first product that can be had, without a browser."""
    with httpx.Client(base_url=base_url, timeout=20, trust_env=False) as client:
        products = client.get("/api/v1/products", params={"limit": 50}).json()["items"]
        sku = next(product["default_sku"] for product in products if product["skus_count"] == 1)
        lines = [{"sku": sku, "quantity": 1}]
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


def sign_in(page: Page, shop: ShopUnderTest) -> None:
    secrets = json.loads((shop.data / "secrets.json").read_text(encoding="utf-8"))
    page.goto("/staff/")
    page.get_by_label("E-mail").fill(secrets["staff_email"])
    page.get_by_label("Password").fill(secrets["staff_password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()


def wait_for_mail(page: Page, subject: str) -> None:
    """Look into the mailbox until the worker has written the mail."""
    for _ in range(MAIL_LOOKS_MAX):
        page.goto("/staff/mail")
        if page.get_by_role("link", name=subject).count():
            return
        page.wait_for_timeout(MAIL_WAIT_MILLISECONDS)
    pytest.fail(f"no mail {subject!r} came")


@pytest.mark.parametrize(
    ("scheme", "viewport", "locale"),
    [("light", DESKTOP, "en"), ("dark", PHONE, "es")],
    ids=["desktop", "phone"],
)
def test_the_hosted_page_declines_asks_and_takes_the_money(
    new_context: NewContext,
    base_url: str,
    console: Console,
    scheme: str,
    viewport: dict[str, int],
    locale: str,
) -> None:
    console.allow("/checkout/return/|/api/v1/orders/")  # the return page lacks this order's token here
    order = place_order(base_url, locale)
    page = new_context(color_scheme=scheme, viewport=viewport).new_page()
    page.goto(order.payment_url)
    assert axe_violations(page) == []
    assert page.locator("html").get_attribute("lang") == locale

    page.locator("a.chip", has_text="0002").click()
    page.locator("button.primary").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert axe_violations(page) == []

    page.locator("a.chip", has_text="3155").click()
    page.locator("button.primary").click()
    page.wait_for_url("**/challenge")
    assert axe_violations(page) == []
    page.locator("button[value=approve]").click()
    page.wait_for_url(f"**/{locale}/checkout/return/**")

    with httpx.Client(base_url=base_url, timeout=20, trust_env=False) as client:
        assert send(client, "POST", f"/orders/{order.id}/settle", {}, order.token)["status"] == "paid"


@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", DESKTOP), ("dark", PHONE)], ids=["desktop", "phone"]
)
def test_staff_find_the_paid_order_its_books_and_its_mail(
    new_context: NewContext, base_url: str, shop: ShopUnderTest, scheme: str, viewport: dict[str, int]
) -> None:
    order = place_order(base_url)
    paid = httpx.post(
        order.payment_url,
        data={"number": "4242424242424242", "expiry": "12/40", "cvc": "123"},
        trust_env=False,
    )
    assert paid.status_code == 303
    page = new_context(color_scheme=scheme, viewport=viewport).new_page()
    page.goto("/staff/")
    assert axe_violations(page) == []
    sign_in(page, shop)
    wait_for_mail(page, f"Your order {order.number} is confirmed")
    assert axe_violations(page) == []

    page.get_by_role("link", name=f"Your order {order.number} is confirmed").click()
    mail = page.frame_locator("iframe.mail")
    expect(mail.get_by_role("heading", name="Thank you for your order!")).to_be_visible()
    page.goto(f"/staff/orders/{order.number}")

    assert axe_violations(page) == []
    for text in ("provider clearing", "claimed", "order: paid"):
        expect(page.get_by_text(text, exact=True).first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"/staff/orders/{order.number}")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
