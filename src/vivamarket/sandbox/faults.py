"""Faults to order: how the provider misbehaves until told otherwise. Held in memory only.

Rules are tried in the order given; the first that matches a call, and still has times left, applies.
"""

from __future__ import annotations

from typing import Literal

import msgspec

RULES_MAX = 100
SECONDS_MAX = 120.0

CallFault = Literal["slow", "error", "drop_before", "drop_after"]
WebhookFault = Literal["drop", "duplicate", "delay", "reorder"]


class CallRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault of API calls.

    ``slow`` waits ``seconds`` before answering, ``error`` answers ``status`` without effect,
    ``drop_before`` cuts the connection without effect, ``drop_after`` cuts it once the effect is durable.
    """

    fault: CallFault
    method: str = ""
    path_prefix: str = "/v1/"
    times: int | None = None
    seconds: float = 0.0
    status: int = 500


class WebhookRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault of webhook deliveries.

    ``drop`` never sends (the provider believes it did), ``duplicate`` sends ``copies`` more, ``delay``
    sends ``seconds`` later, ``reorder`` holds a delivery back until the next one has been sent.
    """

    fault: WebhookFault
    event_prefix: str = ""
    times: int | None = None
    copies: int = 1
    seconds: float = 5.0


class FaultPlan:
    """The rules in force, with how often each may still apply."""

    def __init__(self) -> None:
        self._calls: list[tuple[CallRule, list[int | None]]] = []
        self._webhooks: list[tuple[WebhookRule, list[int | None]]] = []

    def set(self, calls: list[CallRule], webhooks: list[WebhookRule]) -> None:
        """Replace all rules; empty lists end every fault."""
        if len(calls) + len(webhooks) > RULES_MAX:
            raise ValueError(f"at most {RULES_MAX} rules")
        waits = [rule.seconds for rule in calls] + [rule.seconds for rule in webhooks]
        if not all(0 <= seconds <= SECONDS_MAX for seconds in waits):
            raise ValueError(f"seconds must be 0 to {SECONDS_MAX:.0f}")
        self._calls = [(rule, [rule.times]) for rule in calls]
        self._webhooks = [(rule, [rule.times]) for rule in webhooks]

    def for_call(self, method: str, path: str) -> CallRule | None:
        """Return the fault of this call, using it up."""
        for rule, left in self._calls:
            if rule.method in {"", method} and path.startswith(rule.path_prefix) and _use(left):
                return rule
        return None

    def for_webhook(self, event_type: str) -> WebhookRule | None:
        """Return the fault of this delivery, using it up."""
        for rule, left in self._webhooks:
            if event_type.startswith(rule.event_prefix) and _use(left):
                return rule
        return None


def _use(left: list[int | None]) -> bool:
    times = left[0]
    if times is None:
        return True
    if times <= 0:
        return False
    left[0] = times - 1
    return True
