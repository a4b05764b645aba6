"""The quick memory in front of the records: what is asked where, and what an outage changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.catalog import NOON, StillClock

from vivamarket.accounts.identity.model import Session
from vivamarket.accounts.identity.ports import SEEN_SECONDS_MAX
from vivamarket.accounts.identity.spare import CopiedSessionStore
from vivamarket.adapters.memory.identity import MemorySessionStore
from vivamarket.adapters.memory.session_copy import MemorySessionCopy
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import CustomerId, uuid7

SESSION = Session(
    id=uuid7(1, 1),
    customer_id=CustomerId(uuid7(2, 2)),
    epoch=0,
    generation=0,
    created_at=NOON,
    rotated_at=NOON,
    expires_at=NOON + timedelta(days=30),
)


class CountedRecords(MemorySessionStore):
    """Records that count how often they are read."""

    reads = 0

    async def get(self, session_id: str) -> Session | None:
        self.reads += 1
        return await super().get(session_id)


class LosableCopy(MemorySessionCopy):
    """A copy that can be away."""

    is_away = False

    async def get(self, session_id: str) -> Session | None:
        self._require()
        return await super().get(session_id)

    async def keep(self, session: Session) -> None:
        self._require()
        await super().keep(session)

    async def end(self, session_id: str) -> None:
        self._require()
        await super().end(session_id)

    def _require(self) -> None:
        if self.is_away:
            raise Unavailable("away")


class Rig:
    def __init__(self) -> None:
        self.clock = StillClock()
        self.records = CountedRecords()
        self.copy = LosableCopy(self.clock)
        self.store = CopiedSessionStore(self.records, self.copy, self.clock)


@pytest.fixture
async def rig() -> Rig:
    rig = Rig()
    await rig.store.add(SESSION)
    return rig


async def test_the_records_are_read_once_for_many_requests(rig: Rig) -> None:
    assert [await rig.store.seen(SESSION.id) for _ in range(5)] == [SESSION] * 5

    assert rig.records.reads == 1


async def test_the_records_are_asked_again_after_a_while(rig: Rig) -> None:
    await rig.store.seen(SESSION.id)
    await rig.clock.sleep(SEEN_SECONDS_MAX)

    assert await rig.store.seen(SESSION.id) == SESSION

    assert rig.records.reads == 2


async def test_without_the_copy_sessions_live_on_and_begin_and_end(rig: Rig) -> None:
    rig.copy.is_away = True
    other = replace(SESSION, id=uuid7(3, 3))
    await rig.store.add(other)
    after = SESSION.rotated(NOON)

    assert await rig.store.rotate(SESSION, after)
    await rig.store.end(other.id)

    assert (await rig.store.seen(SESSION.id), await rig.store.get(SESSION.id)) == (after, after)
    assert await rig.store.seen(other.id) is None


async def test_an_exchange_sees_the_session_as_it_is_even_when_its_copy_could_not_be_told(rig: Rig) -> None:
    await rig.store.seen(SESSION.id)
    rig.copy.is_away = True
    after = SESSION.rotated(NOON)
    assert await rig.store.rotate(SESSION, after)
    rig.copy.is_away = False

    assert await rig.store.get(SESSION.id) == after


async def test_an_end_that_the_copy_was_not_told_holds_after_a_minute(rig: Rig) -> None:
    await rig.store.seen(SESSION.id)
    rig.copy.is_away = True
    await rig.store.end(SESSION.id)
    rig.copy.is_away = False

    assert await rig.store.seen(SESSION.id) == SESSION
    await rig.clock.sleep(SEEN_SECONDS_MAX)
    assert await rig.store.seen(SESSION.id) is None


async def test_a_copy_whose_time_has_come_is_not_believed(rig: Rig) -> None:
    short = replace(SESSION, id=uuid7(4, 4), expires_at=NOON + timedelta(seconds=10))
    await rig.store.add(short)
    await rig.store.seen(short.id)
    rig.copy.is_away = True
    prolonged = replace(short, generation=1, expires_at=NOON + timedelta(days=30))
    assert await rig.store.rotate(short, prolonged)
    rig.copy.is_away = False
    await rig.clock.sleep(10)

    assert await rig.store.seen(short.id) == prolonged
