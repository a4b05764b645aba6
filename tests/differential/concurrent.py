"""Several operations at once on PostgreSQL, explained by some serial order of them on the double.

Method. After a shared history, a batch of 2 to 16 operations is sent to PostgreSQL at the same time, and
everything it then holds is read. A search over the orders of the batch, the order of completion first,
looks for one in which the double, one operation after the other, gives every caller the answer it got and
ends with the same records. Then the next batch follows on both.

What only overlap can cause is allowed for, and nothing else:

- ``RequestInFlight``: only when another operation of the batch has the same key; it then wrote nothing.
- ``OUT_OF_STOCK`` for an item that another operation of the batch counts for the first time: there is no
  row yet to wait for. The order wrote nothing.
- A claim may leave out a row that is due, only when another operation of the batch touches that row: rows
  locked elsewhere are skipped. Which rows it takes, when it takes as many as it may, is left open.
- Numbers from sequences (event ids, journal positions) are given out in another order.

Limits. Operations that read several times (``find_payment``, pages, evidence) or promise only "at most"
(``forget``) stay out of batches. An event of the provider is about one order, so no two operations of a
batch mark the same one as done; two that did would both have their effect. PostgreSQL decides what
overlaps; a run shows nothing about schedules that did not happen. A search that ends at ``NODES_MAX``
undecided is reported as such, not as a success.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.differential.footprints import conflict, footprint
from tests.differential.generator import Generator
from tests.differential.operations import (
    AllOrders,
    Answer,
    Ask,
    AskAt,
    Count,
    Decide,
    Move,
    Operation,
    PlaceOrders,
    PutCart,
    Wait,
    Wish,
    World,
    answer_of,
    describe_difference,
    order_id,
)
from tests.differential.sides import Dump, Pair, Server, differences, memory_dump, outbox_row, postgres_dump

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.adapters.memory.tables import Tables
from vivamarket.checkout.model import PlacementAnswer, PlacementOutcome
from vivamarket.inventory.model import MAIN_LOCATION, MoveReason, StockMove
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import EventId, Sku
from vivamarket.payments.model import InboxEvent

HISTORY_MAX = 12
BATCH_MAX = 16
NODES_MAX = 4_000
_IN_FLIGHT = "RequestInFlight request_in_flight"
_READS = ("state", "finished", "get", "levels", "moves", "reservations")
_READ_TWICE = ("find_payment", "forget", "dead_letters")


@dataclass(frozen=True, slots=True)
class Observed:
    """One operation of a batch and what PostgreSQL answered; in the order of completion."""

    operation: Operation
    answer: Answer


@dataclass(frozen=True, slots=True)
class Unexplained:
    """No serial order of the batch gives what PostgreSQL gave."""

    history: tuple[Operation, ...]
    batch: tuple[Observed, ...]
    detail: str


async def run_seed(server: Server, seed: int, batches: int) -> Unexplained | None:
    """Run so many batches of a seed on a fresh pair; return the first that nothing explains."""
    async with server.pair() as pair:
        generator = Generator(seed, pair)
        history: list[Operation] = []
        for _ in range(batches):
            for _ in range(generator.up_to(HISTORY_MAX)):
                operation = generator.next()
                history.append(operation)
                theirs = await answer_of(operation, pair.postgres)
                ours = await answer_of(operation, pair.memory)
                assert theirs == ours, "one after the other they differ; see test_one_after_the_other"
            batch = _batch(generator)
            observed = await _at_once(batch, pair.postgres)
            dump = await postgres_dump(pair.pool, pair.postgres)
            search = Search(pair, observed, dump)
            if not await search.explain():
                return Unexplained(tuple(history), observed, search.verdict)
            history.extend(each.operation for each in observed)
            await _adopt_numbers(pair, dump)
    return None


def describe(found: Unexplained, seed: int) -> str:
    """Return what nobody can explain as lines to read."""
    lines = [f"seed {seed}: no serial order explains a batch of {len(found.batch)}"]
    lines.extend(f"    before: {each!r}" for each in found.history)
    lines.extend(f"    {each.operation!r}\n        -> {each.answer!r}" for each in found.batch)
    return "\n".join([*lines, found.detail])


def _batch(generator: Generator) -> list[Operation]:
    size = 1 + generator.up_to(BATCH_MAX - 1)
    batch: list[Operation] = []
    ending: set[str] = set()
    while len(batch) < size:
        operation = generator.next()
        if isinstance(operation, Wait | AllOrders):
            continue
        if isinstance(operation, Ask | AskAt) and operation.method in _READ_TWICE:
            continue
        ends = _ended(operation)
        if ends & ending:
            continue
        ending |= ends
        batch.append(operation)
    return batch


def _ended(operation: Operation) -> set[str]:
    """Return the provider's events that the operation marks as done."""
    if isinstance(operation, Decide):
        return {operation.provider_event} if operation.provider_event else set()
    if isinstance(operation, AskAt) and (operation.store, operation.method) == ("inbox", "done"):
        return set(operation.before[0]) - {"evt_none"}
    return set()


