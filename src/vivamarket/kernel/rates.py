"""How often somebody may do something: a steady rate, and a burst on top of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in a second, and ``burst_max`` at once by whoever was quiet before."""

    per_second: float
    burst_max: int


class TokenBuckets(Protocol):
    """A bucket of tokens for each name; full at first, it fills up again at the rate."""

    async def take(self, name: str) -> float:
        """Take a token and return 0; with none left, return the seconds until there is one and take none.

        Of many who take at once no more find a token than there are. Raise ``Unavailable``; a token may be
        gone then.
        """
        ...
