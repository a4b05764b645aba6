"""What runs by itself: expiry, reconciler, the inbox of provider events. Each is enough on its own.

Each ``run_once`` takes what is due, a bounded batch, and returns how many it looked at; a lease keeps
other workers away meanwhile, and conditional transitions keep them harmless when they come anyway. One
order that fails never stops the others: it is logged and comes again when its lease is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog

from vivamarket.checkout.model import CANCEL_RETRY_SECONDS, CHECK_SECONDS, CancelReason
from vivamarket.checkout.ports import CheckoutStore
from vivamarket.checkout.settlement import Settlement
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import DomainError, Unavailable
from vivamarket.payments.model import EventSubject, InboxEvent
from vivamarket.payments.ports import InboxStore

BATCH_MAX = 50
INBOX_ATTEMPTS_MAX = 10
INBOX_BACKOFF_SECONDS_MAX = 300
INBOX_LEASE_SECONDS = 60
#: A shopper is back from the provider's page within a second, mostly; then the event has nothing left to do.
INBOX_PATIENCE_SECONDS = 1.0

_log = structlog.get_logger("vivamarket.checkout")


class Expiry:
    """Ends orders that nobody paid: cancel, let the provider confirm, release."""

    def __init__(self, *, store: CheckoutStore, settlement: Settlement, clock: Clock) -> None:
        self._store = store
        self._settlement = settlement
        self._clock = clock

    async def run_once(self) -> int:
        """Bring every due order one step towards its end. Due again in ``CANCEL_RETRY_SECONDS``."""
        due = await self._store.claim_expiring(self._clock.now(), CANCEL_RETRY_SECONDS, BATCH_MAX)
        for order_id in due:
            try:
                await self._settlement.cancel(order_id, CancelReason.EXPIRED)
            except DomainError as refusal:
                _log.warning("expiry_postponed", order_id=order_id, code=refusal.code)
            except Exception:  # noqa: BLE001 - outermost: one order never stops the others
                _log.exception("expiry_failed", order_id=order_id)
        return len(due)


class Reconciler:
    """Asks the provider about every open payment and refund, whether or not anybody told us."""

    def __init__(self, *, store: CheckoutStore, settlement: Settlement, clock: Clock) -> None:
        self._store = store
        self._settlement = settlement
        self._clock = clock

    async def run_once(self) -> int:
        """Settle every due order. Due again in ``CHECK_SECONDS``."""
        due = await self._store.claim_unsettled(self._clock.now(), CHECK_SECONDS, BATCH_MAX)
        for order_id in due:
            try:
                await self._settlement.settle(order_id)
            except DomainError as refusal:
                _log.warning("reconcile_postponed", order_id=order_id, code=refusal.code)
            except Exception:  # noqa: BLE001 - outermost: one order never stops the others
                _log.exception("reconcile_failed", order_id=order_id)
        return len(due)


class Inbox:
    """Gives the provider's events their effect, each once, together with its mark as done."""

    def __init__(
        self,
        *,
        inbox: InboxStore,
        store: CheckoutStore,
        settlement: Settlement,
        clock: Clock,
        patience_seconds: float = 0.0,
    ) -> None:
        """``patience_seconds``: how long an event waits for the return page, which mostly comes first."""
        self._inbox = inbox
        self._store = store
        self._settlement = settlement
        self._clock = clock
        self._patience = timedelta(seconds=patience_seconds)

    async def run_once(self) -> int:
        """Handle the events that wait. One that fails comes again later and later, then is buried.

        A provider that does not answer is no fault of the event: that never buries it.
        """
        waiting = await self._inbox.claim(self._clock.now() - self._patience, INBOX_LEASE_SECONDS, BATCH_MAX)
        for event in await self._with_effect(waiting):
            try:
                await self._handle(event)
            except Unavailable as unavailable:
                await self._postpone(event, unavailable.code)
            except Exception as error:  # noqa: BLE001 - outermost: one event never stops the others
                _log.exception("inbox_event_failed", event_id=event.event_id)
                await self._postpone_or_bury(event, repr(error))
        return len(waiting)

    async def _with_effect(self, waiting: Sequence[InboxEvent]) -> list[InboxEvent]:
        """Mark the events about finished payments as done, all at once; return the others.

        Mostly the return page has settled before its event comes. Such an event has no effect that could
        be lost, for a payment never leaves ``succeeded``; so its mark may commit by itself.
        """
        about_payments = [event for event in waiting if event.about is EventSubject.PAYMENT]
        named = [event.payment_id for event in about_payments if event.payment_id is not None]
        finished = await self._store.finished(named) if named else frozenset()
        over = {event.event_id for event in about_payments if event.payment_id in finished}
        if over:
            await self._inbox.done(sorted(over), self._clock.now())
        return [event for event in waiting if event.event_id not in over]

    async def _handle(self, event: InboxEvent) -> None:
        found = await self._store.find_payment(event.payment_id, event.provider_ref)
        if found is None:
            await self._inbox.done([event.event_id], self._clock.now())
            return
        order_id, payment_id = found
        if event.about is EventSubject.DISPUTE:
            await self._settlement.dispute(order_id, payment_id, inbox_event_id=event.event_id)
            return
        await self._settlement.settle(
            order_id, payment_id=payment_id, inbox_event_id=event.event_id, told_ref=event.provider_ref
        )

    async def _postpone_or_bury(self, event: InboxEvent, error: str) -> None:
        if event.attempts >= INBOX_ATTEMPTS_MAX:
            await self._inbox.bury(event.event_id, self._clock.now(), error)
        else:
            await self._postpone(event, error)

    async def _postpone(self, event: InboxEvent, error: str) -> None:
        seconds = min(2.0 ** min(event.attempts, 16), INBOX_BACKOFF_SECONDS_MAX)
        await self._inbox.retry(event.event_id, self._clock.now() + timedelta(seconds=seconds), error)
