"""Breadth-first search over one corner of the world, under every answer that the stock may give."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from vivamarket.proof.explorer.model import Bounds, By, Corner, Move, Need
from vivamarket.proof.explorer.orders import Orders
from vivamarket.proof.explorer.steps import Actors

#: Called now and then with how many corners are known and how many are still to be looked at.
Progress = Callable[[int, int], None]

PROGRESS_EVERY: Final = 5_000
_BY: Final = tuple(By)
_NEED: Final = tuple(Need)


class TooManyStates(Exception):
    """The search met its bound before its end; nothing is proven then."""


class Closure:
    """Every corner that can be reached, numbered in the order of discovery, with all moves between them."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.orders = Orders()
        self.actors = Actors(self.orders, bounds)
        self.corners: list[Corner] = [self.actors.start()]
        #: How many moves a shortest path to each corner takes.
        self.depth = array("H", [0])
        self._parent = array("l", [0])
        self._number: dict[Corner, int] = {self.corners[0]: 0}
        #: Moves leave corner ``i`` at ``_first[i]`` up to ``_first[i + 1]``.
        self._first = array("l", [0])
        self._target = array("l")
        self._kind = array("B")

    def search(self, progress: Progress = lambda known, waiting: None) -> None:
        """Visit every corner. Raise ``TooManyStates`` beyond ``Bounds.states_max``."""
        at = 0
        while at < len(self.corners):
            for move in self.actors.moves(self.corners[at]):
                self._target.append(self._numbered(move.corner, at))
                self._kind.append(_BY.index(move.by) * len(_NEED) + _NEED.index(move.need))
            self._first.append(len(self._target))
            at += 1
            if at % PROGRESS_EVERY == 0:
                progress(len(self.corners), len(self.corners) - at)
        progress(len(self.corners), 0)

    @property
    def moves_count(self) -> int:
        """Return how many moves there are between the corners."""
        return len(self._target)

    def moves(self, corner: int) -> Iterator[tuple[By, Need, int]]:
        """Yield who moves, what it needs of the stock, and which corner comes next."""
        for index in range(self._first[corner], self._first[corner + 1]):
            by, need = divmod(self._kind[index], len(_NEED))
            yield _BY[by], _NEED[need], self._target[index]

    def arrivals(self, allowed: Callable[[By, Need], bool]) -> list[list[int]]:
        """Return for each corner from where the allowed moves lead to it."""
        wanted = [allowed(by, need) for by in _BY for need in _NEED]
        sources: list[list[int]] = [[] for _ in self.corners]
        for corner in range(len(self.corners)):
            for index in range(self._first[corner], self._first[corner + 1]):
                if wanted[self._kind[index]]:
                    sources[self._target[index]].append(corner)
        return sources

    def path(self, corner: int) -> list[Move]:
        """Return a shortest story that leads to the corner."""
        numbers = [corner]
        while numbers[-1] != 0:
            numbers.append(self._parent[numbers[-1]])
        numbers.reverse()
        return [self._move(source, target) for source, target in pairwise(numbers)]

    def _move(self, source: int, target: int) -> Move:
        moves = self.actors.moves(self.corners[source])
        return next(move for move in moves if move.corner == self.corners[target])

    def _numbered(self, corner: Corner, parent: int) -> int:
        number = self._number.get(corner)
        if number is None:
            number = self._number[corner] = len(self.corners)
            if number >= self.bounds.states_max:
                raise TooManyStates(f"more than {self.bounds.states_max:,} corners")
            self.corners.append(corner)
            self._parent.append(parent)
            self.depth.append(self.depth[parent] + 1)
        return number
