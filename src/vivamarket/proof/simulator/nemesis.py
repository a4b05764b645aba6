"""Who breaks the world: kills, power cuts, jumping clocks, a full disk, a provider that is gone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from vivamarket.proof.simulator.machines import Machine
from vivamarket.proof.simulator.process import Process

if TYPE_CHECKING:
    from vivamarket.proof.simulator.world import World

#: A killed process comes back after so long; a worker may stay away much longer.
_RESTARTS_SECONDS = (0.2, 0.5, 2.0, 5.0)
_WORKER_AWAY_SECONDS = (1.0, 5.0, 20.0, 60.0)
_OUTAGES_SECONDS = (0.3, 1.0, 3.0, 8.0)
#: A day and a bit: the provider has forgotten every idempotency key.
NIGHT_SECONDS = 25 * 3600.0
#: Before such a day the provider is gone for so long: what was asked of it then is still open after it.
EVENING_SECONDS = 10.0
#: How long the chaos goes on in the morning after.
MORNING_SECONDS = 30.0
#: A kill falls into the victim's work: after so many calls that do something, at most.
WORK_CALLS_MAX = 12


class Nemesis:
    """Strikes every so often until it is told to stop. ``machines`` are the web processes and workers."""

    def __init__(self, world: World, webs: list[Machine], workers: list[Machine]) -> None:
        self._world = world
        self._webs = webs
        self._workers = workers

    async def rage(self) -> None:
        """Strike until the chaos ends."""
        mean = self._world.swarm.blow_pause_seconds
        if mean is None:
            return
        draw = self._world.tape.draw
        while not (self._world.healed or self._world.closing):
            await asyncio.sleep(mean * (1 + draw(4)) / 2.5)
            if not (self._world.healed or self._world.closing):
                await self._strike(draw(10))

    def bury(self, process: Process) -> None:
        """Plan the restart of a process that has just died, as the supervisor of a shop does."""
        world = self._world
        if world.healed or world.closing:
            return
        machine = next(each for each in (*self._webs, *self._workers) if each.process is process)
        away = _WORKER_AWAY_SECONDS if machine in self._workers else _RESTARTS_SECONDS
        seconds = away[world.tape.draw(len(away))]
        world.loop.call_later(seconds, self._restart, machine, context=world.outside)

    def fall_silent(self) -> None:
        """Take the provider away in the evening before the shop is off."""
        self._world.provider_up = False
        self._world.note_fault(None, "provider gone", "")

    def turn_off(self) -> None:
        """Turn the whole shop off; what the provider does goes on."""
        self._world.closing = True
        for machine in (*self._webs, *self._workers):
            machine.stop()
        self._world.note_fault(None, "a day off", "")

    def turn_on(self) -> None:
        """Start every process after the night; the chaos goes on."""
        self._world.closing = False
        self._world.provider_up = True
        for machine in (*self._webs, *self._workers):
            machine.start()
        self._world.tell("world", "a day later, every process starts")
        self._world.tasks.spawn("nemesis", self.rage())

    def heal(self) -> None:
        """End all faults and restart every process with a right clock."""
        world = self._world
        world.calm()
        for machine in (*self._webs, *self._workers):
            machine.stop()
            machine.start()
        world.tell("world", "all faults end, every process starts afresh")

    def _restart(self, machine: Machine) -> None:
        if not machine.running and not self._world.closing:
            machine.start()
            self._world.tell(machine.name, "starts again")

    async def _strike(self, kind: int) -> None:
        world = self._world
        match kind:
            case 0 | 1 | 2:
                self._light_fuse(self._webs)
            case 3 | 4 | 5:
                self._light_fuse(self._workers)
            case 6:
                world.crash_database()
                await self._wait()
                world.database_up = True
            case 7:
                world.note_fault(None, "disk full", "")
                world.disk_full = True
                await self._wait()
                world.disk_full = False
            case 8:
                world.note_fault(None, "provider gone", "")
                world.provider_up = False
                await self._wait()
                world.provider_up = True
            case _:
                self._jump()

    def _light_fuse(self, machines: list[Machine]) -> None:
        process = machines[self._world.tape.draw(len(machines))].process
        if process is not None and process.alive and not process.work_fuse:
            process.work_fuse = 1 + self._world.tape.draw(WORK_CALLS_MAX)

    def _jump(self) -> None:
        world = self._world
        machines = [*self._webs, *self._workers]
        process = machines[world.tape.draw(len(machines))].process
        if process is None or not world.swarm.clock_jumps:
            return
        world.turn_clock(process)

    async def _wait(self) -> None:
        await asyncio.sleep(_OUTAGES_SECONDS[self._world.tape.draw(len(_OUTAGES_SECONDS))])
