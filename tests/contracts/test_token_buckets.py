"""The promises of ``TokenBuckets``."""

from __future__ import annotations

import asyncio

import pytest
from tests.helpers.catalog import StillClock

from vivamarket.adapters.valkey.buckets import ValkeyBuckets
from vivamarket.api.limits import LocalBuckets, SpareBuckets
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.rates import Rate, TokenBuckets

RATE = Rate(per_second=2.0, burst_max=3)
JO, KIM = "10.0.0.1", "2001:db8::1"


class AwayBuckets:
    """Shared buckets that nobody reaches."""

    async def take(self, name: str) -> float:
        raise Unavailable(f"no bucket of {name} can be reached")


@pytest.fixture(params=["local", "valkey", "local in place of shared ones"])
def buckets(request: pytest.FixtureRequest, clock: StillClock) -> TokenBuckets:
    local = LocalBuckets(clock, RATE, names_max=100)
    if request.param == "valkey":
        return SpareBuckets(ValkeyBuckets(request.getfixturevalue("valkey"), clock, RATE), AwayBuckets())
    return SpareBuckets(AwayBuckets(), local) if "shared" in request.param else local


async def test_a_burst_passes_and_then_each_waits(buckets: TokenBuckets) -> None:
    assert [await buckets.take(JO) for _ in range(5)] == [0, 0, 0, 0.5, 0.5]


async def test_tokens_come_back_at_the_rate(buckets: TokenBuckets, clock: StillClock) -> None:
    for _ in range(3):
        await buckets.take(JO)

    await clock.sleep(0.25)
    assert await buckets.take(JO) == 0.25
    await clock.sleep(0.25)
    assert [await buckets.take(JO) for _ in range(2)] == [0, 0.5]


async def test_a_bucket_holds_no_more_than_the_burst(buckets: TokenBuckets, clock: StillClock) -> None:
    await buckets.take(JO)
    await clock.sleep(3_600)

    assert [await buckets.take(JO) for _ in range(4)] == [0, 0, 0, 0.5]


async def test_everybody_has_a_bucket_of_their_own(buckets: TokenBuckets) -> None:
    for _ in range(3):
        await buckets.take(JO)

    assert await buckets.take(KIM) == 0


async def test_of_many_at_once_no_more_pass_than_there_are_tokens(buckets: TokenBuckets) -> None:
    waits = await asyncio.gather(*(buckets.take(JO) for _ in range(20)))

    assert waits.count(0) == 3


async def test_a_clock_that_goes_back_gives_nothing_away(buckets: TokenBuckets, clock: StillClock) -> None:
    for _ in range(3):
        await buckets.take(JO)
    await clock.sleep(-60)

    assert await buckets.take(JO) == 0.5
