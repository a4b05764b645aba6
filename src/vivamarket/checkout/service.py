"""The checkout's use cases, as the API calls them."""

from __future__ import annotations

from vivamarket.checkout.allocation import RefundPreview, RefundWish
from vivamarket.checkout.model import CancelReason, OrderState, PaymentStart
from vivamarket.checkout.placement import PlaceOrder, Placing, RenderPlaced
from vivamarket.checkout.refunding import Refunding
from vivamarket.checkout.settlement import Settlement
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.idempotency import Attempt, StoredResponse
from vivamarket.kernel.ids import CartId, OrderId, PaymentId
from vivamarket.kernel.money import Money
from vivamarket.payments.ports import InboxStore, PaymentGateway


class CheckoutService:
    """One door to placing, paying, settling, canceling, refunding and the provider's webhooks."""

    def __init__(
        self,
        *,
        placing: Placing,
        settlement: Settlement,
        refunding: Refunding,
        inbox: InboxStore,
        gateway: PaymentGateway,
        clock: Clock,
    ) -> None:
        self._placing = placing
        self._settlement = settlement
        self._refunding = refunding
        self._inbox = inbox
        self._gateway = gateway
        self._clock = clock

    async def place_order(
        self, cart_id: CartId, quote_hash: str, attempt: Attempt, render: RenderPlaced
    ) -> StoredResponse:
        """Turn the cart into an order and return the answer, stored in the same transaction.

        The same attempt returns the same bytes. When this returns, the order is on disk, its stock is
        held for ``HOLD_SECONDS`` and its payment may start. Raise ``QuoteChanged``, ``OutOfStock``,
        ``CheckoutIncomplete``, ``CartOrdered``, ``CartNotFound``, ``IdempotencyKeyReused``,
        ``RequestInFlight``, ``CheckoutBusy``; nothing is written then.
        """
        return await self._placing.place(PlaceOrder(cart_id, quote_hash, attempt, render))

    async def start_payment(self, order_id: OrderId) -> PaymentStart:
        """Start or resume the one live payment and return its page. See ``Settlement.start``."""
        return await self._settlement.start(order_id)

    async def settle(self, order_id: OrderId) -> OrderState:
        """Ask the provider and draw the consequence, for the return page. See ``Settlement.settle``."""
        return await self._settlement.settle(order_id)

    async def cancel_order(
        self, order_id: OrderId, reason: CancelReason = CancelReason.CUSTOMER
    ) -> OrderState:
        """End an unpaid order. See ``Settlement.cancel``."""
        return await self._settlement.cancel(order_id, reason)

    async def preview_refund(self, order_id: OrderId, wish: RefundWish) -> RefundPreview:
        """Return what the wish would come to now; raise what ``refund_order`` raises."""
        return await self._refunding.preview(order_id, wish)

    async def refund_order(
        self, order_id: OrderId, wish: RefundWish | Money | None, *, attempt: Attempt, reason: str = ""
    ) -> OrderState:
        """Give back what is wished, once per attempt. See ``Refunding.refund``."""
        return await self._refunding.refund(order_id, wish, reason=reason, request_key=attempt.key)

    async def capture_order(self, order_id: OrderId) -> OrderState:
        """Take the held money of an authorized order. See ``Settlement.capture``."""
        return await self._settlement.capture(order_id)

    async def accept_review(self, order_id: OrderId) -> OrderState:
        """Take the money of an order in review as its payment. See ``Settlement.accept``."""
        return await self._settlement.accept(order_id)

    async def look_at_disputes(self, order_id: OrderId, payment_id: PaymentId) -> OrderState:
        """Ask the provider how a payment's disputes stand. See ``Settlement.dispute``."""
        return await self._settlement.dispute(order_id, payment_id)

    async def receive_event(self, body: bytes, signature: str) -> None:
        """Take a webhook: check its signature, keep it durably; the worker gives it its effect.

        A repeated one is kept once. Raise ``BadSignature``. No call to the provider, so it is fast.
        """
        now = self._clock.now()
        await self._inbox.put(self._gateway.read_event(body, signature, now), now)
