"""One run: open a shop, let shoppers and nemesis at it, heal, wait for the repairs, judge."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.postgres.pool import create_pool
from vivamarket.bootstrap.checkout import payments_of
from vivamarket.bootstrap.shop import open_shop
from vivamarket.checkout.invariants import Violation
from vivamarket.proof.chaos import checker
from vivamarket.proof.chaos.caller import Caller
from vivamarket.proof.chaos.history import History
from vivamarket.proof.chaos.hosted_page import HostedPage
from vivamarket.proof.chaos.market import fill
from vivamarket.proof.chaos.model import SETTLED_SECONDS_MAX, Plan, Tally, Verdict
from vivamarket.proof.chaos.nemesis import Nemesis
from vivamarket.proof.chaos.shopper import Crowd, Shopper, names
from vivamarket.proof.chaos.staff import Staff
from vivamarket.proof.chaos.system import System
from vivamarket.proof.chaos.warehouse import Backroom
from vivamarket.settings import Settings

HISTORY_FILE = "history.jsonl"
SETTLED_POLL_SECONDS = 0.5
#: The checker's statements read whole tables.
STATEMENT_TIMEOUT_SECONDS = 300.0
POOL_SIZE_MAX = 6
#: With true clocks nobody can look behind the end of a hold of 15 minutes; one that was begun by a clock
#: ten minutes ahead ends ten minutes later.
LEAP_SECONDS = 27 * 60
LEAP_TIMEOUT_SECONDS = 60.0
_HOLDING = "SELECT count(*) FROM orders WHERE status IN ('pending_payment', 'canceling')"

#: Called with what the run does now, in words.
Progress = Callable[[str], None]


@dataclass(slots=True)
class Run:
    """One run under way. ``tally`` may be read at any time."""

    plan: Plan
    environ: Mapping[str, str]
    progress: Progress
    clock: SystemClock = field(default_factory=SystemClock)
    tally: Tally = field(default_factory=Tally)

    async def run(self) -> Verdict:
        """Do the whole run and return the verdict. Everything that was started has ended then."""
        system = System(self.plan, self.environ, self.clock, self.tally)
        history = History(self.plan.folder / HISTORY_FILE, self.clock)
        try:
            verdict = await self._opened(system, history)
            if verdict.violations:
                system.keep_data()
            return verdict
        except BaseException:
            system.keep_data()
            raise
        finally:
            history.close()
            system.discard()

    async def _opened(self, system: System, history: History) -> Verdict:
        try:
            self.progress("opening a shop")
            await system.open()
            async with asyncio.TaskGroup() as keepers:
                for keeper in system.keepers.values():
                    keepers.create_task(keeper.keep())
                try:
                    return await self._in(system, history)
                finally:
                    await system.close()
        finally:
            await system.close()

    async def _in(self, system: System, history: History) -> Verdict:
        crowd = Crowd(f"{self.plan.seed:x}-{int(self.clock.now().timestamp()):x}", [])
        async with self._staff(system, history, crowd) as staff:
            await system.ready()
            settled_seconds, stuck = await self._chaos(system, history, crowd, staff)
        async with _direct_pool(system) as pool:
            found = [Violation("I16", "settling", f"{count} {kind}") for kind, count in stuck.items()]
            found += await self._leap(system, pool)
            self.progress("asking again for every acknowledged answer")
            caller = self._caller("replay", [web.url for web in system.webs], history)
            try:
                replayed, different = await checker.replay(caller, history, random.Random(self.plan.seed))
            finally:
                await caller.close()
            await system.close_processes()
            self.progress("checking every promise")
            broken, states, mails = await checker.judge(pool, system.data, crowd.orders, self.clock)
        found += [*different, *broken]
        found += [Violation("P1", "process", told) for told in self.tally.ended_alone]
        found += [Violation("P2", told, f"{count} times") for told, count in self.tally.strange.items()]
        return Verdict(
            violations=tuple(found),
            orders=states,
            settled_seconds=settled_seconds,
            replayed=replayed,
            mails=mails,
            unchecked=self._unchecked(system),
        )

    async def _chaos(
        self, system: System, history: History, crowd: Crowd, staff: Staff
    ) -> tuple[float, dict[str, int]]:
        """Let everybody loose; return how long the repairs took afterwards, and what they left undone."""
        self.progress("chaos")
        nemesis = Nemesis(system, self.clock, self.tally)
        end = self.clock.monotonic() + self.plan.seconds
        async with asyncio.TaskGroup() as group:
            people = [
                group.create_task(each.shop_until(end)) for each in self._shoppers(system, history, crowd)
            ]
            people.append(group.create_task(staff.work_until(end)))
            raging = group.create_task(nemesis.rage())
            await self.clock.sleep(self.plan.seconds)
            nemesis.stop()
            await raging
            await nemesis.last_blows()
            healed_at = await self._heal(system)
            _, waiting = await asyncio.wait(people, timeout=SETTLED_SECONDS_MAX)
            for each in waiting:
                each.cancel()
        took, left = await self._settle(system, crowd, healed_at)
        return took, {**left, **({"people without an answer": len(waiting)} if waiting else {})}

    async def _heal(self, system: System) -> float:
        self.progress("healing")
        await system.heal()
        await system.ready()
        await system.heal()  # a sandbox that was down has just come back with none of its faults
        if self.plan.hurry:
            async with _direct_pool(system) as pool:
                await checker.hurry(pool)
        return self.clock.monotonic()

    async def _settle(self, system: System, crowd: Crowd, healed_at: float) -> tuple[float, dict[str, int]]:
        self.progress("waiting for the repairs")
        left: dict[str, int] = {}
        async with _direct_pool(system) as pool:
            if self.plan.hurry:
                await checker.hurry(pool)
            while self.clock.monotonic() - healed_at < SETTLED_SECONDS_MAX:
                left = await checker.waiting(pool, [each for each in crowd.orders if each.charged])
                if not left:
                    break
                await self.clock.sleep(SETTLED_POLL_SECONDS)
        return self.clock.monotonic() - healed_at, left

    async def _leap(self, system: System, pool: asyncpg.Pool) -> list[Violation]:
        """Set every clock beyond the end of every hold and see that none outlives it."""
        if not system.clocks:
            return []
        self.progress("looking behind the end of every hold")
        for clock in system.clocks.values():
            clock.jump(LEAP_SECONDS)
        deadline = self.clock.monotonic() + LEAP_TIMEOUT_SECONDS
        holding = 1
        while holding and self.clock.monotonic() < deadline:
            await self.clock.sleep(SETTLED_POLL_SECONDS)
            holding = await pool.fetchval(_HOLDING)
        left = await self._after_leap(pool, deadline)
        found = (
            [Violation("I3", "holds", f"{holding} orders hold goods beyond their time")] if holding else []
        )
        return found + [
            Violation("I16", "after the holds", f"{count} {kind}") for kind, count in left.items()
        ]

    async def _after_leap(self, pool: asyncpg.Pool, deadline: float) -> dict[str, int]:
        left = await checker.waiting(pool, [])
        while left and self.clock.monotonic() < deadline:
            await self.clock.sleep(SETTLED_POLL_SECONDS)
            left = await checker.waiting(pool, [])
        return left

    def _unchecked(self, system: System) -> tuple[str, ...]:
        told = [f"fault {name}: {reason}" for name, reason in self.tally.not_run.items()]
        if not system.clocks:
            told.append("the end of holds younger than 15 minutes: the clocks cannot be set forward")
        return tuple(told)

    def _shoppers(self, system: System, history: History, crowd: Crowd) -> list[Shopper]:
        year = self.clock.now().year
        shoppers = []
        for name in names(self.plan.clients):
            chance = random.Random(f"{self.plan.seed} {name}")
            caller = self._caller(name, system.front, history)
            page = HostedPage(caller, history, year=year)
            shoppers.append(
                Shopper(name, caller, page, crowd=crowd, clock=self.clock, chance=chance, tally=self.tally)
            )
        return shoppers

    def _caller(self, name: str, front: list[str], history: History) -> Caller:
        chance = random.Random(f"{self.plan.seed} {name} calls")
        return Caller(name, front, clock=self.clock, chance=chance, history=history, tally=self.tally)

    @asynccontextmanager
    async def _staff(self, system: System, history: History, crowd: Crowd) -> AsyncIterator[Staff]:
        """Fill the shop, and lend the staff who work in it through the shop's own use cases."""
        await system.keepers[system.database.name].ready.wait()
        settings = Settings.from_env(system.settings_environ("staff"))
        async with open_shop(settings, role="staff") as shop:
            await fill(shop, self.clock)
            payments = payments_of(shop)
            try:
                yield Staff(
                    Backroom(
                        shop=shop,
                        refunding=payments.refunding,
                        caller=self._caller("staff", system.front, history),
                        crowd=crowd,
                        clock=self.clock,
                        chance=random.Random(f"{self.plan.seed} staff"),
                        tally=self.tally,
                    )
                )
            finally:
                await payments.provider.close()


@asynccontextmanager
async def _direct_pool(system: System) -> AsyncIterator[asyncpg.Pool]:
    """Lend a pool that goes past every proxy."""
    pool = await create_pool(
        system.database.url,
        size_max=POOL_SIZE_MAX,
        application_name="chaos checker",
        command_timeout_seconds=STATEMENT_TIMEOUT_SECONDS,
    )
    try:
        yield pool
    finally:
        pool.terminate()
