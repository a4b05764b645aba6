"""Starting, settling and ending payments: write the intention, ask the provider, write the outcome.

No call to the provider happens inside a transaction. Every step is a conditional transition, so any
of them may be repeated, by anybody, at any time, after any crash.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from vivamarket.checkout import capturing, decisions
from vivamarket.checkout.capturing import HeldMoney
from vivamarket.checkout.disputes import Disputes
from vivamarket.checkout.errors import CaptureRefused, OrderNotPayable, ReviewNotAcceptable
from vivamarket.checkout.model import CancelReason, Change, OrderState, PaymentStart
from vivamarket.checkout.ports import CheckoutStore
from vivamarket.checkout.refunding import Refunding
from vivamarket.checkout.transitions import Driver
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import IdSource, OrderId, PaymentId, RefundId
from vivamarket.kernel.telemetry import SILENT, Telemetry
from vivamarket.orders.model import Order, OrderStatus
from vivamarket.orders.ports import OrderStore
from vivamarket.payments.errors import (
    AlreadySucceeded,
    GatewayRefused,
    GatewayUnavailable,
    ProviderRecordNotFound,
    StillProcessing,
)
from vivamarket.payments.model import (
    Payment,
    PaymentStatus,
    ProviderPayment,
    ProviderStatus,
    SessionLine,
    SessionRequest,
)
from vivamarket.payments.ports import PROVIDER_KEY_RETENTION_HOURS, PaymentGateway
from vivamarket.shop.model import CaptureMode, edition_base

#: A session request is repeated with its key only while the provider surely still knows the key.
_KEY_TRUSTED = timedelta(hours=PROVIDER_KEY_RETENTION_HOURS - 1)
#: The provider closes a forgotten page by then, should we never do it.
_SESSION_LIFETIME = timedelta(hours=PROVIDER_KEY_RETENTION_HOURS - 1)

_AWAITING_PAYMENT = (OrderStatus.PENDING_PAYMENT, OrderStatus.AUTHORIZED, OrderStatus.CANCELING)


class Settlement:
    """Use cases around the one live payment of an order."""

    def __init__(
        self,
        *,
        store: CheckoutStore,
        orders: OrderStore,
        gateway: PaymentGateway,
        refunding: Refunding,
        clock: Clock,
        ids: IdSource,
        public_url: str,
        main_currency: str,
        capture: Callable[[], CaptureMode] = lambda: CaptureMode.AUTOMATIC,
        telemetry: Telemetry = SILENT,
    ) -> None:
        """``capture`` tells when the money of payments is taken that start now.

        ``main_currency`` is the one whose pages name no currency in their address.
        """
        self._store = store
        self._orders = orders
        self._gateway = gateway
        self._refunding = refunding
        self._disputes = Disputes(store=store, gateway=gateway, clock=clock, ids=ids)
        self._clock = clock
        self._ids = ids
        self._public_url = public_url.rstrip("/")
        self._main_currency = main_currency
        self._capture = capture
        self._telemetry = telemetry

    async def start(self, order_id: OrderId) -> PaymentStart:
        """Return where the order is paid: the page of its one live payment, opened if need be.

        Two tabs get the same page. Raise ``OrderNotPayable``, ``OrderNotFound``,
        ``GatewayUnavailable`` (repeat; the page will be the same), ``GatewayRefused``.
        """
        with self._telemetry.span("checkout.start_payment"):
            now = self._clock.now()
            new_id = PaymentId(self._ids.uuid7())
            state = await self._store.change(
                order_id,
                lambda state: decisions.begin_payment(
                    state, new_id, now, manual_capture=self._capture() is CaptureMode.MANUAL
                ),
                now,
            )
            payment = state.newest_payment
            if payment.provider_ref is None:
                state = await self._observe(state.id, payment.id, await self._open(payment), Driver.SHOPPER)
                payment = state.newest_payment
                ended = state.status is not OrderStatus.PENDING_PAYMENT
                if ended and payment.status is not PaymentStatus.SUCCEEDED:
                    await self._close_needless(state, Driver.SETTLE)
                    raise OrderNotPayable("This order cannot be paid (any more).", status=state.status.value)
            return PaymentStart(payment.id, payment.status, payment.redirect_url)

    async def settle(
        self,
        order_id: OrderId,
        *,
        payment_id: PaymentId | None = None,
        inbox_event_id: str | None = None,
        told_ref: str | None = None,
        driver: Driver = Driver.SETTLE,
    ) -> OrderState:
        """Read the payment from the provider and draw the consequence; the one way for everybody.

        Without ``payment_id`` the newest attempt. Money that must go back is sent back at once. Whoever
        was told the provider's name for it hands it over as ``told_ref``: an attempt that was never asked
        for, by all that our records know, is then looked up by it (see ``adopt``).
        A payment that succeeded is not read again: the table leads nowhere from there, so nothing that
        the provider says could change it; only its refunds may still move, and those are pushed.
        Raise ``OrderNotFound``, ``GatewayUnavailable``; nothing is written then.
        """
        with self._telemetry.span("checkout.settle", driver=driver.value):
            state = await self._store.state(order_id)
            payment = state.payment(payment_id) if payment_id else state.newest_payment
            if told_ref is not None and _is_unasked(payment):
                with suppress(ProviderRecordNotFound):
                    state = await self._adopted(order_id, told_ref)
            state = await self._settled(state, payment, driver, inbox_event_id)
            state = await self._close_needless(state, driver)
            await self._refunding.push(state)
            return state

    async def adopt(self, order_id: OrderId, provider_ref: str) -> OrderState:
        """Take in money that the provider has for this order and no payment of the records knows.

        ``provider_ref`` names its session or the money itself. See ``decisions.adopt``; again without
        effect. What must go back is sent back at once, never twice: money of which the provider has given
        something back already, without us, is left to staff. Raise ``OrderNotFound``,
        ``ProviderRecordNotFound``, ``GatewayUnavailable``; nothing is written then.
        """
        with self._telemetry.span("checkout.adopt"):
            state = await self._adopted(order_id, provider_ref)
            state = await self._close_needless(state, Driver.SETTLE)
            await self._refunding.push(state)
            return state

    async def _adopted(self, order_id: OrderId, provider_ref: str) -> OrderState:
        seen = await self._gateway.look_up(provider_ref)
        if seen.status is not ProviderStatus.SUCCEEDED or seen.provider_payment_ref is None:
            return await self._store.state(order_id)
        money = await self._gateway.statement(seen.provider_payment_ref)
        if money.refunded:
            return await self._store.state(order_id)
        now = self._clock.now()
        new_id, refund_id = PaymentId(self._ids.uuid7()), RefundId(self._ids.uuid7())
        return await self._store.change(
            order_id,
            lambda state: decisions.adopt(
                state, seen, new_id=new_id, requested_at=money.created_at, refund_id=refund_id, now=now
            ),
            now,
        )

    async def _settled(
        self, state: OrderState, payment: Payment, driver: Driver, inbox_event_id: str | None
    ) -> OrderState:
        """Read one payment, unless nothing can be learned of it, and draw the consequence."""
        if payment.status is PaymentStatus.SUCCEEDED or _is_unasked(payment):
            return await self._keep(state, inbox_event_id)
        seen = await self._read(payment)
        if seen is None:
            return await self._forget(state.id, payment.id, driver, inbox_event_id)
        if seen.status is ProviderStatus.AUTHORIZED:
            try:
                seen = await self._take_or_let_go(state, payment, seen)
            except GatewayRefused as refusal:
                seen = await self._gateway.retrieve(seen.provider_ref)
                if seen.status is ProviderStatus.AUTHORIZED:
                    return await self._not_taken(state.id, payment, refusal, inbox_event_id)
        return await self._observe(state.id, payment.id, seen, driver, inbox_event_id)

    async def _close_needless(self, state: OrderState, driver: Driver) -> OrderState:
        """Close the page of an attempt that an order does not need any more.

        Money may come late for one attempt while the shopper already has the page of the next: once the
        order is paid, that page must not take a second payment. What was settled stays settled when the
        provider does not answer now; the reconciler comes again.
        """
        if state.status in _AWAITING_PAYMENT:
            return state
        for payment in state.payments:
            if payment.is_live and payment.status is not PaymentStatus.NEW:
                with suppress(GatewayUnavailable):
                    state = await self._void(state.id, payment, driver)
        return state

    async def cancel(self, order_id: OrderId, reason: CancelReason) -> OrderState:
        """End an unpaid order: no new payment from here, then the provider confirms, then the release.

        Returns the order as far as it came: ``canceling`` when the provider cannot confirm yet,
        ``paid`` when the money was faster. Raise ``OrderNotCancelable``, ``GatewayUnavailable``; after
        the latter the order is canceling as well, and the expiry worker goes on.
        """
        with self._telemetry.span("checkout.cancel", reason=reason.value):
            now = self._clock.now()
            state = await self._store.change(
                order_id, lambda state: decisions.begin_cancel(state, reason, now), now
            )
            driver = Driver.EXPIRY_WORKER if reason is CancelReason.EXPIRED else Driver.SETTLE
            for payment in state.payments:
                if payment.is_live and payment.status is not PaymentStatus.NEW and state.cancel_reason:
                    state = await self._void(order_id, payment, driver)
            await self._refunding.push(state)
            return state

    async def capture(self, order_id: OrderId) -> OrderState:
        """Take the held money of an authorized order, all of it, by staff; again without effect.

        The intention is committed before the provider is asked, and stands when it does not answer: the
        payment is then ``capturing``, and the reconciler goes on. Raise ``OrderNotCapturable``,
        ``CaptureRefused`` when the provider does not take it and still holds it, ``OrderNotFound``.
        """
        with self._telemetry.span("checkout.capture"):
            now = self._clock.now()
            state = await self._store.change(order_id, lambda state: capturing.begin_capture(state, now), now)
            held = state.held_payment
            if held is None:
                return state
            with suppress(GatewayUnavailable):
                state = await self._settled(state, held, Driver.SETTLE, None)
            after = state.payment(held.id)
            if after.status is PaymentStatus.AUTHORIZED and after.failure_code is not None:
                raise CaptureRefused(
                    "The payment provider does not take this money now. Try again, or cancel the order.",
                    failure_code=after.failure_code,
                )
            return state

    async def accept(self, order_id: OrderId) -> OrderState:
        """Take the money of an order in review as its payment, by staff; again without effect.

        Raise ``ReviewNotAcceptable`` when it does not fit or the stock is not there any more,
        ``OrderNotFound``.
        """
        now = self._clock.now()
        state = await self._store.change(order_id, lambda state: decisions.accept_review(state, now), now)
        if state.status is OrderStatus.REVIEW:
            raise ReviewNotAcceptable(
                "Not everything of this order is in stock any more.", status=state.status.value
            )
        return state

    async def dispute(
        self, order_id: OrderId, payment_id: PaymentId, *, inbox_event_id: str | None = None
    ) -> OrderState:
        """Look at the payment's disputes. See ``Disputes.look``."""
        with self._telemetry.span("checkout.dispute"):
            return await self._disputes.look(order_id, payment_id, inbox_event_id=inbox_event_id)

    async def _void(self, order_id: OrderId, payment: Payment, driver: Driver) -> OrderState:
        known = payment.provider_ref
        if known is None:
            seen = await self._read(payment)
            if seen is None:
                return await self._forget(order_id, payment.id, driver, None)
            known = seen.provider_ref
        try:
            seen = await self._gateway.cancel(known)
        except (AlreadySucceeded, StillProcessing):
            seen = await self._gateway.retrieve(known)
        return await self._observe(order_id, payment.id, seen, driver)

    async def _open(self, payment: Payment) -> ProviderPayment:
        if not payment.amount:
            return _nothing_to_pay(payment)
        order = await self._orders.get(payment.order_id)
        try:
            return await self._gateway.create_session(self._request(order, payment), payment.session_key)
        except GatewayRefused as refusal:
            now = self._clock.now()
            code = str(refusal.fields.get("failure_code", refusal.code))
            await self._store.change(
                payment.order_id,
                lambda state: decisions.refuse_session(state, payment.id, code, now),
                now,
            )
            raise

    async def _read(self, payment: Payment) -> ProviderPayment | None:
        """Return the provider's record; None when it has none and can never get one any more.

        A request whose answer was lost is repeated with its key: the same key is the same session.
        """
        if payment.provider_ref is not None:
            return (
                await self._gateway.retrieve(payment.provider_ref)
                if payment.amount
                else _nothing_to_pay(payment)
            )
        assert payment.requested_at is not None
        if self._clock.now() - payment.requested_at < _KEY_TRUSTED:
            try:
                opened = await self._open(payment)
            except GatewayRefused:
                return None
            return await self._gateway.retrieve(opened.provider_ref) if payment.amount else opened
        try:
            return await self._gateway.find(payment.id, payment.requested_at)
        except ProviderRecordNotFound:
            return None

    async def _take_or_let_go(
        self, state: OrderState, payment: Payment, seen: ProviderPayment
    ) -> ProviderPayment:
        """Do with held money what is to be done: take it, let it go, or keep it for staff.

        Whatever somebody else did with it meanwhile is read back. Raise ``GatewayRefused`` when the provider
        does not take it.
        """
        match capturing.what_to_do(state, payment):
            case HeldMoney.KEEP:
                return seen
            case HeldMoney.TAKE:
                return await self._gateway.capture(seen.provider_ref, payment.capture_key)
            case HeldMoney.LET_GO:
                try:
                    return await self._gateway.cancel(seen.provider_ref)
                except (GatewayRefused, AlreadySucceeded, StillProcessing):
                    return await self._gateway.retrieve(seen.provider_ref)

    async def _not_taken(
        self, order_id: OrderId, payment: Payment, refusal: GatewayRefused, inbox_event_id: str | None
    ) -> OrderState:
        """The provider refuses to take what it goes on holding: it waits for staff again."""
        now = self._clock.now()
        code = str(refusal.fields.get("failure_code", refusal.code))
        return await self._store.change(
            order_id,
            lambda state: capturing.refuse_capture(state, payment, code, now),
            now,
            inbox_event_id=inbox_event_id,
        )

    async def _observe(
        self,
        order_id: OrderId,
        payment_id: PaymentId,
        seen: ProviderPayment,
        driver: Driver,
        inbox_event_id: str | None = None,
    ) -> OrderState:
        now = self._clock.now()
        refund_id = RefundId(self._ids.uuid7())

        def decide(state: OrderState) -> Change:
            return decisions.observe(state, payment_id, seen, refund_id=refund_id, now=now, driver=driver)

        return await self._store.change(order_id, decide, now, inbox_event_id=inbox_event_id)

    async def _forget(
        self, order_id: OrderId, payment_id: PaymentId, driver: Driver, inbox_event_id: str | None
    ) -> OrderState:
        now = self._clock.now()
        return await self._store.change(
            order_id,
            lambda state: decisions.forget_session(state, payment_id, now, driver),
            now,
            inbox_event_id=inbox_event_id,
        )

    async def _keep(self, state: OrderState, inbox_event_id: str | None) -> OrderState:
        if inbox_event_id is None:
            return state
        return await self._store.change(
            state.id, decisions.nothing, self._clock.now(), inbox_event_id=inbox_event_id
        )

    def _request(self, order: Order, payment: Payment) -> SessionRequest:
        base = edition_base(order.locale, order.currency, self._main_currency)
        back = f"{self._public_url}{base}checkout/return/?order={order.id}"
        assert payment.requested_at is not None
        return SessionRequest(
            payment_id=payment.id,
            order_id=order.id,
            order_number=order.number,
            amount=payment.amount,
            email=order.email,
            locale=order.locale,
            lines=_session_lines(order),
            success_url=back,
            cancel_url=f"{back}&canceled=1",
            expires_at=payment.requested_at + _SESSION_LIFETIME,
            manual_capture=payment.manual_capture,
        )


def _is_unasked(payment: Payment) -> bool:
    """Return whether our records know of no request to the provider."""
    return payment.provider_ref is None and payment.status is not PaymentStatus.REQUESTED


def _session_lines(order: Order) -> tuple[SessionLine, ...]:
    lines = [SessionLine(sku=line.sku, title=line.title, quantity=line.quantity, total=line.total)
             for line in order.lines]  # fmt: skip
    if order.shipping is not None:
        shipping = order.shipping
        paid = shipping.price if order.tax_included else shipping.price + shipping.tax
        lines.append(SessionLine(sku=None, title=shipping.label, quantity=1, total=paid))
    return tuple(lines)


def _nothing_to_pay(payment: Payment) -> ProviderPayment:
    """Return the record of a payment of zero, which no provider is asked for."""
    return ProviderPayment(
        provider_ref=f"free:{payment.id}",
        status=ProviderStatus.SUCCEEDED,
        amount=payment.amount,
        payment_id=payment.id,
    )
