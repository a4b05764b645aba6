"""Which event causes which mail, and what stands in it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from tests.helpers.notifications import ORDER, ListMailer, OneOrder, envelope, eur
from tests.helpers.still_shop import still_shop

from vivamarket.notifications import EVENT_KINDS, NotificationService, OrderFacts
from vivamarket.notifications.rendering import MailRenderer
from vivamarket.notifications.texts import ORDER_TEXTS

SHIPPED: dict[str, Any] = {
    "shipment_id": "parcel-1",
    "carrier": "Correos",
    "tracking_number": "ES 1",
    "tracking_url": "https://post.example/ES1",
    "units": [{"position": 1, "sku": "MUG", "quantity": 1}],
}


def service(mailer: ListMailer, order: OrderFacts = ORDER) -> NotificationService:
    renderer = MailRenderer(shop=still_shop(), public_url="https://shop.example/")
    return NotificationService(OneOrder(order), mailer, renderer, shop=still_shop(email="staff@shop.example"))


@pytest.fixture
def mailer() -> ListMailer:
    return ListMailer()


async def test_a_paid_order_tells_the_customer_and_the_staff(mailer: ListMailer) -> None:
    await service(mailer).handle(envelope("order.paid"))

    customer, staff = mailer.mails["event-1"], mailer.mails["event-1-staff"]
    assert (customer.to, staff.to) == ("jo@example.com", "staff@shop.example")
    assert customer.subject == "Your order VM-7K3QX9 is confirmed"
    assert staff.subject == "New order VM-7K3QX9: €1,259.55"
    assert "https://shop.example/admin/orders/VM-7K3QX9" in staff.text


async def test_the_same_event_twice_is_one_mail(mailer: ListMailer) -> None:
    first = service(mailer)
    await first.handle(envelope("order.canceled"))
    before = dict(mailer.mails)

    await first.handle(envelope("order.canceled"))

    assert mailer.mails == before


async def test_html_and_text_say_the_same_and_html_is_escaped(mailer: ListMailer) -> None:
    await service(mailer).handle(envelope("order.paid"))

    mail = mailer.mails["event-1"]
    for part in ("€25.00", "€1,259.55", "−€5.00", "including VAT 19%", "March 1, 2026", "10115 Berlin"):
        assert part in mail.html
        assert part in mail.text
    assert "Mug &lt;blue&gt;" in mail.html
    assert "2 × Mug <blue> (Large)" in mail.text
    assert "https://shop.example/en/order/#id=order-1&amp;token=secret" in mail.html


async def test_the_mail_speaks_the_language_of_the_order(mailer: ListMailer) -> None:
    await service(mailer, replace(ORDER, locale="es")).handle(envelope("order.paid"))

    mail = mailer.mails["event-1"]
    assert mail.subject == "Tu pedido VM-7K3QX9 está confirmado"
    assert "1.259,55\N{NO-BREAK SPACE}€" in mail.text
    assert "1 de marzo de 2026" in mail.text


async def test_who_shops_again_does_it_in_the_language_and_currency_of_the_order(mailer: ListMailer) -> None:
    order = replace(ORDER, shop_url="https://shop.example/en/usd/")

    await service(mailer, order).handle(envelope("order.expired"))

    assert 'href="https://shop.example/en/usd/"' in mailer.mails["event-1"].html


async def test_an_unknown_language_falls_back_to_english(mailer: ListMailer) -> None:
    await service(mailer, replace(ORDER, locale="fr")).handle(envelope("order.expired"))

    assert mailer.mails["event-1"].locale == "en"


async def test_a_refund_names_the_amount_of_the_event_and_what_was_given_back_in_all(
    mailer: ListMailer,
) -> None:
    order = replace(ORDER, refunded_total=eur(3_000))

    await service(mailer, order).handle(envelope("order.refunded", minor_units=1_000, currency="EUR"))

    mail = mailer.mails["event-1"]
    assert "We have given back €10.00." in mail.text
    assert "Refunded: −€30.00" in mail.text


@pytest.mark.parametrize(
    ("status", "told"), [("open", "The dispute is open."), ("lost", "You have lost: the money is gone.")]
)
async def test_a_dispute_tells_only_the_staff_how_it_stands(
    mailer: ListMailer, status: str, told: str
) -> None:
    await service(mailer).handle(
        envelope("order.disputed", status=status, reason="fraudulent", minor_units=1_000, currency="EUR")
    )

    assert list(mailer.mails) == ["event-1-staff"]
    mail = mailer.mails["event-1-staff"]
    assert mail.subject == "Order VM-7K3QX9: a dispute about €10.00"
    assert f"The bank disputes €10.00 (fraudulent). {told}" in " ".join(mail.text.split())


async def test_an_order_under_review_tells_only_the_staff(mailer: ListMailer) -> None:
    await service(mailer).handle(envelope("order.review", reason="amount_mismatch"))

    assert list(mailer.mails) == ["event-1-staff"]
    assert "amount_mismatch" in mailer.mails["event-1-staff"].text


async def test_a_parcel_names_what_is_in_it_and_where_it_can_be_followed(mailer: ListMailer) -> None:
    await service(mailer).handle(envelope("order.shipped", **SHIPPED))

    mail = mailer.mails["event-1"]
    assert mail.subject == "A parcel of your order VM-7K3QX9 is on its way"
    for part in ("Correos", "ES 1", "https://post.example/ES1", "10115 Berlin"):
        assert part in mail.html
        assert part in mail.text
    assert "1 × Mug <blue> (Large)" in mail.text
    assert "Té" not in mail.text
    assert "€" not in mail.text


async def test_a_parcel_that_cannot_be_followed_leads_to_the_order(mailer: ListMailer) -> None:
    await service(mailer).handle(envelope("order.shipped", **{**SHIPPED, "tracking_url": None}))

    assert f"View your order:\n{ORDER.tracking_url}" in mailer.mails["event-1"].text


async def test_a_mail_wanted_again_is_another_mail_with_the_same_words(mailer: ListMailer) -> None:
    await service(mailer).handle(envelope("order.shipped", **SHIPPED))
    first = mailer.mails.pop("event-1")

    await service(mailer).handle(envelope("order.mail_wanted", mail="order.shipped", facts=SHIPPED))

    assert mailer.mails == {"event-1": first}


async def test_other_events_cause_no_mail(mailer: ListMailer) -> None:
    await service(mailer).handle(envelope("order.placed"))

    assert mailer.mails == {}


@pytest.mark.parametrize("kind", EVENT_KINDS)
@pytest.mark.parametrize("locale", sorted(ORDER_TEXTS))
async def test_every_mail_is_whole_in_every_language(mailer: ListMailer, kind: str, locale: str) -> None:
    event = envelope(
        kind,
        minor_units=100,
        currency="EUR",
        reason="x",
        failure_code="x",
        payment_id="p",
        mail="order.shipped",
        facts=SHIPPED,
    )

    await service(mailer, replace(ORDER, locale=locale)).handle(event)

    for mail in mailer.mails.values():
        assert not re.search(r"\{\w+\}|\{\{", mail.subject + mail.text + mail.html)
        assert mail.subject.isprintable()
