"""The promises of ``CustomerCartStore`` and ``CustomerOrderStore``: whose carts and orders are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import asyncpg
import pytest
from tests.helpers.catalog import NOON
from tests.helpers.checkout import MUG, TEA, Shop, id_of, named

from vivamarket.accounts.identity.model import CodePurpose, Customer, OneTimeCode
from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.adapters.memory.customers import MemoryCustomerCartStore, MemoryCustomerOrderStore, Owners
from vivamarket.adapters.postgres.customers import PostgresCustomerCartStore, PostgresCustomerOrderStore
from vivamarket.adapters.postgres.identity import PostgresIdentityStore
from vivamarket.cart.merging import merged
from vivamarket.cart.model import Cart, CartLine
from vivamarket.cart.ports import CartMerge, CustomerCartStore
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import CartId, CustomerId, uuid7
from vivamarket.orders.ports import CustomerOrderStore

JO, KIM = CustomerId(uuid7(1, 1)), CustomerId(uuid7(2, 2))
#: What the carts of ``Shop`` are ordered with.
EMAIL = "jo@example.com"
ANSWER = StoredResponse(200, b"{}")


@dataclass(frozen=True)
class House:
    """A shop, and who owns what in it."""

    shop: Shop
    carts: CustomerCartStore
    orders: CustomerOrderStore

    def own(self, cart_id: str = "own-cart-of-jo-1", *lines: CartLine) -> Cart:
        """Return a cart that is not kept yet."""
        return Cart(
            id=CartId(cart_id),
            version=1,
            currency="EUR",
            locale="en",
            lines=lines,
            created_at=NOON,
            updated_at=NOON,
        )

    async def begin(self, customer_id: CustomerId = JO, cart_id: str = "own-cart-of-jo-1") -> Cart:
        """Give the customer a new cart."""
        own = self.own(cart_id, CartLine(MUG, 1))
        merge = CartMerge(customer_id=customer_id, own=own, own_version=0)
        await self.carts.merge(merge, named(f"begin-{cart_id}"), ANSWER)
        return own


@pytest.fixture
async def house(shop: Shop, request: pytest.FixtureRequest) -> House:
    if isinstance(shop.database, MemoryDatabase):
        owners, tables = Owners(), shop.database.tables
        return House(shop, MemoryCustomerCartStore(tables, owners), MemoryCustomerOrderStore(tables, owners))
    pool: asyncpg.Pool = request.getfixturevalue("pool")
    store = PostgresIdentityStore(pool)
    for number, customer_id in enumerate((JO, KIM)):
        code = OneTimeCode(
            id=uuid7(9, number),
            purpose=CodePurpose.SIGN_UP,
            email=f"{number}@example.com",
            digest=bytes([number]) * 32,
            expires_at=NOON,
        )
        await store.request(code, NOON)
        customer = Customer(
            id=customer_id, email=code.email, name="Jo", locale="en", password_hash="", created_at=NOON
        )
        assert await store.add(customer, code.id)
    return House(shop, PostgresCustomerCartStore(pool), PostgresCustomerOrderStore(pool))


async def test_a_new_cart_is_its_customers(house: House) -> None:
    own = await house.begin()

    assert await house.shop.carts.get(own.id) == own
    assert await house.carts.current(JO) == own.id
    assert await house.carts.owner(own.id) == JO
    assert await house.carts.current(KIM) is None
    assert await house.carts.owner(CartId("unknown")) is None


async def test_a_guests_cart_goes_into_the_customers_in_one_step(house: House) -> None:
    own = await house.begin()
    guest = await house.shop.carts.get(await house.shop.cart((MUG, 2), (TEA, 1)))
    kept, emptied = merged(own, guest, NOON)

    await house.carts.merge(
        CartMerge(customer_id=JO, own=kept, own_version=1, guest=emptied), named("merge-attempt-1"), ANSWER
    )

    assert await house.shop.carts.get(own.id) == kept
    assert await house.shop.carts.get(guest.id) == emptied
    assert kept.quantity_of(MUG) == 3


async def test_the_same_attempt_merges_once(house: House) -> None:
    own = await house.begin()
    guest = await house.shop.carts.get(await house.shop.cart((MUG, 2)))
    kept, emptied = merged(own, guest, NOON)
    merge = CartMerge(customer_id=JO, own=kept, own_version=1, guest=emptied)
    await house.carts.merge(merge, named("merge-attempt-1"), ANSWER)

    again = await house.carts.merge(merge, named("merge-attempt-1"), StoredResponse(200, b"another"))

    assert again == ANSWER
    assert await house.shop.carts.get(own.id) == kept


async def test_nothing_is_written_when_either_cart_has_changed(house: House) -> None:
    own = await house.begin()
    guest = await house.shop.carts.get(await house.shop.cart((MUG, 2)))
    kept, emptied = merged(own, guest, NOON)
    stale = [
        CartMerge(customer_id=JO, own=kept, own_version=1, guest=replace(emptied, version=9)),
        CartMerge(customer_id=JO, own=replace(kept, version=9), own_version=8, guest=emptied),
    ]

    for merge in stale:
        with pytest.raises(StaleVersion):
            await house.carts.merge(merge, named("merge-attempt-1"), ANSWER)

    assert await house.shop.carts.get(own.id) == own
    assert await house.shop.carts.get(guest.id) == guest
    assert await house.shop.database.keys.begin(named("merge-attempt-1")) is None


async def test_a_cart_of_somebody_else_is_never_taken(house: House) -> None:
    own = await house.begin()
    theirs = await house.begin(KIM, "own-cart-of-kim-1")
    kept, emptied = merged(own, theirs, NOON)

    with pytest.raises(StaleVersion):
        await house.carts.merge(
            CartMerge(customer_id=JO, own=kept, own_version=1, guest=emptied),
            named("merge-attempt-1"),
            ANSWER,
        )

    assert await house.shop.carts.get(theirs.id) == theirs


async def test_two_devices_begin_one_cart(house: House) -> None:
    answers = await asyncio.gather(
        *(house.begin(JO, f"own-cart-of-jo-{number}") for number in range(4)), return_exceptions=True
    )

    assert sum(isinstance(each, StaleVersion) for each in answers) == 3
    (won,) = [each for each in answers if isinstance(each, Cart)]
    assert await house.carts.current(JO) == won.id


async def test_an_ordered_cart_makes_room_for_the_next_and_its_order_is_the_customers(house: House) -> None:
    own = await house.begin()
    guest = await house.shop.carts.get(await house.shop.cart((MUG, 1)))
    kept, emptied = merged(own, guest, NOON)
    await house.carts.merge(
        CartMerge(customer_id=JO, own=kept, own_version=1, guest=emptied), named("merge-attempt-1"), ANSWER
    )
    order_id = id_of(await house.shop.place(own.id))

    assert await house.carts.current(JO) is None
    assert await house.orders.join(KIM, EMAIL) == 0
    assert await house.orders.join(JO, "another@example.com") == 1
    assert await house.orders.is_own(JO, order_id)
    assert not await house.orders.is_own(KIM, order_id)
    await house.begin(JO, "own-cart-of-jo-2")


async def test_guest_orders_join_by_the_address_whatever_its_case_and_stay(house: House) -> None:
    mine = [await house.shop.ordered() for _ in range(2)]

    assert await house.orders.join(KIM, "kim@example.com") == 0
    assert await house.orders.join(JO, EMAIL) == 2
    assert await house.orders.join(KIM, EMAIL) == 0

    assert [await house.orders.is_own(JO, order_id) for order_id in mine] == [True, True]


async def test_ones_own_orders_are_listed_newest_first_by_page(house: House) -> None:
    mine = [await house.shop.ordered() for _ in range(3)]
    await house.orders.join(JO, EMAIL)

    first = await house.orders.newest(JO, None, 2)
    second = await house.orders.newest(JO, first.next_cursor, 2)

    assert [row.id for row in (*first.items, *second.items)] == mine[::-1]
    assert second.next_cursor is None
    assert (await house.orders.newest(KIM, None, 2)).items == ()
