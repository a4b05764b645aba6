"""One operation after the other on both databases; after each the answers, regularly all records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.differential.generator import Generator
from tests.differential.operations import Operation, answer_of, describe_difference
from tests.differential.sides import Pair, Server, differences, memory_dump, postgres_dump

COMPARE_EVERY = 100
#: Each try of a shorter list needs a fresh database.
SHRINK_TRIES_MAX = 200


@dataclass(frozen=True, slots=True)
class Divergence:
    """The two databases disagree, after these operations and in this way."""

    operations: tuple[Operation, ...]
    detail: str


async def run_seed(server: Server, seed: int, count: int) -> Divergence | None:
    """Run so many operations of a seed; return the divergence, its list made as short as it gets."""
    async with server.pair() as pair:
        generator = Generator(seed, pair)
        done: list[Operation] = []
        found = None
        while found is None and len(done) < count:
            operation = generator.next()
            done.append(operation)
            found = await _step(pair, operation, compare=len(done) % COMPARE_EVERY == 0 or len(done) == count)
    return await _shrunk(server, tuple(done)) if found is not None else None


async def replay(server: Server, operations: Sequence[Operation]) -> Divergence | None:
    """Run the operations from the start, comparing everything after each."""
    async with server.pair() as pair:
        for number, operation in enumerate(operations, start=1):
            found = await _step(pair, operation, compare=True)
            if found is not None:
                return Divergence(tuple(operations[:number]), found)
    return None


def describe(divergence: Divergence, seed: int) -> str:
    """Return the divergence as lines that can be read and replayed."""
    lines = [f"seed {seed}: PostgreSQL and memory differ after {len(divergence.operations)} operations"]
    lines.extend(f"    {operation!r}," for operation in divergence.operations)
    return "\n".join([*lines, divergence.detail])


async def _step(pair: Pair, operation: Operation, *, compare: bool) -> str | None:
    theirs, ours = await answer_of(operation, pair.postgres), await answer_of(operation, pair.memory)
    if theirs != ours:
        return "\n".join(describe_difference(theirs, ours))
    if not compare:
        return None
    found = differences(
        await postgres_dump(pair.pool, pair.postgres), await memory_dump(pair.memory, pair.double.tables)
    )
    return "\n".join(found) or None


async def _shrunk(server: Server, operations: tuple[Operation, ...]) -> Divergence:
    """Leave out runs of operations, then single ones, as long as what is left still diverges."""
    best = await replay(server, operations)
    if best is None:
        return Divergence(operations, "not the same again: the order of something is left to chance")
    tries, size = 0, max(len(best.operations) // 2, 1)
    while tries < SHRINK_TRIES_MAX:
        start, smaller = 0, False
        while start < len(best.operations) and tries < SHRINK_TRIES_MAX:
            tries += 1
            candidate = (*best.operations[:start], *best.operations[start + size :])
            found = await replay(server, candidate) if candidate else None
            if found is not None:
                best, smaller = found, True
            else:
                start += size
        if size == 1 and not smaller:
            break
        size = max(size // 2, 1)
    return best
