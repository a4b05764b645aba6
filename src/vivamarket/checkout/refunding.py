"""Giving money back: the intention is committed, then the provider is asked until it has answered."""

from __future__ import annotations

from datetime import timedelta

from vivamarket.checkout import decisions
from vivamarket.checkout.allocation import RefundPreview, RefundWish, preview
from vivamarket.checkout.model import OrderState
from vivamarket.checkout.ports import CheckoutStore
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import IdSource, OrderId, RefundId
from vivamarket.kernel.money import Money
from vivamarket.payments.errors import GatewayRefused, GatewayUnavailable, ProviderRecordNotFound
from vivamarket.payments.model import Payment, ProviderRefund, Refund, RefundStatus
from vivamarket.payments.ports import PROVIDER_KEY_RETENTION_HOURS, PaymentGateway

_KEY_TRUSTED = timedelta(hours=PROVIDER_KEY_RETENTION_HOURS - 1)
_OPEN = (RefundStatus.NEW, RefundStatus.REQUESTED)


class Refunding:
    """Use cases of refunds."""

    def __init__(self, *, store: CheckoutStore, gateway: PaymentGateway, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._ids = ids

    async def refund(
        self, order_id: OrderId, wish: RefundWish | Money | None, *, reason: str = "", request_key: str
    ) -> OrderState:
        """Give back what is wished: an amount alone is goodwill, None is all that is left.

        The same ``request_key`` is the same refund. The intention is committed when this returns; whether
        the provider has answered is in the refund's status. Raise ``NothingToRefund``, ``BadRefund``,
        ``OrderNotRefundable``, ``OrderNotFound``.
        """
        now = self._clock.now()
        refund_id = RefundId(self._ids.uuid7())
        state = await self._store.change(
            order_id,
            lambda state: decisions.request_refund(
                state, wish, refund_id=refund_id, reason=reason, request_key=request_key, now=now
            ),
            now,
        )
        return await self.push(state)

    async def preview(self, order_id: OrderId, wish: RefundWish) -> RefundPreview:
        """Return what the wish would come to now; raise what ``refund`` raises. Changes nothing."""
        return preview(await self._store.state(order_id), wish)

    async def push(self, state: OrderState) -> OrderState:
        """Ask the provider about every open refund; what does not answer now stays for the worker."""
        for refund in state.refunds:
            if refund.status not in _OPEN:
                continue
            try:
                state = await self._push_one(state, refund)
            except GatewayUnavailable:
                continue
        return state

    async def _push_one(self, state: OrderState, refund: Refund) -> OrderState:
        try:
            seen = await self._ask(state, refund)
        except GatewayRefused as refusal:
            now = self._clock.now()
            code = str(refusal.fields.get("failure_code", refusal.code))
            return await self._store.change(
                state.id, lambda state: decisions.refuse_refund(state, refund.id, code, now), now
            )
        now = self._clock.now()
        return await self._store.change(
            state.id, lambda state: decisions.observe_refund(state, refund.id, seen, now), now
        )

    async def _ask(self, state: OrderState, refund: Refund) -> ProviderRefund:
        payment = state.payment(refund.payment_id)
        if refund.provider_ref is not None or self._clock.now() - refund.created_at >= _KEY_TRUSTED:
            found = await self._found(payment, refund)
            if found is not None:
                return found
        return await self._gateway.refund(payment, refund, refund.provider_key)

    async def _found(self, payment: Payment, refund: Refund) -> ProviderRefund | None:
        """Return what the provider knows of the refund. Refusing to say is not refusing to give."""
        try:
            if refund.provider_ref is not None:
                return await self._gateway.retrieve_refund(refund.provider_ref)
            return await self._gateway.find_refund(payment, refund)
        except (GatewayRefused, ProviderRecordNotFound) as refusal:
            raise GatewayUnavailable("The payment provider does not say what became of it.") from refusal
