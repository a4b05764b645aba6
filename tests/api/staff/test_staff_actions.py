"""What staff do on their pages, as a browser without scripts does it: forms and redirects."""

from __future__ import annotations

import html
import re

import asyncpg
import httpx
from tests.api.staff.test_staff_api import bury_event, paid_order, settled
from tests.helpers.api import ApiShop

from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.money import Money
from vivamarket.webhooks.events import EVENT_TYPES

URL = "https://erp.example/hook"
CHOSEN = {"url": URL, "description": "ERP", "type.order.paid": "on"}


def hidden(answer: httpx.Response) -> dict[str, str]:
    """Return the hidden fields of the page's own form, as its browser would send them."""
    form = answer.text.rpartition('<main id="content"')[2]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in fields}


async def test_a_form_without_this_sessions_mark_is_refused(api: ApiShop) -> None:
    await api.sign_in()

    for path in (
        "/orders/VM-000001/cancel",
        "/orders/VM-000001/refund",
        "/orders/VM-000001/accept",
        "/dead-letters/replay",
        "/webhooks/new",
        "/sign-out",
    ):
        for csrf in ("", "guess", "ñ"):
            assert (await api.page(path, {"csrf": csrf})).status_code == 403, path


async def test_an_order_is_canceled_after_a_question(api: ApiShop) -> None:
    await api.sign_in()
    order, _ = await api.placed()
    path = f"/orders/{order['number']}"

    assert f"{path}/cancel" in (await api.page(path)).text
    assert f"Cancel order {order['number']}?" in (await api.page(f"{path}/cancel")).text
    done = await api.page(f"{path}/cancel", {})
    after = await api.client.get(done.headers["location"])

    assert done.status_code == 303
    assert "status-canceled" in after.text
    assert "The order is being ended" in after.text
    assert f"{path}/cancel" not in after.text


async def test_a_refund_shows_its_sums_before_anything_is_sent(api: ApiShop) -> None:
    await api.sign_in()
    order = await paid_order(api)
    path = f"/orders/{order['number']}/refund"

    form = await api.page(path)
    sums = await api.page(path, {"line.1": "1", "goodwill": "1.00", "reason": "chipped"})
    before = await api.shop.state(OrderId(order["id"]))
    done = await api.page(path, hidden(sums))
    again = await api.page(path, hidden(sums))

    assert 'name="line.1"' in form.text
    for part in ("1 × Blue Mug", "€12.50", "Goodwill", "€1.00", "Give €13.50 back?", "chipped"):
        assert part in sums.text
    assert before.refunds == ()
    assert done.status_code == 303
    (refund,) = (await api.shop.state(OrderId(order["id"]))).refunds
    assert (refund.amount, refund.reason) == (Money(1_350, "EUR"), "chipped")
    assert again.status_code in {303, 200}
    page = (await api.page(f"/orders/{order['number']}?done=refunded")).text
    assert "The refund is on its way" in page
    assert "1 × Blue Mug" in page


async def test_a_double_click_on_the_last_button_is_one_refund(api: ApiShop) -> None:
    await api.sign_in()
    order = await paid_order(api)
    path = f"/orders/{order['number']}/refund"
    fields = hidden(await api.page(path, {"goodwill": "1"}))

    answers = [await api.page(path, fields) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len((await api.shop.state(OrderId(order["id"]))).refunds) == 1


async def test_everything_that_is_left_is_one_button(api: ApiShop) -> None:
    await api.sign_in()
    order = await paid_order(api)
    path = f"/orders/{order['number']}/refund"

    sums = await api.page(path, {"everything": "1", "line.1": "0"})
    await api.page(path, hidden(sums))

    assert (await api.shop.state(OrderId(order["id"]))).status.value == "refunded"
    assert "Nothing of this order can be given back." in (await api.page(path)).text
    await api.shop.check(settled=True)


async def test_sums_that_changed_meanwhile_are_shown_again(api: ApiShop) -> None:
    await api.sign_in()
    order = await paid_order(api)
    path = f"/orders/{order['number']}/refund"
    fields = hidden(await api.page(path, {"everything": "1"}))
    await api.page(path, hidden(await api.page(path, {"goodwill": "5"})))

    answer = await api.page(path, fields)

    assert answer.status_code == 200
    assert "The sums have changed" in answer.text
    assert len((await api.shop.state(OrderId(order["id"]))).refunds) == 1


MISFITS: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "say so"),
    ({"line.1": "99"}, "can still be given back"),
    ({"line.1": "one"}, "whole number"),
    ({"line.1": "-1"}, "whole number"),
    ({"line.77": "1"}, "no such line"),
    ({"goodwill": "1.234"}, "decimal"),
    ({"goodwill": "<b>"}, "&lt;b&gt;"),
    ({"goodwill": "1000000"}, "can be refunded"),
    ({"shipping": "900"}, "of the shipping"),
)


async def test_a_refund_that_does_not_fit_says_why_beside_the_form(api: ApiShop) -> None:
    await api.sign_in()
    order = await paid_order(api)

    for fields, told in MISFITS:
        answer = await api.page(f"/orders/{order['number']}/refund", fields)

        assert answer.status_code == 422, fields
        assert told in answer.text.split('role="alert"')[1].split("</p>")[0]
    assert (await api.shop.state(OrderId(order["id"]))).refunds == ()


