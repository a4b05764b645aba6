"""A run in words: what kind of world it was, who did what when, and which promise broke."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from vivamarket.proof.simulator.run import Config, Report
from vivamarket.proof.simulator.swarm import Path
from vivamarket.proof.simulator.tape import read_tape, tape_text
from vivamarket.proof.simulator.world import Entry

#: A tape's text begins with the ways that were fixed for it, if any were.
_MARK = "."
LINES_MAX = 400


def story(report: Report) -> Iterator[str]:
    """Yield the lines of a failing run's story; the last entries, when there are too many."""
    yield report.swarm.describe()
    yield ""
    lines = list(_lines(report.log))
    if len(lines) > LINES_MAX:
        yield f"  … {len(lines) - LINES_MAX} earlier lines …"
    yield from lines[-LINES_MAX:]
    yield ""
    for each in report.violations:
        yield f"{each.invariant} is broken for {each.subject}: {each.detail}"


def _lines(log: Sequence[Entry]) -> Iterator[str]:
    """Yield a line per entry; what one person is told again and again becomes one line."""
    for (who, what), same in groupby(log, key=lambda entry: (entry.who, entry.what)):
        entries = list(same)
        times = f" ({len(entries)} times until {entries[-1].seconds:.3f} s)" if len(entries) > 1 else ""
        yield f"{entries[0].seconds:11.3f} s  {who:<10} {what}{times}"


def written(report: Report, config: Config) -> str:
    """Return the run's tape as text, for ``viva simulate --replay``."""
    ways = "+".join(sorted(config.paths)) if config.paths else ""
    return f"{ways}{_MARK}{tape_text(report.tape)}"


def read_written(text: str) -> tuple[tuple[int, ...], Config]:
    """Return what ``written`` wrote; raise ``ValueError`` for anything else."""
    ways, mark, tape = text.partition(_MARK)
    if not mark:
        ways, tape = "", text
    paths = frozenset(Path(way) for way in ways.split("+")) if ways else None
    return read_tape(tape), Config(paths=paths)
