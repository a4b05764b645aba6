"""The names of what can happen to one call."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """What can happen to one call. The first is the least harmful."""

    SLOW = "slow"
    FAILED = "failed without effect"
    CUT = "cut before its effect"
    LOST = "answer lost after its effect"
    BEFORE = "crash before its effect"
    AFTER = "crash after its effect"
