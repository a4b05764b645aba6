"""Placing: from the confirmed quote to a committed order, in one call to the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from vivamarket.cart.errors import CartNotFound, CartOrdered
from vivamarket.catalog.model import ProductImage
from vivamarket.checkout.batcher import Batcher
from vivamarket.checkout.errors import CheckoutBusy, CheckoutIncomplete, OutOfStock, QuoteChanged
from vivamarket.checkout.model import (
    HOLD_SECONDS,
    CartMoved,
    PlacedOrder,
    Placement,
    PlacementAnswer,
    PlacementOutcome,
    StockLine,
)
from vivamarket.checkout.pricing import PricingService
from vivamarket.checkout.quote import Quote, QuoteLine
from vivamarket.inventory.model import MAIN_LOCATION
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.idempotency import (
    Attempt,
    IdempotencyKeyReused,
    RequestInFlight,
    StoredResponse,
)
from vivamarket.kernel.ids import CartId, IdSource, LocationId, OrderId, PaymentId
from vivamarket.kernel.money import Money
from vivamarket.kernel.telemetry import SILENT, Telemetry
from vivamarket.orders.model import (
    Order,
    OrderDiscount,
    OrderImage,
    OrderLine,
    OrderShipping,
    OrderStatus,
    OrderTax,
    PaymentSummary,
    TimelineEntry,
)
from vivamarket.orders.service import hash_token
from vivamarket.orders.tokens import OrderTokens
from vivamarket.payments.ledger import Parts
from vivamarket.payments.model import PaymentStatus

#: A cart that changes meanwhile is priced again, a taken order number is drawn again: this often.
PLACE_TRIES_MAX = 5

#: Turns the new order into the answer that is stored in the same transaction.
RenderPlaced = Callable[[PlacedOrder], StoredResponse]


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """The shopper's confirmation."""

    cart_id: CartId
    quote_hash: str
    attempt: Attempt
    render: RenderPlaced


class Placing:
    """The use case of placing one order."""

    def __init__(
        self,
        *,
        pricing: PricingService,
        batcher: Batcher[Placement, PlacementAnswer],
        clock: Clock,
        ids: IdSource,
        tokens: OrderTokens,
        location_id: LocationId = MAIN_LOCATION,
        hold_seconds: int = HOLD_SECONDS,
        telemetry: Telemetry = SILENT,
    ) -> None:
        self._pricing = pricing
        self._batcher = batcher
        self._clock = clock
        self._ids = ids
        self._tokens = tokens
        self._location_id = location_id
        self._hold = timedelta(seconds=hold_seconds)
        self._telemetry = telemetry

    async def place(self, wish: PlaceOrder) -> StoredResponse:
        """Price again, compare with what the shopper confirmed, and place.

        Tried again, at most ``PLACE_TRIES_MAX`` times, when the cart has changed since it was priced
        (the new price is compared again) or the drawn order number is taken.
        """
        for _ in range(PLACE_TRIES_MAX):
            quote = await self._pricing.quote(wish.cart_id)
            if quote.missing:
                raise CheckoutIncomplete("Something is still missing.", missing=list(quote.missing))
            if quote.hash != wish.quote_hash:
                raise QuoteChanged(quote)
            placement = self._placement(quote, wish)
            with self._telemetry.span("checkout.place"):
                answer = await self._batcher.submit(placement)
            if answer.outcome is PlacementOutcome.PLACED:
                return placement.response
            if answer.outcome not in (PlacementOutcome.CART_CHANGED, PlacementOutcome.NUMBER_TAKEN):
                return _without_order(wish, answer)
        raise CartMoved("The cart keeps changing; please try again.", cart_id=wish.cart_id)

    def _placement(self, quote: Quote, wish: PlaceOrder) -> Placement:
        order_id = OrderId(self._ids.uuid7())
        token = self._tokens.of(order_id)
        payment_id = PaymentId(self._ids.uuid7())
        order = self._order(quote, order_id, token, payment_id, self._clock.now())
        return Placement(
            attempt=wish.attempt,
            response=wish.render(PlacedOrder(order, token)),
            order=order,
            parts=_parts(quote),
            payment_id=payment_id,
            cart_version=quote.cart_version,
            stock=self._stock_lines(quote),
        )

    def _order(
        self, quote: Quote, order_id: OrderId, token: str, payment_id: PaymentId, now: datetime
    ) -> Order:
        return Order(
            id=order_id,
            number=self._ids.order_number(),
            cart_id=quote.cart_id,
            status=OrderStatus.PENDING_PAYMENT,
            token_hash=hash_token(token),
            email=quote.email,
            locale=quote.locale,
            currency=quote.currency,
            lines=tuple(_line(position, line) for position, line in enumerate(quote.lines, start=1)),
            subtotal=quote.subtotal,
            discounts=tuple(OrderDiscount(each.label, each.amount) for each in quote.discounts),
            discount_total=quote.discount_total,
            shipping=_shipping(quote),
            taxes=tuple(OrderTax(tax.label, tax.rate_ppm, tax.base, tax.amount) for tax in quote.taxes),
            tax_total=quote.tax_total,
            tax_included=quote.tax_included,
            total=quote.total,
            refunded_total=Money.zero(quote.currency),
            shipping_address=quote.shipping_address,
            billing_address=quote.billing_address,
            note=quote.note,
            placed_at=now,
            expires_at=now + self._hold,
            payment=PaymentSummary(payment_id, PaymentStatus.NEW.value, 1, None),
            timeline=(TimelineEntry(now, "order.placed"),),
        )

    def _stock_lines(self, quote: Quote) -> tuple[StockLine, ...]:
        quantities: dict[str, StockLine] = {}
        for line in quote.lines:
            if line.tracked:
                known = quantities.get(line.sku)
                quantity = line.quantity + (known.quantity if known else 0)
                quantities[line.sku] = StockLine(self._location_id, line.sku, quantity, line.continue_selling)
        return tuple(quantities[sku] for sku in sorted(quantities))


