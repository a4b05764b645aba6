"""The nemesis: draws faults from the seed and commits them, several hands at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.proof.chaos.model import Fault, Tally
from vivamarket.proof.chaos.processes import READY_POLL_SECONDS, Keeper
from vivamarket.proof.chaos.proxy import Weather
from vivamarket.proof.chaos.system import System

#: How long a part lives on average once it is ready, in seconds, by role.
LIVES: dict[str, float] = {"web": 0.8, "worker": 12.0, "sandbox": 20.0}
DATABASE_LIFE_SECONDS = 5.0
#: No part is killed sooner than this after it became ready, or nothing would ever get done.
LIFE_SECONDS_MIN = 0.25
#: A part that does not become ready for this long is killed all the same, in the middle of its start.
PATIENCE_SECONDS = 15.0
#: So many answers lie between two blows of one hand, or a slow machine would only ever start processes.
ANSWERS_MIN = 15
BACKEND_SHARE = 0.35
DISTURBANCE_PAUSE_SECONDS = 0.8
PAUSE_SECONDS = (0.2, 3.5)
WEATHER_SECONDS = (0.3, 3.0)
SLOW_SECONDS = (0.02, 0.25)
DISK_FULL_SECONDS = (0.5, 2.0)
CLOCK_JUMP_SECONDS_MAX = 600
CLOCK_SECONDS = (1.5, 4.0)
WEBHOOK_SECONDS = (1.0, 5.0)
RECOVERY_TIMEOUT_SECONDS = 30.0
#: What can happen to a link, and how often; a half-open one costs its owner a whole timeout.
_WEATHERS: tuple[tuple[Weather, int], ...] = (
    (Weather.CUT, 3),
    (Weather.SLOW, 3),
    (Weather.STALL, 3),
    (Weather.DEAF, 4),
    (Weather.HALF_OPEN, 1),
)
_WEBHOOK_RULES: tuple[dict[str, object], ...] = (
    {"fault": "drop"},
    {"fault": "duplicate", "copies": 3},
    {"fault": "delay", "seconds": 2.0},
    {"fault": "reorder"},
)

_Hand = Callable[[random.Random], Awaitable[None]]


class Nemesis:
    """Breaks the system until ``stop``; every hand draws from a seed of its own."""

    def __init__(self, system: System, clock: SystemClock, tally: Tally) -> None:
        self._system = system
        self._clock = clock
        self._tally = tally
        self._stopped = asyncio.Event()
        self._seed = system.plan.seed

    async def rage(self) -> None:
        """Commit faults until ``stop``; a fault under way is ended first."""
        async with asyncio.TaskGroup() as hands:
            for name, hand in self._hands():
                hands.create_task(self._repeat(hand, random.Random(f"{self._seed} {name}")))

    async def last_blows(self) -> None:
        """Kill once of every kind that luck has spared, so that no run, however short, lacks one."""
        chance = random.Random(f"{self._seed} last blows")
        spared = [each for each in self._mortal() if not self._tally.kills[each.part.role]]
        for keeper in {each.part.role: each for each in spared}.values():
            await self._up(keeper)
            keeper.kill()
        if Fault.DB in self._system.plan.faults:
            keeper = self._system.keepers[self._system.database.name]
            if not self._tally.kills["postgres backend"]:
                await self._up(keeper)
                await self._kill_backend(chance)
            if not self._tally.kills[keeper.part.role]:
                await self._up(keeper)
                keeper.kill()

    def stop(self) -> None:
        """Let no new fault begin."""
        self._stopped.set()

    def _hands(self) -> Sequence[tuple[str, _Hand]]:
        hands: list[tuple[str, _Hand]] = [
            (f"kill {each.part.name}", partial(self._kill, each)) for each in self._mortal()
        ]
        if Fault.DB in self._system.plan.faults:
            hands.append(("crash the database", self._crash_database))
        disturbances = self._disturbances()
        if disturbances:
            hands.append(("disturb", partial(self._disturb, disturbances)))
            hands.append(("disturb too", partial(self._disturb, disturbances)))
        return hands

    def _mortal(self) -> list[Keeper]:
        if Fault.KILL not in self._system.plan.faults:
            return []
        return [each for each in self._system.keepers.values() if each.part.role in LIVES]

    def _disturbances(self) -> list[_Hand]:
        known: dict[Fault, _Hand] = {
            Fault.PAUSE: self._pause,
            Fault.NETWORK: self._spoil_network,
            Fault.WEBHOOK: self._spoil_webhooks,
            Fault.DISK: self._fill_disk,
            Fault.CLOCK: self._jump_clock,
        }
        possible = [hand for fault, hand in known.items() if self._may(fault)]
        if Fault.NETWORK in self._system.plan.faults:
            possible += [self._spoil_network, self._reset_links]
        return possible

    def _may(self, fault: Fault) -> bool:
        return fault in self._system.plan.faults and fault.value not in self._tally.not_run

    async def _repeat(self, hand: _Hand, chance: random.Random) -> None:
        while not self._stopped.is_set():
            await hand(chance)

    async def _kill(self, keeper: Keeper, chance: random.Random) -> None:
        await self._live(keeper, LIVES[keeper.part.role], chance)
        if not self._stopped.is_set():
            keeper.kill()

    async def _crash_database(self, chance: random.Random) -> None:
        keeper = self._system.keepers[self._system.database.name]
        await self._live(keeper, DATABASE_LIFE_SECONDS, chance)
        if self._stopped.is_set():
            return
        if chance.random() < BACKEND_SHARE:
            await self._kill_backend(chance)
        else:
            keeper.kill()

    async def _kill_backend(self, chance: random.Random) -> None:
        begun = self._clock.monotonic()
        if not await self._system.database.kill_backend(chance):
            return
        self._tally.kills["postgres backend"] += 1
        deadline = begun + RECOVERY_TIMEOUT_SECONDS
        while self._clock.monotonic() < deadline:
            if await self._system.database.is_ready():
                self._tally.recovered("postgres backend", self._clock.monotonic() - begun)
                return
            await self._clock.sleep(READY_POLL_SECONDS)

    async def _disturb(self, disturbances: list[_Hand], chance: random.Random) -> None:
        await self._wait(chance.uniform(0.0, DISTURBANCE_PAUSE_SECONDS))
        if not self._stopped.is_set():
            await chance.choice(disturbances)(chance)

    async def _pause(self, chance: random.Random) -> None:
        keeper = self._system.keepers[chance.choice(sorted(self._system.keepers))]
        self._tally.faults[f"pause {keeper.part.role}"] += 1
        keeper.part.pause(True)
        await self._wait(chance.uniform(*PAUSE_SECONDS))
        keeper.part.pause(False)

    async def _spoil_network(self, chance: random.Random) -> None:
        link = self._system.links[chance.choice(sorted(self._system.links))]
        weather = chance.choices([each for each, _ in _WEATHERS], [often for _, often in _WEATHERS])[0]
        self._tally.faults[f"network {weather.value}"] += 1
        link.spoil(weather, chance.uniform(*SLOW_SECONDS))
        await self._wait(chance.uniform(*WEATHER_SECONDS))
        link.spoil(Weather.CLEAR)

    async def _reset_links(self, chance: random.Random) -> None:
        self._tally.faults["network reset"] += 1
        for name in chance.sample(sorted(self._system.links), k=4):
            self._system.links[name].reset()

    async def _spoil_webhooks(self, chance: random.Random) -> None:
        rule = chance.choice(_WEBHOOK_RULES)
        if await self._system.order_webhook_faults([rule]):
            self._tally.faults[f"webhook {rule['fault']}"] += 1
            await self._wait(chance.uniform(*WEBHOOK_SECONDS))
            await self._system.order_webhook_faults([])

    async def _fill_disk(self, chance: random.Random) -> None:
        self._tally.faults["disk full"] += 1
        keeper = self._system.keepers[self._system.database.name]
        keeper.excuses += 1  # a server that cannot write its log has to stop
        await asyncio.to_thread(self._system.disk.fill)
        await self._wait(chance.uniform(*DISK_FULL_SECONDS))
        await asyncio.to_thread(self._system.disk.empty)
        await self._ready(keeper)
        keeper.excuses -= 1

    async def _jump_clock(self, chance: random.Random) -> None:
        self._tally.faults["clock jump"] += 1
        clock = self._system.clocks[chance.choice(sorted(self._system.clocks))]
        clock.jump(chance.randint(-CLOCK_JUMP_SECONDS_MAX, CLOCK_JUMP_SECONDS_MAX))
        await self._wait(chance.uniform(*CLOCK_SECONDS))
        clock.jump(0)

    async def _live(self, keeper: Keeper, mean_seconds: float, chance: random.Random) -> None:
        """Let the part become ready, live for a while, and see some work being done; patience has an end."""
        await self._ready(keeper)
        enough = self._tally.answers + ANSWERS_MIN
        await self._wait(LIFE_SECONDS_MIN + chance.expovariate(1.0 / mean_seconds))
        deadline = self._clock.monotonic() + PATIENCE_SECONDS
        while self._tally.answers < enough and self._clock.monotonic() < deadline:
            if self._stopped.is_set():
                return
            await self._clock.sleep(READY_POLL_SECONDS)

    async def _up(self, keeper: Keeper) -> None:
        """Wait until the part is ready, for a bounded time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(RECOVERY_TIMEOUT_SECONDS):
                await keeper.ready.wait()

    async def _ready(self, keeper: Keeper) -> None:
        """Wait until the part is ready, patience is over, or the nemesis has stopped."""
        deadline = self._clock.monotonic() + PATIENCE_SECONDS
        while not keeper.ready.is_set() and not self._stopped.is_set():
            if self._clock.monotonic() > deadline:
                return
            await self._clock.sleep(READY_POLL_SECONDS)

    async def _wait(self, seconds: float) -> None:
        """Wait that long, shorter when the nemesis is stopped."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopped.wait()
        except TimeoutError:
            return
