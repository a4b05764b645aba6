"""What staff do in a day, in a real browser: refund, cancel, tell another system, look after the rest."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from standardwebhooks.webhooks import Webhook
from tests.e2e.conftest import Console, NewContext, Receiver, ShopUnderTest, sound
from tests.e2e.test_payment_and_staff import DESKTOP, place_order, sign_in

LOOKS_MAX = 60
LOOK_MILLISECONDS = 1_000


def see_until(page: Page, path: str, wanted: Locator) -> None:
    """Open the page again and again until the worker has done what is wanted on it."""
    for _ in range(LOOKS_MAX):
        page.goto(path)
        if wanted.count():
            return
        page.wait_for_timeout(LOOK_MILLISECONDS)
    pytest.fail(f"{path} never showed what was wanted")


@pytest.fixture
def page(new_context: NewContext, shop: ShopUnderTest) -> Page:
    """A desktop page of somebody who is signed in."""
    opened = new_context(viewport=DESKTOP).new_page()
    sign_in(opened, shop)
    return opened


def test_a_line_is_refunded_after_its_sums_were_shown(page: Page, base_url: str) -> None:
    order = place_order(base_url)
    card = {"number": "4242424242424242", "expiry": "12/40", "cvc": "123"}
    assert httpx.post(order.payment_url, data=card, trust_env=False).status_code == 303
    see_until(page, f"/staff/orders/{order.number}", page.get_by_role("link", name="Refund"))

    page.get_by_role("link", name="Refund").click()
    sound(page)
    page.get_by_label("How many of").first.fill("1")
    page.get_by_label("Reason").fill("chipped")
    page.get_by_role("button", name="Show the sums").click()
    expect(page.get_by_text("Left of the payment afterwards")).to_be_visible()
    sound(page)
    page.get_by_role("button", name=re.compile("Give .* back")).click()

    expect(page.get_by_role("status")).to_have_text(re.compile("refund is on its way"))
    see_until(page, f"/staff/orders/{order.number}", page.locator("h1 .status-partially_refunded"))
    expect(page.get_by_text("chipped")).to_be_visible()
    sound(page)


def test_an_unpaid_order_is_canceled_after_a_question(page: Page, base_url: str) -> None:
    order = place_order(base_url)
    page.goto(f"/staff/orders/{order.number}")

    page.get_by_role("link", name="Cancel the order").click()
    sound(page)
    page.get_by_role("button", name="Cancel the order").click()

    see_until(page, f"/staff/orders/{order.number}", page.locator("h1 .status-canceled"))


def test_another_system_is_told_of_orders_and_can_verify_it(
    page: Page, base_url: str, receiver: Receiver, console: Console
) -> None:
    console.allow("422")  # the refused address
    page.goto("/staff/webhooks")
    sound(page)
    page.get_by_role("link", name="Add an endpoint").click()
    sound(page)
    page.get_by_label("Address").fill("http://192.168.1.1/hook")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_have_text(re.compile("not public"))
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_role("button", name="Add").click()
    secret = page.locator(".secret").inner_text()
    sound(page)

    page.get_by_role("link", name="I have kept it").click()
    sound(page)
    place_order(base_url)
    told = page.get_by_role("row", name="order.placed").filter(has=page.locator(".status-succeeded"))
    see_until(page, page.url, told)
    sound(page)
    told.get_by_role("link").click()
    expect(page.get_by_text("thank you")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Send it again").click()
    see_until(page, page.url.partition("?")[0], page.get_by_role("rowheader", name="2"))

    placed = [(headers, body) for headers, body in receiver.calls if b'"order.placed"' in body]
    assert all(Webhook(secret).verify(body, headers)["type"] == "order.placed" for headers, body in placed)
    assert len(placed) == 2
    assert len({headers["webhook-id"] for headers, _ in placed}) == 1


def test_what_needs_looking_after_is_there_for_everybody(page: Page) -> None:
    for path, heading in (("dead-letters", "Dead letters"), ("reconciliation", "Reconciliation")):
        page.goto(f"/staff/{path}")

        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        sound(page)
