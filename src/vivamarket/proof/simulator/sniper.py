"""Faults where few fall: at points of the checkout that a run passes once, if at all.

Faults drawn per call find what happens often. A settlement that finds its payment refused happens rarely, and
a crash in the middle of it hardly ever; so in some worlds each point is aimed at with some likelihood, and an
aimed point is shot at, once, when it is first passed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import FrameType

from vivamarket.proof.simulator.coverage import Point, all_points, points_from
from vivamarket.proof.simulator.faults import Fault

_DEATHS = (Fault.AFTER, Fault.BEFORE)
_FATES = (Fault.BEFORE, Fault.AFTER, Fault.LOST)

#: A point, and what is to happen there; None is a death of whoever waits there.
Target = tuple[Point, Fault | None]


class Sniper:
    """Decides about calls whose caller stands at a point. ``one_in``: so many points per aimed one.

    Before ``is_awake`` says so, no shot falls and nothing counts as passed.
    """

    def __init__(self, draw: Callable[[int], int], one_in: int, is_awake: Callable[[], bool]) -> None:
        self._draw = draw
        self._is_awake = is_awake
        self._one_in = one_in
        #: What was passed: it is shot at then or never.
        self._passed: set[Target] = set()
        self._resting = False

    def rest(self) -> None:
        """Shoot no more: all faults end."""
        self._resting = True

    def shot(self, caller: FrameType) -> Fault | None:
        """Return what is to happen to the call that ``caller`` makes, None when nothing is aimed there."""
        if self._resting or not self._is_awake():
            return None
        chain = tuple(points_from(caller))
        for depth, point in enumerate(chain):
            for target in _targets(point, depth == 0):
                if self._comes_up(target):
                    return self._hit(target, chain)
        return None

    def _hit(self, target: Target, chain: tuple[Point, ...]) -> Fault:
        fault = target[1] or _DEATHS[self._draw(len(_DEATHS))]
        if fault is not Fault.LOST:
            self._passed.update((point, None) for point in chain)  # this death hits them all
        return fault

    def _comes_up(self, target: Target) -> bool:
        if target in self._passed:
            return False
        self._passed.add(target)
        return self._draw(self._one_in) == 1


@cache
def _targets(point: Point, is_innermost: bool) -> tuple[Target, ...]:
    """Return what may happen at a point: only its own call can be cut off from its commit."""
    commits = all_points().commits
    fates = [(point, fate) for fate in _FATES if (point, fate) in commits] if is_innermost else []
    return (*fates, (point, None))
