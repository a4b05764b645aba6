"""Somebody gets an account, loses the password, leaves and comes back; the cart and the orders are theirs."""

from __future__ import annotations

import email
import email.policy
import re
import threading
import time
from datetime import UTC, datetime, timedelta

import pyotp
from playwright.sync_api import Page, expect
from tests.e2e.conftest import Console, NewContext, ShopUnderTest, axe_violations_in_both_schemes, sound
from tests.e2e.test_buying import SUCCEEDS, go_to_payment, pay
from tests.e2e.test_storefront import add_something

#: As ``go_to_payment`` buys.
EMAIL = "jo@example.com"
PASSWORD, NEW_PASSWORD = "correct horse battery", "staple of another kind"
MAIL_TIMEOUT_SECONDS = 30.0


def link_of(shop: ShopUnderTest, subject: str) -> str:
    """Return the link of the mail of that subject, once the worker has written it."""
    deadline = time.monotonic() + MAIL_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        for path in (shop.data / "mail").glob("*.eml"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if message["subject"] == subject and message["to"] == EMAIL:
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


def test_a_guest_becomes_a_customer_and_finds_everything_again(
    page: Page, shop: ShopUnderTest, console: Console, new_context: NewContext
) -> None:
    console.allow("401")  # a wrong password, and what was asked of a session that has ended
    add_something(page)
    go_to_payment(page)
    pay(page, SUCCEEDS)
    page.wait_for_url("**/order/**")
    add_something(page)

    page.get_by_role("link", name="Your account").first.click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    assert axe_violations_in_both_schemes(page) == []
    page.get_by_role("button", name="Create an account").click()
    assert axe_violations_in_both_schemes(page) == []
    fill(page, name="Jo", email=EMAIL, fresh=PASSWORD)
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()

    page.goto(link_of(shop, "Confirm your account at VivaMarket"))
    expect(page.get_by_text(f"for {EMAIL}")).to_be_visible()
    assert "code" not in page.url
    fill(page, password=PASSWORD)

    expect(page.get_by_role("heading", name="Hello, Jo")).to_be_visible()
    expect(page.get_by_role("region", name="Your latest order")).to_contain_text("Paid")
    assert axe_violations_in_both_schemes(page) == []
    page.locator("main nav").get_by_role("link", name="Orders").click()
    row = page.locator("main summary")
    expect(row).to_have_count(1)
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator("main details li").first).to_contain_text("1 ×")
    assert axe_violations_in_both_schemes(page) == []
    expect(page.locator("header a[href='/en/cart/'] span").first).to_have_text("1")

    elsewhere = new_context().new_page()
    elsewhere.goto("/en/account/")
    fill(elsewhere, email=EMAIL, password="not the password")
    expect(elsewhere.locator("main [role=alert]")).to_be_focused()
    fill(elsewhere, email=EMAIL, password=PASSWORD)
    expect(elsewhere.get_by_role("heading", name="Hello, Jo")).to_be_visible()
    expect(elsewhere.locator("header a[href='/en/cart/'] span").first).to_have_text("1")
    elsewhere.goto("/en/account/security/")
    elsewhere.get_by_role("button", name="Sign out everywhere").click()
    expect(elsewhere.get_by_role("button", name="Sign in")).to_be_visible()
    assert elsewhere.evaluate("localStorage.getItem('viva.cart')") is None

    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.get_by_role("button", name="Forgot your password?").click()
    fill(page, email=EMAIL)
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.goto(link_of(shop, "Set a new password at VivaMarket"))
    fill(page, fresh=NEW_PASSWORD)
    expect(page.get_by_text("Your new password is set")).to_be_visible()
    fill(page, email=EMAIL, password=NEW_PASSWORD)
    expect(page.get_by_role("heading", name="Hello, Jo")).to_be_visible()
    with_passkey_and_app(elsewhere, shop)


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