async def _at_once(batch: Sequence[Operation], world: World) -> tuple[Observed, ...]:
    completed: list[Observed] = []

    async def one(operation: Operation) -> None:
        answer = await answer_of(operation, world)
        completed.append(Observed(operation, answer))

    await asyncio.gather(*(one(operation) for operation in batch))
    return tuple(completed)


class Search:
    """Looks for the serial order, depth first, each step on a copy of the double."""

    def __init__(self, pair: Pair, observed: tuple[Observed, ...], dump: Dump) -> None:
        self._pair = pair
        self._observed = observed
        self._dump = _without_numbers(dump)
        self._stock = frozenset(pair.double.tables.stock)
        self._last_event = pair.double.tables.last_event
        self._last_move = pair.double.tables.last_move
        self._nodes = 0
        #: What did not fit where the search came farthest.
        self._nearest: list[str] = []
        self._fewest_left = len(observed) + 1

    @property
    def verdict(self) -> str:
        """Return why nothing was found."""
        if self._nodes >= NODES_MAX:
            return "\n".join([f"undecided after {NODES_MAX} steps", *self._nearest])
        return "\n".join(["no order gives these answers and records", *self._nearest])

    async def explain(self) -> bool:
        """Return whether there is such an order; the pair's double is then where it leads."""
        found = await self._search(self._pair.double, self._observed)
        if found is not None:
            # The stores hold on to their tables, so these take over what the others have.
            vars(self._pair.double.tables).update(vars(found.tables.copy()))
        return found is not None

    async def _search(self, double: MemoryDatabase, left: tuple[Observed, ...]) -> MemoryDatabase | None:
        """Return where some order of what is left leads, None when no order fits.

        A read or a refusal that fits now, and an operation that has nothing in common with any that is
        left, may as well happen now: no order is lost by that.
        """
        if not left:
            return double if await self._same_records(double) else None
        choices: list[tuple[MemoryDatabase, tuple[Observed, ...]]] = []
        for number, each in enumerate(left):
            others = (*left[:number], *left[number + 1 :])
            for after in await self._steps(double, each):
                if self._may_happen_now(double, after, each, others):
                    return await self._search(after, others)
                choices.append((after, others))
        if not choices and len(left) < self._fewest_left:
            self._fewest_left, self._nearest = len(left), [await self._misfit(double, each) for each in left]
        for after, others in choices:
            if self._nodes >= NODES_MAX:
                return None
            found = await self._search(after, others)
            if found is not None:
                return found
        return None

    async def _misfit(self, double: MemoryDatabase, each: Observed) -> str:
        given = await answer_of(each.operation, World(double.copy(), self._pair.memory.clock))
        return "\n  ".join([repr(each.operation), *describe_difference(each.answer, given)])

    def _may_happen_now(
        self, before: MemoryDatabase, after: MemoryDatabase, each: Observed, others: Sequence[Observed]
    ) -> bool:
        if _is_fruitless(each) and _same_tables(before.tables, after.tables):
            return True
        own = footprint(each.operation, before.tables)
        return not any(conflict(own, footprint(other.operation, before.tables)) for other in others)

    async def _steps(self, double: MemoryDatabase, each: Observed) -> list[MemoryDatabase]:
        """Return where the operation can lead from there with the answer it had."""
        found = []
        for variant, answer in self._variants(each):
            self._nodes += 1
            copy = double.copy()
            given = await self._run(variant, answer, World(copy, self._pair.memory.clock))
            if given is not None and self._plain(given) == self._plain(answer):
                found.append(copy)
        return found

    def _variants(self, each: Observed) -> list[tuple[Operation | None, Answer]]:
        """Return the operation as it is, and as what overlap made of it."""
        operation, answer = each.operation, each.answer
        variants: list[tuple[Operation | None, Answer]] = [(operation, answer)]
        if answer.error == _IN_FLIGHT and self._shares_key(each, _keys(operation)):
            variants.append((None, answer))
        if isinstance(operation, PlaceOrders) and isinstance(answer.value, list):
            pairs = list(zip(operation.wishes, answer.value, strict=True))
            kept = [(wish, one) for wish, one in pairs if not self._is_refused_by_overlap(each, wish, one)]
            if len(kept) < len(pairs):
                fewer = replace(operation, wishes=tuple(wish for wish, _ in kept))
                variants.append((fewer, replace(answer, value=[one for _, one in kept])))
        return variants

    def _is_refused_by_overlap(self, each: Observed, wish: Wish, answer: PlacementAnswer) -> bool:
        """Return whether only overlap may have kept the order from being placed; it wrote nothing then."""
        if answer.outcome is PlacementOutcome.IN_FLIGHT:
            return self._shares_key(each, {wish.key})
        begun = {
            sku
            for sku, available in answer.short
            if not available and (MAIN_LOCATION, sku) not in self._stock
        }
        return any(begun & _counted(other.operation) for other in self._observed if other is not each)

    def _shares_key(self, each: Observed, keys: set[str]) -> bool:
        return any(keys & _keys(other.operation) for other in self._observed if other is not each)

    async def _run(self, operation: Operation | None, answer: Answer, world: World) -> Answer | None:
        if operation is None:
            return answer
        if isinstance(operation, AskAt) and _is_claim(operation):
            return await self._claim(operation, answer, world)
        return await answer_of(operation, world)

    async def _claim(self, operation: AskAt, answer: Answer, world: World) -> Answer | None:
        """Let the double claim from what PostgreSQL claimed; None when it should have claimed more."""
        assert isinstance(world.database, MemoryDatabase)
        if not isinstance(answer.value, tuple):
            return None
        tables = world.database.tables
        due = tables.expire_at if operation.method == "claim_expiring" else tables.check_at
        queues: dict[str, dict[Any, Any]] = {"inbox": tables.inbox_due, "outbox": tables.outbox}
        queue = queues.get(operation.store, due)
        taken = {_name(each) for each in answer.value}
        fresh = self._fresh_taken(answer.value)
        hidden = {
            key: queue.pop(key)
            for key in list(queue)
            if str(key) not in taken
            and not (
                operation.store == "outbox" and int(key) > self._last_event and _about(queue[key]) in fresh
            )
        }
        given = await answer_of(operation, world)
        queue.update(hidden)
        if len(answer.value) < operation.after[1]:
            rest = await operation.run(World(world.database.copy(), world.clock))
            assert isinstance(rest, tuple)
            if {_name(each) for each in rest} - self._touched():
                return None
        return given

    def _fresh_taken(self, claimed: tuple[Any, ...]) -> set[tuple[str, str]]:
        return {
            (each.kind, each.key) for each in claimed if isinstance(each, Envelope) and self._is_new(each)
        }

    def _touched(self) -> set[str]:
        """Return the rows of queues that operations of the batch lock."""
        touched: set[str] = set()
        for each in self._observed:
            operation = each.operation
            if isinstance(operation, Decide):
                touched |= {order_id(operation.order), operation.provider_event or ""}
            elif isinstance(each.answer.value, tuple) and _is_claim(operation):
                touched |= {_name(one) for one in each.answer.value}
            elif isinstance(operation, AskAt) and operation.before:
                touched |= _names(operation.before[0])
            elif isinstance(operation, Ask) and operation.store == "outbox":
                touched |= _names(operation.arguments[0])
        return touched

    def _is_new(self, envelope: Envelope) -> bool:
        return int(envelope.event_id) > self._last_event

    def _plain(self, answer: Answer) -> Answer:
        """Return the answer without numbers that this batch drew from sequences."""
        value = answer.value
        if isinstance(value, tuple) and any(isinstance(each, Envelope | StockMove) for each in value):
            plain = [self._plain_item(each) for each in value]
            return replace(answer, value=sorted(plain, key=repr))
        return answer

    def _plain_item(self, item: object) -> object:
        if isinstance(item, Envelope) and self._is_new(item):
            return replace(item, event_id=EventId("new"))
        if isinstance(item, StockMove) and item.position > self._last_move:
            return replace(item, position=0)
        return item

    async def _same_records(self, double: MemoryDatabase) -> bool:
        world = World(double, self._pair.memory.clock)
        found = differences(self._dump, _without_numbers(await memory_dump(world, double.tables)))
        self._fewest_left, self._nearest = 0, found
        return not found


