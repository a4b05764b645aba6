"""Which event causes which mail."""

from __future__ import annotations

from dataclasses import dataclass

from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.money import Money
from vivamarket.notifications.ports import Mailer, OrderReader
from vivamarket.notifications.rendering import MailKind, MailRenderer


@dataclass(frozen=True, slots=True)
class _Plan:
    """The mails of one kind of event: one to the customer, one to the staff, or both."""

    customer: MailKind | None = None
    staff: MailKind | None = None


_PLANS: dict[str, _Plan] = {
    "order.paid": _Plan(customer="confirmation", staff="staff_paid"),
    "order.expired": _Plan(customer="expired"),
    "order.canceled": _Plan(customer="canceled"),
    "order.refunded": _Plan(customer="refunded"),
    "order.review": _Plan(staff="staff_review"),
    "order.disputed": _Plan(staff="staff_disputed"),
    "payment.failed": _Plan(customer="payment_failed"),
}
#: The events to subscribe ``NotificationService.handle`` to.
EVENT_KINDS = tuple(_PLANS)


class NotificationService:
    """Writes and sends the mails that events cause."""

    def __init__(
        self,
        orders: OrderReader,
        mailer: Mailer,
        renderer: MailRenderer,
        *,
        staff_email: str,
        staff_locale: str = "en",
    ) -> None:
        self._orders = orders
        self._mailer = mailer
        self._renderer = renderer
        self._staff_email = staff_email
        self._staff_locale = staff_locale

    async def handle(self, envelope: Envelope) -> None:
        """Send the mails of this event; other kinds are ignored.

        Safe to repeat: each mail is named after the event, so that it is sent once.
        """
        plan = _PLANS.get(envelope.kind)
        if plan is None:
            return
        order = await self._orders.facts(OrderId(str(envelope.payload["order_id"])))
        recipients = (
            (plan.customer, envelope.event_id, order.email, order.locale),
            (plan.staff, f"{envelope.event_id}-staff", self._staff_email, self._staff_locale),
        )
        mails = [
            self._renderer.render(
                kind,
                order,
                mail_id=str(mail_id),
                to=to,
                locale=locale,
                written_at=envelope.occurred_at,
                amount=_amount(envelope),
                reason=str(envelope.payload.get("reason", "")),
                status=str(envelope.payload.get("status", "")),
            )
            for kind, mail_id, to, locale in recipients
            if kind is not None
        ]
        await self._mailer.send(*mails)


def _amount(envelope: Envelope) -> Money | None:
    """Return the amount that the event itself speaks of (a refund, a dispute)."""
    minor_units, currency = envelope.payload.get("minor_units"), envelope.payload.get("currency")
    if isinstance(minor_units, int) and isinstance(currency, str):
        return Money(minor_units, currency)
    return None
