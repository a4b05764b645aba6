"""What every CartStore promises."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.helpers.checkout import MUG

from vivamarket.addresses.model import Address
from vivamarket.cart.errors import CartNotFound
from vivamarket.cart.model import Cart, CartLine, CheckoutDetails
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.idempotency import IdempotencyKeyReused, RequestInFlight, StoredResponse, attempt
from vivamarket.kernel.ids import CartId, Sku

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MADRID = Address(name="Jo", line1="Calle 1", city="Madrid", country="ES", postal_code="28013", region="M")
FIRST = Cart(
    id=CartId("cart-1"),
    version=1,
    currency="EUR",
    locale="es",
    lines=(CartLine(Sku("MUG"), 2),),
    details=CheckoutDetails(email="jo@example.com", shipping_address=MADRID, note="¡hola!"),
    created_at=NOW,
    updated_at=NOW,
)


def answer(text="ok"):
    return StoredResponse(200, text.encode())


def named(key, body=b"{}"):
    return attempt(key, route="POST /carts", caller="a", body=body)


@pytest.fixture
def store(database):
    return database.carts


async def test_a_stored_cart_reads_back_whole(store):
    await store.put(FIRST, 0, named("key-0001"), answer())

    assert await store.get(FIRST.id) == FIRST


async def test_a_cart_nobody_stored_is_not_found(store):
    with pytest.raises(CartNotFound):
        await store.get(CartId("nobody"))


async def test_the_same_attempt_writes_once_and_gets_the_first_answer(store):
    await store.put(FIRST, 0, named("key-0001"), answer("first"))
    second = FIRST.with_added(Sku("MUG"), 1, NOW)
    await store.put(second, 1, named("key-0002"), answer("second"))

    again = await store.put(FIRST.with_added(Sku("CUP"), 1, NOW), 1, named("key-0002"), answer("third"))

    assert again == answer("second")
    assert await store.get(FIRST.id) == second


async def test_a_key_reused_for_another_request_changes_nothing(store):
    await store.put(FIRST, 0, named("key-0001"), answer())

    with pytest.raises(IdempotencyKeyReused):
        await store.put(FIRST.with_added(Sku("MUG"), 1, NOW), 1, named("key-0001", b"other"), answer())
    assert await store.get(FIRST.id) == FIRST


async def test_a_stale_write_changes_nothing_and_frees_its_key(store):
    await store.put(FIRST, 0, named("key-0001"), answer())
    second = FIRST.with_added(Sku("MUG"), 1, NOW)
    await store.put(second, 1, named("key-0002"), answer())

    with pytest.raises(StaleVersion):
        await store.put(FIRST.with_added(Sku("CUP"), 1, NOW), 1, named("key-0003"), answer())
    third = second.with_added(Sku("CUP"), 1, NOW)
    await store.put(third, 2, named("key-0003"), answer())
    assert await store.get(FIRST.id) == third


async def test_a_new_cart_never_overwrites_another(store):
    await store.put(FIRST, 0, named("key-0001"), answer())

    with pytest.raises(StaleVersion):
        await store.put(replace(FIRST, locale="en"), 0, named("key-0002"), answer())
    assert (await store.get(FIRST.id)).locale == "es"


async def test_an_ordered_cart_takes_no_change(store, shop):
    order_id = await shop.ordered((MUG, 1))
    cart = await store.get((await shop.database.orders.get(order_id)).cart_id)

    with pytest.raises(StaleVersion):
        await store.put(replace(cart, locale="fr"), cart.version, named("key-0002"), answer())
    assert await store.get(cart.id) == cart
    assert cart.order_id == order_id


async def test_of_many_writers_of_one_version_one_wins(store):
    await store.put(FIRST, 0, named("key-0001"), answer())

    async def write(number):
        try:
            await store.put(
                FIRST.with_added(Sku(f"S{number}"), 1, NOW), 1, named(f"race-{number:04}"), answer()
            )
        except StaleVersion:
            return 0
        return 1

    assert sum(await asyncio.gather(*(write(number) for number in range(32)))) == 1
    assert (await store.get(FIRST.id)).version == 2


async def test_of_many_replays_at_once_one_writes(store):
    async def write():
        try:
            return await store.put(FIRST, 0, named("key-0001"), answer())
        except RequestInFlight:
            return None

    answers = set(await asyncio.gather(*(write() for _ in range(32))))

    assert answers - {None} == {answer()}
    assert (await store.get(FIRST.id)).version == 1


async def test_only_old_carts_that_never_became_an_order_are_forgotten(store, shop):
    order = await shop.database.orders.get(await shop.ordered((MUG, 1)))
    now = shop.clock.now()
    for number in range(2):
        cart = replace(FIRST, id=CartId(f"cart-{number}"), updated_at=now + timedelta(seconds=number))
        await store.put(cart, 0, named(f"key-{number:05}"), answer())

    assert await store.forget(now, 10) == 0
    assert await store.forget(now + timedelta(seconds=9), 1) == 1
    with pytest.raises(CartNotFound):
        await store.get(CartId("cart-0"))
    assert await store.forget(now + timedelta(seconds=9), 10) == 1
    assert (await store.get(order.cart_id)).order_id == order.id


async def test_a_stored_cart_is_as_old_as_it_says_and_one_version_further(store):
    await store.put(replace(FIRST, version=7), 0, named("key-0001"), answer())

    assert (await store.get(FIRST.id)).version == 1


async def test_a_claim_of_the_attempt_ends_with_its_write_or_its_refusal(store, database):
    for number, expected in ((1, 0), (2, 9)):
        await database.keys.begin(named(f"key-000{number}"))
        try:
            await store.put(FIRST, expected, named(f"key-000{number}"), answer())
        except StaleVersion:
            assert await database.keys.begin(named("key-0002")) is None
        else:
            assert await database.keys.begin(named("key-0001")) == answer()