def _is_fruitless(each: Observed) -> bool:
    """Return whether the operation writes nothing wherever it happens, given how it was answered."""
    operation = each.operation
    if isinstance(operation, Ask):
        return operation.method in _READS or operation.store in ("orders", "ledger")
    if _is_claim(operation) and not each.answer.value:
        return True
    return each.answer.error is not None and not isinstance(operation, PutCart)


def _same_tables(one: Tables, other: Tables) -> bool:
    """Return whether both hold the same records."""
    theirs = vars(other)
    return all(value == theirs[name] for name, value in vars(one).items() if isinstance(value, dict))


def _keys(operation: Operation) -> set[str]:
    """Return the idempotency keys that the operation works on."""
    if isinstance(operation, PlaceOrders):
        return {wish.key for wish in operation.wishes}
    if isinstance(operation, PutCart):
        return {operation.key}
    if isinstance(operation, Ask) and operation.store == "keys":
        return {operation.arguments[0].key}
    return set()


def _counted(operation: Operation) -> set[Sku]:
    """Return the SKUs that the operation may count for the first time."""
    if isinstance(operation, Count):
        return {each.sku for each in operation.counts}
    return {operation.sku} if isinstance(operation, Move) else set()


def _is_claim(operation: Operation) -> bool:
    return isinstance(operation, AskAt) and operation.method.startswith("claim")


