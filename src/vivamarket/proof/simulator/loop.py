"""An event loop in virtual time: no sockets, no threads, and an order of events that the tape chooses.

It carries real ``asyncio`` tasks, futures, events and timeouts; only waiting is not real.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from typing import Any, TypeVar, cast

from vivamarket.proof.simulator.tape import Tape

T = TypeVar("T")

#: One run never needs more callbacks than this; more means that something spins.
STEPS_MAX = 200_000
#: Among so many callbacks that are ready at once, the tape chooses the next one.
SHUFFLED_MAX = 4


class LoopSpins(Exception):
    """Callbacks follow one another without end."""


class Handle:
    """One callback to run, in its context; also the timer of one."""

    __slots__ = ("args", "callback", "context", "dead", "moment")

    def __init__(
        self, callback: Callable[..., object], args: tuple[Any, ...], context: Context, moment: float
    ) -> None:
        self.callback = callback
        self.args = args
        self.context = context
        self.moment = moment
        self.dead = False

    def cancel(self) -> None:
        """Never run it."""
        self.dead = True

    def cancelled(self) -> bool:
        """Return whether it was canceled (asyncio's spelling)."""
        return self.dead

    def when(self) -> float:
        """Return the time it is planned for."""
        return self.moment


class SimulatedLoop:
    """What ``asyncio`` tasks, futures, timeouts, events and sleep need of a loop, in virtual time.

    ``admit`` is asked before each callback whether the process it belongs to still lives; a callback
    that is not admitted never runs. ``shuffle`` lets the tape choose among callbacks that are ready at
    the same moment, timers included.
    """

    def __init__(self, tape: Tape, admit: Callable[[Context], bool]) -> None:
        self.now = 0.0
        self.shuffle = False
        self.steps = 0
        self._tape = tape
        self._admit = admit
        self._ready: list[Handle] = []
        self._timers: list[tuple[float, int, Handle]] = []
        self._timer_count = 0
        self._closed = False
        # asyncio wants all methods of a loop by name; those that tasks never call are missing here.
        self._asyncio = cast(asyncio.AbstractEventLoop, self)

    # What asyncio calls.

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self.now

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Handle:
        """Run the callback at this moment, after those chosen before it."""
        handle = Handle(callback, args, copy_context() if context is None else context, self.now)
        if not self._closed:
            self._ready.append(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Handle:
        """Run the callback so many virtual seconds from now."""
        return self.call_at(self.now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Handle:
        """Run the callback at that virtual time."""
        handle = Handle(callback, args, copy_context() if context is None else context, when)
        if not self._closed:
            self._timer_count += 1
            heapq.heappush(self._timers, (when, self._timer_count, handle))
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        """Return a future of this loop."""
        return asyncio.Future(loop=self._asyncio)

    def create_task(
        self, coro: Coroutine[Any, Any, T], *, name: str | None = None, context: Context | None = None
    ) -> asyncio.Task[T]:
        """Start a task on this loop."""
        return asyncio.Task(coro, loop=self._asyncio, name=name, context=context)

    def get_debug(self) -> bool:
        """Return False: no debugging."""
        return False

    def is_running(self) -> bool:
        """Return whether callbacks still run."""
        return not self._closed

    def is_closed(self) -> bool:
        """Return whether the world has ended."""
        return self._closed

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Ignore: futures that nobody asked are usual in a world where processes die."""

    # What the simulator calls.

    def run_until(self, done: Callable[[], bool]) -> bool:
        """Run callbacks in virtual time until ``done`` says so; return False when nothing is left to run."""
        previous = asyncio._get_running_loop()
        asyncio._set_running_loop(self._asyncio)
        try:
            while not done():
                if not self._ready and not self._advance():
                    return False
                self._step()
        finally:
            asyncio._set_running_loop(previous)
        return True

    def run_for(self, seconds: float) -> bool:
        """Run so many virtual seconds; return False when nothing is left to run before they are over."""
        until = self.now + seconds
        return self.run_until(lambda: self.now >= until)

    def close(self) -> None:
        """End the world: nothing runs any more, and what is planned from here on never will."""
        self._closed = True
        self._ready.clear()
        self._timers.clear()

    def _step(self) -> None:
        ready = self._ready
        many = min(len(ready), SHUFFLED_MAX)
        handle = ready.pop(self._tape.draw(many) if many > 1 and self.shuffle else 0)
        if handle.dead or not self._admit(handle.context):
            return
        self.steps += 1
        if self.steps > STEPS_MAX:
            raise LoopSpins(f"more than {STEPS_MAX} callbacks")
        handle.context.run(handle.callback, *handle.args)

    def _advance(self) -> bool:
        timers = self._timers
        while timers and timers[0][2].dead:
            heapq.heappop(timers)
        if not timers:
            return False
        self.now = timers[0][0]
        while timers and timers[0][0] <= self.now:
            handle = heapq.heappop(timers)[2]
            if not handle.dead:
                self._ready.append(handle)
        return True
