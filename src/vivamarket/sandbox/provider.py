"""The provider: every operation of the sandbox, without wire format and without I/O of its own.

Time, ids and the record store are injected, so a simulator runs it in its own virtual time. Each operation
is one short synchronous step in one transaction of the store: no two of them ever interleave.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import msgspec

from vivamarket.kernel.clock import CLOCK_AHEAD_SECONDS, Clock
from vivamarket.kernel.ids import IdSource
from vivamarket.sandbox import payments, refunds
from vivamarket.sandbox.book import (
    AUTHORIZATION_END,
    BANK_DUTIES,
    CHARGE_DISPUTE,
    DELIVERY,
    INTENT_SETTLE,
    OWN_DUTIES,
    REFUND_SETTLE,
    SESSION_EXPIRY,
    Book,
)
from vivamarket.sandbox.cards import AUTHORIZATION_SECONDS, SETTLE_AFTER_SECONDS, TestCard, kept_card
from vivamarket.sandbox.errors import ApiError
from vivamarket.sandbox.model import Card, Charge, Endpoint, Intent, Refund, Session
from vivamarket.sandbox.ports import Duty, RecordStore

ENDPOINTS_MAX = 16
TICK_DUTIES_MAX = 200
ANSWER_LIFE_SECONDS = 24 * 60 * 60
EVENT_LIFE_SECONDS = 30 * 24 * 60 * 60
FORGET_EVERY_SECONDS = 60 * 60


@dataclass(frozen=True, slots=True)
class PayOutcome:
    """How a visit to the hosted page stands after a step."""

    session: Session
    intent: Intent


class Provider:
    """The payment provider's operations over its records."""

    def __init__(
        self,
        store: RecordStore,
        clock: Clock,
        ids: IdSource,
        *,
        page_url: str,
        authorization_seconds: int = AUTHORIZATION_SECONDS,
    ) -> None:
        """``page_url`` is where browsers reach the sandbox; its hosted pages lie below, at ``/pay/``."""
        self.store = store
        self.page_url = f"{page_url.rstrip('/')}/pay"
        self._clock = clock
        self._ids = ids
        self._authorization_seconds = authorization_seconds
        self._endpoints: tuple[Endpoint, ...] | None = None
        self._forget_at = 0

    def now(self) -> datetime:
        """Return the provider's time."""
        return self._clock.now()

    def new_request_id(self) -> str:
        """Return an id for one call, as the ``Request-Id`` header carries it."""
        return f"req_{self._ids.uuid7().replace('-', '')}"

    @contextmanager
    def book(self, *, request_id: str | None = None, idempotency_key: str | None = None) -> Iterator[Book]:
        """Open a unit of work.

        An ``ApiError`` that is kept under the idempotency key commits what was written before it; any
        other error, and a refusal of form, writes nothing.
        """
        refusal: ApiError | None = None
        with self.store.transaction():
            book = Book(
                self.store,
                self._ids,
                now=self._unix(),
                page_url=self.page_url,
                endpoints=self.endpoints(),
                authorization_seconds=self._authorization_seconds,
                request_id=request_id,
                idempotency_key=idempotency_key,
            )
            try:
                yield book
            except ApiError as error:
                if not error.stored:
                    raise
                refusal = error
        if refusal is not None:
            raise refusal

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return all webhook endpoints."""
        if self._endpoints is None:
            records, _ = self.store.page(Endpoint, limit=ENDPOINTS_MAX)
            self._endpoints = tuple(record for record in records if record.status == "enabled")
        return self._endpoints

    def add_endpoint(self, book: Book, *, url: str, enabled_events: tuple[str, ...], secret: str) -> Endpoint:
        """Add a webhook endpoint, or change the one of that address."""
        known = next((endpoint for endpoint in self.endpoints() if endpoint.url == url), None)
        if known is None and len(self.endpoints()) >= ENDPOINTS_MAX:
            raise ApiError(f"At most {ENDPOINTS_MAX} webhook endpoints.")
        endpoint = book.put(
            Endpoint(
                id=known.id if known else book.new_id("we"),
                created=known.created if known else book.now,
                url=url,
                enabled_events=enabled_events,
                secret=secret,
            )
        )
        self._endpoints = None
        return endpoint

    def disable_endpoint(self, book: Book, endpoint_id: str) -> Endpoint:
        """Stop telling an endpoint."""
        endpoint = book.get(Endpoint, endpoint_id)
        self._endpoints = None
        return book.put(msgspec.structs.replace(endpoint, status="disabled"))

    def configure_endpoint(self, *, url: str, enabled_events: tuple[str, ...], secret: str) -> Endpoint:
        """Make sure that one endpoint is told these events, signed with this secret."""
        with self.book() as book:
            return self.add_endpoint(book, url=url, enabled_events=enabled_events, secret=secret)

    def session(self, session_id: str) -> Session | None:
        """Return the session as it is now (an expired one is marked first)."""
        session = self.store.get(Session, session_id)
        if session is not None and session.status == "open" and session.expires_at <= self._unix():
            with self.book() as book:
                return expire_session(book, session)
        return session

    def intent(self, intent_id: str) -> Intent | None:
        """Return the PaymentIntent."""
        return self.store.get(Intent, intent_id)

    def pay(self, session_id: str, test_card: TestCard, card: Card | None = None) -> PayOutcome:
        """Pay an open session with a card, as the hosted page does.

        Raise ``ApiError`` when there is no such session or it is not open any more. A decline is an outcome.
        """
        used = card or kept_card(test_card, exp_year=self.now().year + 2, exp_month=12)
        self.session(session_id)
        with self.book() as book:
            session = _open_session(book, session_id)
            session, intent = payments.open_intent(book, session)
            intent = payments.attempt(book, intent, test_card, used)
            return PayOutcome(book.get(Session, session_id), intent)

    def answer_challenge(self, session_id: str, *, approved: bool) -> PayOutcome:
        """Take the shopper's answer to the 3-D Secure question of an open session."""
        self.session(session_id)
        with self.book() as book:
            session = _open_session(book, session_id)
            if session.payment_intent is None:
                raise ApiError("There is no payment to authenticate.")
            intent = book.get(Intent, session.payment_intent)
            intent = payments.answer_challenge(book, intent, approved=approved)
            return PayOutcome(book.get(Session, session_id), intent)

    def answer_intent_challenge(self, intent_id: str, *, approved: bool) -> Intent:
        """Take the shopper's answer to the 3-D Secure question of a PaymentIntent without a session."""
        with self.book() as book:
            return payments.answer_challenge(book, book.get(Intent, intent_id), approved=approved)

    def tick(self) -> int:
        """Do the provider's own duties that are due; return how many.

        At most ``TICK_DUTIES_MAX`` of the bank's and as many that end a page or a hold at once.
        """
        now = self._unix()
        latest = now + SETTLE_AFTER_SECONDS + CLOCK_AHEAD_SECONDS
        duties = [
            *self.store.due(BANK_DUTIES, now, TICK_DUTIES_MAX, latest=latest),
            *self.store.due((SESSION_EXPIRY, AUTHORIZATION_END), now, TICK_DUTIES_MAX),
        ]
        for duty in duties:
            with self.book() as book:
                book.store.unschedule(duty)
                _do(book, duty)
        if now >= self._forget_at:
            self._forget_at = now + FORGET_EVERY_SECONDS
            with self.store.transaction():
                self.store.forget(
                    answers_before=now - ANSWER_LIFE_SECONDS, events_before=now - EVENT_LIFE_SECONDS
                )
        return len(duties)

    def seconds_to_next_duty(self) -> float | None:
        """Return how long until a duty (a delivery too) is due; None when nothing is planned."""
        at = self.store.next_due((*OWN_DUTIES, DELIVERY))
        return None if at is None else max(0.0, at - self._clock.now().timestamp())

    def _unix(self) -> int:
        return int(self._clock.now().timestamp())


