"""Invoices over HTTP: listed and read by whoever holds the order's token, its customer, and staff."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader
from tests.helpers.api import ApiShop
from tests.helpers.checkout import named

from vivamarket.checkout.allocation import RefundLine, RefundWish
from vivamarket.kernel.ids import OrderId


async def sold(api: ApiShop) -> tuple[str, dict[str, str], str]:
    """Sell a mug; return the order's id, the header that opens it, and its invoice's number."""
    order, token = await api.placed()
    order_id = OrderId(order["id"])
    await api.shop.pay(order_id)
    await api.shop.checkout.settle(order_id)
    invoice = await api.services.after.invoices.issue(order_id)
    assert invoice is not None
    return order_id, token, invoice.number


def words_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


async def test_a_guest_reads_the_invoice_as_a_tagged_pdf_that_never_changes(api: ApiShop) -> None:
    order_id, token, number = await sold(api)

    (listed,) = (await api.get(f"/api/v1/orders/{order_id}/invoices", headers=token)).json()["items"]
    first = await api.get(f"/api/v1/orders/{order_id}/invoices/{number}", headers=token)
    again = await api.get(f"/api/v1/orders/{order_id}/invoices/{number}", headers=token)

    assert (listed["number"], listed["kind"], listed["total"]["minor_units"]) == (number, "invoice", 1640)
    assert first.headers["content-type"] == "application/pdf"
    assert first.headers["content-disposition"] == f'attachment; filename="{number}.pdf"'
    assert first.content == again.content
    root: Any = PdfReader(io.BytesIO(first.content)).trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "en"
    words = words_of(first.content)
    for said in (number, "Jo Pérez", "Calle Mayor 1", "Blue Mug", "€12.50", "IVA 21\xa0%", "€16.40"):
        assert said in words


async def test_a_credit_note_stands_beside_its_invoice(api: ApiShop) -> None:
    order_id, token, number = await sold(api)
    wish = RefundWish(lines=(RefundLine(1, 1),))
    state = await api.shop.checkout.refund_order(OrderId(order_id), wish, attempt=named("refund-1"))
    await api.services.after.invoices.credit(OrderId(order_id), state.refunds[0].id)

    papers = (await api.get(f"/api/v1/orders/{order_id}/invoices", headers=token)).json()["items"]

    assert [(each["kind"], each["corrects"]) for each in papers] == [
        ("invoice", None),
        ("credit_note", number),
    ]
    assert papers[1]["total"]["minor_units"] == 1250
    note = await api.get(f"/api/v1/orders/{order_id}/invoices/{papers[1]['number']}", headers=token)
    assert f"Corrects invoice {number}" in words_of(note.content).replace("\n", " ")


async def test_another_order_s_token_reads_no_invoice(api: ApiShop) -> None:
    order_id, token, number = await sold(api)
    other_id, other_token, other_number = await sold(api)

    wrong = await api.get(f"/api/v1/orders/{order_id}/invoices/{number}", headers=other_token)
    foreign = await api.get(f"/api/v1/orders/{order_id}/invoices/{other_number}", headers=token)

    assert (wrong.status_code, wrong.json()["code"]) == (404, "order_not_found")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "invoice_not_found")
    assert other_id != order_id


async def test_an_order_that_is_not_paid_has_no_invoice(api: ApiShop) -> None:
    order, token = await api.placed()

    assert await api.services.after.invoices.issue(OrderId(order["id"])) is None
    answer = await api.get(f"/api/v1/orders/{order['id']}/invoices", headers=token)

    assert answer.json() == {"items": []}


async def test_an_erased_buyer_is_on_no_paper_any_more(api: ApiShop) -> None:
    order_id, token, number = await sold(api)
    await api.shop.database.invoices.erase_buyers([OrderId(order_id)])

    words = words_of((await api.get(f"/api/v1/orders/{order_id}/invoices/{number}", headers=token)).content)

    assert "Pérez" not in words
    assert "Calle Mayor" not in words
    assert "Erased at the customer's request" in words
    assert "€16.40" in words


async def test_staff_read_the_invoices_of_an_order(api: ApiShop) -> None:
    order_id, _, number = await sold(api)
    order_number = (await api.shop.orders.by_id(OrderId(order_id))).number
    await api.sign_in()

    (listed,) = (await api.get(f"/api/v1/staff/orders/{order_number}/invoices")).json()["items"]
    pdf = await api.get(f"/api/v1/staff/invoices/{number}")

    assert listed["number"] == number
    assert pdf.content.startswith(b"%PDF-")
    assert (await api.get("/api/v1/staff/invoices/INV-1999-000001")).json()["code"] == "invoice_not_found"


async def test_a_customer_gets_the_token_of_their_order_and_of_no_other(api: ApiShop) -> None:
    order, _ = await api.placed()
    for email in ("jo@example.com", "other@example.org"):
        signed_in = await api.identity.joined(email)
        api.client.cookies.set("viva_access", signed_in.access_token, domain="shop.test")
        answer = await api.get(f"/api/v1/account/orders/{order['id']}/token")
        if email == "jo@example.com":
            opened = {"authorization": f"Bearer {answer.json()['token']}"}
            assert (await api.get(f"/api/v1/orders/{order['id']}", headers=opened)).status_code == 200
            api.shop.later(hours=13)
            assert (await api.get(f"/api/v1/orders/{order['id']}", headers=opened)).status_code == 404
            assert answer.headers["cache-control"] == "no-store"
        else:
            assert answer.json()["code"] == "order_not_found"
