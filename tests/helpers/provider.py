"""A payment provider in a few lines, for the checkout's own tests, and a wrapper that breaks calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from vivamarket.checkout.invariants import ProviderBooks
from vivamarket.kernel.ids import OrderId, PaymentId
from vivamarket.kernel.money import Money, total
from vivamarket.kernel.paging import Page
from vivamarket.payments.errors import (
    AlreadySucceeded,
    BadSignature,
    GatewayRefused,
    GatewayUnavailable,
    ProviderRecordNotFound,
    StillProcessing,
)
from vivamarket.payments.model import (
    EventSubject,
    Payment,
    ProviderDispute,
    ProviderEvent,
    ProviderPayment,
    ProviderRefund,
    ProviderStatus,
    Refund,
    RefundStatus,
    SessionRequest,
)
from vivamarket.payments.statement import ProviderStatement

_CLOSED = (ProviderStatus.FAILED, ProviderStatus.CANCELED)


class Crash(BaseException):
    """The process died here: no handler of ours may catch it."""


class LittleProvider:
    """Keeps the promises of ``PaymentGateway`` in memory, with true idempotency keys.

    ``before`` and ``after`` are called around every call with its name and may raise: the provider then
    has not yet, or has already, done what was asked.
    """

    def __init__(self) -> None:
        self.sessions: dict[str, ProviderPayment] = {}
        self.requests: dict[str, SessionRequest] = {}
        self.refunds: dict[str, tuple[ProviderRefund, OrderId, str]] = {}
        self.calls: Counter[str] = Counter()
        self.before: Callable[[str], None] = lambda call: None
        self.after: Callable[[str], None] = lambda call: None
        self.refunds_fail = False
        self.refunds_take_days = False
        #: By the name of the money.
        self.disputed: dict[str, tuple[ProviderDispute, ...]] = {}
        self._answers: dict[str, ProviderPayment | ProviderRefund] = {}

    # The shopper's side of the hosted page.

    def pay(self, provider_ref: str, amount: Money | None = None) -> None:
        """The shopper pays, if the page still takes money."""
        session = self.sessions[provider_ref]
        if session.status in (ProviderStatus.OPEN, ProviderStatus.PROCESSING):
            self.sessions[provider_ref] = replace(
                session,
                status=ProviderStatus.SUCCEEDED,
                amount=amount or session.amount,
                provider_payment_ref=f"pi_{provider_ref}",
                redirect_url=None,
            )

    def turn(self, provider_ref: str, status: ProviderStatus, failure_code: str | None = None) -> None:
        """Whatever else happens at the provider, also what it had promised never to do."""
        session = self.sessions[provider_ref]
        self.sessions[provider_ref] = replace(session, status=status, failure_code=failure_code)

    def hold(self, provider_ref: str, until: datetime | None = None) -> None:
        """The shopper has paid, and the money is only held; ``until`` is told when there is a date."""
        self.sessions[provider_ref] = replace(
            self.sessions[provider_ref],
            status=ProviderStatus.AUTHORIZED,
            provider_payment_ref=f"pi_{provider_ref}",
            redirect_url=None,
            authorized_until=until,
        )

    def books(self) -> dict[OrderId, ProviderBooks]:
        captured: Counter[OrderId] = Counter()
        refunded: Counter[OrderId] = Counter()
        for ref, session in self.sessions.items():
            if session.status is ProviderStatus.SUCCEEDED:
                captured[self.requests[ref].order_id] += session.amount.minor_units
        for refund, order_id, _ in self.refunds.values():
            if refund.status is RefundStatus.SUCCEEDED:
                refunded[order_id] += refund.amount.minor_units
        return {key: ProviderBooks(captured[key], refunded[key]) for key in captured | refunded}

    def event(
        self,
        name: str,
        payment_id: PaymentId | None,
        at: datetime,
        *,
        ref: str | None = None,
        about: EventSubject = EventSubject.PAYMENT,
    ) -> bytes:
        """Return a webhook body."""
        return msgspec.json.encode(
            {"id": name, "payment_id": payment_id, "at": at, "ref": ref, "about": about}
        )

    # The gateway.

    async def create_session(self, request: SessionRequest, idempotency_key: str) -> ProviderPayment:
        self._begin("create_session")
        if idempotency_key not in self._answers:
            ref = f"cs_{len(self.sessions) + 1}"
            self.sessions[ref] = ProviderPayment(
                provider_ref=ref,
                status=ProviderStatus.OPEN,
                amount=request.amount,
                redirect_url=f"https://pay.example/{ref}",
                payment_id=request.payment_id,
            )
            self.requests[ref] = request
            self._answers[idempotency_key] = self.sessions[ref]
        answer = self._answers[idempotency_key]
        assert isinstance(answer, ProviderPayment)
        self.after("create_session")
        return answer

    async def retrieve(self, provider_ref: str) -> ProviderPayment:
        self._begin("retrieve")
        if provider_ref not in self.sessions:
            raise ProviderRecordNotFound("no such session")
        answer = self.sessions[provider_ref]
        self.after("retrieve")
        return answer

    async def find(self, payment_id: PaymentId, since: datetime) -> ProviderPayment | None:
        self._begin("find")
        return next((each for each in self.sessions.values() if each.payment_id == payment_id), None)

    async def look_up(self, provider_ref: str) -> ProviderPayment:
        self._begin("look_up")
        for ref, session in self.sessions.items():
            if provider_ref in (ref, session.provider_payment_ref):
                return session
        raise ProviderRecordNotFound("no such session")

    async def cancel(self, provider_ref: str) -> ProviderPayment:
        self._begin("cancel")
        session = self.sessions[provider_ref]
        if session.status is ProviderStatus.SUCCEEDED:
            raise AlreadySucceeded("paid")
        if session.status is ProviderStatus.PROCESSING:
            raise StillProcessing("processing")
        if session.status not in _CLOSED:
            self.sessions[provider_ref] = replace(session, status=ProviderStatus.CANCELED, redirect_url=None)
        self.after("cancel")
        return self.sessions[provider_ref]

    async def capture(self, provider_ref: str, idempotency_key: str) -> ProviderPayment:
        self._begin("capture")
        session = self.sessions[provider_ref]
        if session.status not in (ProviderStatus.AUTHORIZED, ProviderStatus.SUCCEEDED):
            raise GatewayRefused("there is no held money", failure_code=session.status.value)
        self.turn(provider_ref, ProviderStatus.SUCCEEDED)
        self.after("capture")
        return self.sessions[provider_ref]

    async def refund(self, payment: Payment, refund: Refund, idempotency_key: str) -> ProviderRefund:
        self._begin("refund")
        if self.refunds_fail:
            raise GatewayRefused("no", failure_code="insufficient_balance")
        if idempotency_key not in self._answers:
            made = ProviderRefund(
                provider_ref=f"re_{len(self.refunds) + 1}",
                status=RefundStatus.REQUESTED if self.refunds_take_days else RefundStatus.SUCCEEDED,
                amount=refund.amount,
            )
            self.refunds[made.provider_ref] = (made, refund.order_id, refund.id)
            self._answers[idempotency_key] = made
        answer = self._answers[idempotency_key]
        assert isinstance(answer, ProviderRefund)
        self.after("refund")
        return answer

    async def retrieve_refund(self, provider_ref: str) -> ProviderRefund:
        self._begin("retrieve_refund")
        return self.refunds[provider_ref][0]

    async def find_refund(self, payment: Payment, refund: Refund) -> ProviderRefund | None:
        self._begin("find_refund")
        return next((made for made, _, ours in self.refunds.values() if ours == refund.id), None)

    async def disputes(self, payment: Payment) -> tuple[ProviderDispute, ...]:
        self._begin("disputes")
        return self.disputed.get(payment.provider_payment_ref or "", ())

    async def list_payments(self, since: datetime, cursor: str | None, limit: int) -> Page[ProviderStatement]:
        self._begin("list_payments")
        begun = [self._statement(ref) for ref in self.sessions if self.sessions[ref].provider_payment_ref]
        newest = sorted(
            (each for each in begun if each.created_at >= since),
            key=lambda each: (each.created_at, each.provider_payment_ref),
            reverse=True,
        )
        refs = [each.provider_payment_ref for each in newest]
        first = refs.index(cursor) + 1 if cursor is not None else 0
        page = newest[first : first + limit]
        more = first + limit < len(newest)
        return Page(tuple(page), page[-1].provider_payment_ref if more else None)

    async def statement(self, provider_payment_ref: str) -> ProviderStatement:
        self._begin("statement")
        for ref, session in self.sessions.items():
            if session.provider_payment_ref == provider_payment_ref:
                return self._statement(ref)
        raise ProviderRecordNotFound("no such payment")

    def _statement(self, ref: str) -> ProviderStatement:
        session, request = self.sessions[ref], self.requests[ref]
        took = session.status is ProviderStatus.SUCCEEDED
        given = [
            refund.amount
            for refund, order_id, _ in self.refunds.values()
            if order_id == request.order_id and refund.status is RefundStatus.SUCCEEDED
        ]
        return ProviderStatement(
            provider_payment_ref=session.provider_payment_ref or "",
            payment_id=request.payment_id,
            order_id=request.order_id,
            status=session.status,
            captured=session.amount if took else session.amount * 0,
            refunded=total(given, session.amount.currency),
            disputed=bool(self.disputed.get(session.provider_payment_ref or "")),
            # The shop lets every page live for 23 hours.
            created_at=request.expires_at - timedelta(hours=23),
        )

    def read_event(self, body: bytes, signature: str, now: datetime) -> ProviderEvent:
        if signature != "signed":
            raise BadSignature("not signed")
        event = msgspec.json.decode(body)
        return ProviderEvent(
            event_id=event["id"],
            kind="checkout.session.completed",
            payment_id=event["payment_id"],
            provider_ref=event["ref"],
            about=EventSubject(event["about"]),
            created_at=now,
            body=body,
        )

    def _begin(self, call: str) -> None:
        self.calls[call] += 1
        self.before(call)


def fails(
    times: dict[str, int], error: Callable[[str], BaseException] = GatewayUnavailable
) -> Callable[[str], None]:
    """Return a ``before`` or ``after`` that raises so many times per call name."""
    left = Counter(times)

    def hook(call: str) -> None:
        if left[call] > 0:
            left[call] -= 1
            raise error("broken on purpose")

    return hook


def fails_at(call: str, numbers: Container[int]) -> Callable[[str], None]:
    """Return a ``before`` or ``after`` that raises at those calls of that name, counted from one."""
    made = Counter[str]()

    def hook(name: str) -> None:
        made[name] += 1
        if name == call and made[name] in numbers:
            raise GatewayUnavailable("broken on purpose")

    return hook
