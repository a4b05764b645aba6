"""The promises of ``PrivacyStore``."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from tests.helpers.catalog import NOON, StillClock

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.adapters.memory.privacy import MemoryPrivacyStore
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.adapters.postgres.privacy import PostgresPrivacyStore
from vivamarket.kernel.ids import CustomerId, StaffId, uuid7
from vivamarket.kernel.outbox import OutboxStore
from vivamarket.privacy.model import PrivacyRequest, RequestKind, RequestState
from vivamarket.privacy.ports import PrivacyStore

JO, MAX = CustomerId(uuid7(1, 1)), CustomerId(uuid7(2, 2))
DAY = timedelta(days=1)
ERASURE = PrivacyRequest(
    id=uuid7(10, 10),
    kind=RequestKind.ERASURE,
    customer_id=JO,
    asked_by=None,
    asked_at=NOON,
    due_at=NOON + DAY,
)
EXPORT = replace(
    ERASURE, id=uuid7(11, 11), kind=RequestKind.EXPORT, asked_by=StaffId(uuid7(3, 3)), due_at=NOON
)


@dataclass
class Stores:
    requests: PrivacyStore
    outbox: OutboxStore

    async def events(self) -> list[tuple[str, object]]:
        found = await self.outbox.claim(NOON + DAY, 60, 10)
        await self.outbox.done([each.event_id for each in found])
        return [(each.kind, each.payload) for each in found]


@pytest.fixture(params=["postgres", "memory"])
def stores(request: pytest.FixtureRequest, clock: StillClock) -> Stores:
    if request.param == "memory":
        database = MemoryDatabase(clock)
        return Stores(MemoryPrivacyStore(database.tables), database.outbox)
    pool = request.getfixturevalue("pool")
    return Stores(PostgresPrivacyStore(pool), PostgresOutboxStore(pool))


async def test_a_request_is_kept_and_an_erasure_told(stores: Stores) -> None:
    assert await stores.requests.ask(EXPORT) == EXPORT
    assert await stores.requests.ask(ERASURE) == ERASURE

    assert await stores.requests.get(EXPORT.id) == EXPORT
    assert await stores.requests.get(uuid7(9, 9)) is None
    assert await stores.requests.of_customer(JO, 10) == (EXPORT, ERASURE)
    assert await stores.requests.of_customer(JO, 1) == (EXPORT,)
    assert await stores.requests.of_customer(MAX, 10) == ()
    assert await stores.events() == [("privacy.erasure_asked", {"request_id": ERASURE.id})]


async def test_of_many_who_ask_at_once_one_request_waits_and_is_told_once(stores: Stores) -> None:
    wishes = [replace(ERASURE, id=uuid7(n, n)) for n in range(20, 28)]

    kept = await asyncio.gather(*(stores.requests.ask(wish) for wish in wishes))

    assert len({each.id for each in kept}) == 1
    assert len(await stores.requests.of_customer(JO, 10)) == 1
    assert len(await stores.events()) == 1


async def test_what_was_canceled_can_be_asked_for_anew(stores: Stores) -> None:
    await stores.requests.ask(ERASURE)

    assert await stores.requests.cancel(JO, RequestKind.ERASURE, NOON)
    assert not await stores.requests.cancel(JO, RequestKind.ERASURE, NOON)
    assert not await stores.requests.cancel(MAX, RequestKind.ERASURE, NOON)

    again = replace(ERASURE, id=uuid7(12, 12))
    assert await stores.requests.ask(again) == again
    canceled = await stores.requests.get(ERASURE.id)
    assert canceled == replace(ERASURE, state=RequestState.CANCELED, finished_at=NOON)
    assert [kind for kind, _ in await stores.events()] == [
        "privacy.erasure_asked",
        "privacy.erasure_canceled",
        "privacy.erasure_asked",
    ]


async def test_requests_are_due_when_their_time_has_come(stores: Stores) -> None:
    await stores.requests.ask(ERASURE)
    await stores.requests.ask(EXPORT)

    assert await stores.requests.due(NOON, 10) == (EXPORT,)
    assert await stores.requests.due(NOON + DAY, 10) == (EXPORT, ERASURE)
    assert await stores.requests.due(NOON + DAY, 1) == (EXPORT,)

    await stores.requests.put_off(ERASURE.id, NOON + 2 * DAY)
    await stores.requests.finish(EXPORT.id, NOON, NOON + DAY)

    assert await stores.requests.due(NOON + DAY, 10) == ()
    assert await stores.requests.due(NOON + 2 * DAY, 10) == (replace(ERASURE, due_at=NOON + 2 * DAY),)


async def test_what_is_finished_stays_finished(stores: Stores) -> None:
    await stores.requests.ask(EXPORT)
    await stores.requests.finish(EXPORT.id, NOON, NOON + DAY)
    done = replace(EXPORT, state=RequestState.DONE, finished_at=NOON, due_at=NOON + DAY)

    await stores.requests.finish(EXPORT.id, NOON + DAY, NOON + 2 * DAY)
    await stores.requests.put_off(EXPORT.id, NOON)

    assert await stores.requests.get(EXPORT.id) == done
    assert not await stores.requests.cancel(JO, RequestKind.EXPORT, NOON)


async def test_the_file_of_an_export_is_removed_once_at_its_end(stores: Stores) -> None:
    await stores.requests.ask(EXPORT)
    await stores.requests.ask(ERASURE)
    for request in (EXPORT, ERASURE):
        await stores.requests.finish(request.id, NOON, NOON + DAY)

    assert await stores.requests.old_exports(NOON, 10) == ()
    (old,) = await stores.requests.old_exports(NOON + DAY, 10)
    await stores.requests.expire([old.id, uuid7(9, 9)])

    assert old.id == EXPORT.id
    assert await stores.requests.old_exports(NOON + DAY, 10) == ()
    expired = await stores.requests.get(EXPORT.id)
    assert expired is not None
    assert expired.state is RequestState.EXPIRED
