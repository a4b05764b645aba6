"""Who only looks goes before who orders: the turns of one event loop.

An answer from memory costs some 30 µs of the process's one loop, an order some twenty times that. Without
turns a crowd that orders fills every round of the loop, and each reader waits for all of it.
"""

from __future__ import annotations

import asyncio
from collections import deque

#: So many answers from memory cost more than twice as much as one request that works: readers keep more than
#: half of the process beside a sale, and those who order wait less than 100 ms (``./viva bench flash``).
QUICK_ANSWERS_PER_TURN = 52
#: A request waits for no more rounds of the loop than that before the next one may begin.
ROUNDS_MAX = 4


class Turns:
    """Lets requests that work begin one by one while others read, and at once while nobody does.

    After one has begun, the next may when ``quick_answers`` were given from memory, or after ``rounds_max``
    rounds of the loop: where readers come as fast as they are answered, they get the larger part of the
    process and those who order the rest; where few come, a round is short and nobody notices. In their
    order.
    """

    def __init__(self, *, quick_answers: int = QUICK_ANSWERS_PER_TURN, rounds_max: int = ROUNDS_MAX) -> None:
        self._quick_answers = quick_answers
        self._rounds_max = rounds_max
        self._given = 0
        self._rounds = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def quick(self) -> None:
        """Count an answer from memory."""
        self._given += 1

    async def take(self) -> None:
        """Return when a request that works may begin."""
        if not self._waiting and (self._given == 0 or self._given >= self._quick_answers):
            self._given = 0
            return
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._round, loop)
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append(turn)
        await turn

    def _round(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look once in each round of the loop how many may begin."""
        self._rounds += 1
        begin, self._given = divmod(self._given, self._quick_answers)
        if begin == 0 and self._rounds >= self._rounds_max:
            begin, self._given = 1, 0
        if begin:
            self._rounds = 0
        for _ in range(min(begin, len(self._waiting))):
            self._let_one_begin()
        if self._waiting:
            loop.call_soon(self._round, loop)

    def _let_one_begin(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
