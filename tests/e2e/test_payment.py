"""Paying on the hosted page, in a real browser."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import Console, NewContext, axe_violations
from tests.e2e.ordering import place_order, send

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


@pytest.mark.parametrize(
    ("scheme", "viewport", "locale"),
    [("light", DESKTOP, "en"), ("dark", PHONE, "de")],
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
