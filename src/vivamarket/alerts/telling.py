"""The worker's part: who is told, when, and only once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from vivamarket.alerts.errors import AlertNotFound
from vivamarket.alerts.events import ALERT_ASKED
from vivamarket.alerts.model import StockAlert
from vivamarket.alerts.ports import AlertMailer, AlertWords, Return
from vivamarket.alerts.service import AlertParts, alert_token
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import CustomerId, Sku

RETURNS_MAX = 20
#: Mails of one round; with many waiting for one SKU, the oldest wishes come first.
MAILS_MAX = 50

#: Returns a customer's confirmed address, None when no alert is to be mailed to that customer now.
AddressOf = Callable[[CustomerId], Awaitable[str | None]]


class AlertTelling:
    """Writes the mails. A mail is named after its alert, so that it is sent once, whatever is repeated."""

    def __init__(self, parts: AlertParts, mailer: AlertMailer, address_of: AddressOf) -> None:
        self._parts = parts
        self._mailer = mailer
        self._address_of = address_of

    async def handle(self, envelope: Envelope) -> None:
        """Mail the confirmation of an alert that was asked for; other events are ignored."""
        if envelope.kind != ALERT_ASKED:
            return
        try:
            alert = await self._parts.store.get(str(envelope.payload["alert_id"]))
        except AlertNotFound:
            return
        if alert.expires_at > self._parts.clock.now() and (words := await self._words(alert, alert.email)):
            await self._mailer.ask_to_confirm(envelope.event_id, words, envelope.occurred_at)

    async def availability_changed(self, skus: Sequence[Sku]) -> None:
        """Note what is back and waited for. Two statements, however many wait."""
        available = await self._parts.stock.available(skus)
        back = [sku for sku in skus if available.get(sku, 0) > 0]
        if back:
            await self._parts.store.note_returns(back, self._parts.clock.now())

    async def run_once(self) -> int:
        """Tell at most ``MAILS_MAX`` of those who wait for what is back; return how many SKUs were."""
        found = await self._parts.store.returns(RETURNS_MAX)
        available = await self._parts.stock.available([each.sku for each in found]) if found else {}
        left = MAILS_MAX
        for each in found:
            if available.get(each.sku, 0) > 0:
                left -= await self._tell(each, left)
            else:
                # Sold out again before everybody was told: the others wait for the next time.
                await self._parts.store.told(each, None)
            if left <= 0:
                break
        return len(found)

    async def _tell(self, of: Return, limit: int) -> int:
        alerts = await self._parts.store.waiting(of, limit)
        now = self._parts.clock.now()
        for alert in alerts:
            await self._tell_one(alert, now)
        await self._parts.store.told(of, alerts[-1].id if len(alerts) == limit else None)
        return len(alerts)

    async def _tell_one(self, alert: StockAlert, now: datetime) -> None:
        """Mail, then forget the alert and its address. A customer who wants no such mails now waits on."""
        to = alert.email if alert.customer_id is None else await self._address_of(alert.customer_id)
        if not to:
            return
        words = await self._words(alert, to)
        if words is not None:
            await self._mailer.tell(f"stock-alert-{alert.id}", words, now)
        await self._parts.store.remove((alert.id,))

    async def _words(self, alert: StockAlert, to: str) -> AlertWords | None:
        """Return what the mail says; None when the product is not sold any more."""
        found = await self._parts.catalog.shown_many([alert.product_id])
        product = found.get(alert.product_id)
        if product is None:
            return None
        text = product.text(alert.locale)
        return AlertWords(alert, to, text.title, text.slug, alert_token(self._parts.seals, alert.id))
