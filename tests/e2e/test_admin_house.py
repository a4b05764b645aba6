"""The house itself in a real browser: who runs the shop, its settings, the log of what was done."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.e2e.back_office import join
from tests.e2e.conftest import Console, NewContext, ShopUnderTest, sound
from tests.e2e.ordering import place_order, send
from tests.e2e.test_admin import heading, hired, signed_in
from tests.e2e.test_payment import DESKTOP

FOLLOW_SECONDS = 15.0
NOTICE_MILLISECONDS = 20_000
PASSWORD = "three unusual words"


@pytest.fixture
def page(stranger: Page, shop: ShopUnderTest) -> Page:
    """A desktop page of the owner, at the settings."""
    return signed_in(stranger, shop, "settings", "Settings")


def shipping_of_a_mug(base_url: str) -> int:
    """Return what standard delivery of one thing within Spain costs a shopper now, in cents."""
    with httpx.Client(base_url=base_url, timeout=20, trust_env=False) as client:
        products = client.get("/api/v1/products", params={"limit": 50}).json()["items"]
        sku = next(product["default_sku"] for product in products if product["skus_count"] == 1)
        cart = send(
            client,
            "POST",
            "/carts",
            {"currency": "EUR", "locale": "en", "lines": [{"sku": sku, "quantity": 1}]},
        )
        address = {"name": "Jo", "line1": "C 1", "city": "Madrid", "postal_code": "28013", "country": "ES"}
        details = {"email": "jo@example.com", "shipping_address": address, "shipping_method": "standard"}
        send(client, "PUT", f"/carts/{cart['id']}/details", details)
        quote: dict[str, Any] = client.get(f"/api/v1/carts/{cart['id']}/quote").json()
        return int(quote["shipping"]["price"]["minor_units"])


def followed(base_url: str, cents: int) -> bool:
    """Wait until quotes have that price of shipping."""
    deadline = time.monotonic() + FOLLOW_SECONDS
    while time.monotonic() < deadline:
        if shipping_of_a_mug(base_url) == cents:
            return True
    return False


def test_the_owner_changes_a_price_of_shipping_and_quotes_follow(page: Page, base_url: str) -> None:
    method = page.get_by_role("group", name="Zone Home").get_by_role("group", name="Method standard")
    price = method.get_by_label("Price, EUR")
    before = shipping_of_a_mug(base_url)
    expect(price).to_have_value("3.90")

    price.fill("cheap")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text("This is not readable yet: Home / standard.")
    price.fill("4,15")
    page.get_by_label("SKU").fill("BK-BAGEL-PLAIN")
    page.get_by_role("button", name="Show the sums").click()
    expect(page.get_by_role("row", name="Shipping, cheapest way")).to_contain_text(
        re.compile(r"€3\.90.*€4\.15")
    )
    sound(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. The shop follows within seconds.")).to_be_visible()

    assert before == 390
    assert followed(base_url, 415)
    page.goto("/admin/audit-log")
    heading(page, "Audit log")
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("and every link fits")).to_be_visible()
    sound(page)
    page.get_by_role("link", name="Changed the settings").first.click()
    expect(page.get_by_role("row", name="methods/standard/price/EUR")).to_contain_text("415")
    sound(page)
    page.goto("/admin/settings/versions")
    heading(page, "Versions")
    expect(page.get_by_text("Shipping › Home › standard › Price › EUR").first).to_be_visible()
    page.get_by_role("button", name="As the shop file says").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile(r"€4\.15.*€3\.90"))
    sound(page)
    dialog.get_by_role("button", name="Go back").click()
    assert followed(base_url, 390)


def test_who_is_invited_chooses_a_password_and_is_out_once_disabled(
    page: Page, new_context: NewContext, shop: ShopUnderTest, console: Console
) -> None:
    page.get_by_role("navigation", name="Menu").get_by_role("link", name="Staff").click()
    heading(page, "Staff")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail").fill("kim@example.com")
    page.get_by_label("Name").fill("Kim")
    page.get_by_label("Role").click()
    page.get_by_role("option", name="Editor").click()
    page.get_by_role("button", name="Send the invitation").click()
    heading(page, "Staff")
    expect(page.get_by_role("row", name="Kim")).to_contain_text("invited")

    kims = new_context(viewport=DESKTOP).new_page()
    kims.goto(invitation_link(shop))
    heading(kims, "Choose a password")
    sound(kims)
    kims.get_by_label("New password").fill(PASSWORD)
    kims.get_by_role("button", name="Set the password").click()
    kims.get_by_role("link", name="Sign in").click()
    kims.get_by_label("E-mail").fill("kim@example.com")
    kims.get_by_label("Password").fill(PASSWORD)
    kims.get_by_role("button", name="Sign in").click()
    expect(kims.get_by_role("button", name="Kim")).to_be_visible()
    kims.goto("/admin/profile")
    heading(kims, "Kim")
    kims.get_by_role("button", name="Set it up").click()
    expect(kims.get_by_alt_text("QR code for the authenticator app")).to_be_visible()
    sound(kims)

    page.get_by_role("link", name="Kim").click()
    heading(page, "Kim")
    page.get_by_role("button", name="Disable").click()
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(page.get_by_text("disabled", exact=True)).to_be_visible()
    kims.goto("/admin/products")
    expect(kims.get_by_role("heading", name="Sign in", level=1)).to_be_visible()


def invitation_link(shop: ShopUnderTest) -> str:
    """Return the link of the newest invitation in the mail folder, once the worker has sent it."""
    deadline = time.monotonic() + FOLLOW_SECONDS
    while time.monotonic() < deadline:
        mails = sorted((shop.data / "mail").glob("staff-*.eml"), key=lambda file: file.stat().st_mtime)
        if mails:
            text = mails[-1].read_text(encoding="utf-8").replace("=\n", "").replace("=3D", "=")
            return "/admin/welcome#" + re.split(r"[\s\"<]", text.partition("/admin/welcome#")[2])[0]
    raise AssertionError("no invitation was mailed")


#: What an editor has no right to, typed into the address by hand; ``{number}`` is somebody's order.
CLOSED_TO_EDITORS = {
    "today": "reports.read",
    "orders": "orders.read",
    "orders/{number}": "orders.read",
    "returns": "orders.read",
    "customers": "customers.read",
    "customers/00000000-0000-7000-8000-000000000001": "customers.read",
    "reconciliation": "operations.read",
    "dead-letters": "operations.read",
    "mails": "mail.read",
    "staff": "staff.read",
    "settings": "settings.read",
    "settings/versions": "settings.read",
    "audit-log": "audit.read",
    "audit-log/1": "audit.read",
    "webhooks": "webhooks.read",
}
#: Forms that ask the server nothing before they are sent.
FORMS_CLOSED_TO_EDITORS = ("orders/{number}/refund", "staff/new", "webhooks/new")
#: And what a program under the editor's session would try.
CALLS: tuple[tuple[str, str, object], ...] = (
    ("GET", "orders/{number}", None),
    ("GET", "customers?q={number}", None),
    ("GET", "mails", None),
    ("GET", "audit-log", None),
    ("POST", "orders/{number}/cancel", None),
    ("POST", "orders/{number}/refunds", {}),
    ("POST", "orders/{number}/notes", {"text": "I was here"}),
    ("POST", "accounts", {"email": "me@example.com", "name": "Me", "role": "owner"}),
    ("PUT", "settings", {"version": 0, "document": {}}),
    ("POST", "inventory/adjustments", {"sku": "X", "quantity": 1, "reason": "receipt"}),
    ("POST", "webhook-endpoints", {"url": "https://me.example/", "event_types": ["order.paid"]}),
)
_TRY = """async (calls) => {
    const session = await (await fetch("/api/v1/staff/session")).json();
    return Promise.all(calls.map(async ([method, path, body]) => {
        const headers = {"x-csrf-token": session.csrf_token, "content-type": "application/json",
                         "idempotency-key": crypto.randomUUID()};
        const answer = await fetch(`/api/v1/staff/${path}`,
            {method, headers, body: body === null ? undefined : JSON.stringify(body)});
        return [answer.status, await answer.text()];
    }));
}"""


def test_whoever_has_no_right_sees_and_calls_nothing_by_hand_either(
    new_context: NewContext, shop: ShopUnderTest, base_url: str, console: Console
) -> None:
    console.allow("40[13]")
    who, order, page = hired(shop, "editor"), place_order(base_url), new_context(viewport=DESKTOP).new_page()
    page.goto("/admin/inventory")
    page.get_by_label("E-mail").fill(who["email"])
    page.get_by_label("Password").fill(who["password"])
    page.get_by_role("button", name="Sign in").click()
    heading(page, "Inventory")

    for action in ("Adjust", "Count", "Take in"):
        expect(page.get_by_role("button", name=action)).to_have_count(0)
    for place in ("Staff", "Settings", "Audit log", "Customers", "Orders", "Mail", "Webhooks"):
        expect(page.get_by_role("link", name=place, exact=True)).to_have_count(0)
    for path, right in CLOSED_TO_EDITORS.items():
        page.goto(f"/admin/{path.format(number=order.number)}")
        expect(page.get_by_role("alert").first).to_have_text(f"Your role does not include {right}.")
        expect(page.get_by_text("jo@example.com")).to_have_count(0)
    for path in FORMS_CLOSED_TO_EDITORS:
        page.goto(f"/admin/{path.format(number=order.number)}")
        heading(page, "Not for you")
        expect(page.get_by_role("textbox")).to_have_count(0)

    calls = [(method, path.format(number=order.number), body) for method, path, body in CALLS]
    for (status, text), call in zip(page.evaluate(_TRY, calls), calls, strict=True):
        assert (status, json.loads(text)["code"]) == (403, "forbidden"), call
        assert "jo@example.com" not in text


def test_a_customer_is_found_by_an_order_and_asked_to_stay(
    page: Page, base_url: str, shop: ShopUnderTest
) -> None:
    order = place_order(base_url)
    join(shop.data)
    page.get_by_role("navigation", name="Menu").get_by_role("link", name="Customers").click()
    heading(page, "Customers")
    page.get_by_label("Address, name or order number").fill(order.number)
    expect(page.get_by_role("link", name="Jo Doe")).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("jo@exam")
    page.get_by_role("option", name="Jo Doe").click()
    heading(page, "Jo Doe")
    expect(page.get_by_role("link", name=order.number)).to_be_visible()
    page.get_by_label("New note").fill("Rings twice.")
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_role("region", name="Notes").get_by_role("listitem").first).to_contain_text(
        "Rings twice."
    )

    page.get_by_role("button", name="Erase …").click()
    page.get_by_role("dialog").get_by_role("button", name="Erase in two weeks").click()
    expect(page.get_by_text("Erasure: on")).to_be_visible()
    page.get_by_role("button", name="Call the erasure off").click()
    expect(page.get_by_text("Erasure: called off")).to_be_visible()
    page.get_by_role("button", name="Sign out everywhere").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    # Notices are shown one after the other, each for some seconds.
    expect(page.get_by_text("Signed out everywhere.")).to_be_visible(timeout=NOTICE_MILLISECONDS)
