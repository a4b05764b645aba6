"""What payments need from outside: the provider, and the inbox of its events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from vivamarket.kernel.ids import PaymentId
from vivamarket.kernel.paging import Page
from vivamarket.payments.model import (
    InboxDeadLetter,
    InboxEvent,
    Payment,
    ProviderDispute,
    ProviderEvent,
    ProviderPayment,
    ProviderRefund,
    Refund,
    SessionRequest,
)
from vivamarket.payments.statement import PaymentAccount, ProviderStatement, ReconciliationReport

#: How long the provider remembers our idempotency keys. Past it: ``find``, never repeat.
PROVIDER_KEY_RETENTION_HOURS = 24
#: More than a year of daily reports.
REPORTS_KEPT_MAX = 400


class PaymentGateway(Protocol):
    """One payment provider with a hosted page. Called outside of every transaction of ours.

    Each call may raise ``GatewayUnavailable`` (within 6 s; its effect is then unknown and the call may
    be repeated with the same key) and ``GatewayRefused`` (no effect). That the provider does not admit the
    shop at all, for a wrong key of its account, says nothing about a payment: unavailable. Within
    ``PROVIDER_KEY_RETENTION_HOURS`` a repeated call with the same key and content has one effect and
    the same answer. The adapter does not retry by itself beyond one repeat of a broken connection.
    """

    async def create_session(self, request: SessionRequest, idempotency_key: str) -> ProviderPayment:
        """Open a hosted page for exactly ``request.amount``, captured at once when paid, or held until
        ``capture`` when the request says so.

        The session carries our payment and order id, so that ``find`` and events can name them.
        Return its record, status ``open``, with ``redirect_url``. A repeat with the same key returns
        the same session as it is, or as it was when first created.
        """
        ...

    async def retrieve(self, provider_ref: str) -> ProviderPayment:
        """Return the session as the provider sees it now, never from a cache.

        ``failed`` and ``canceled`` promise that it can never succeed; a session whose card was
        declined but whose page is open for another try is ``open``. Raise ``ProviderRecordNotFound``.
        """
        ...

    async def find(self, payment_id: PaymentId, since: datetime) -> ProviderPayment | None:
        """Return the session created for our payment, None when there surely is none.

        ``since`` is when it was first asked for; a session made before, or more than
        ``PROVIDER_KEY_RETENTION_HOURS`` after, is not looked for (but for ``clock.CLOCK_AHEAD_SECONDS``).
        For keys older than the provider remembers. May be slow. Raise ``GatewayBusy`` when there are more
        sessions in that time than can be looked through: that one was not found then means nothing.
        """
        ...

    async def look_up(self, provider_ref: str) -> ProviderPayment:
        """Return the session of that name, or the one through which the money of that name came.

        Otherwise as ``retrieve``. Raise ``ProviderRecordNotFound``, also for money without a session.
        """
        ...

    async def cancel(self, provider_ref: str) -> ProviderPayment:
        """Make sure the session can never succeed and return it as ``canceled`` or ``failed``.

        Safe to repeat: one that is already closed is returned as it is. Raise ``AlreadySucceeded`` when
        the money has moved, ``StillProcessing`` when it may yet move.
        """
        ...

    async def capture(self, provider_ref: str, idempotency_key: str) -> ProviderPayment:
        """Take what is ``authorized``, in full, and return the record, normally ``succeeded``.

        What is taken already is returned as it is. ``GatewayRefused``: nothing is held (any more), or the
        provider does not take it now; the same key is the same answer.
        """
        ...

    async def refund(self, payment: Payment, refund: Refund, idempotency_key: str) -> ProviderRefund:
        """Give ``refund.amount`` back. ``GatewayRefused`` means that it never will.

        The refund carries our refund id. A repeat with the same key returns the same refund.
        """
        ...

    async def retrieve_refund(self, provider_ref: str) -> ProviderRefund:
        """Return the refund as the provider sees it now. Raise ``ProviderRecordNotFound``."""
        ...

    async def find_refund(self, payment: Payment, refund: Refund) -> ProviderRefund | None:
        """Return the provider's refund that carries our refund id, None when there is none."""
        ...

    async def disputes(self, payment: Payment) -> tuple[ProviderDispute, ...]:
        """Return the disputes of the payment as the provider sees them now, oldest first; mostly none.

        At most one page of them. Never from a cache.
        """
        ...

    async def list_payments(self, since: datetime, cursor: str | None, limit: int) -> Page[ProviderStatement]:
        """Return a page of the account's payments begun at or after ``since``, newest first.

        All of the account's, ours and others', but attempts that never began. ``limit`` is 100 at most.
        """
        ...

    async def statement(self, provider_payment_ref: str) -> ProviderStatement:
        """Return the account of one payment as it stands now. Raise ``ProviderRecordNotFound``."""
        ...

    def read_event(self, body: bytes, signature: str, now: datetime) -> ProviderEvent:
        """Check the webhook's signature and age, and read it. Raise ``BadSignature``. No I/O."""
        ...


class InboxStore(Protocol):
    """Keeps the provider's events until their effect is committed. Each method is one transaction.

    The effect of an event and its removal from the queue commit together, in the checkout's store.
    """

    async def put(self, event: ProviderEvent, received_at: datetime) -> bool:
        """Keep the event durably; return False when it had come before (then nothing changes)."""
        ...

    async def claim(self, now: datetime, lease_seconds: float, limit: int) -> tuple[InboxEvent, ...]:
        """Return events that wait, oldest first, hidden from other workers until the lease ends.

        Whatever the clock of its receiver, or of who put it off, said: a new event is due at once, others
        after ``outbox.longest_wait_seconds`` at most (both but for ``clock.CLOCK_AHEAD_SECONDS``).
        """
        ...

    async def done(self, event_ids: Sequence[str], now: datetime) -> None:
        """Mark events that need no effect: not about a payment of ours, or about a finished one."""
        ...

    async def retry(self, event_id: str, due_at: datetime, error: str) -> None:
        """Hand the event out again from that moment on."""
        ...

    async def bury(self, event_id: str, now: datetime, error: str) -> None:
        """Take the event out of the queue and keep it as a dead letter."""
        ...

    async def dead_letters(self, limit: int) -> tuple[InboxDeadLetter, ...]:
        """Return the newest dead letters."""
        ...

    async def revive(self, event_id: str, now: datetime) -> bool:
        """Hand a dead letter out again from its first attempt; return whether there was one."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` finished events received before that moment; return how many."""
        ...


class PaymentReader(Protocol):
    """Reads our account of payments. They are written by the checkout's store only."""

    async def accounts(
        self, payment_ids: Sequence[PaymentId], provider_payment_refs: Sequence[str]
    ) -> tuple[PaymentAccount, ...]:
        """Return the accounts of the payments with one of those names, ours or the provider's."""
        ...

    async def captured(
        self, since: datetime, before: datetime, cursor: str | None, limit: int
    ) -> Page[PaymentAccount]:
        """Return a keyset page of the payments asked for in that time that brought money, oldest first."""
        ...


class ReportStore(Protocol):
    """Keeps the reports of comparisons with the provider."""

    async def put(self, report: ReconciliationReport) -> None:
        """Keep the report durably. The oldest above ``REPORTS_KEPT_MAX`` are dropped."""
        ...

    async def ask(self, at: datetime) -> None:
        """Want a comparison before its day; the next report that begins at that moment or later is it."""
        ...

    async def is_asked_for(self) -> bool:
        """Return whether a comparison is wanted and not made yet."""
        ...

    async def newest(self, limit: int) -> tuple[ReconciliationReport, ...]:
        """Return the newest reports."""
        ...
