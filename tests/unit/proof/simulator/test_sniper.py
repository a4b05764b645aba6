"""Where the sniper shoots: at awaits of the checkout, once each, when they are first passed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from vivamarket.checkout.refunding import Refunding
from vivamarket.kernel.ids import OrderId
from vivamarket.proof.simulator.coverage import Coverage, all_points, points_from
from vivamarket.proof.simulator.faults import Fault
from vivamarket.proof.simulator.sniper import Sniper

#: Draws that aim at everything, and let the caller die after the effect.
ALWAYS: Callable[[int], int] = {8: 1, 2: 0}.__getitem__


class Store:
    """A checkout's store that asks a question whenever it is called."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self._ask = ask

    async def state(self, _: OrderId) -> None:
        self._ask()

    async def change(self, *_: object) -> None:
        self._ask()


def told(call: Callable[[Refunding], Coroutine[Any, Any, Any]], ask: Callable[[], object]) -> None:
    """Let a use case of the real checkout call a store, and ask there."""
    store: Any = Store(ask)
    refunding = Refunding(store=store, gateway=store, clock=_Still(), ids=_Still())  # type: ignore[arg-type]  # asked for nothing else
    with pytest.raises((StopIteration, AttributeError)):
        call(refunding).send(None)


class _Still:
    def now(self) -> None: ...

    def uuid7(self) -> str:
        return ""


def refund(refunding: Refunding) -> Coroutine[Any, Any, Any]:
    return refunding.refund(OrderId("order"), None, request_key="key")


def look(refunding: Refunding) -> Coroutine[Any, Any, Any]:
    return refunding.preview(OrderId("order"), None)  # type: ignore[arg-type]  # never looked at


def shots(sniper: Sniper, call: Callable[[Refunding], Coroutine[Any, Any, Any]], times: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(times):
        told(call, lambda: found.append(sniper.shot(sys._getframe(2))))
    return found


def test_an_await_of_the_checkout_is_seen_from_the_call_that_it_makes() -> None:
    seen: list[Any] = []

    told(look, lambda: seen.extend(points_from(sys._getframe(2))))

    assert len(seen) == 1
    assert set(seen) <= all_points().awaits


def test_whoever_dies_in_its_own_call_counts_as_hit() -> None:
    coverage = Coverage()

    told(look, lambda: coverage.dying(sys._getframe(2)))

    assert len(coverage.awaits & all_points().awaits) == 1


def test_a_read_is_shot_at_once_and_its_caller_dies() -> None:
    assert shots(Sniper(ALWAYS, 8, lambda: True), look, 3) == [Fault.AFTER, None, None]


def test_a_commit_meets_each_of_its_fates_once() -> None:
    found = shots(Sniper(ALWAYS, 8, lambda: True), refund, 4)

    assert found == [Fault.BEFORE, Fault.AFTER, Fault.LOST, None]


def test_a_world_without_bad_luck_is_never_shot_at() -> None:
    assert shots(Sniper(lambda _: 0, 8, lambda: True), refund, 3) == [None, None, None]


def test_when_all_faults_end_no_shot_falls() -> None:
    sniper = Sniper(ALWAYS, 8, lambda: True)

    sniper.rest()

    assert shots(sniper, look, 2) == [None, None]


def test_before_it_is_awake_nothing_is_shot_at_and_nothing_counts_as_passed() -> None:
    awake = False
    sniper = Sniper(ALWAYS, 8, lambda: awake)
    before = shots(sniper, look, 1)

    awake = True

    assert (before, shots(sniper, look, 1)) == ([None], [Fault.AFTER])
