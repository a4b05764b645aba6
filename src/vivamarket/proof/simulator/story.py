"""A run in words: what kind of world it was, who did what when, and which promise broke."""

from __future__ import annotations

from collections.abc import Iterator

from vivamarket.proof.simulator.run import Config, Report
from vivamarket.proof.simulator.swarm import Path
from vivamarket.proof.simulator.tape import read_tape, tape_text

#: A tape's text begins with the ways that were fixed for it, if any were.
_MARK = "."
ENTRIES_MAX = 400


def story(report: Report) -> Iterator[str]:
    """Yield the lines of a failing run's story; the last entries, when there are too many."""
    yield report.swarm.describe()
    yield ""
    entries = report.log
    if len(entries) > ENTRIES_MAX:
        yield f"  … {len(entries) - ENTRIES_MAX} earlier entries …"
    for entry in entries[-ENTRIES_MAX:]:
        yield f"{entry.seconds:11.3f} s  {entry.who:<10} {entry.what}"
    yield ""
    for each in report.violations:
        yield f"{each.invariant} is broken for {each.subject}: {each.detail}"


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