async def test_an_order_in_review_asks_for_a_decision(api: ApiShop) -> None:
    await api.sign_in()
    order, _ = await api.placed()
    await api.shop.pay(OrderId(order["id"]), Money(1, "EUR"))
    await api.shop.checkout.settle(OrderId(order["id"]))
    path = f"/orders/{order['number']}"

    page = (await api.page(path)).text
    refused = await api.page(f"{path}/accept", {})

    assert "money does not fit" in page
    assert f"{path}/accept" in page
    assert "Accept the money of order" in (await api.page(f"{path}/accept")).text
    assert refused.status_code == 422


async def test_a_dead_letter_is_shown_with_its_error_and_replayed(api: ApiShop, pool: asyncpg.Pool) -> None:
    await api.sign_in()
    assert "None. Everything" in (await api.page("/dead-letters")).text
    await bury_event(pool)

    page = await api.page("/dead-letters")
    done = await api.page("/dead-letters/replay", hidden(page))

    assert "mailer down" in page.text
    assert done.headers["location"] == "/staff/dead-letters?done=replayed"
    assert await pool.fetchval("SELECT count(*) FROM outbox WHERE died_at IS NOT NULL") == 0
    assert (await api.page("/dead-letters/replay", {"box": "attic", "id": "1"})).status_code == 404


async def test_an_endpoint_is_added_and_its_secret_shown_once(api: ApiShop) -> None:
    await api.sign_in()
    form = await api.page("/webhooks/new")
    fields = {**hidden(form), **CHOSEN}

    added = await api.page("/webhooks/new", fields)
    again = await api.page("/webhooks/new", fields)

    assert all(f"type.{name}" in form.text for name in EVENT_TYPES)
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", added.text)
    assert secret is not None
    assert secret.group() in html.unescape(again.text)
    assert len(await api.services.staff.webhooks.endpoints()) == 1
    listed = (await api.page("/webhooks")).text
    assert URL in listed
    assert "whsec_" not in listed


async def test_a_wrong_endpoint_keeps_what_was_typed_and_says_why(api: ApiShop) -> None:
    await api.sign_in()
    fields = {**hidden(await api.page("/webhooks/new")), **CHOSEN, "url": "http://erp.example/"}

    answer = await api.page("/webhooks/new", fields)

    assert answer.status_code == 422
    assert "begins with https://" in answer.text
    assert 'value="http://erp.example/"' in answer.text
    assert answer.text.count(" checked>") == 1


async def test_an_endpoint_can_be_tried_changed_paused_rotated_and_deleted(api: ApiShop) -> None:
    await api.sign_in()
    await api.page("/webhooks/new", {**hidden(await api.page("/webhooks/new")), **CHOSEN})
    (endpoint,) = await api.services.staff.webhooks.endpoints()
    path = f"/webhooks/{endpoint.id}"

    tried = await api.page(f"{path}/test", hidden(await api.page(path)))
    saved = await api.page(path, {**CHOSEN, "description": "Our ERP"})
    wrong = await api.page(path, {**CHOSEN, "url": "ftp://x"})
    paused = await api.page(f"{path}/disable", {})
    page = (await api.page(path)).text
    await api.page(f"{path}/enable", {})
    question = await api.page(f"{path}/rotate")
    rotated = await api.page(f"{path}/rotate", hidden(question))
    gone = await api.page(f"{path}/delete", hidden(await api.page(f"{path}/delete")))

    assert [each.status_code for each in (tried, saved, paused, gone)] == [303] * 4
    assert wrong.status_code == 422
    for part in ("Our ERP", "status-disabled", "webhook.test", "Staff disabled it."):
        assert part in page
    assert "whsec_" in rotated.text
    assert (await api.page(path)).status_code == 404


async def test_a_delivery_is_shown_with_its_body_and_sent_again(api: ApiShop) -> None:
    await api.sign_in()
    await api.page("/webhooks/new", {**hidden(await api.page("/webhooks/new")), **CHOSEN})
    (endpoint,) = await api.services.staff.webhooks.endpoints()
    await api.services.staff.webhooks.send_test(endpoint.id, request_key="test-1")
    (log,) = (await api.services.staff.webhooks.deliveries()).items
    path = f"/webhooks/deliveries/{log.delivery.id}"

    page = (await api.page(path)).text
    again = await api.page(f"{path}/replay", {})

    assert "Not tried yet." in page
    assert "This is a test." in page
    assert again.headers["location"] == f"/staff{path}?done=sent"
    assert "webhook.test" not in (await api.page("/webhooks?status=dead")).text
    assert "webhook.test" in (await api.page("/webhooks?status=pending")).text


async def test_reports_of_reconciliation_are_shown_and_made_on_demand(api: ApiShop) -> None:
    await api.sign_in()
    await paid_order(api)
    api.shop.later(hours=1)

    empty = (await api.page("/reconciliation")).text
    begun = await api.page("/reconciliation/run", {})
    await settled(api)
    page = (await api.page("/reconciliation")).text

    assert "No report yet." in empty
    assert begun.headers["location"] == "/staff/reconciliation?done=comparing"
    assert "all agree" in page
    assert "1 payments since" in page


async def test_every_new_page_is_for_staff_only(api: ApiShop) -> None:
    for path in (
        "/webhooks",
        "/reconciliation",
        "/webhooks/new",
        "/dead-letters",
        "/orders/VM-1/refund",
        "/orders/VM-1/cancel",
    ):
        answer = await api.client.get(f"/staff{path}")

        assert answer.headers["location"] == "/staff/sign-in"
