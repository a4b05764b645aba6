"""A readable order for mails, and fakes of the ports around them."""

from __future__ import annotations

from datetime import UTC, datetime

from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import EventId, OrderId, OrderNumber, Sku
from vivamarket.kernel.money import Money
from vivamarket.notifications import Mail, OrderFacts, OrderFactsLine

PLACED_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def eur(minor_units: int) -> Money:
    return Money(minor_units, "EUR")


ORDER = OrderFacts(
    id=OrderId("order-1"),
    number=OrderNumber("VM-7K3QX9"),
    email="jo@example.com",
    locale="en",
    lines=(
        OrderFactsLine(
            sku=Sku("MUG"), title="Mug <blue>", variant_title="Large", quantity=2, total=eur(2_500)
        ),
        OrderFactsLine(sku=Sku("TEA"), title="Té & té", variant_title="", quantity=1, total=eur(123_456)),
    ),
    subtotal=eur(125_956),
    discount_total=eur(500),
    shipping_label="Standard",
    shipping_price=eur(499),
    taxes=(("VAT 19%", eur(20_110)),),
    tax_included=True,
    total=eur(125_955),
    refunded_total=eur(0),
    address_lines=("Jo Doe", "1 Main Street", "10115 Berlin", "Germany"),
    placed_at=PLACED_AT,
    shop_url="https://shop.example/en/",
    tracking_url="https://shop.example/en/order/#id=order-1&token=secret",
)


class OneOrder:
    """An ``OrderReader`` that knows one order."""

    def __init__(self, facts: OrderFacts = ORDER) -> None:
        self._facts = facts

    async def facts(self, order_id: OrderId) -> OrderFacts:
        assert order_id == self._facts.id
        return self._facts


class ListMailer:
    """A ``Mailer`` that keeps mails by id."""

    def __init__(self) -> None:
        self.mails: dict[str, Mail] = {}
        self.sent = 0

    async def send(self, *mails: Mail) -> None:
        self.sent += len(mails)
        for mail in mails:
            self.mails.setdefault(mail.id, mail)


def envelope(kind: str, event_id: str = "event-1", **payload: object) -> Envelope:
    return Envelope(
        event_id=EventId(event_id),
        kind=kind,
        key="order-1",
        payload={"order_id": "order-1", "number": "VM-7K3QX9", **payload},
        occurred_at=PLACED_AT,
    )
