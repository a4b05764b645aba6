"""What every OrderStore promises about finding orders, and every FoundOrderStore about noting them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.checkout import MUG, TEA, Shop
from tests.helpers.stores import Database

from vivamarket.kernel.ids import OrderId, OrderNumber, uuid7
from vivamarket.kernel.money import Money
from vivamarket.kernel.paging import BadCursor
from vivamarket.orders.finding import (
    PREFIX_ORDERS_MAX,
    BadOrderQuery,
    FoundFacts,
    OrderQuery,
    OrderSort,
    id_floor,
)
from vivamarket.orders.indexing import BATCH_MAX, OrderIndexing
from vivamarket.orders.model import OrderStatus


@pytest.fixture
async def orders(shop: Shop) -> tuple[OrderId, ...]:
    """A paid order of one tea, a canceled one of two mugs, one of three that waits; an hour apart."""
    tea = await shop.paid((TEA, 1))
    shop.clock.time += timedelta(hours=1)
    canceled = await shop.ordered((MUG, 2))
    await shop.checkout.cancel_order(canceled)
    shop.clock.time += timedelta(hours=1)
    return tea, canceled, await shop.ordered((MUG, 3))


@pytest.fixture
async def noted(database: Database, shop: Shop, orders: tuple[OrderId, ...]) -> tuple[OrderId, ...]:
    """The same, noted by the worker."""
    await OrderIndexing(orders=database.found_orders, clock=shop.clock).run_once()
    return orders


async def found(database: Database, limit: int = 10, **query: Any) -> list[OrderId]:
    """Walk the list page by page."""
    ids: list[OrderId] = []
    cursor = None
    for _ in range(10):
        page = await database.orders.find(OrderQuery(**query), cursor, limit)
        ids += [row.id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return ids
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("limit", [1, 2, 10])
async def test_pages_hold_every_order_once_in_each_order(
    database: Database, noted: tuple[OrderId, ...], limit: int
) -> None:
    tea, two, three = noted

    assert await found(database, limit) == [three, two, tea]
    assert await found(database, limit, sort=OrderSort.OLDEST) == [tea, two, three]
    for sort, wanted in (
        (OrderSort.TOTAL_DESC, [three, two, tea]),
        (OrderSort.TOTAL_ASC, [tea, two, three]),
    ):
        assert await found(database, limit, sort=sort, currency="EUR") == wanted


@pytest.mark.parametrize("limit", [1, 10])
async def test_orders_are_found_by_their_present_state(
    database: Database, noted: tuple[OrderId, ...], limit: int
) -> None:
    tea, two, three = noted
    paid, canceled = OrderStatus.PAID, OrderStatus.CANCELED

    assert await found(database, limit, statuses=(paid,)) == [tea]
    assert await found(database, limit, statuses=(paid, canceled)) == [two, tea]
    assert await found(database, limit, statuses=(paid, OrderStatus.PENDING_PAYMENT)) == [three, tea]
    by_total = await found(
        database, limit, statuses=(paid, canceled), sort=OrderSort.TOTAL_DESC, currency="EUR"
    )
    assert by_total == [two, tea]


async def test_orders_are_found_by_when_they_were_placed(
    database: Database, shop: Shop, noted: tuple[OrderId, ...]
) -> None:
    tea, two, three = noted
    row = (await database.orders.find(OrderQuery(), None, 10)).items[1]

    assert await found(database, placed_from=row.placed_at) == [three, two]
    assert await found(database, placed_before=row.placed_at) == [tea]
    assert await found(database, placed_from=shop.clock.now() + timedelta(days=1)) == []


async def test_orders_are_found_by_their_total(database: Database, noted: tuple[OrderId, ...]) -> None:
    _, two, three = noted
    total = (await database.orders.get(two)).total.minor_units

    assert await found(database, total_min=total, currency="EUR") == [three, two]
    assert await found(database, total_min=total, total_max=total, currency="EUR") == [two]
    assert await found(database, total_min=total, currency="USD") == []


async def test_orders_are_found_by_number_address_and_name(
    database: Database, noted: tuple[OrderId, ...]
) -> None:
    order = await database.orders.get(noted[1])
    assert order.shipping_address is not None
    name = order.shipping_address.name
    number = order.number

    for text in (number, number.lower(), number.rpartition("-")[2], f" {number} "):
        assert await found(database, text=text) == [order.id], text
    for text in (order.email, order.email.upper(), order.email[:5], name, f"{name} {order.email}"):
        assert len(await found(database, text=text)) == 3, text
    assert await found(database, text=f"{number} {name}") == [order.id]
    for text in (f"{number} nobody", "nobody", name[:1], order.email[:1]):
        assert await found(database, text=text) == [], text


@pytest.mark.parametrize("text", ["", "  ", "%", "\0", "_"])
async def test_a_text_without_words_narrows_nothing(
    database: Database, noted: tuple[OrderId, ...], text: str
) -> None:
    assert len(await found(database, text=text)) == 3


async def test_words_of_very_many_orders_narrow_like_others_but_stand_for_themselves_only(
    database: Database, shop: Shop, noted: tuple[OrderId, ...]
) -> None:
    order = await database.orders.get(noted[1])
    assert order.shipping_address is not None
    name = order.shipping_address.name
    crowd = [
        FoundFacts(
            order_id=OrderId(uuid7(1, at)),
            number=OrderNumber(f"X-{at}"),
            email=f"x{at}@example.com",
            names=(name,),
            total=Money(1, "EUR"),
        )
        for at in range(PREFIX_ORDERS_MAX + 1)
    ]
    await database.found_orders.note(crowd, noted_to=noted[-1])

    assert sorted(await found(database, text=name)) == sorted(noted)
    assert await found(database, text=f"{order.number} {name}") == [order.id]
    assert await found(database, text=f"{name} nobody") == []
    assert await found(database, text=name[:-1]) == []


async def test_all_parts_of_a_question_must_hold(database: Database, noted: tuple[OrderId, ...]) -> None:
    tea, *_ = noted
    email = (await database.orders.get(tea)).email

    assert await found(database, text=email, statuses=(OrderStatus.PAID,), currency="EUR") == [tea]
    assert await found(database, text=email, statuses=(OrderStatus.REVIEW,)) == []


async def test_an_order_that_is_not_noted_is_in_the_list_but_not_found_by_words(
    database: Database, orders: tuple[OrderId, ...]
) -> None:
    assert await found(database) == list(orders[::-1])
    assert await found(database, text="jo@example.com") == []
    assert await found(database, currency="EUR") == []


async def test_noting_again_changes_nothing_and_ends(
    database: Database, shop: Shop, noted: tuple[OrderId, ...], clock: StillClock
) -> None:
    indexing = OrderIndexing(orders=database.found_orders, clock=shop.clock)
    email = (await database.orders.get(noted[0])).email
    facts = FoundFacts(
        order_id=noted[0],
        number=(await database.orders.get(noted[0])).number,
        email=email,
        names=(),
        total=(await database.orders.get(noted[0])).total,
    )

    await database.found_orders.note([facts], id_floor(shop.clock.now()))

    assert await indexing.run_once() == 0
    assert await database.found_orders.not_noted(BATCH_MAX) == ()
    assert len(await found(database, text=email)) == 3


async def test_a_late_order_is_noted_too(database: Database, shop: Shop, noted: tuple[OrderId, ...]) -> None:
    indexing = OrderIndexing(orders=database.found_orders, clock=shop.clock)
    late = await shop.ordered((TEA, 2))

    assert await indexing.run_once() == 1
    assert late in await found(database, currency="EUR")


async def test_a_cursor_of_another_order_of_the_list_is_refused(
    database: Database, noted: tuple[OrderId, ...]
) -> None:
    page = await database.orders.find(OrderQuery(), None, 1)

    with pytest.raises(BadCursor):
        await database.orders.find(OrderQuery(sort=OrderSort.OLDEST), page.next_cursor, 1)
    with pytest.raises(BadCursor):
        await database.orders.find(OrderQuery(), "nonsense", 1)


@pytest.mark.parametrize("parts", [{"total_min": 5}, {"sort": OrderSort.TOTAL_ASC}, {"text": "x" * 201}])
def test_a_question_that_compares_apples_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(BadOrderQuery):
        OrderQuery(**parts)


def test_words_are_folded_and_whole_addresses_stay_whole(orders_facts: FoundFacts) -> None:
    assert orders_facts.words == ("vm-7k3qx9", "7k3qx9", "jose.o+shop@example.com", "jose", "nunez-garcia")
    assert replace(orders_facts, names=("\0",)).words[-1] == "jose.o+shop@example.com"


@pytest.fixture
def orders_facts() -> FoundFacts:
    return FoundFacts(
        order_id=OrderId(uuid7(1, 1)),
        number=OrderNumber("VM-7K3QX9"),
        email="José.O+shop@Example.com",
        names=("José  Núñez-García",),
        total=Money(1, "EUR"),
    )
