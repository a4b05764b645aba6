"""Making a failing tape small: whatever is not needed for the failure becomes the harmless choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vivamarket.proof.simulator.run import Config, Report, run_tape
from vivamarket.proof.simulator.tape import trimmed

#: Runs that one shrinking may cost; about half a minute.
TRIES_MAX = 800

Choices = tuple[int, ...]


def shrink(report: Report, config: Config, *, tries_max: int = TRIES_MAX) -> Report:
    """Return the smallest run found in which the same invariant still fails.

    A report without a violation is returned as it is.
    """
    if not report.violations:
        return report
    broken = report.violations[0].invariant
    smallest = report

    def still_fails(choices: Choices) -> bool:
        nonlocal smallest
        tried = run_tape(choices, config)
        fails = any(each.invariant == broken for each in tried.violations)
        if fails:
            smallest = tried
        return fails

    shrink_choices(trimmed(report.tape), still_fails, tries_max)
    if smallest is not report:
        smallest.seed = report.seed
    return smallest


def shrink_choices(choices: Choices, still_fails: Callable[[Choices], bool], tries_max: int) -> Choices:
    """Return a smaller sequence that still fails: cut off, with parts taken out, with zeros for parts."""
    tries = _Tries(still_fails, tries_max)
    best = _cut_off(choices, tries)
    size = max(len(best) // 2, 1)
    while size and tries.left:
        before = best
        best = _sweep(best, size, tries, _without)
        best = _sweep(best, size, tries, _calmed)
        if best == before or size > 1:
            size //= 2
    return best


class _Tries:
    def __init__(self, still_fails: Callable[[Choices], bool], tries_max: int) -> None:
        self._still_fails = still_fails
        self.left = tries_max

    def fails(self, choices: Choices) -> bool:
        if self.left <= 0:
            return False
        self.left -= 1
        return self._still_fails(choices)


def _cut_off(choices: Choices, tries: _Tries) -> Choices:
    """Find by halving how much of the beginning is enough."""
    enough, short = len(choices), 0
    while enough - short > 1 and tries.left:
        middle = (enough + short) // 2
        if tries.fails(trimmed(choices[:middle])):
            enough = middle
        else:
            short = middle
    return trimmed(choices[:enough])


def _sweep(
    choices: Choices, size: int, tries: _Tries, change: Callable[[Sequence[int], int, int], Choices]
) -> Choices:
    """Try to change each part of that size, from the end on."""
    start = max(len(choices) - size, 0)
    while tries.left:
        changed = trimmed(change(choices, start, start + size))
        if changed != choices and tries.fails(changed):
            choices = changed
        if start == 0:
            break
        start = max(start - size, 0)
    return choices


def _without(choices: Sequence[int], start: int, end: int) -> Choices:
    return (*choices[:start], *choices[end:])


def _calmed(choices: Sequence[int], start: int, end: int) -> Choices:
    return (*choices[:start], *(0 for _ in choices[start:end]), *choices[end:])
