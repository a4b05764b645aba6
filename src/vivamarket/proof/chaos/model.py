"""What one run is told, and what it found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from vivamarket.checkout.invariants import Violation

CLIENTS_MIN = 1
CLIENTS_MAX = 64
#: Nothing may be on its way for longer than this once the faults have stopped (invariant I16).
SETTLED_SECONDS_MAX = 120.0


class Fault(StrEnum):
    """A family of faults, as ``--faults`` names them."""

    KILL = "kill"
    DB = "db"
    PAUSE = "pause"
    DISK = "disk"
    NETWORK = "network"
    WEBHOOK = "webhook"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run: how long, how many shoppers, which faults. The same seed draws the same faults."""

    seconds: float
    clients: int
    seed: int
    faults: frozenset[Fault]
    #: Make what waits for a lease or a pause due at once after the faults, in place of waiting for it.
    hurry: bool
    folder: Path
    #: Let the database acknowledge what is not on its disk yet: a planted fault, to see the checker find it.
    careless: bool = False


@dataclass(slots=True)
class Tally:
    """What happened, counted as it happens. Seconds are the rig's own monotonic time."""

    #: kill -9 that met a living process, by the process's role.
    kills: Counter[str] = field(default_factory=Counter)
    #: Other faults, by name.
    faults: Counter[str] = field(default_factory=Counter)
    #: From a death to ready again, by role.
    recoveries: dict[str, list[float]] = field(default_factory=dict)
    #: Starts that ended before they were ready; a web process does so while the database is away.
    failed_starts: Counter[str] = field(default_factory=Counter)
    #: Processes that were ready and ended although nobody had killed them.
    ended_alone: list[str] = field(default_factory=list)
    #: What the shoppers and the staff got, by outcome.
    outcomes: Counter[str] = field(default_factory=Counter)
    #: Final answers that clients have got.
    answers: int = 0
    #: Requests sent again because no final answer had come.
    again: Counter[str] = field(default_factory=Counter)
    #: Answers that no fault excuses, each with its number; the history has them whole.
    strange: Counter[str] = field(default_factory=Counter)
    #: Faults that were asked for and cannot be had on this machine, with the reason.
    not_run: dict[str, str] = field(default_factory=dict)

    def recovered(self, role: str, seconds: float) -> None:
        """Note that a process is ready again."""
        self.recoveries.setdefault(role, []).append(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the checker says about one run."""

    violations: tuple[Violation, ...]
    #: Orders by their final state.
    orders: dict[str, int]
    #: How long the repairs took after the last fault.
    settled_seconds: float
    #: Answers asked for again by their key and compared byte by byte.
    replayed: int
    mails: int
    #: What could not be checked in this run, in words.
    unchecked: tuple[str, ...]