def expire_session(book: Book, session: Session) -> Session:
    """Expire an open session and cancel its unfinished payment; refuse any other status."""
    if session.status != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session.status}."
        )
    session = book.put(msgspec.structs.replace(session, status="expired"))
    book.store.unschedule(Duty(SESSION_EXPIRY, session.id))
    if session.payment_intent is not None:
        intent = book.get(Intent, session.payment_intent)
        if intent.status in payments.CANCELABLE:
            payments.void(book, intent, "expired")
    book.emit("checkout.session.expired", session)
    return session


def _open_session(book: Book, session_id: str) -> Session:
    session = book.get(Session, session_id)
    if session.status != "open":
        raise ApiError(f"This Checkout Session has a status of {session.status}.", code="session_not_open")
    return session


def _do(book: Book, duty: Duty) -> None:
    match duty.kind:
        case kind if kind == SESSION_EXPIRY:
            session = book.get(Session, duty.id)
            if session.status == "open":
                expire_session(book, session)
        case kind if kind == AUTHORIZATION_END:
            payments.end_authorization(book, book.get(Intent, duty.id))
        case kind if kind == INTENT_SETTLE:
            payments.settle_processing(book, book.get(Intent, duty.id))
        case kind if kind == CHARGE_DISPUTE:
            payments.open_dispute(book, book.get(Charge, duty.id))
        case kind if kind == REFUND_SETTLE:
            refunds.settle(book, book.get(Refund, duty.id))
