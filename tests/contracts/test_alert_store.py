"""The promises of ``AlertStore``."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from tests.helpers.catalog import NOON, StillClock

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.adapters.memory.alerts import MemoryAlertStore
from vivamarket.adapters.postgres.alerts import PostgresAlertStore
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.alerts.errors import AlertNotFound, TooManyAlerts
from vivamarket.alerts.model import AlertState, StockAlert
from vivamarket.alerts.ports import AlertStore, Return
from vivamarket.kernel.ids import CustomerId, ProductId, Sku, uuid7
from vivamarket.kernel.outbox import OutboxStore

MUG, TEA = Sku("MUG"), Sku("TEA")
JO = CustomerId(uuid7(1, 1))
HOUR, YEAR = timedelta(hours=1), timedelta(days=365)


@dataclass
class Stores:
    alerts: AlertStore
    outbox: OutboxStore


@pytest.fixture(params=["postgres", "memory"])
def stores(request: pytest.FixtureRequest, clock: StillClock) -> Stores:
    if request.param == "memory":
        database = MemoryDatabase(clock)
        return Stores(MemoryAlertStore(database.tables), database.outbox)
    pool = request.getfixturevalue("pool")
    return Stores(PostgresAlertStore(pool), PostgresOutboxStore(pool))


def guests(n: int, sku: Sku = MUG, state: AlertState = AlertState.ASKED) -> StockAlert:
    return StockAlert(
        id=uuid7(n, n),
        sku=sku,
        product_id=ProductId("p"),
        email=f"jo{n}@example.com",
        locale="en",
        state=state,
        asked_at=NOON,
        expires_at=NOON + HOUR,
    )


def customers(n: int, sku: Sku = MUG, customer_id: CustomerId = JO) -> StockAlert:
    return replace(
        guests(n, sku, AlertState.WAITING), email="", customer_id=customer_id, expires_at=NOON + YEAR
    )


async def waits(stores: Stores, n: int, sku: Sku = MUG) -> StockAlert:
    await stores.alerts.ask(guests(n, sku))
    return await stores.alerts.confirm(guests(n).id, NOON, NOON + YEAR)


async def mailed(stores: Stores) -> list[object]:
    events = await stores.outbox.claim(NOON + HOUR, 60, 10)
    await stores.outbox.done([each.event_id for each in events])
    return [event.payload["alert_id"] for event in events if event.kind == "alert.asked"]


async def test_an_alert_that_is_asked_for_is_kept_with_the_event_that_has_it_mailed(stores: Stores) -> None:
    await stores.alerts.ask(guests(1))

    assert await stores.alerts.get(guests(1).id) == guests(1)
    assert await mailed(stores) == [guests(1).id]


async def test_asking_again_mails_again_under_the_old_id(stores: Stores) -> None:
    await stores.alerts.ask(guests(1))
    later = replace(guests(1), id=uuid7(9, 9), asked_at=NOON + HOUR, expires_at=NOON + 2 * HOUR)

    await stores.alerts.ask(later)

    assert await mailed(stores) == [guests(1).id] * 2
    assert await stores.alerts.get(guests(1).id) == replace(later, id=guests(1).id)


async def test_asking_for_what_waits_already_mails_nothing(stores: Stores) -> None:
    waiting = await waits(stores, 1)
    await mailed(stores)

    await stores.alerts.ask(replace(guests(1), id=uuid7(9, 9)))

    assert await mailed(stores) == []
    assert await stores.alerts.get(waiting.id) == waiting


async def test_a_confirmed_alert_waits_longer_and_a_late_confirmation_finds_nothing(stores: Stores) -> None:
    waiting = await waits(stores, 1)
    await stores.alerts.ask(guests(2))

    assert (waiting.state, waiting.expires_at) == (AlertState.WAITING, NOON + YEAR)
    assert await stores.alerts.confirm(waiting.id, NOON, NOON + YEAR) == waiting
    for late in (guests(2).id, guests(3).id):
        with pytest.raises(AlertNotFound):
            await stores.alerts.confirm(late, NOON + HOUR, NOON + YEAR)


async def test_a_customer_waits_once_for_a_sku_and_for_so_many_at_most(stores: Stores) -> None:
    first = await stores.alerts.add(customers(1), 2)

    assert await stores.alerts.add(customers(2), 2) == first
    await stores.alerts.add(customers(3, TEA), 2)
    with pytest.raises(TooManyAlerts):
        await stores.alerts.add(customers(4, Sku("VASE")), 2)
    assert await stores.alerts.add(customers(5, customer_id=CustomerId(uuid7(2, 2))), 2)
    assert [each.sku for each in await stores.alerts.of_customer(JO)] == [TEA, MUG]


async def test_a_customer_who_asks_many_times_at_once_waits_once(stores: Stores) -> None:
    answers = await asyncio.gather(*(stores.alerts.add(customers(n), 2) for n in range(1, 9)))

    assert len(set(answers)) == 1
    assert len(await stores.alerts.of_customer(JO)) == 1


async def test_only_what_is_waited_for_is_noted_as_returned(stores: Stores) -> None:
    await waits(stores, 1)
    await stores.alerts.ask(guests(2, TEA))

    await stores.alerts.note_returns([MUG, TEA, MUG, Sku("VASE")], NOON)

    assert await stores.alerts.returns(10) == (Return(MUG, NOON, None),)


async def test_everybody_has_a_turn_in_the_order_they_asked(stores: Stores) -> None:
    alerts = [await waits(stores, n) for n in (3, 1, 2)]
    await stores.alerts.note_returns([MUG], NOON)
    (back,) = await stores.alerts.returns(10)

    first = await stores.alerts.waiting(back, 2)
    await stores.alerts.told(back, first[-1].id)
    (further,) = await stores.alerts.returns(10)

    assert [each.id for each in first] == [guests(1).id, guests(2).id]
    assert await stores.alerts.waiting(further, 2) == (alerts[0],)
    await stores.alerts.told(further, None)
    assert await stores.alerts.returns(10) == ()


async def test_a_return_that_was_noted_anew_is_not_ended_by_the_old_one(stores: Stores) -> None:
    await waits(stores, 1)
    await stores.alerts.note_returns([MUG], NOON)
    (old,) = await stores.alerts.returns(10)
    await stores.alerts.note_returns([MUG], NOON + HOUR)

    for told_to in (guests(1).id, None):
        await stores.alerts.told(old, told_to)

    assert await stores.alerts.returns(10) == (Return(MUG, NOON + HOUR, None),)


async def test_those_who_wait_are_counted_up_to_a_limit(stores: Stores) -> None:
    for n in range(1, 4):
        await waits(stores, n)
    await stores.alerts.ask(guests(4, TEA))

    assert await stores.alerts.count_waiting([MUG, TEA], 10) == {MUG: 3}
    assert await stores.alerts.count_waiting([MUG], 2) == {MUG: 2}


async def test_what_has_expired_is_forgotten_and_the_rest_is_kept(stores: Stores) -> None:
    waiting = await waits(stores, 1)
    await stores.alerts.ask(guests(2))

    assert await stores.alerts.forget(NOON, 10) == 0
    assert await stores.alerts.forget(NOON + HOUR, 10) == 1

    with pytest.raises(AlertNotFound):
        await stores.alerts.get(guests(2).id)
    assert await stores.alerts.get(waiting.id) == waiting
    await stores.alerts.remove([waiting.id, waiting.id])
    assert await stores.alerts.count_waiting([MUG], 10) == {}
