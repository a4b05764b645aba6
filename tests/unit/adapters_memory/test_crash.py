"""What the double forgets when its power is cut, and that its transactions are all or nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.catalog import NOON, CountedIds, StillClock
from tests.helpers.checkout import MUG, Shop, named
from tests.helpers.placements import new_cart, placement_of, stored_cart

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.kernel.errors import RuleBroken
from vivamarket.kernel.idempotency import RequestInFlight, StoredResponse

LEASE = 60.0
ANSWER = StoredResponse(200, b"{}")


@pytest.fixture
def database() -> MemoryDatabase:
    return MemoryDatabase(StillClock())


@pytest.fixture
async def shop(database: MemoryDatabase) -> Shop:
    shop = Shop(database)
    await shop.open(MUG=5)
    return shop


async def test_claims_are_forgotten_and_come_again(shop: Shop, database: MemoryDatabase) -> None:
    await shop.ordered()
    await database.keys.begin(named("key-00001"))
    (first,) = await database.outbox.claim(NOON, LEASE, 10)

    assert database.crash() == 2

    assert await database.keys.begin(named("key-00001")) is None
    (again,) = await database.outbox.claim(NOON, LEASE, 10)
    assert again == first


async def test_a_commit_that_waits_for_the_disk_takes_the_earlier_ones_there(
    shop: Shop, database: MemoryDatabase
) -> None:
    await shop.ordered()
    await database.outbox.claim(NOON, LEASE, 10)
    await database.keys.finish(named("key-00001"), ANSWER)

    assert database.crash() == 0
    assert await database.outbox.claim(NOON, LEASE, 10) == ()


async def test_what_only_reads_takes_nothing_to_the_disk(shop: Shop, database: MemoryDatabase) -> None:
    order_id = await shop.ordered()
    await database.outbox.claim(NOON, LEASE, 10)
    await database.checkout.state(order_id)
    await database.checkout.claim_expiring(NOON, LEASE, 10)

    assert database.crash() == 1


async def test_an_event_handled_just_before_a_crash_is_delivered_once_more(
    shop: Shop, database: MemoryDatabase
) -> None:
    await shop.ordered()
    (event,) = await database.outbox.claim(NOON, LEASE, 10)
    await database.outbox.done([event.event_id])

    assert database.crash(kept=1) == 1

    assert await database.outbox.claim(NOON, LEASE, 10) == ()
    (again,) = await database.outbox.claim(NOON + timedelta(seconds=LEASE), LEASE, 10)
    assert (again.event_id, again.attempts) == (event.event_id, 2)


async def test_orders_survive_every_crash(shop: Shop, database: MemoryDatabase) -> None:
    order_id = await shop.paid()
    before = await database.evidence.read()

    assert database.crash() == 0

    assert await database.evidence.read() == before
    assert (await database.orders.get(order_id)).timeline


async def test_a_batch_that_breaks_a_rule_leaves_nothing(database: MemoryDatabase) -> None:
    ids = CountedIds()
    carts = [await stored_cart(database, new_cart(name, [(MUG, 1)], NOON)) for name in ("one", "two")]
    first, second = (placement_of(cart, ids, NOON, backorder=frozenset({MUG})) for cart in carts)
    before = vars(database.copy().tables)

    with pytest.raises(RuleBroken):
        await database.placements.place([first, replace(second, payment_id=first.payment_id)])

    after = vars(database.copy().tables)
    assert {name for name in before if before[name] != after[name]} == {"last_event"}


async def test_a_copy_goes_its_own_way(shop: Shop, database: MemoryDatabase) -> None:
    copy = database.copy()
    await shop.ordered()
    await copy.keys.begin(named("key-00001"))

    assert (await copy.evidence.read()).orders == ()
    assert await database.keys.begin(named("key-00001")) is None
    with pytest.raises(RequestInFlight):
        await copy.keys.begin(named("key-00001"))
