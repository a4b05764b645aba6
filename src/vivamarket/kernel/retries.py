"""Bounded repeats: how long to wait, spread out, and how many repeats a process may afford at all."""

from __future__ import annotations

import hashlib

from vivamarket.kernel.ids import IdSource


def jittered(seconds: float, ids: IdSource) -> float:
    """Return a wait between half of that and all of it, drawn from ``ids``.

    Waits of many that failed together then end apart, and none is longer than the limit it was made from.
    """
    drawn = hashlib.blake2b(ids.token().encode(), digest_size=8).digest()
    return seconds * (0.5 + int.from_bytes(drawn, "big") / 2**65)


class RetryBudget:
    """Lets repeats be a share of the calls, so that an outage is not made worse by repeating into it.

    Every call earns ``share`` of a repeat; at most ``saved_max`` repeats are saved up, and so many there
    are at the start.
    """

    def __init__(self, *, share: float = 0.1, saved_max: int = 10) -> None:
        self._share = share
        self._saved_max = float(saved_max)
        self._saved = float(saved_max)

    def earn(self) -> None:
        """Count one call."""
        self._saved = min(self._saved_max, self._saved + self._share)

    def spend(self) -> bool:
        """Take one repeat; return False, with nothing taken, when none is left."""
        if self._saved < 1.0:
            return False
        self._saved -= 1.0
        return True
