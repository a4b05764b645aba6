"""Somebody gets an account, loses the password, leaves and comes back; the cart and the orders are theirs."""

from __future__ import annotations

import email
import email.policy
import json
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pyotp
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from tests.e2e.conftest import Console, NewContext, ShopUnderTest, sound
from tests.e2e.ordering import send
from tests.e2e.test_buying import ADDRESS, SUCCEEDS, go_to_payment, pay
from tests.e2e.test_storefront import add_something

#: As ``go_to_payment`` buys.
EMAIL = "jo@example.com"
PASSWORD, NEW_PASSWORD = "correct horse battery", "staple of another kind"
MAIL_TIMEOUT_SECONDS = 30.0


def link_of(shop: ShopUnderTest, subject: str, to: str = EMAIL) -> str:
    """Return the link of the mail of that subject, once the worker has written it."""
    deadline = time.monotonic() + MAIL_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        for path in (shop.data / "mail").glob("*.eml"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if message["subject"] == subject and message["to"] == to:
                part = message.get_body(("plain",))
                assert part is not None
                found = re.search(r"https?://\S+", part.get_content())
                assert found is not None
                return found[0]
        threading.Event().wait(0.2)
    raise AssertionError(f"no mail came: {subject}")


def fill(page: Page, **values: str) -> None:
    """Fill in the form's fields by their names and send it with the keyboard."""
    for name, value in values.items():
        page.locator(f"main input[name='{name}']").fill(value)
    page.keyboard.press("Enter")


def send_everything(shop: ShopUnderTest, number: str) -> None:
    """Let staff send what was ordered, one unit of one line, in a parcel."""
    secrets = json.loads((shop.data / "secrets.json").read_text(encoding="utf-8"))
    who = {"email": secrets["staff_email"], "password": secrets["staff_password"]}
    with httpx.Client(base_url=shop.base_url, timeout=20, trust_env=False) as client:
        session = client.post("/api/v1/staff/sign-in", json=who)
        assert session.is_success, session.text
        client.headers["X-CSRF-Token"] = session.json()["csrf_token"]
        parcel = {
            "units": [{"position": 1, "quantity": 1}],
            "tracking": {"carrier": "correos", "tracking_number": "ES123"},
        }
        send(client, "POST", f"/staff/orders/{number}/shipments", parcel)


def look_after_an_order(page: Page, shop: ShopUnderTest) -> None:
    """Open the order from the account, keep its invoice, ask to return it, and order it again."""
    page.goto("/en/account/orders/")
    row = page.locator("main a[href*='/order/#id=']").first
    number = re.search(r"VM-\w+", row.inner_text())
    assert number is not None
    row.focus()
    page.keyboard.press("Enter")
    with page.expect_download() as saving:
        page.get_by_role("button", name=re.compile(r"Download PDF INV-\d{4}-\d{6}")).click()
    invoice = PdfReader(saving.value.path())
    assert number[0] in invoice.pages[0].extract_text()
    root: Any = invoice.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])

    send_everything(shop, number[0])
    page.reload()
    page.get_by_role("button", name="Send something back").click()
    sound(page)
    page.get_by_label("Why?").select_option("damaged")
    page.get_by_label("Anything we should know? (optional)").fill("The handle is cracked.")
    page.get_by_role("button", name="Ask to send it back").click()
    expect(page.get_by_role("region", name="Returns")).to_contain_text("We look at your request")
    sound(page)

    page.get_by_role("button", name="Order again").click()
    expect(page.get_by_text("Everything is in your cart.")).to_be_visible()


def test_a_guest_becomes_a_customer_and_finds_everything_again(
    page: Page, shop: ShopUnderTest, console: Console, new_context: NewContext
) -> None:
    console.allow("401")  # a wrong password, and what was asked of a session that has ended
    add_something(page)
    go_to_payment(page)
    pay(page, SUCCEEDS)
    page.wait_for_url("**/order/**")
    fill(page, fresh=PASSWORD)
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    add_something(page)

    page.get_by_role("link", name="Your account").first.click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Create an account").click()
    sound(page)

    page.goto(link_of(shop, "Confirm your account at VivaMarket"))
    expect(page.get_by_text(f"for {EMAIL}")).to_be_visible()
    assert "code" not in page.url
    fill(page, password=PASSWORD)

    expect(page.get_by_role("heading", name="Hello, Jo")).to_be_visible()
    expect(page.get_by_role("region", name="Your latest order")).to_contain_text("Paid")
    sound(page)
    page.locator("main nav").get_by_role("link", name="Orders").click()
    expect(page.locator("main a[href*='/order/#id=']")).to_have_count(1)
    sound(page)
    expect(page.locator("header a[href='/en/cart/'] span").first).to_have_text("1")

    elsewhere = new_context().new_page()
    elsewhere.goto("/en/account/")
    fill(elsewhere, email=EMAIL, password="not the password")
    expect(elsewhere.locator("main [role=alert]")).to_be_focused()
    fill(elsewhere, email=EMAIL, password=PASSWORD)
    expect(elsewhere.get_by_role("heading", name="Hello, Jo")).to_be_visible()
    expect(elsewhere.locator("header a[href='/en/cart/'] span").first).to_have_text("1")
    look_after_an_order(elsewhere, shop)
    elsewhere.goto("/en/account/security/")
    elsewhere.get_by_role("button", name="Sign out everywhere").click()
    expect(elsewhere.get_by_role("button", name="Sign in")).to_be_visible()
    assert elsewhere.evaluate("localStorage.getItem('viva.cart')") is None

    sets_a_new_password(page, shop)
    buys_from_the_address_book_and_cancels(page)
    with_passkey_and_app(elsewhere, shop)


