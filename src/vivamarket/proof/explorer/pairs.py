"""Walks two shoppers together: every pair of corners that can be, one unit of stock between them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from vivamarket.proof.explorer.closure import Closure, Progress, TooManyStates
from vivamarket.proof.explorer.model import Need


@dataclass(frozen=True, slots=True)
class Walk:
    """What walking the pairs came to. A pair and its mirror image are one state."""

    states: int
    moves: int
    depth: int
    #: States in which more is promised than there is; the pair's two corners.
    oversold: tuple[tuple[int, int], ...]


def walk(closure: Closure, progress: Progress = lambda known, waiting: None) -> Walk:
    """Visit every pair, plainly: a set of seen pairs and the layer that is looked at now.

    A crash of the machine needs no move of its own: it is the loss of the one shopper's activities and
    then of the other's, and every order in which these can happen is walked anyway.
    """
    size = len(closure.corners)
    units = bytes(closure.actors.units(corner) for corner in closure.corners)
    leaving = {
        need: [array("l", (target for _, wants, target in closure.moves(corner) if wants is need))
               for corner in range(size)]
        for need in Need
    }  # fmt: skip
    free, wanting, missing = (leaving[need] for need in (Need.NOTHING, Need.AVAILABLE, Need.SOLD_OUT))
    seen = {0}
    layer = [0]
    moves = depth = 0
    oversold: list[tuple[int, int]] = []
    while layer:
        following: list[int] = []
        for pair in layer:
            first, second = divmod(pair, size)
            for mover, other in ((first, second), (second, first)):
                stock = missing if units[other] else wanting
                for targets in (free[mover], stock[mover]):
                    moves += len(targets)
                    for target in targets:
                        after = target * size + other if target <= other else other * size + target
                        if after not in seen:
                            seen.add(after)
                            following.append(after)
                            if units[target] + units[other] > 1:
                                oversold.append((target, other))
        if len(seen) > closure.bounds.states_max:
            raise TooManyStates(f"more than {closure.bounds.states_max:,} pairs")
        layer = following
        depth += bool(layer)
        progress(len(seen), len(layer))
    return Walk(len(seen), moves, depth, tuple(oversold))
