"""Natural batching: while one batch is in flight, the next one gathers. An idle shop adds no wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from vivamarket.checkout.errors import CheckoutBusy
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.tasks import TaskSpawner

Request = TypeVar("Request")
Answer = TypeVar("Answer")

BATCH_SIZE_MAX = 64
WAITING_MAX = 2_000


class Batcher(Generic[Request, Answer]):
    """Sends requests in batches, one batch at a time, each request with its own answer.

    A caller that goes away leaves its request in the batch: it may have been written already. Should a
    whole batch fail, each of its requests is sent once more by itself, so that only a request that
    really cannot be answered fails; requests must therefore be idempotent. ``Unavailable`` concerns
    all of them and is passed on at once.
    """

    def __init__(
        self,
        send: Callable[[Sequence[Request]], Awaitable[Sequence[Answer]]],
        tasks: TaskSpawner,
        *,
        size_max: int = BATCH_SIZE_MAX,
        waiting_max: int = WAITING_MAX,
    ) -> None:
        self._send = send
        self._tasks = tasks
        self._size_max = size_max
        self._waiting_max = waiting_max
        self._waiting: deque[tuple[Request, asyncio.Future[Answer]]] = deque()
        self._running = False

    async def submit(self, request: Request) -> Answer:
        """Return the request's answer, or raise what sending it raised.

        Raise ``CheckoutBusy`` at once when ``waiting_max`` requests wait already.
        """
        if len(self._waiting) >= self._waiting_max:
            raise CheckoutBusy("Too many orders at this moment; please try again.", retry_after_seconds=1)
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, answered))
        if not self._running:
            self._running = True
            self._tasks.spawn("batch", self._run())
        return await answered

    async def _run(self) -> None:
        try:
            while self._waiting:
                size = min(self._size_max, len(self._waiting))
                await self._send_batch([self._waiting.popleft() for _ in range(size)])
        finally:
            self._running = False
            for _, answered in self._waiting:
                answered.cancel()
            self._waiting.clear()

    async def _send_batch(self, batch: list[tuple[Request, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._send([request for request, _ in batch])
        except asyncio.CancelledError:
            for _, answered in batch:
                answered.cancel()
            raise
        except Unavailable as error:
            for _, answered in batch:
                _fail(answered, error)
            return
        except Exception as error:  # noqa: BLE001 - handed to the callers, who wait for it
            await self._send_each(batch, error)
            return
        for (_, answered), answer in zip(batch, answers, strict=True):
            if not answered.done():
                answered.set_result(answer)

    async def _send_each(self, batch: list[tuple[Request, asyncio.Future[Answer]]], error: Exception) -> None:
        if len(batch) == 1:
            _fail(batch[0][1], error)
            return
        for each in batch:
            await self._send_batch([each])


def _fail(answered: asyncio.Future[Answer], error: Exception) -> None:
    if not answered.done():
        answered.set_exception(error)
