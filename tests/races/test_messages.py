"""Keys, events and dead letters: each has one winner."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
from tests.helpers.checkout import MUG, named
from tests.helpers.race import CALLERS, Race, at_once, outcomes

from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.kernel.idempotency import CLAIM_SECONDS, StoredResponse

LEASE_SECONDS = 60.0


async def test_one_of_many_claims_a_key_also_when_its_owner_has_died(race: Race, rounds: range) -> None:
    for number in rounds:
        once = named(f"claimed-{number}")

        fresh = await outcomes([race[n].keys.begin(once) for n in range(CALLERS)])
        race.shop.later(seconds=CLAIM_SECONDS)
        stale = await outcomes([race[n].keys.begin(once) for n in range(CALLERS)])

        assert fresh == stale == {"NoneType": 1, "RequestInFlight": CALLERS - 1}


async def test_many_answers_to_one_key_leave_one(race: Race, rounds: range) -> None:
    for number in rounds:
        once = named(f"answered-{number}")

        told = await at_once(
            [race[n].keys.finish(once, StoredResponse(200, b"%d" % n)) for n in range(CALLERS)]
        )
        kept = await at_once([race[n].keys.begin(once) for n in range(CALLERS)])

        answers = {each for each in (*told, *kept) if isinstance(each, StoredResponse)}
        assert len(answers) == 1, "whoever was answered, at once or later, was told the same"


async def test_every_event_goes_to_one_worker(race: Race, rounds: range, pool: asyncpg.Pool) -> None:
    outbox = PostgresOutboxStore(pool)
    await race.shop.open(MUG=0)
    for _ in rounds:
        await race.restock(MUG=4)
        for _ in range(4):
            await race.shop.paid()
        now = race.shop.clock.now()

        claimed = await at_once([outbox.claim(now, LEASE_SECONDS, 3) for _ in range(CALLERS)])

        ids = [event.event_id for batch in claimed for event in batch]
        assert len(ids) == len(set(ids)) > 0
        assert await outbox.claim(now, LEASE_SECONDS, 100) == ()
        await outbox.done(ids)


async def test_a_dead_letter_is_replayed_once(race: Race, rounds: range, pool: asyncpg.Pool) -> None:
    outbox = PostgresOutboxStore(pool)
    await race.shop.open(MUG=0)
    for _ in rounds:
        await race.restock(MUG=1)
        await race.shop.ordered((MUG, 1))
        now = race.shop.clock.now()
        events = await outbox.claim(now, LEASE_SECONDS, 100)
        for event in events:
            await outbox.bury(event.event_id, now, "broken")
        letter = events[0].event_id

        revived = await at_once([outbox.revive(letter, now) for _ in range(CALLERS)])
        claimed = await at_once([outbox.claim(now, LEASE_SECONDS, 100) for _ in range(8)])

        assert sorted(revived) == [False] * (CALLERS - 1) + [True]
        assert [event.event_id for batch in claimed for event in batch] == [letter]
        await outbox.done([event.event_id for event in events])
        race.shop.clock.time += timedelta(seconds=LEASE_SECONDS)