def _without_order(wish: PlaceOrder, answer: PlacementAnswer) -> StoredResponse:
    match answer.outcome:
        case PlacementOutcome.REPLAYED if answer.response is not None:
            return answer.response
        case PlacementOutcome.KEY_REUSED:
            raise IdempotencyKeyReused("This Idempotency-Key was used for another request.")
        case PlacementOutcome.IN_FLIGHT:
            raise RequestInFlight("This request is being answered; ask again.", retry_after_seconds=1)
        case PlacementOutcome.CART_NOT_FOUND:
            raise CartNotFound("There is no such cart.", cart_id=wish.cart_id)
        case PlacementOutcome.CART_ORDERED:
            raise CartOrdered("This cart has become an order already.", order_id=answer.order_id)
        case PlacementOutcome.OUT_OF_STOCK:
            raise OutOfStock(answer.short)
        case _:
            raise CheckoutBusy("The order could not be placed now; please try again.")


def _parts(quote: Quote) -> Parts:
    """Split the total for the books: shipping and goods without the tax on them, and all tax."""
    nothing = Money.zero(quote.currency)
    shipping = quote.shipping.price if quote.shipping else nothing
    if quote.shipping and quote.tax_included:
        shipping = shipping - quote.shipping.tax
    return Parts(quote.total - quote.tax_total - shipping, shipping, quote.tax_total)


def _line(position: int, line: QuoteLine) -> OrderLine:
    return OrderLine(
        position=position,
        sku=line.sku,
        product_id=line.product_id,
        product_slug=line.product_slug,
        title=line.title,
        variant_title=line.variant_title,
        image=_image(line.image),
        quantity=line.quantity,
        unit_price=line.unit_price,
        subtotal=line.subtotal,
        discount=line.discount,
        tax=line.tax,
        tax_rate_ppm=line.tax_rate_ppm,
        total=line.total,
        requires_shipping=line.requires_shipping,
    )


def _image(image: ProductImage | None) -> OrderImage | None:
    if image is None or image.media_id is None:
        return None
    return OrderImage(
        media_id=image.media_id,
        alt=dict(image.alt),
        width=image.width,
        height=image.height,
        widths=tuple(image.widths),
        color=image.color,
    )


def _shipping(quote: Quote) -> OrderShipping | None:
    if quote.shipping is None:
        return None
    return OrderShipping(
        method=quote.shipping.method,
        label=quote.shipping.label,
        price=quote.shipping.price,
        tax=quote.shipping.tax,
        days_min=quote.shipping.days_min,
        days_max=quote.shipping.days_max,
    )
