"""Buckets that processes share, and what is left of them in Valkey."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.quiet_api import quiet_client
from tests.helpers.valkey import ValkeyProcess

from vivamarket.adapters.valkey.buckets import ValkeyBuckets
from vivamarket.adapters.valkey.server import ValkeyServer
from vivamarket.api.config import ApiConfig
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.rates import Rate

CONFIG = ApiConfig(mutations_per_second_max=1.0, mutations_burst_max=3)
RATE = Rate(per_second=1.0, burst_max=3)
JO = "10.0.0.1"


@pytest.fixture
async def another(valkey_process: ValkeyProcess, valkey_clock: StillClock) -> AsyncIterator[ValkeyServer]:
    """The server as another process asks it."""
    server = valkey_process.server(valkey_clock)
    yield server
    await server.close()


async def test_two_processes_give_a_client_one_bucket(
    valkey: ValkeyServer, another: ValkeyServer, valkey_clock: StillClock
) -> None:
    clients = [
        quiet_client(CONFIG, clock=valkey_clock, shared_buckets=ValkeyBuckets(each, valkey_clock, RATE))
        for each in (valkey, another)
    ]

    statuses = [(await clients[turn % 2].post("/api/v1/carts")).status_code for turn in range(5)]

    assert [status == 429 for status in statuses] == [False, False, False, True, True]


async def test_a_process_limits_by_itself_when_valkey_is_killed(
    valkey: ValkeyServer, valkey_process: ValkeyProcess, valkey_clock: StillClock
) -> None:
    buckets = ValkeyBuckets(valkey, valkey_clock, RATE)
    client = quiet_client(CONFIG, clock=valkey_clock, shared_buckets=buckets)
    valkey_process.kill()

    statuses = [(await client.post("/api/v1/carts")).status_code for _ in range(5)]

    assert [status == 429 for status in statuses] == [False, False, False, True, True]
    with pytest.raises(Unavailable):
        await buckets.take(JO)


async def test_a_bucket_ends_in_valkey_and_names_nobody(
    valkey: ValkeyServer, valkey_process: ValkeyProcess, valkey_clock: StillClock
) -> None:
    await ValkeyBuckets(valkey, valkey_clock, RATE).take(JO)

    assert valkey_process.keys() == 1
    assert valkey_process.keys_without_end() == []
    assert not valkey_process.knows(JO)


async def test_a_process_whose_clock_is_ahead_or_behind_neither_gives_nor_takes_for_long(
    valkey: ValkeyServer, another: ValkeyServer, valkey_clock: StillClock
) -> None:
    ahead = StillClock()
    await ahead.sleep(2)
    here, there = ValkeyBuckets(valkey, valkey_clock, RATE), ValkeyBuckets(another, ahead, RATE)
    assert [await here.take(JO) for _ in range(4)] == [0, 0, 0, 1]

    assert [await there.take(JO) for _ in range(3)] == [0, 0, 1]
    await valkey_clock.sleep(2)
    assert await here.take(JO) == 1
    await valkey_clock.sleep(1)
    assert await here.take(JO) == 0
