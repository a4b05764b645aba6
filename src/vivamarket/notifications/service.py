"""Which event causes which mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.money import Money
from vivamarket.notifications.model import OrderFacts, Parcel
from vivamarket.notifications.ports import Mailer, OrderReader
from vivamarket.notifications.rendering import MailKind, MailRenderer
from vivamarket.shop.ports import CurrentShop


@dataclass(frozen=True, slots=True)
class _Plan:
    """The mails of one kind of event: one to the customer, one to the staff, or both."""

    customer: MailKind | None = None
    staff: MailKind | None = None


_PLANS: dict[str, _Plan] = {
    "order.authorized": _Plan(customer="authorized", staff="staff_authorized"),
    "order.paid": _Plan(customer="confirmation", staff="staff_paid"),
    "order.expired": _Plan(customer="expired"),
    "order.canceled": _Plan(customer="canceled"),
    "order.refunded": _Plan(customer="refunded"),
    "order.shipped": _Plan(customer="shipped"),
    "order.review": _Plan(staff="staff_review"),
    "return.requested": _Plan(customer="return_requested", staff="staff_return"),
    "return.approved": _Plan(customer="return_approved"),
    "return.refused": _Plan(customer="return_refused"),
    "order.disputed": _Plan(staff="staff_disputed"),
    "payment.failed": _Plan(customer="payment_failed"),
}
#: Staff want the customer's mail of an earlier event once more.
WANTED_AGAIN = "order.mail_wanted"
#: The events to subscribe ``NotificationService.handle`` to.
EVENT_KINDS = (*_PLANS, WANTED_AGAIN)


class NotificationService:
    """Writes and sends the mails that events cause."""

    def __init__(
        self,
        orders: OrderReader,
        mailer: Mailer,
        renderer: MailRenderer,
        *,
        shop: CurrentShop,
    ) -> None:
        self._orders = orders
        self._mailer = mailer
        self._renderer = renderer
        self._shop = shop

    async def handle(self, envelope: Envelope) -> None:
        """Send the mails of this event; other kinds are ignored.

        Safe to repeat: each mail is named after the event, so that it is sent once.
        """
        if envelope.kind == WANTED_AGAIN:
            await self._again(envelope)
            return
        plan = _PLANS.get(envelope.kind)
        if plan is None:
            return
        order = await self._orders.facts(OrderId(str(envelope.payload["order_id"])))
        shop = self._shop.profile
        recipients = (
            (plan.customer, envelope.event_id, order.email, order.locale),
            (plan.staff, f"{envelope.event_id}-staff", shop.email, shop.default_locale),
        )
        mails = [
            self._renderer.render(
                kind,
                order,
                mail_id=str(mail_id),
                to=to,
                locale=locale,
                written_at=envelope.occurred_at,
                amount=_amount(envelope.payload),
                reason=str(envelope.payload.get("reason", "")),
                status=str(envelope.payload.get("status", "")),
                parcel=_parcel(envelope.payload, order),
            )
            for kind, mail_id, to, locale in recipients
            if kind is not None and to
        ]
        await self._mailer.send(*mails)

    async def _again(self, envelope: Envelope) -> None:
        """Send the customer's mail of an earlier event once more, with that event's facts."""
        kind, facts = _PLANS[str(envelope.payload["mail"])].customer, envelope.payload["facts"]
        assert kind is not None  # whoever wants it chose among the customer's mails
        assert isinstance(facts, Mapping)
        order = await self._orders.facts(OrderId(str(envelope.payload["order_id"])))
        mail = self._renderer.render(
            kind,
            order,
            mail_id=str(envelope.event_id),
            to=order.email,
            locale=order.locale,
            written_at=envelope.occurred_at,
            amount=_amount(facts),
            parcel=_parcel(facts, order),
        )
        await self._mailer.send(mail)


def _parcel(facts: Mapping[str, object], order: OrderFacts) -> Parcel | None:
    """Return the parcel that the event speaks of, if it does."""
    units = facts.get("units")
    if not isinstance(units, Sequence):
        return None
    quantities = {str(each["sku"]): int(each["quantity"]) for each in units}
    return Parcel(
        carrier=str(facts.get("carrier") or ""),
        tracking_number=str(facts.get("tracking_number") or ""),
        tracking_url=str(facts.get("tracking_url") or ""),
        lines=tuple(
            replace(line, quantity=quantities[line.sku]) for line in order.lines if line.sku in quantities
        ),
    )


def _amount(facts: Mapping[str, object]) -> Money | None:
    """Return the amount that the event itself speaks of (a refund, a dispute)."""
    minor_units, currency = facts.get("minor_units"), facts.get("currency")
    if isinstance(minor_units, int) and isinstance(currency, str):
        return Money(minor_units, currency)
    return None
