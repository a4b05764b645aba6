"""The staff's application in a real browser: in and out, refunds, webhooks, dead letters, both languages."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import httpx
import pyotp
import pytest
from playwright.sync_api import Page, expect
from standardwebhooks.webhooks import Webhook
from tests.e2e.back_office import StaffClient
from tests.e2e.conftest import Console, NewContext, Receiver, ShopUnderTest, sound
from tests.e2e.ordering import Placed, place_order
from tests.e2e.test_payment import PHONE

from vivamarket.adapters.local.postgres_server import EmbeddedPostgres

CARD = {"number": "4242424242424242", "expiry": "12/40", "cvc": "123"}
WORKER_MILLISECONDS = 60_000
LOOKS_MAX = 150
_BURIED = """
INSERT INTO outbox (kind, key, payload, occurred_at, due_at, attempts, error, died_at)
VALUES ('order.expired', 'nobody', '{}', now(), now(), 12, 'mailer down', now()) RETURNING id
"""


def fill_in(page: Page, shop: ShopUnderTest) -> None:
    """Sign in on the form that stands there."""
    secrets = json.loads((shop.data / "secrets.json").read_text(encoding="utf-8"))
    page.get_by_label("E-mail").fill(secrets["staff_email"])
    page.get_by_label("Password").fill(secrets["staff_password"])
    page.get_by_role("button", name="Sign in").click()


def heading(page: Page, name: str) -> None:
    """Wait until the page with that heading stands there."""
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def signed_in(page: Page, shop: ShopUnderTest, place: str, name: str) -> Page:
    """Sign the owner in on the way to that page, whose heading is ``name``; return it."""
    page.goto(f"/admin/{place}")
    fill_in(page, shop)
    heading(page, name)
    return page


def command(shop: ShopUnderTest, *words: str) -> dict[str, str]:
    """Let an owner run `viva staff …` on the shop; return what it says."""
    environ = {**os.environ, "VIVA_DATA_DIR": str(shop.data)}
    line = [sys.executable, "-m", "vivamarket.cli", "staff", *words, "--json"]
    done = subprocess.run(line, env=environ, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def hired(shop: ShopUnderTest, role: str) -> dict[str, str]:
    """Add somebody of that role; return e-mail address and password."""
    return command(shop, "add", f"{role}@example.com", "--role", role)


@pytest.fixture
def page(stranger: Page, shop: ShopUnderTest) -> Page:
    """A desktop page of the owner, at the orders."""
    return signed_in(stranger, shop, "orders", "Orders")


def paid_order(page: Page, base_url: str) -> str:
    """Place and pay an order; return its number once its page offers a refund."""
    return paid(page, place_order(base_url))


def paid(page: Page, order: Placed) -> str:
    """Pay the order; return its number once its page offers a refund, or to capture what is held."""
    assert httpx.post(order.payment_url, data=CARD, trust_env=False).status_code == 303
    page.goto(f"/admin/orders/{order.number}")
    heading(page, order.number)
    offered = page.get_by_role("link", name="Refund").or_(page.get_by_role("button", name="Capture"))
    for _ in range(LOOKS_MAX):
        if offered.count():
            return order.number
        page.wait_for_timeout(200)
        page.reload()
        heading(page, order.number)
    pytest.fail("the order was never paid")


def test_staff_sign_in_on_the_way_to_a_page_and_out_again(
    stranger: Page, shop: ShopUnderTest, console: Console
) -> None:
    console.allow("422")  # the wrong password
    page = stranger
    page.goto("/admin/reconciliation")
    heading(page, "Sign in")
    sound(page)
    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("The e-mail address or the password is wrong.")

    fill_in(page, shop)
    heading(page, "Reconciliation")
    page.get_by_role("button", name="Owner").click()
    page.get_by_role("menuitem", name="Sign out").click()

    heading(page, "Sign in")
    page.goto("/admin/orders")
    heading(page, "Sign in")


def test_whoever_has_a_second_factor_is_asked_for_its_code(
    stranger: Page, shop: ShopUnderTest, console: Console
) -> None:
    console.allow("422")  # the code is missing
    who, page = hired(shop, "accountant"), stranger
    secret = command(shop, "totp", who["email"])["secret"]
    page.goto("/admin/reconciliation")
    page.get_by_label("E-mail").fill(who["email"])
    page.get_by_label("Password").fill(who["password"])
    page.get_by_role("button", name="Sign in").click()
    sound(page)

    page.get_by_label("Code from your app").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Sign in").click()

    heading(page, "Reconciliation")


def test_a_session_that_ended_leads_back_to_where_it_was(page: Page, shop: ShopUnderTest) -> None:
    page.context.clear_cookies()

    page.get_by_role("link", name="Dead letters").click()

    heading(page, "Sign in")
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    fill_in(page, shop)
    heading(page, "Dead letters")


def test_a_line_is_refunded_after_its_sums_were_shown(page: Page, base_url: str) -> None:
    number = paid_order(page, base_url)
    page.get_by_role("link", name="Refund").click()
    heading(page, f"Refund {number}")
    page.get_by_role("button", name="Show the sums").click()
    expect(page.get_by_role("alert")).to_have_text("Choose what goes back.")
    page.get_by_label("How many of").fill("1")
    page.get_by_label("Reason").fill("chipped")
    sound(page)
    page.get_by_role("button", name="Show the sums").click()
    expect(page.get_by_text("Left of the payment afterwards")).to_be_visible()
    sound(page)

    page.get_by_role("button", name=re.compile("Give .* back")).click()

    heading(page, number)
    refunds = page.get_by_role("region", name="Refunds").get_by_role("row", name="chipped")
    expect(refunds.locator("[data-status=succeeded]")).to_be_visible(timeout=WORKER_MILLISECONDS)
    expect(page.locator("[data-status=partially_refunded]")).to_be_visible()


def press_and_confirm(page: Page, deed: str) -> None:
    """Press the button, and the one of that name in the question that follows."""
    page.get_by_role("button", name=deed).click()
    page.get_by_role("dialog").get_by_role("button", name=deed).click()
    expect(page.get_by_role("button", name=deed)).to_have_count(0, timeout=WORKER_MILLISECONDS)


def test_held_money_is_captured_or_let_go_by_staff_and_the_shopper_sees_it(
    page: Page, shop: ShopUnderTest, new_context: NewContext
) -> None:
    with StaffClient(shop.base_url, shop.data) as staff:
        before = staff.get("/settings")["settings"]
        page.goto("/admin/settings")
        page.get_by_label("When money is taken").click()
        page.get_by_role("option", name="when staff capture it").click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved. The shop follows")).to_be_visible()
        kept, dropped = place_order(shop.base_url), place_order(shop.base_url)
        now = staff.get("/settings")["version"]
        staff.send("PUT", "/settings", {"version": now, "settings": before})
    shopper = new_context(viewport=PHONE).new_page()
    for order, deed, told in ((kept, "Capture", "Payment received"), (dropped, "Void", "Order canceled")):
        paid(page, order)
        shopper.goto(f"/en/order/#id={order.id}&token={order.token}")
        expect(shopper.get_by_text("Amount held by your bank")).to_be_visible()

        press_and_confirm(page, deed)

        shopper.reload()
        expect(shopper.get_by_text(told)).to_be_visible()
    sound(page)
    sound(shopper)


def send_parcel(page: Page, quantity: str, tracking_number: str) -> None:
    """Send so many units of the one line."""
    page.get_by_role("button", name="Send a parcel").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("How many of").fill(quantity)
    dialog.get_by_label("Tracking number").fill(tracking_number)
    sound(page)
    dialog.get_by_role("button", name="Send a parcel").click()
    expect(page.get_by_role("link", name=f"Follow {tracking_number}")).to_be_visible()


def test_an_order_goes_out_in_two_parcels_and_the_shopper_follows_them(
    page: Page, base_url: str, new_context: NewContext
) -> None:
    order = place_order(base_url, quantity=3)
    number = paid(page, order)
    send_parcel(page, "1", "ES-1")
    expect(page.locator("h1 ~ [data-status=partially_fulfilled]")).to_be_visible()
    page.get_by_role("link", name="Refund").click()
    page.get_by_label("How many of").fill("1")
    page.get_by_role("button", name="Show the sums").click()
    page.get_by_role("button", name=re.compile("Give .* back")).click()
    heading(page, number)
    send_parcel(page, "1", "ES-2")
    expect(page.locator("h1 ~ [data-status=fulfilled]")).to_be_visible()
    page.get_by_label("New note").fill("Fragile: double box.")
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_role("region", name="Notes").get_by_role("listitem")).to_contain_text("Fragile")
    page.get_by_label("Send again").click()
    page.get_by_role("option", name="Parcel on its way").last.click()
    page.get_by_role("button", name="Send to the customer").click()
    expect(page.get_by_text("Mail sent again: Parcel on its way")).to_be_visible()
    page.get_by_role("link", name="Packing slip").first.click()
    heading(page, "Packing slip")
    expect(page.get_by_role("main")).to_contain_text("Jo Doe")

    shopper = new_context(viewport=PHONE).new_page()
    shopper.goto(f"/en/order/#id={order.id}&token={order.token}")

    parcels = shopper.get_by_role("link", name="Follow the parcel")
    expect(parcels).to_have_count(2)
    assert "ES-2" in (parcels.last.get_attribute("href") or "")
    expect(shopper.get_by_text("Parcel sent").first).to_be_visible()
    sound(shopper)


def test_orders_are_narrowed_in_the_address(page: Page) -> None:
    page.get_by_role("button", name="More filters").click()
    page.get_by_label("Sending").click()
    page.get_by_role("option", name="nothing left to send").click()
    page.get_by_label("Placed from").fill("2020-01-01")
    page.get_by_label("Currency").click()
    page.get_by_role("option", name="EUR").click()
    page.get_by_label("Total from").fill("0.01")
    expect(page).to_have_url(re.compile("total_min"))

    page.reload()

    heading(page, "Orders")
    expect(page.get_by_label("Placed from")).to_have_value("2020-01-01")
    expect(page.get_by_label("Total from")).to_have_value("0.01")
    sound(page)


def test_more_than_there_is_cannot_be_given_back(page: Page, base_url: str, console: Console) -> None:
    console.allow("422")  # the refusal
    number = paid_order(page, base_url)
    page.goto(f"/admin/orders/{number}/refund")

    page.get_by_label("Goodwill").fill("999999")
    page.get_by_role("button", name="Show the sums").click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Give .* back"))).to_have_count(0)


def test_what_a_role_may_not_do_it_neither_sees_nor_gets(
    stranger: Page, shop: ShopUnderTest, base_url: str, console: Console
) -> None:
    console.allow("403")
    who, order, page = hired(shop, "warehouse"), place_order(base_url), stranger
    page.goto(f"/admin/orders/{order.number}")
    page.get_by_label("E-mail").fill(who["email"])
    page.get_by_label("Password").fill(who["password"])
    page.get_by_role("button", name="Sign in").click()
    heading(page, order.number)

    expect(page.get_by_role("navigation", name="Menu").get_by_role("link", name="Orders")).to_be_visible()
    for place in ("Webhooks", "Mail", "Reconciliation", "Dead letters"):
        expect(page.get_by_role("link", name=place)).to_have_count(0)
    expect(page.get_by_role("button", name="Cancel the order")).to_have_count(0)
    page.goto("/admin/mails")
    expect(page.get_by_role("alert")).to_have_text("Your role does not include mail.read.")


def test_an_unpaid_order_is_canceled_after_a_question(page: Page, base_url: str) -> None:
    order = place_order(base_url)
    page.goto(f"/admin/orders/{order.number}")

    page.get_by_role("button", name="Cancel the order").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Cancel order {order.number}?")
    dialog.get_by_role("button", name="Cancel the order").click()

    canceled = page.locator("h1 + [data-status=canceled]")
    expect(canceled).to_be_visible(timeout=WORKER_MILLISECONDS)


def test_another_system_is_told_of_orders_and_told_again(
    page: Page, base_url: str, receiver: Receiver, console: Console
) -> None:
    console.allow("422")  # the refused address
    page.get_by_role("link", name="Webhooks").click()
    heading(page, "Webhooks")
    page.get_by_role("link", name="Add an endpoint").click()
    page.get_by_label("Address").fill("http://192.168.1.1/hook")
    page.get_by_role("checkbox", name="order.placed").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(re.compile("not public"))
    sound(page)
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_role("button", name="Add", exact=True).click()
    heading(page, "The endpoint is added")
    secret = page.get_by_test_id("secret").inner_text()
    sound(page)

    page.get_by_role("button", name="I have kept it").click()
    heading(page, "Endpoint")
    place_order(base_url)
    told = page.get_by_role("row", name="order.placed").filter(has=page.locator("[data-status=succeeded]"))
    for _ in range(LOOKS_MAX):
        if told.count():
            break
        page.wait_for_timeout(200)
        page.reload()
        heading(page, "Endpoint")
    told.get_by_role("link").first.click()
    heading(page, "order.placed")
    expect(page.get_by_text("thank you")).to_be_visible()
    page.get_by_role("button", name="Send it again").click()

    attempts = page.get_by_role("region", name="Attempts").get_by_role("rowheader", name="2", exact=True)
    expect(attempts).to_be_visible(timeout=WORKER_MILLISECONDS)
    calls = [(headers, body) for headers, body in receiver.calls if b'"order.placed"' in body]
    assert [Webhook(secret).verify(body, headers)["type"] for headers, body in calls] == ["order.placed"] * 2
    assert len({(headers["webhook-id"], body) for headers, body in calls}) == 1


def bury(shop: ShopUnderTest) -> str:
    """Leave a dead letter in the outbox; return its id."""
    url = EmbeddedPostgres(shop.data / "postgres", log_file=shop.data / "logs" / "e2e.log").url("viva")

    async def insert() -> str:
        connection = await asyncpg.connect(url)
        try:
            return str(await connection.fetchval(_BURIED))
        finally:
            await connection.close()

    # In a thread of its own: the browser's loop may be running in this one.
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(lambda: asyncio.run(insert())).result()


def test_a_dead_letter_is_handed_out_again(page: Page, shop: ShopUnderTest) -> None:
    letter = bury(shop)
    page.goto("/admin/dead-letters")
    row = page.get_by_role("row", name=letter)
    expect(row).to_contain_text("mailer down")
    sound(page)

    row.get_by_role("button", name="Replay").click()

    expect(page.get_by_text("It is handed out again.")).to_be_visible()
    expect(row.get_by_text("mailer down")).to_have_count(0)


def test_a_mail_is_read_as_its_reader_sees_it(page: Page, base_url: str) -> None:
    number = paid_order(page, base_url)
    page.goto("/admin/mails")
    mail = page.get_by_role("link", name=number)
    for _ in range(LOOKS_MAX):
        if mail.count():
            break
        page.wait_for_timeout(200)
        page.reload()
        heading(page, "Mail")

    mail.first.click()

    body = page.frame_locator("iframe")
    expect(body.get_by_text(number).first).to_be_visible()
    page.get_by_role("tab", name="Text").click()
    expect(page.get_by_role("tabpanel")).to_contain_text(number)
    sound(page)


def test_language_and_theme_are_the_persons_own(page: Page) -> None:
    page.get_by_role("button", name="Español").click()
    heading(page, "Pedidos")
    assert page.locator("html").get_attribute("lang") == "es"
    page.get_by_role("button", name="Tema oscuro").click()

    page.reload()

    heading(page, "Pedidos")
    expect(page.get_by_role("button", name="Tema claro")).to_be_visible()


def test_a_phone_has_the_menu_behind_a_button(
    new_context: NewContext, shop: ShopUnderTest, console: Console
) -> None:
    console.allow("401")
    page = new_context(viewport=PHONE).new_page()
    page.goto("/admin/orders")
    fill_in(page, shop)
    heading(page, "Orders")

    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Mail").click()

    heading(page, "Mail")
    expect(page.get_by_role("link", name="Webhooks")).to_have_count(0)


def test_the_keyboard_alone_reaches_content_and_menu(page: Page) -> None:
    page.reload()
    heading(page, "Orders")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_addresses_of_nothing_say_so(page: Page, console: Console) -> None:
    console.allow("404")
    page.goto("/admin/orders/VM-NOTHERE")
    heading(page, "There is no such page")
    sound(page)

    page.goto("/admin/nowhere")
    heading(page, "There is no such page")
