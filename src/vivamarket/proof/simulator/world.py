"""The world of one run: its time, its machines, what breaks in it, and the log of what happened."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, NoReturn

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.checkout.invariants import Violation
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import DomainError
from vivamarket.proof.simulator.coverage import Coverage
from vivamarket.proof.simulator.lines import FATES, WriteFailed
from vivamarket.proof.simulator.loop import SimulatedLoop
from vivamarket.proof.simulator.process import CountedIds, Process, WorldClock, WorldTasks, admit
from vivamarket.proof.simulator.sniper import Sniper
from vivamarket.proof.simulator.swarm import Swarm
from vivamarket.proof.simulator.tape import Tape

#: How wrong a clock may be.
JUMPS_SECONDS = (0.0, 0.0, 600.0, -600.0, 60.0, -60.0, 300.0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the story."""

    seconds: float
    who: str
    what: str


@dataclass(slots=True)
class Rates:
    """From which draw on a call meets a fault; ``FATES`` means never."""

    database: int = FATES
    idle: int = FATES
    core: int = FATES
    provider: int = FATES
    network: int = FATES
    webhook: int = FATES

    def calm(self) -> None:
        """End all faults."""
        self.database = self.idle = self.core = self.provider = self.network = self.webhook = FATES


def threshold(per_thousand: int) -> int:
    """Return the draw from which on so many calls of 1,000 meet a fault."""
    return FATES - FATES * per_thousand // 1000


class World:
    """Everything that one run shares."""

    def __init__(
        self,
        tape: Tape,
        swarm: Swarm,
        coverage: Coverage,
        database: Callable[[Clock], MemoryDatabase] = MemoryDatabase,
    ) -> None:
        self.tape = tape
        self.swarm = swarm
        self.coverage = coverage
        self.loop = SimulatedLoop(tape, admit)
        self.loop.shuffle = swarm.shuffle
        self.outside = copy_context()
        self.clock = WorldClock(self)
        self.ids = CountedIds(self)
        self.tasks = WorldTasks(self)
        self.database = database(self.clock)
        self.rates = Rates(
            threshold(swarm.database_rate),
            threshold(swarm.database_rate // 10),
            threshold(swarm.database_rate * 2),
            threshold(swarm.provider_rate),
            threshold(swarm.network_rate),
            threshold(swarm.webhook_rate),
        )
        self.sniper = Sniper(tape.draw, swarm.aims_one_in, self._is_aimed) if swarm.aims_one_in else None
        self.database_up = True
        self.database_epoch = 0
        self.disk_full = False
        self.provider_up = True
        self.healed = False
        #: The shop is being turned off for the night.
        self.closing = False
        #: People who are still at something.
        self.actors = 0
        self.log: list[Entry] = []
        self.faults: Counter[str] = Counter()
        self.mistakes: list[tuple[str, str]] = []
        #: Promises that were seen broken on the way, whatever became of it later.
        self.seen_broken: list[Violation] = []
        #: Who hears of changes in the database.
        self.listeners: list[Callable[[str], None]] = []
        self.processes: list[Process] = []
        #: Who starts a dead process again.
        self.on_death: Callable[[Process], None] = lambda process: None

    def _is_aimed(self) -> bool:
        return self.loop.now >= self.swarm.aims_after_seconds

    def tell(self, who: str, what: str) -> None:
        """Write a line of the story."""
        self.log.append(Entry(self.loop.now, who, what))

    def note_fault(self, process: Process | None, kind: str, where: str) -> None:
        """Count a fault and tell of it."""
        self.faults[kind] += 1
        self.tell(process.name if process else "world", f"{kind} ({where})" if where else kind)

    def mistake(self, who: str, error: BaseException) -> None:
        """Note an error that no code foresaw; injected ones are foreseen here."""
        if not foreseen(error):
            told = f"{type(error).__name__}: {error}"
            self.mistakes.append((who, told))
            self.tell(who, f"unforeseen error {told}")

    def broken(self, error: BaseException) -> None:
        """Note that somebody outside the shop met what nobody may meet: an answer of no known form."""
        told = f"{type(error).__name__}: {error}"
        self.mistakes.append(("outside", told))
        self.tell("outside", f"unforeseen error {told}")

    def kill(self, process: Process, where: str) -> None:
        """End a process as kill -9 does: nothing of it runs again, whoever waits for it is cut off."""
        if process.alive:
            self.faults["kill -9"] += 1
            self.tell(process.name, f"killed {where}")
            self.stop(process)

    def stop(self, process: Process) -> None:
        """Do what ``kill`` does, as no fault: the shop is turned off, or starts afresh."""
        if not process.alive:
            return
        self.coverage.suspended(process.tasks)
        process.alive = False
        self.on_death(process)
        for answered in process.answers:
            if not answered.done():
                answered.set_exception(ConnectionResetError("the server died"))
        process.answers.clear()

    async def die(self, process: Process, where: str) -> NoReturn:
        """Kill the process in the middle of its own call; this never returns."""
        self.coverage.dying(sys._getframe(1))
        self.kill(process, where)
        while True:
            await self.loop.create_future()

    def notify(self, word: str) -> None:
        """Tell the workers of a change, in worlds where such hints arrive."""
        if self.swarm.wakes:
            for listener in self.listeners:
                listener(word)

    def calm(self) -> None:
        """End all faults."""
        self.rates.calm()
        self.database_up = self.provider_up = self.healed = True
        self.disk_full = False
        if self.sniper is not None:
            self.sniper.rest()

    def turn_clock(self, process: Process) -> None:
        """Let a process believe in another time."""
        jump = JUMPS_SECONDS[self.tape.draw(len(JUMPS_SECONDS))]
        if jump != process.skew_seconds:
            process.skew_seconds = jump
            self.note_fault(process, "clock jump", f"to {jump:+.0f} s")

    def crash_database(self) -> None:
        """Cut the database's power: what did not wait for the disk is gone, whoever waits is told so."""
        lost = self.database.crash()
        self.database_epoch += 1
        self.database_up = False
        self.note_fault(None, "database crash", f"{lost} commits lost that nobody was promised")

    def end(self) -> None:
        """Let go of everything: what still waits is closed and can do nothing any more."""
        self.loop.close()
        for process in self.processes:
            _close(process.tasks)
        _close(self.tasks.tasks)


def foreseen(error: BaseException) -> bool:
    """Return whether this is how the outside breaks, or a refusal of the domain."""
    return isinstance(error, (DomainError, OSError, WriteFailed, TimeoutError))


def _close(tasks: dict[asyncio.Task[Any], None]) -> None:
    for task in list(tasks):
        task._log_destroy_pending = False  # type: ignore[attr-defined]  # asyncio's own switch, in no stub
        coroutine = task.get_coro()
        if coroutine is not None:
            coroutine.close()
