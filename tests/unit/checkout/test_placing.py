"""Placing: what a confirmed quote becomes, and what it is refused for."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import asyncpg
import pytest
from tests.helpers.catalog import NOON
from tests.helpers.checkout import EBOOK, MUG, TEA, VASE, Shop, id_of, named, rendered

from vivamarket.adapters.postgres.placements import PostgresPlacementStore
from vivamarket.cart.errors import CartNotFound, CartOrdered
from vivamarket.cart.model import Cart
from vivamarket.catalog.model import Price
from vivamarket.checkout.batcher import Batcher
from vivamarket.checkout.errors import CheckoutIncomplete, OutOfStock, QuoteChanged
from vivamarket.checkout.model import HOLD_SECONDS, Placement, PlacementAnswer
from vivamarket.checkout.placement import PlaceOrder, Placing
from vivamarket.inventory.model import ReservationStatus
from vivamarket.kernel.idempotency import IdempotencyKeyReused, StoredResponse, keep_refusals
from vivamarket.kernel.ids import CartId, OrderNumber
from vivamarket.kernel.money import Money
from vivamarket.orders.errors import OrderNotFound
from vivamarket.orders.model import OrderStatus
from vivamarket.orders.tokens import OrderTokens
from vivamarket.payments.model import PaymentStatus


@pytest.fixture
async def shop(pool: asyncpg.Pool) -> Shop:
    shop = Shop(pool)
    await shop.open(MUG=5, TEA=3, VASE=1)
    return shop


async def test_a_placed_order_is_what_the_quote_said_and_holds_its_stock(shop: Shop) -> None:
    cart_id = await shop.cart((MUG, 2), (TEA, 1))
    quote = await shop.pricing.quote(cart_id)

    answer = json.loads((await shop.place(cart_id)).body)
    order = await shop.orders.get(answer["id"], answer["token"])

    assert (order.total, order.tax_total, order.lines[0].title) == (quote.total, quote.tax_total, "MUG")
    assert order.status is OrderStatus.PENDING_PAYMENT
    assert (order.expires_at - order.placed_at).total_seconds() == HOLD_SECONDS
    assert order.payment is not None
    assert order.payment.status == PaymentStatus.NEW
    assert [entry.kind for entry in order.timeline] == ["order.placed", "payment.begun"]
    levels = await shop.stock.levels([MUG, TEA])
    assert [(levels[sku].held, levels[sku].available) for sku in (MUG, TEA)] == [(2, 3), (1, 2)]
    await shop.check()


async def test_the_token_alone_opens_an_order(shop: Shop) -> None:
    order_id = await shop.ordered()

    with pytest.raises(OrderNotFound):
        await shop.orders.get(order_id, "guess")


async def test_a_cart_becomes_one_order_only(shop: Shop) -> None:
    cart_id = await shop.cart((MUG, 1))
    first = id_of(await shop.place(cart_id))

    with pytest.raises(CartOrdered) as refusal:
        await shop.place(cart_id)

    assert refusal.value.fields["order_id"] == first
    assert (await shop.carts.get(cart_id)).order_id == first
    await shop.check()


async def test_the_same_attempt_gets_the_same_bytes_even_when_prices_have_changed(shop: Shop) -> None:
    cart_id = await shop.cart((MUG, 1))
    quote = await shop.pricing.quote(cart_id)
    attempt = named("place-once")
    first = await shop.checkout.place_order(cart_id, quote.hash, attempt, rendered)
    mug = (await shop.catalog.by_skus([MUG]))[MUG]
    dearer = replace(mug.variants[0], prices={"EUR": Price(Money(9900, "EUR"))})
    await shop.catalog.put(replace(mug, variants=(dearer,)), mug.version)

    again = await keep_refusals(
        shop.keys,
        attempt,
        lambda: shop.checkout.place_order(cart_id, quote.hash, attempt, rendered),
        lambda refusal: StoredResponse(409, b"changed"),
    )

    assert again == first


async def test_a_key_used_for_another_cart_is_refused(shop: Shop) -> None:
    await shop.place(await shop.cart((MUG, 1)), key="place-once")
    other = await shop.cart((MUG, 1))
    quote = await shop.pricing.quote(other)

    with pytest.raises(IdempotencyKeyReused):
        await shop.checkout.place_order(other, quote.hash, named("place-once", b"other"), rendered)
    assert (await shop.carts.get(other)).order_id is None


async def test_another_price_than_the_confirmed_one_is_shown_before_any_payment(shop: Shop) -> None:
    cart_id = await shop.cart((MUG, 1))
    confirmed = await shop.pricing.quote(cart_id)
    mug = (await shop.catalog.by_skus([MUG]))[MUG]
    dearer = replace(mug.variants[0], prices={"EUR": Price(Money(1300, "EUR"))})
    await shop.catalog.put(replace(mug, variants=(dearer,)), mug.version)

    with pytest.raises(QuoteChanged) as refusal:
        await shop.checkout.place_order(cart_id, confirmed.hash, named("place-stale"), rendered)

    assert refusal.value.quote.lines[0].unit_price == Money(1300, "EUR")
    assert (await shop.stock.available([MUG]))[MUG] == 5


async def test_what_is_short_is_named_and_nothing_of_the_order_is_taken(shop: Shop) -> None:
    cart_id = await shop.cart((MUG, 2), (TEA, 4))

    with pytest.raises(OutOfStock) as refusal:
        await shop.place(cart_id)

    assert refusal.value.fields["skus"] == [{"sku": "TEA", "available": 3}]
    assert await shop.stock.available([MUG, TEA]) == {MUG: 5, TEA: 3}
    assert (await shop.carts.get(cart_id)).order_id is None


async def test_a_sku_that_was_never_counted_is_sold_out_unless_it_continues_selling(shop: Shop) -> None:
    untouched = await shop.ordered((EBOOK, 3), (VASE, 4))

    level = (await shop.stock.levels([VASE, EBOOK]))[VASE]
    assert (level.on_hand, level.held, level.backordered, level.available) == (1, 4, 3, -3)
    assert [each.sku for each in await shop.stock.reservations(untouched)] == [VASE]
    await shop.check()


async def test_an_incomplete_cart_says_what_is_missing(shop: Shop) -> None:
    cart_id = await shop.cart((MUG, 1), method="none such")

    with pytest.raises(CheckoutIncomplete) as refusal:
        await shop.place(cart_id)
    assert refusal.value.fields["missing"] == ["shipping_method"]


async def test_an_unknown_cart_is_not_found(shop: Shop) -> None:
    with pytest.raises(CartNotFound):
        await shop.checkout.place_order(CartId("nobody"), "", named("place-none"), rendered)


async def test_a_taken_order_number_is_drawn_again(shop: Shop) -> None:
    numbers = iter(["VM-SAME", "VM-SAME", "VM-OTHER"])
    shop.ids.order_number = lambda: OrderNumber(next(numbers))  # type: ignore[method-assign]  # the draw is the test

    await shop.ordered()
    second = await shop.ordered()

    assert (await shop.state(second)).number == "VM-OTHER"
    await shop.check()


async def place_while_the_cart_changes(
    shop: Shop, pool: asyncpg.Pool, change: Callable[[Cart], Cart]
) -> StoredResponse:
    """Confirm the quote, and change the cart in another tab after it was priced again, before the lock."""
    cart_id = await shop.cart((MUG, 1))
    quote = await shop.pricing.quote(cart_id)
    store = PostgresPlacementStore(pool)

    async def send(placements: Sequence[Placement]) -> list[PlacementAnswer]:
        cart = await shop.carts.get(cart_id)
        if cart.version == 1:
            await shop.carts.put(change(cart), 1, named("other-tab"), StoredResponse(200, b"{}"))
        return await store.place(placements)

    batcher: Batcher[Placement, PlacementAnswer] = Batcher(send, shop.tasks)
    placing = Placing(
        pricing=shop.pricing, batcher=batcher, clock=shop.clock, ids=shop.ids, tokens=OrderTokens("key")
    )
    return await placing.place(PlaceOrder(cart_id, quote.hash, named("place-once"), rendered))


async def test_a_cart_that_changes_at_the_last_moment_is_compared_again(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    with pytest.raises(QuoteChanged):
        await place_while_the_cart_changes(shop, pool, lambda cart: cart.with_added(MUG, 1, NOON))

    assert (await shop.stock.available([MUG]))[MUG] == 5


async def test_a_change_that_leaves_the_quote_as_it_was_does_not_stop_the_order(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    def add_note(cart: Cart) -> Cart:
        return cart.with_details(replace(cart.details, note="ring twice"), NOON)

    order_id = id_of(await place_while_the_cart_changes(shop, pool, add_note))

    assert (await shop.orders.by_id(order_id)).note == "ring twice"
    await shop.check()


async def test_placing_tells_the_rest_of_the_shop_once(shop: Shop, pool: asyncpg.Pool) -> None:
    order_id = await shop.ordered((MUG, 5))

    rows = await pool.fetch("SELECT kind, payload FROM outbox WHERE key IN ($1, 'MUG') ORDER BY id", order_id)
    sold_out = '{"sku": "MUG", "available": false}'
    assert [row["kind"] for row in rows[1:]] == ["order.placed", "stock.availability_changed"]
    assert rows[-1]["payload"] == sold_out
    assert [each.status for each in await shop.stock.reservations(order_id)] == [ReservationStatus.HELD]
    assert (await shop.state(order_id)).placed_at == NOON
