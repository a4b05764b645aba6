"""Somebody buys something: with a card that works, one that does not, one that asks back, and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.conftest import Console, NewContext, sound
from tests.e2e.test_storefront import add_something

SUCCEEDS = "4242424242424242"
DECLINED = "4000000000000002"
ASKS_BACK = "4000002500003155"
TABS_MAX = 120
#: An outline or a ring, on the element itself or on the link's whole card.
_SHOWS_FOCUS = """each => [each, ...each.querySelectorAll('*'), each.closest('[data-card]')].some(
    one => one && ['', '::after'].some(part => {
        const style = getComputedStyle(one, part || null);
        return (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none';
    }))"""
#: Nothing stands over its middle: no banner, no header that stays in view.
_IS_UNCOVERED = """each => {
    const {x, y, width, height} = each.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return top !== null && (each.contains(top) || top.contains(each));
}"""
#: In the order of the form.
ADDRESS = {"name": "Jo Pérez", "line1": "Calle Mayor 1", "city": "Madrid", "postal_code": "28013"}


def go_to_payment(page: Page) -> str:
    """Fill in the checkout and return the amount that the button promised."""
    page.goto("/en/checkout/")
    page.locator("#email").fill("jo@example.com")
    for field, value in ADDRESS.items():
        page.locator(f"#shipping-{field}").fill(value)
    page.locator("#shipping-phone").focus()
    button = page.get_by_role("button", name=re.compile("^Pay €"))
    expect(button).to_be_visible()
    amount = button.inner_text().removeprefix("Pay").strip()
    button.click()
    page.wait_for_url("**/sandbox/pay/**")
    return amount


def pay(page: Page, card: str) -> None:
    page.locator("#number").fill(card)
    page.locator("#expiry").fill("12 / 30")
    page.locator("#cvc").fill("123")
    page.get_by_role("button", name=re.compile("^Pay")).click()


@pytest.fixture
def shopper(page: Page) -> Page:
    """Somebody with one product in the cart."""
    add_something(page)
    return page


def test_a_paid_order_shows_what_was_promised(shopper: Page) -> None:
    amount = go_to_payment(shopper)
    pay(shopper, SUCCEEDS)

    shopper.wait_for_url("**/order/**")
    expect(shopper.get_by_role("heading", name="Thank you, Jo")).to_be_visible()
    expect(shopper.locator("[data-total]")).to_have_text(amount)
    expect(shopper.get_by_text("Payment received")).to_be_visible()
    sound(shopper)
    assert shopper.evaluate("localStorage.getItem('viva.cart')") is None


def test_the_tracking_link_opens_the_order_in_another_language(shopper: Page) -> None:
    go_to_payment(shopper)
    pay(shopper, SUCCEEDS)
    shopper.wait_for_url("**/order/**")
    link = shopper.url

    shopper.goto("about:blank")
    shopper.goto(link.replace("/en/order/", "/es/order/"))

    expect(shopper.get_by_role("heading", name="Gracias, Jo")).to_be_visible()


def test_a_declined_card_keeps_the_order_and_another_one_pays_it(shopper: Page, console: Console) -> None:
    console.allow("402|422|declined")
    go_to_payment(shopper)
    pay(shopper, DECLINED)
    expect(shopper.get_by_text("declined").first).to_be_visible()

    pay(shopper, SUCCEEDS)

    shopper.wait_for_url("**/order/**")
    expect(shopper.get_by_role("heading", name="Thank you, Jo")).to_be_visible()


def test_leaving_the_payment_page_loses_nothing(shopper: Page) -> None:
    go_to_payment(shopper)
    shopper.get_by_text("Cancel and return to the shop").click()
    shopper.wait_for_url("**/checkout/return/**")
    expect(shopper.get_by_role("heading", name="You left the payment page")).to_be_visible()
    sound(shopper)

    shopper.get_by_role("button", name="Try the payment again").click()
    shopper.wait_for_url("**/sandbox/pay/**")
    pay(shopper, SUCCEEDS)
    shopper.wait_for_url("**/order/**")


def test_a_card_that_asks_back_pays_after_the_answer(shopper: Page) -> None:
    go_to_payment(shopper)
    pay(shopper, ASKS_BACK)
    shopper.get_by_role("button", name=re.compile("Complete|Approve|Confirm|Authenticate|Authorize")).click()

    shopper.wait_for_url("**/order/**")
    expect(shopper.get_by_role("heading", name="Thank you, Jo")).to_be_visible()


def test_a_price_that_changed_is_shown_and_nothing_is_charged(shopper: Page, console: Console) -> None:
    """The server's refusal is played here, so that the shop's catalogue stays as it is."""
    console.allow("409")
    shopper.goto("/en/checkout/")
    shopper.locator("#email").fill("jo@example.com")
    for field, value in ADDRESS.items():
        shopper.locator(f"#shipping-{field}").fill(value)
    shopper.locator("#shipping-phone").focus()
    expect(shopper.get_by_role("button", name=re.compile("^Pay €"))).to_be_visible()
    cart = shopper.evaluate("localStorage.getItem('viva.cart')")
    quote = shopper.request.get(f"/api/v1/carts/{cart}/quote").json()
    quote["total"]["minor_units"] += 100
    shopper.route(
        "**/api/v1/orders",
        lambda route: route.fulfill(
            status=409, json={"code": "quote_changed", "status": 409, "quote": quote}
        ),
    )
    shopper.get_by_role("button", name=re.compile("^Pay €")).click()

    heading = shopper.get_by_role("heading", name="The price changed while you were here")
    expect(heading).to_be_visible()
    expect(shopper.get_by_text(re.compile("Total: .* is now"))).to_be_visible()


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, and see that it shows it, within the screen and uncovered."""
    target.wait_for()
    for _ in range(TABS_MAX):
        if target.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(target).to_be_focused()
    expect(target).to_be_in_viewport()
    assert target.evaluate(_SHOWS_FOCUS), target
    assert target.evaluate(_IS_UNCOVERED), target


def test_a_guest_buys_on_a_phone_with_nothing_but_the_keyboard(new_context: NewContext) -> None:
    page = new_context(viewport={"width": 390, "height": 844}, storage_state=None).new_page()
    keys = page.keyboard
    page.goto("/en/c/bakery/")
    tab_to(page, page.get_by_role("button", name="Only what is needed"))
    keys.press("Enter")
    expect(page.get_by_role("region", name="May we remember a little more?")).to_be_hidden()
    tab_to(page, page.locator("[data-card][data-state='available'] .card-link").first)
    keys.press("Enter")
    page.wait_for_url("**/en/p/**")
    tab_to(page, page.locator("[data-submit]"))
    keys.press("Enter")
    tab_to(page, page.get_by_role("dialog").get_by_role("link", name="Checkout"))
    keys.press("Enter")

    page.wait_for_url("**/en/checkout/")
    for field, value in {
        "email": "jo@example.com",
        **{f"shipping-{k}": v for k, v in ADDRESS.items()},
    }.items():
        tab_to(page, page.locator(f"#{field}"))
        keys.type(value)
    keys.press("Tab")
    tab_to(page, page.get_by_role("button", name=re.compile("^Pay €")))
    keys.press("Enter")

    page.wait_for_url("**/sandbox/pay/**")
    for field, value in {"number": SUCCEEDS, "expiry": "1230", "cvc": "123"}.items():
        tab_to(page, page.locator(f"#{field}"))
        keys.type(value)
    tab_to(page, page.get_by_role("button", name=re.compile("^Pay")))
    keys.press("Enter")
    page.wait_for_url("**/order/**")
    expect(page.get_by_role("heading", name="Thank you, Jo")).to_be_visible()
