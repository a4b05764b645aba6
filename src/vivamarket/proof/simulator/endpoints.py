"""The web process's routes, thin: the same idempotency around the same use cases, without HTTP.

Mirrors ``api/routes`` (carts, orders, webhooks): who asks and what is asked make the attempt; refusals
are kept or not as ``api/once`` keeps them. What is rendered holds every fact that a client acts on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from vivamarket.addresses.model import Address
from vivamarket.cart.model import CartLine
from vivamarket.cart.service import CartService, CartView, DetailsPatch
from vivamarket.checkout.allocation import RefundWish
from vivamarket.checkout.comparison import Comparison
from vivamarket.checkout.errors import OutOfStock, QuoteChanged
from vivamarket.checkout.model import CancelReason, PlacedOrder
from vivamarket.checkout.pricing import PricingService
from vivamarket.checkout.service import CheckoutService
from vivamarket.inventory.service import StockService
from vivamarket.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused, Unavailable
from vivamarket.kernel.idempotency import (
    Attempt,
    IdempotencyKeyReused,
    IdempotencyStore,
    RequestInFlight,
    StoredResponse,
    answer_once,
    attempt,
    keep_refusals,
)
from vivamarket.kernel.ids import CartId, OrderId, Sku
from vivamarket.orders.model import Order
from vivamarket.orders.service import OrderService
from vivamarket.proof.simulator.after_endpoints import AfterEndpoints, AfterUseCases
from vivamarket.proof.simulator.lines import WriteFailed
from vivamarket.webhooks.service import WebhookService

if TYPE_CHECKING:
    from vivamarket.proof.simulator.world import World

MADRID = Address(name="Jo", line1="Calle 1", city="Madrid", country="ES", postal_code="28013", region="M")
_encoder = msgspec.json.Encoder(order="deterministic")
_STATUSES: tuple[tuple[type[DomainError], int], ...] = (
    (IdempotencyKeyReused, 422),
    (RequestInFlight, 409),
    (NotFound, 404),
    (Invalid, 400),
    (Conflict, 409),
    (Refused, 422),
    (Unavailable, 503),
    (DomainError, 500),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """What one web process offers."""

    carts: CartService
    pricing: PricingService
    checkout: CheckoutService
    orders: OrderService
    stock: StockService
    keys: IdempotencyStore
    webhooks: WebhookService
    comparison: Comparison
    after: AfterUseCases


class Endpoints:
    """The routes of one web process. Every answer is a status and bytes."""

    def __init__(self, world: World, name: str, use: UseCases) -> None:
        self._world = world
        self._name = name
        self._use = use
        self.after = AfterEndpoints(use.after, refusal)

    async def answer(self, work: Callable[[Endpoints], Awaitable[StoredResponse]]) -> StoredResponse:
        """Answer one request; the outermost handler, as the web server's."""
        try:
            return await work(self)
        except DomainError as error:
            return refusal(error)
        except (OSError, WriteFailed) as error:
            return StoredResponse(503 if isinstance(error, OSError) else 500, b'{"code":"unavailable"}')
        except Exception as error:  # noqa: BLE001 - outermost: a mistake of the shop's, noted and told
            self._world.mistake(self._name, error)
            return StoredResponse(500, b'{"code":"internal_error"}')

    # Carts.

    async def create_cart(self, key: str, lines: Sequence[tuple[Sku, int]]) -> StoredResponse:
        """``POST /carts``."""
        wish = _attempt(key, "POST /carts", "", [list(line) for line in lines])
        wanted = [CartLine(sku, quantity) for sku, quantity in lines]
        return await self._with_effect(
            wish,
            lambda: self._use.carts.create(
                currency="EUR", locale="en", lines=wanted, attempt=wish, render=_cart
            ),
        )

    async def set_line(self, cart_id: str, key: str, sku: Sku, quantity: int) -> StoredResponse:
        """``PUT /carts/{id}/lines/{sku}``."""
        wish = _attempt(key, f"PUT /carts/{cart_id}/lines/{sku}", cart_id, quantity)
        return await self._with_effect(
            wish, lambda: self._use.carts.set_quantity(CartId(cart_id), sku, quantity, wish, _cart)
        )

    async def set_details(self, cart_id: str, key: str, email: str, method: str) -> StoredResponse:
        """``PUT /carts/{id}/details``."""
        patch = DetailsPatch(email=email, shipping_address=MADRID, shipping_method=method)
        wish = _attempt(key, f"PUT /carts/{cart_id}/details", cart_id, [email, method])
        return await self._with_effect(
            wish, lambda: self._use.carts.set_details(CartId(cart_id), patch, wish, _cart)
        )

    async def quote(self, cart_id: str) -> StoredResponse:
        """``GET /carts/{id}/quote``."""
        quote = await self._use.pricing.quote(CartId(cart_id))
        return _answer(200, {"hash": quote.hash, "total": quote.total.minor_units, "email": quote.email})

    # Orders.

    async def place(self, key: str, cart_id: str, quote_hash: str) -> StoredResponse:
        """``POST /orders``."""
        wish = _attempt(key, "POST /orders", cart_id, [cart_id, quote_hash])
        return await self._with_effect(
            wish, lambda: self._use.checkout.place_order(CartId(cart_id), quote_hash, wish, _placed)
        )

    async def order(self, order_id: str, token: str) -> StoredResponse:
        """``GET /orders/{id}``."""
        return _answer(200, _order(await self._use.orders.get(OrderId(order_id), token)))

    async def start_payment(self, order_id: str, token: str, key: str) -> StoredResponse:
        """``POST /orders/{id}/payment``."""
        known = await self._use.orders.authorize(OrderId(order_id), token)
        wish = _attempt(key, f"POST /orders/{order_id}/payment", known, None)

        async def work() -> StoredResponse:
            start = await self._use.checkout.start_payment(known)
            return _answer(200, {"status": start.status, "redirect_url": start.redirect_url})

        return await answer_once(self._use.keys, wish, work, refusal)

    async def settle(self, order_id: str, token: str, key: str) -> StoredResponse:
        """``POST /orders/{id}/settle``."""
        return await self._order_after(self._use.checkout.settle, "settle", order_id, token, key)

    async def cancel(self, order_id: str, token: str, key: str) -> StoredResponse:
        """``POST /orders/{id}/cancel``."""
        return await self._order_after(self._use.checkout.cancel_order, "cancel", order_id, token, key)

    # Staff and provider.

    async def staff_cancel(self, order_id: str) -> StoredResponse:
        """Staff end an unpaid order."""
        state = await self._use.checkout.cancel_order(OrderId(order_id), CancelReason.STAFF)
        return _answer(200, {"status": state.status})

    async def staff_refund(self, order_id: str, key: str, wish: RefundWish) -> StoredResponse:
        """Staff give money back: all of it, units of a line, shipping, something for nothing."""
        asked = _attempt(key, f"POST /staff/orders/{order_id}/refunds", "staff", wish)
        state = await self._use.checkout.refund_order(
            OrderId(order_id), wish, reason="asked for", attempt=asked
        )
        return _answer(200, {"status": state.status, "refunds": len(state.refunds)})

    async def staff_preview(self, order_id: str) -> StoredResponse:
        """Staff look what a whole refund would come to."""
        whole = await self._use.checkout.preview_refund(OrderId(order_id), RefundWish())
        return _answer(200, {"total": whole.amount.minor_units})

    async def staff_compare(self) -> StoredResponse:
        """Staff have all payments compared with the provider's account now."""
        report = await self._use.comparison.run()
        return _answer(200, {"compared": report.compared_count, "open": report.open_count})

    async def staff_dispute(self, order_id: str) -> StoredResponse:
        """Staff have the disputes of an order's newest payment looked at."""
        order = await self._use.orders.by_id(OrderId(order_id))
        assert order.payment is not None
        state = await self._use.checkout.look_at_disputes(order.id, order.payment.id)
        return _answer(200, {"disputes": len(state.disputes)})

    async def staff_capture(self, order_id: str) -> StoredResponse:
        """Staff take the held money of an order."""
        state = await self._use.checkout.capture_order(OrderId(order_id))
        return _answer(200, {"status": state.status})

    async def staff_accept(self, order_id: str) -> StoredResponse:
        """Staff take money of another amount as the payment."""
        state = await self._use.checkout.accept_review(OrderId(order_id))
        return _answer(200, {"status": state.status})

    async def staff_count(self, sku: Sku, on_hand: int) -> StoredResponse:
        """Staff count a shelf."""
        result = await self._use.stock.set_on_hand([(sku, on_hand)])
        return _answer(200, {"changed": result.changed})

    async def staff_see(self, order_id: str) -> StoredResponse:
        """Staff look at an order."""
        return _answer(200, _order(await self._use.orders.by_id(OrderId(order_id))))

    async def staff_replay(self, number: int) -> StoredResponse:
        """Staff send one of the newest webhooks again."""
        page = await self._use.webhooks.deliveries()
        if not page.items:
            return _answer(404, {"code": "webhook_delivery_not_found"})
        chosen = page.items[number % len(page.items)].delivery
        sent = await self._use.webhooks.replay(chosen.id)
        return _answer(200, {"status": sent.delivery.status})

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> StoredResponse:
        """``POST /webhooks/stripe``."""
        await self._use.checkout.receive_event(body, headers["stripe-signature"])
        return _answer(200, {"received": True})

    async def _with_effect(
        self, wish: Attempt, work: Callable[[], Awaitable[StoredResponse]]
    ) -> StoredResponse:
        return await keep_refusals(self._use.keys, wish, work, refusal)

    async def _order_after(
        self,
        change: Callable[[OrderId], Awaitable[object]],
        verb: str,
        order_id: str,
        token: str,
        key: str,
    ) -> StoredResponse:
        known = await self._use.orders.authorize(OrderId(order_id), token)
        wish = _attempt(key, f"POST /orders/{order_id}/{verb}", known, None)

        async def work() -> StoredResponse:
            await change(known)
            return _answer(200, _order(await self._use.orders.by_id(known)))

        return await answer_once(self._use.keys, wish, work, refusal)