def sets_a_new_password(page: Page, shop: ShopUnderTest) -> None:
    """Find oneself signed out, have a link mailed, and come in with another password."""
    page.goto("/en/account/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.get_by_role("button", name="Forgot your password?").click()
    fill(page, email=EMAIL)
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.goto(link_of(shop, "Set a new password at VivaMarket"))
    fill(page, fresh=NEW_PASSWORD)
    expect(page.get_by_text("Your new password is set")).to_be_visible()
    fill(page, email=EMAIL, password=NEW_PASSWORD)
    expect(page.get_by_role("heading", name="Hello, Jo")).to_be_visible()


def buys_from_the_address_book_and_cancels(page: Page) -> None:
    """Keep an address, find the checkout filled in, keep another there, and take the order back."""
    page.locator("main nav").get_by_role("link", name="Addresses").click()
    page.get_by_role("button", name="Add an address").click()
    page.get_by_role("button", name="Save the address").click()
    expect(page.locator("#shipping-line1")).to_have_attribute("aria-invalid", "true")
    for field, value in ADDRESS.items():
        page.locator(f"#shipping-{field}").fill(value)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Parcels first")).to_be_visible()
    sound(page)

    page.goto("/en/checkout/")
    expect(page.locator("#email")).to_have_value(EMAIL)
    expect(page.locator("#shipping-line1")).to_have_value(ADDRESS["line1"])
    page.locator("#shipping-line1").fill("Gran Vía 2")
    page.get_by_role("button", name=re.compile(ADDRESS["line1"])).click()
    expect(page.locator("#shipping-line1")).to_have_value(ADDRESS["line1"])
    keep = page.get_by_label("Keep this address in my address book")
    expect(keep).to_have_count(0)
    page.locator("#shipping-line1").fill("Gran Vía 2")
    keep.check()
    page.get_by_role("button", name=re.compile("^Pay €")).click()
    page.get_by_text("Cancel and return to the shop").click()
    page.wait_for_url("**/checkout/return/**")
    page.get_by_role("link", name="See your order").click()
    expect(page.get_by_text("The address is in your address book now.")).to_be_visible()
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Cancel the order").click()
    expect(page.get_by_text("Canceled", exact=True).first).to_be_visible()
    page.goto("/en/account/orders/")
    expect(page.locator("main li").filter(has_text="Canceled")).to_have_count(1)
    page.goto("/en/account/addresses/")
    expect(page.get_by_text("Gran Vía 2")).to_be_visible()


def with_passkey_and_app(page: Page, shop: ShopUnderTest) -> None:
    """Let a device and an app prove who Jo is. Browsers know passkeys for names only, so it is at a name."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    security = shop.base_url.replace("127.0.0.1", "localhost") + "/en/account/security/"
    page.goto(security)
    fill(page, email=EMAIL, password=NEW_PASSWORD)
    page.get_by_role("button", name="Add a passkey").click()
    fill(page, name="Jo's telephone", password=NEW_PASSWORD)
    expect(page.get_by_text("Your passkey is ready")).to_be_visible()
    expect(page.get_by_text("Jo's telephone")).to_be_visible()

    page.get_by_role("button", name="Set up an app").click()
    secret = page.locator("main code").inner_text().replace(" ", "")
    sound(page)
    fill(page, code=pyotp.TOTP(secret).now(), password=NEW_PASSWORD)
    expect(page.get_by_text("Your app is set up")).to_be_visible()

    page.get_by_role("button", name="Sign out everywhere").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("last used on")).to_be_visible()
    page.get_by_role("button", name="Sign out everywhere").click()
    fill(page, email=EMAIL, password=NEW_PASSWORD)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    # Each code works once: the one of the next half minute is good already.
    fill(page, code=pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30)))
    expect(page.get_by_role("heading", name="Sign-in and security")).to_be_visible()
