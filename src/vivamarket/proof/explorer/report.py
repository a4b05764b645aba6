"""Runs the scopes one after another and gives account of what was visited, and what was found wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from vivamarket.checkout.invariants import Violation
from vivamarket.checkout.transitions import TABLE, Machine, Transition
from vivamarket.orders.model import OrderStatus
from vivamarket.proof.explorer.checks import (
    REPAIRS,
    is_settled,
    settled_violations,
    standing_violations,
    unrepaired,
)
from vivamarket.proof.explorer.closure import Closure
from vivamarket.proof.explorer.model import NO_ORDER, Need
from vivamarket.proof.explorer.pairs import Walk, walk
from vivamarket.proof.explorer.scopes import FULL, Scope

#: Told what is being done, how many states are known, and how many wait.
Told = Callable[[str, int, int], None]

_Row = tuple[Machine, str | None, str]

#: Kept per scope; more of the same kind only repeats itself.
FLAWS_MAX: Final = 20
_IN_NEED: Final = {Need.AVAILABLE: " [the unit is there]", Need.SOLD_OUT: " [somebody else has the unit]"}


@dataclass(frozen=True, slots=True)
class Flaw:
    """A broken promise and the shortest story that leads to it."""

    invariant: str
    detail: str
    story: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeReport:
    """What one scope came to."""

    name: str
    corners: int
    moves: int
    #: The longest of all shortest paths.
    depth: int
    orders: int
    #: How many corners are at rest, by the order's status.
    settled: dict[str, int]
    pairs: Walk | None
    rows: frozenset[_Row]
    flaws: tuple[Flaw, ...]


@dataclass(frozen=True, slots=True)
class Exploration:
    """What all scopes came to."""

    scopes: tuple[ScopeReport, ...]

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        """Return every broken promise."""
        return tuple(flaw for scope in self.scopes for flaw in scope.flaws)

    @property
    def rows_visited(self) -> tuple[Transition, ...]:
        """Return the rows of the table that were taken."""
        taken = frozenset[_Row]().union(*(scope.rows for scope in self.scopes))
        return tuple(row for row in TABLE if (row.machine, row.source, row.event) in taken)

    @property
    def rows_missed(self) -> tuple[Transition, ...]:
        """Return the rows of the table that no scope could take."""
        visited = self.rows_visited
        return tuple(row for row in TABLE if row not in visited)

    @property
    def states(self) -> int:
        """Return how many states were visited, pairs and corners."""
        return sum(scope.pairs.states if scope.pairs else scope.corners for scope in self.scopes)


def explore(scopes: Sequence[Scope] = FULL, told: Told = lambda doing, known, waiting: None) -> Exploration:
    """Visit every state of every scope. Raise ``TooManyStates`` when one has outgrown its bound."""
    return Exploration(tuple(_explored(scope, told) for scope in scopes))


def _explored(scope: Scope, told: Told) -> ScopeReport:
    closure = Closure(scope.bounds)
    closure.search(lambda known, waiting: told(f"{scope.name}: corners", known, waiting))
    flaws = _flaws(closure, scope, told)
    pairs = None
    # What is wrong with one shopper's corner already needs no second shopper.
    if scope.walks_pairs and not flaws:
        pairs = walk(closure, lambda known, waiting: told(f"{scope.name}: pairs", known, waiting))
        for first, second in pairs.oversold[:FLAWS_MAX]:
            story = (*_story(closure, first), "meanwhile:", *_story(closure, second))
            flaws.append(Flaw("I1", "two orders have the one unit", story))
    return ScopeReport(
        name=scope.name,
        corners=len(closure.corners),
        moves=closure.moves_count,
        depth=max(closure.depth),
        orders=len(closure.orders.known) - 1,
        settled=_settled(closure),
        pairs=pairs,
        rows=frozenset(closure.orders.rows),
        flaws=tuple(flaws),
    )


class _Flaws:
    """Keeps one flaw of each kind, the one with the shortest story that came first."""

    def __init__(self, closure: Closure) -> None:
        self.found: dict[tuple[str, str], Flaw] = {}
        self._closure = closure

    def keep(self, violation: Violation, corner: int, decision: str | None = None) -> None:
        """Keep what is wrong in a corner, or wrong with what is decided there."""
        key = (violation.invariant, violation.detail)
        if key not in self.found and len(self.found) < FLAWS_MAX:
            story = _story(self._closure, corner)
            self.found[key] = Flaw(*key, (*story, f"decides: {decision}") if decision else story)


def _flaws(closure: Closure, scope: Scope, told: Told) -> list[Flaw]:
    flaws = _Flaws(closure)
    for finding in closure.orders.findings:
        flaws.keep(finding.violation, _corner_with(closure, finding.order), finding.decision)
    for number, corner in enumerate(closure.corners):
        for violation in standing_violations(closure.orders, corner):
            flaws.keep(violation, number)
        if is_settled(closure.orders, corner, hears_of_late_money=False):
            for violation in settled_violations(closure.orders, corner):
                flaws.keep(violation, number)
    for repair in REPAIRS:
        told(f"{scope.name}: {repair.name} alone", len(closure.corners), 0)
        for number, violation in unrepaired(closure, repair):
            flaws.keep(violation, number)
    return list(flaws.found.values())


def _corner_with(closure: Closure, order: int) -> int:
    return next(number for number, corner in enumerate(closure.corners) if corner.order == order)


def _story(closure: Closure, corner: int) -> tuple[str, ...]:
    return tuple(f"{move.by}: {move.label}{_IN_NEED.get(move.need, '')}" for move in closure.path(corner))


def _settled(closure: Closure) -> dict[str, int]:
    counts = dict.fromkeys([status.value for status in OrderStatus], 0)
    for corner in closure.corners:
        if corner.order != NO_ORDER and is_settled(closure.orders, corner, hears_of_late_money=True):
            counts[closure.orders[corner.order].status.value] += 1
    return {status: count for status, count in counts.items() if count}