def refusal(error: DomainError) -> StoredResponse:
    """Return the answer to a refused request."""
    status = next(status for kind, status in _STATUSES if isinstance(error, kind))
    told: dict[str, object] = {"code": error.code}
    if isinstance(error, QuoteChanged):
        told["total"] = error.quote.total.minor_units
    if isinstance(error, OutOfStock):
        told["short"] = [[sku, available] for sku, available in error.short]
    if "order_id" in error.fields:
        told["order_id"] = error.fields["order_id"]
    return _answer(status, told)


def _attempt(key: str, route: str, caller: str, body: object) -> Attempt:
    return attempt(key, route=route, caller=caller, body=_encoder.encode(body))


def _answer(status: int, body: object) -> StoredResponse:
    return StoredResponse(status, _encoder.encode(body))


def _cart(view: CartView) -> StoredResponse:
    cart = view.cart
    return _answer(200, {"id": cart.id, "email": cart.details.email, "subtotal": view.subtotal.minor_units})


def _placed(placed: PlacedOrder) -> StoredResponse:
    return _answer(201, {"order": _order(placed.order), "token": placed.token})


def _order(order: Order) -> dict[str, object]:
    return {
        "id": order.id,
        "number": order.number,
        "status": order.status,
        "email": order.email,
        "total": order.total.minor_units,
        "refunded": order.refunded_total.minor_units,
        "lines": [[line.sku, line.quantity] for line in order.lines],
        "payment": order.payment.status if order.payment else None,
    }
