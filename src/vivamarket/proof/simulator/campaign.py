"""Many seeds on several processes, added up."""

from __future__ import annotations

import gc
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import count

from vivamarket.checkout.invariants import Violation
from vivamarket.proof.simulator.coverage import Coverage
from vivamarket.proof.simulator.run import Config, run_seed

#: Seeds that one process plays before it reports.
CHUNK_SEEDS = 20
#: Chunks that wait per process, so that none idles.
AHEAD = 2
_GARBAGE_THRESHOLD = 50_000


@dataclass(slots=True)
class Tally:
    """What so many seeds came to."""

    seeds: int = 0
    violations: list[tuple[int, Violation]] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    paths: Counter[str] = field(default_factory=Counter)
    coverage: Coverage = field(default_factory=Coverage)
    steps: int = 0
    virtual_seconds: float = 0.0

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        self.seeds += other.seeds
        self.violations += other.violations
        self.faults += other.faults
        self.outcomes += other.outcomes
        self.paths += other.paths
        self.coverage.add(other.coverage)
        self.steps += other.steps
        self.virtual_seconds += other.virtual_seconds

    @property
    def failing_seeds(self) -> list[int]:
        """Return the seeds that broke a promise, each once, smallest first."""
        return sorted({seed for seed, _ in self.violations})


def play(seeds: Sequence[int], config: Config, *, stop_first: bool = False) -> Tally:
    """Play the seeds one after the other, in this process."""
    tally = Tally()
    for seed in seeds:
        report = run_seed(seed, config)
        tally.seeds += 1
        tally.violations += [(seed, each) for each in report.violations]
        tally.faults += report.faults
        tally.outcomes += report.outcomes
        tally.paths["+".join(sorted(report.swarm.paths))] += 1
        tally.coverage.add(report.coverage)
        tally.steps += report.steps
        tally.virtual_seconds += report.virtual_seconds
        if stop_first and report.violations:
            break
    return tally


def campaign(
    first_seed: int,
    seeds: int | None,
    config: Config,
    *,
    workers: int,
    over: Callable[[], bool] = lambda: False,
    stop_first: bool = False,
) -> Iterator[Tally]:
    """Yield a tally per chunk, as they come, until ``seeds`` are played or ``over`` says so.

    Which seeds are played does not depend on ``workers``; in which order the chunks come does.
    """
    chunks = _chunks(first_seed, seeds)
    if workers == 1:
        _collect_rarely()
        for chunk in chunks:
            if over():
                return
            tally = play(chunk, config, stop_first=stop_first)
            yield tally
            if stop_first and tally.violations:
                return
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_collect_rarely) as pool:
        running: set[Future[Tally]] = set()
        while True:
            while len(running) < workers * AHEAD and not over():
                following = next(chunks, None)
                if following is None:
                    break
                running.add(pool.submit(play, following, config, stop_first=stop_first))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for each in done:
                tally = each.result()
                yield tally
                if stop_first and tally.violations:
                    pool.shutdown(cancel_futures=True)
                    return


def _chunks(first_seed: int, seeds: int | None) -> Iterator[range]:
    for number in count():
        start = number * CHUNK_SEEDS
        if seeds is not None and start >= seeds:
            return
        end = start + CHUNK_SEEDS if seeds is None else min(start + CHUNK_SEEDS, seeds)
        yield range(first_seed + start, first_seed + end)


def _collect_rarely() -> None:
    """A run leaves its garbage all at once; looking for it all the time costs a tenth of the speed."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE_THRESHOLD, 20, 100)
