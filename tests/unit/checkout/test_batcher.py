import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest

from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.checkout.batcher import Batcher
from vivamarket.checkout.errors import CheckoutBusy


class Sender:
    """Doubles numbers, batch by batch, when the test lets it; thirteen breaks it, zero is an outage."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.go = asyncio.Event()

    async def send(self, requests: Sequence[int]) -> list[int]:
        self.batches.append(list(requests))
        await self.go.wait()
        if 13 in requests:
            raise ValueError("thirteen")
        if 0 in requests:
            raise CheckoutBusy("away")
        return [2 * request for request in requests]


def started(work: Coroutine[Any, Any, int]) -> asyncio.Task[int]:
    return asyncio.create_task(work)


async def settle_loop() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_lone_request_goes_at_once_and_the_next_batch_gathers_meanwhile() -> None:
    sender = Sender()
    batcher: Batcher[int, int] = Batcher(sender.send, AsyncioTasks(), size_max=3)
    first = started(batcher.submit(1))
    await settle_loop()

    others = [started(batcher.submit(number)) for number in (2, 3, 4, 5)]
    await settle_loop()
    sender.go.set()

    assert await asyncio.gather(first, *others) == [2, 4, 6, 8, 10]
    assert sender.batches == [[1], [2, 3, 4], [5]]


async def test_a_request_that_fails_fails_alone() -> None:
    sender = Sender()
    batcher: Batcher[int, int] = Batcher(sender.send, AsyncioTasks())
    calls = [started(batcher.submit(number)) for number in (12, 13, 14)]
    sender.go.set()

    results = await asyncio.gather(*calls, return_exceptions=True)

    assert (results[0], results[2]) == (24, 28)
    assert isinstance(results[1], ValueError)
    assert sender.batches == [[12, 13, 14], [12], [13], [14]]


async def test_an_outage_fails_the_whole_batch_at_once() -> None:
    sender = Sender()
    batcher: Batcher[int, int] = Batcher(sender.send, AsyncioTasks())
    calls = [started(batcher.submit(number)) for number in (1, 0)]
    sender.go.set()

    results = await asyncio.gather(*calls, return_exceptions=True)

    assert all(isinstance(each, CheckoutBusy) for each in results)
    assert sender.batches == [[1, 0]]


async def test_a_caller_that_goes_away_takes_nobody_along() -> None:
    sender = Sender()
    batcher: Batcher[int, int] = Batcher(sender.send, AsyncioTasks())
    leaving, staying = started(batcher.submit(1)), started(batcher.submit(2))
    await settle_loop()

    leaving.cancel()
    sender.go.set()

    assert await staying == 4
    assert await batcher.submit(3) == 6


async def test_too_many_waiting_are_turned_away_at_once() -> None:
    sender = Sender()
    batcher: Batcher[int, int] = Batcher(sender.send, AsyncioTasks(), waiting_max=2)
    first = started(batcher.submit(1))
    await settle_loop()
    waiting = [started(batcher.submit(number)) for number in (2, 3)]
    await settle_loop()

    with pytest.raises(CheckoutBusy):
        await batcher.submit(4)

    sender.go.set()
    assert await asyncio.gather(first, *waiting) == [2, 4, 6]


async def test_when_the_process_ends_nobody_waits_for_ever() -> None:
    sender = Sender()
    tasks = AsyncioTasks()
    batcher: Batcher[int, int] = Batcher(sender.send, tasks)
    first = started(batcher.submit(1))
    await settle_loop()
    second = started(batcher.submit(2))
    await settle_loop()

    await tasks.close()

    results = await asyncio.gather(first, second, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in results)