def _name(item: object) -> str:
    """Return the name of a queue's row."""
    return str(item.event_id) if isinstance(item, Envelope | InboxEvent) else str(item)


def _names(argument: object) -> set[str]:
    return {str(each) for each in argument} if isinstance(argument, tuple) else {str(argument)}


def _about(record: Any) -> tuple[str, str]:
    return record.kind, record.key


def _without_numbers(dump: Dump) -> dict[str, object]:
    """Return the dump with the rows of numbered tables in an order of their own and without numbers."""
    plain = dict(dump)
    for table in ("outbox", "moves"):
        rows = plain[table]
        assert isinstance(rows, list)
        plain[table] = sorted((tuple(row)[1:] for row in rows), key=repr)
    return plain


async def _adopt_numbers(pair: Pair, dump: Dump) -> None:
    """Give the double the numbers that PostgreSQL drew, so that the next history finds the same ones."""
    tables = pair.double.tables
    outbox, moves = dump["outbox"], dump["moves"]
    assert isinstance(outbox, list)
    assert isinstance(moves, list)
    records = sorted(tables.outbox.values(), key=lambda each: repr(outbox_row(each)[1:]))
    rows = sorted(outbox, key=lambda row: repr(tuple(row)[1:]))
    tables.outbox = {row[0]: replace(each, id=row[0]) for row, each in zip(rows, records, strict=True)}
    tables.moves = {}
    for row in moves:
        key = (row[1], row[2])
        line = StockMove(
            position=row[0],
            location_id=row[1],
            sku=row[2],
            quantity=row[3],
            reason=MoveReason(row[4]),
            reference=row[5],
            at=row[6],
        )
        tables.moves[key] = (*tables.moves.get(key, ()), line)
    tables.last_event = await _drawn(pair, "outbox_id_seq")
    tables.last_move = await _drawn(pair, "stock_move_position_seq")


async def _drawn(pair: Pair, sequence: str) -> int:
    return int(
        await pair.pool.fetchval(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")
    )
