"""One run: chaos, heal, a bounded time to recover, then the checker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.checkout.histories import History, broken_promises
from vivamarket.checkout.invariants import Violation, violations
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.proof.simulator.after_checks import after_violations
from vivamarket.proof.simulator.after_people import Complaining, Warehouse
from vivamarket.proof.simulator.clients import Client, NoAnswer
from vivamarket.proof.simulator.coverage import Coverage
from vivamarket.proof.simulator.journal import quiet_logs
from vivamarket.proof.simulator.loop import LoopSpins
from vivamarket.proof.simulator.machines import Machine, Surroundings, WebMachine, WorkerMachine
from vivamarket.proof.simulator.mailbox import Mailbox
from vivamarket.proof.simulator.moments import oversold
from vivamarket.proof.simulator.nemesis import EVENING_SECONDS, MORNING_SECONDS, NIGHT_SECONDS, Nemesis
from vivamarket.proof.simulator.provider import ProviderSite
from vivamarket.proof.simulator.receivers import ReceiverSite
from vivamarket.proof.simulator.shelf import SCARCE, VASE, Shelf
from vivamarket.proof.simulator.shoppers import Shopper
from vivamarket.proof.simulator.staff import Staff
from vivamarket.proof.simulator.swarm import Path, Swarm, draw_swarm
from vivamarket.proof.simulator.tape import RecordedTape, SeedTape, Tape
from vivamarket.proof.simulator.world import Entry, World

T = TypeVar("T")

#: After the last fault nothing may be on its way for longer than this (I16).
LIVENESS_SECONDS = 120.0
CHECK_EVERY_SECONDS = 10.0
#: People must have finished by then after the chaos: each of them is bounded, this catches a mistake of ours.
PEOPLE_SECONDS_MAX = 600.0
#: So many waits has the longest life of a webhook; in each round all that wait are called.
DAYS_MAX = 12
ROUND_SECONDS = 30.0
WEBS = 2
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Config:
    """What is fixed for every seed. ``paths`` None lets each seed draw which ways of settling are on."""

    paths: frozenset[Path] | None = None
    #: The database of each run; a test may bring one that breaks a promise.
    database: Callable[[Clock], MemoryDatabase] = MemoryDatabase


@dataclass(slots=True)
class Report:
    """How a run ended. ``seed`` is None when a tape was replayed."""

    seed: int | None
    swarm: Swarm
    violations: list[Violation]
    tape: tuple[int, ...]
    log: list[Entry]
    faults: Counter[str]
    coverage: Coverage
    orders: int = 0
    paid: int = 0
    steps: int = 0
    virtual_seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)


def run_seed(seed: int, config: Config = Config()) -> Report:
    """Run one seed; the same seed gives the same run on every machine."""
    report = _run(SeedTape(seed), config)
    report.seed = seed
    return report


def run_tape(choices: Iterable[int], config: Config = Config()) -> Report:
    """Run what a tape says; when it ends, nothing bad happens any more."""
    return _run(RecordedTape(tuple(choices)), config)


def _run(tape: Tape, config: Config) -> Report:
    world = World(tape, draw_swarm(tape, config.paths), Coverage(), config.database)
    with quiet_logs(world):
        run = Run(world)
        try:
            found = run.play()
        except LoopSpins as error:
            found = [Violation("I16", "loop", str(error))]
        finally:
            run.end()
    return Report(
        seed=None,
        swarm=world.swarm,
        violations=found,
        tape=tuple(tape.taken),
        log=world.log,
        faults=world.faults,
        coverage=world.coverage,
        orders=len(run.evidence.orders),
        paid=run.outcomes["paid"],
        steps=world.loop.steps,
        virtual_seconds=world.loop.now,
        outcomes=run.outcomes,
    )


class Run:
    """One world from its beginning to its verdict."""

    def __init__(self, world: World) -> None:
        self.world = world
        swarm = world.swarm
        self.history = History()
        self.outcomes: Counter[str] = Counter()
        shelf = Shelf()
        by_webhook = Path.WEBHOOK in swarm.paths
        matter = swarm.paths == {Path.WEBHOOK} or swarm.late_money
        self._mailbox = Mailbox()
        self._provider = ProviderSite(world, self._webhook if by_webhook else None, webhooks_matter=matter)
        self._receivers = ReceiverSite(world)
        around = Surroundings(shelf, self._provider, self._mailbox, self._receivers)
        self._webs = [WebMachine(world, around, f"web-{number}") for number in range(1, WEBS + 1)]
        self._workers = [WorkerMachine(world, around, f"worker-{number}") for number in range(1, WORKERS + 1)]
        webs: list[Machine] = [*self._webs]
        workers: list[Machine] = [*self._workers]
        self._nemesis = Nemesis(world, webs, workers)
        world.on_death = self._nemesis.bury
        world.listeners = [worker.wake for worker in self._workers]
        self._postman = self._client("provider")
        self._shoppers: list[Shopper] = []
        for number in range(1, swarm.shoppers + 1):
            self._shoppers.append(Shopper(self._client(f"shopper{number}"), self._provider, self._shoppers))
        self._staff = Staff(self._client("staff"), shelf, self._shoppers)
        self.evidence = now(world.database.evidence.read())

    def play(self) -> list[Violation]:
        """Return every broken promise."""
        world, loop, tasks = self.world, self.world.loop, self.world.tasks
        self._open()
        for shopper in self._shoppers:
            self._start("shopper", shopper.shop())
        if world.swarm.staff:
            self._start("staff", self._staff.work())
        if world.swarm.sends:
            self._start("warehouse", Warehouse(self._client("warehouse"), self._shoppers).work())
            self._start("complaints", Complaining(self._client("complaints"), self._shoppers).work())
        tasks.spawn("nemesis", self._nemesis.rage())
        ends_at = world.swarm.chaos_seconds
        if world.swarm.night or world.swarm.refuses:
            world.loop.call_later(ends_at - EVENING_SECONDS, self._evening, context=world.outside)
        loop.run_until(lambda: loop.now >= ends_at or (world.actors == 0 and not world.swarm.staff))
        found = self._check()
        if world.swarm.night:
            self._nemesis.turn_off()
            loop.run_for(NIGHT_SECONDS)
            self._nemesis.turn_on()
            loop.run_for(MORNING_SECONDS)
            found = found or self._check()
        self._nemesis.heal()
        self._provider.resend()
        found = found or self._liveness()
        return found or self._days()

    def end(self) -> None:
        """Let go of the world."""
        self.world.end()
        self._provider.end()

    def _evening(self) -> None:
        if self.world.swarm.night:
            self._nemesis.fall_silent()
        self.world.tasks.spawn("evening", self._staff.give_back_in_the_evening())

    def _days(self) -> list[Violation]:
        """Let days pass, a night for each wait, until every webhook was taken or given up."""
        world = self.world
        if not world.swarm.days:
            return []
        for _ in range(DAYS_MAX):
            due = self._receivers.next_due()
            if due is None:
                break
            self._nemesis.turn_off()
            world.loop.run_for(max((due - world.clock.now()).total_seconds(), 0.0))
            self._nemesis.turn_on()
            world.loop.run_for(ROUND_SECONDS)
        return self._check(settled=True) or list(self._receivers.never_ended())

    def _open(self) -> None:
        world = self.world
        now(self._receivers.open())
        for machine in (*self._webs, *self._workers):
            machine.start()
        counts = [(sku, world.swarm.stock) for sku in (*SCARCE, VASE)]
        _open_stock(world, counts)
        world.tasks.spawn("provider", self._provider.run())
        if Path.WEBHOOK in world.swarm.paths:
            world.tasks.spawn("others", self._provider.tell_of_others())
        if world.swarm.late_money:
            world.tasks.spawn("late money", self._provider.pay_late_at_times())

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self.world.actors += 1
        self.world.tasks.spawn(name, self._counted(work))

    async def _counted(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self.world.actors -= 1

    def _liveness(self) -> list[Violation]:
        """Let time pass until all is settled, at most as long as the design allows."""
        world, loop = self.world, self.world.loop
        healed_at = loop.now
        latest = healed_at + PEOPLE_SECONDS_MAX
        loop.run_until(lambda: world.actors == 0 or loop.now >= latest)
        for shopper in self._shoppers:
            self._start("return", shopper.come_back())
        loop.run_until(lambda: world.actors == 0 or loop.now >= latest)
        if world.actors:
            return [Violation("I16", "people", f"{world.actors} of them never got to an end")]
        deadline = loop.now + LIVENESS_SECONDS
        while True:
            alive = loop.run_for(min(CHECK_EVERY_SECONDS, deadline - loop.now))
            found = self._check(settled=True)
            if (not found and self._provider.is_idle()) or loop.now >= deadline or not alive:
                return found

    def _check(self, *, settled: bool = False) -> list[Violation]:
        world = self.world
        self.evidence = now(world.database.evidence.read())
        self.history.asked = self._provider.asked()
        self.history.effects = Counter(self._told())
        found = violations(
            self.evidence,
            provider=self._provider.books() if settled else None,
            settled_at=world.clock.now() if settled else None,
        )
        found += broken_promises(self.history, self.evidence, settled=settled)
        if settled:
            found += self._receivers.violations(self.evidence, self.history.effects)
        found += now(
            after_violations(
                world.database,
                world.clock.now() if settled else None,
                papers_late=world.swarm.papers_late,
            )
        )
        found += self._expired_while_held()
        found += [*world.seen_broken, *oversold(self.evidence.stock, SCARCE)]
        found += [Violation("I16", who, f"unforeseen error {what}") for who, what in world.mistakes]
        self.outcomes = Counter(order.state.status.value for order in self.evidence.orders)
        return found

    def _expired_while_held(self) -> list[Violation]:
        """I3: no order expires while its money is held, unless somebody's clock has jumped."""
        if self.world.swarm.clock_jumps:
            return []
        early = self._provider.let_go_early()
        return [
            Violation("I3", order.state.number, "it expired, and its money was still held")
            for order in self.evidence.orders
            if order.state.id in early
            and any((step.source, step.event) == ("authorized", "expiry_begun") for step in order.steps)
        ]

    def _told(self) -> Iterable[tuple[str, str]]:
        return ((order_id, kind) for kind, order_id in self._mailbox.mails.values())

    def _client(self, name: str) -> Client:
        return Client(self.world, self._webs, self.history, name)

    async def _webhook(self, headers: Any, body: bytes) -> int:
        try:
            answer: StoredResponse = await self._postman.once(
                "webhook", lambda api: api.webhook(headers, body)
            )
        except NoAnswer as error:
            raise ConnectionResetError from error
        return answer.status


def _open_stock(world: World, counts: Iterable[tuple[Any, int]]) -> None:
    from vivamarket.inventory.model import MAIN_LOCATION, MoveReason, StockCount

    wanted = [StockCount(sku, on_hand) for sku, on_hand in sorted(counts)]
    now(world.database.stock.set_on_hand(MAIN_LOCATION, wanted, MoveReason.COUNT, world.clock.now()))


def now(call: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns that never waits: the memory double's calls."""
    try:
        call.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise RuntimeError("this call waits")
