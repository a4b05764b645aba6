"""Which worlds the explorer looks at: each scope is small where another one is large."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from vivamarket.proof.explorer.model import Bounds


@dataclass(frozen=True, slots=True)
class Scope:
    """One search: its name, what it is for, its bounds, and whether pairs of shoppers are walked in it."""

    name: str
    purpose: str
    bounds: Bounds
    walks_pairs: bool = False

    @property
    def slug(self) -> str:
        """Return the name as one word."""
        return self.name.replace(" ", "-")


_ONE_AT_A_TIME: Final = Bounds(flights_max=1)

_PAIRS: Final = Scope(
    "pairs",
    "two shoppers want one unit; every webhook comes 0, 1 or 2 times; one activity at a time",
    replace(_ONE_AT_A_TIME, mismatches=False, slow_payments=False, refusals=False),
    walks_pairs=True,
)
_TWO_TABS: Final = Scope(
    "two tabs",
    "two activities of one order at once, so that each acts on what may have grown stale",
    Bounds(),
)

_HELD_MONEY: Final = Scope(
    "held money",
    "the provider holds the money until staff take it; two activities of one order at once",
    Bounds(manual_capture=True, deliveries_max=1, late_payments_max=0),
)

#: What the tests run.
SHORT: Final = (
    _PAIRS,
    _TWO_TABS,
    _HELD_MONEY,
    Scope(
        "attempts and refunds",
        "a second attempt, a refund of the whole by staff",
        replace(_ONE_AT_A_TIME, attempts_max=2, deliveries_max=1, refunds=("rest",), mismatches=False),
    ),
)

#: What `viva explore` runs.
FULL: Final = (
    Scope(
        "pairs",
        "two shoppers want one unit; every webhook comes 0, 1 or 2 times; everything else too",
        _ONE_AT_A_TIME,
        walks_pairs=True,
    ),
    Scope(
        "two tabs and staff", "as two tabs, and staff refund", replace(_TWO_TABS.bounds, refunds=("rest",))
    ),
    Scope(
        "two tabs and attempts",
        "as two tabs, and a second attempt after the first has failed",
        Bounds(attempts_max=2, deliveries_max=1),
    ),
    Scope(
        "held money and attempts",
        "as held money, a second attempt, slow payments, holds that come late, and staff refund",
        Bounds(
            manual_capture=True,
            attempts_max=2,
            deliveries_max=1,
            flights_max=1,
            refunds=("rest",),
        ),
    ),
    _HELD_MONEY,
    Scope(
        "attempts and refunds",
        "a second attempt, and refunds of a part and of the rest",
        replace(_ONE_AT_A_TIME, attempts_max=2, deliveries_max=1, refunds=("part", "rest")),
    ),
    Scope(
        "many refunds",
        "staff refund a part, some more, and the rest",
        replace(
            _ONE_AT_A_TIME,
            deliveries_max=0,
            late_payments_max=0,
            refunds=("part", "more", "rest"),
            slow_payments=False,
        ),
    ),
)
