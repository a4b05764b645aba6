"""The one wrapper around every port: latency, crashes, lost answers, outages, as the tape chooses."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from vivamarket.checkout.errors import CheckoutBusy
from vivamarket.kernel.errors import Unavailable
from vivamarket.payments.errors import GatewayUnavailable
from vivamarket.proof.simulator.faults import Fault

if TYPE_CHECKING:
    from vivamarket.proof.simulator.process import Process
    from vivamarket.proof.simulator.world import World

#: One draw decides about a call: its top end is a fault, its low bits are the latency.
FATES = 1 << 16
_LATENCIES_SECONDS = (0.0005, 0.001, 0.001, 0.002, 0.003, 0.005, 0.02, 0.1)
_SLOW_SECONDS = (1.0, 3.0, 5.0, 8.0)
#: An answer takes its time in one of so many calls; in the others it is there with the effect.
_SLOW_ANSWER_BIT = 1 << 3


FAULTS = tuple(Fault)
#: The provider's own slowness and refusals are its fault controls'; here it is who calls that dies.
_CALLER_FAULTS = (Fault.LOST, Fault.AFTER, Fault.BEFORE, Fault.AFTER, Fault.BEFORE)


class WriteFailed(Exception):
    """The database refused for a reason of its own, such as a deadlock; nothing was written."""


class NotReached(OSError):
    """The connection to the database broke."""


#: Which calls write. All others may be answered while the disk is full.
_WRITES = frozenset(
    [
        "place",
        "change",
        "put",
        "begin",
        "finish",
        "abandon",
        "claim",
        "claim_expiring",
        "claim_unsettled",
        "done",
        "retry",
        "bury",
        "set_on_hand",
        "move",
        "forget",
        "revive",
        "enqueue",
        "record",
        "issue",
    ]
)

#: Calls by which workers look whether there is anything to do. They are most of all calls, so they fail
#: more rarely than those that do something.
_IDLE = frozenset({"claim", "claim_expiring", "claim_unsettled", "due"})
#: Where money and stock are decided; calls there fail twice as often.
_CORE = frozenset({"checkout", "placements", "inbox"})


def _raw() -> Exception:
    return NotReached("the connection to the database broke")


def _told() -> Exception:
    return Unavailable("The shop's records do not answer; try again shortly.")


def _busy() -> Exception:
    return CheckoutBusy("The shop cannot take orders at this moment.")


def _away() -> Exception:
    return GatewayUnavailable("The payment provider does not answer.")


#: What the PostgreSQL adapter raises in an outage, by port and call; what is not listed passes raw.
_OUTAGES: dict[tuple[str, str], Callable[[], Exception]] = {
    ("placements", "place"): _busy,
    ("checkout", "state"): _told,
    ("checkout", "change"): _told,
    ("checkout", "find_payment"): _told,
    ("checkout", "finished"): _told,
    ("keys", "begin"): _told,
    ("keys", "finish"): _told,
    ("returns", "change"): _told,
    ("returns", "get"): _told,
    ("returns", "of_order"): _told,
    ("invoices", "issue"): _told,
    ("invoices", "due"): _told,
    ("orders", "get"): _told,
    ("orders", "token_hash"): _told,
    ("orders", "by_number"): _told,
}


#: Which calls tell the workers that there is something to do.
_WAKES = {
    ("checkout", "change"): "outbox",
    ("placements", "place"): "outbox",
    ("returns", "change"): "outbox",
    ("inbox", "put"): "inbox",
    ("webhooks", "enqueue"): "webhooks",
}


class Line:
    """A port as one process reaches it. Has the methods of ``target``; those that wait may fail.

    A call of a dead process never reaches its target. ``rate`` names which of the world's fault rates
    applies: ``database``, ``provider``, or ``merchant`` for somebody else's system, at the provider's rate.
    """

    def __init__(self, process: Process, name: str, target: Any, rate: str = "database") -> None:
        self._process = process
        self._name = name
        self._target = target
        self._rate = rate

    def __getattr__(self, method: str) -> Any:
        inner = getattr(self._target, method)
        reached = inner
        if inspect.iscoroutinefunction(inner):
            reached = (
                self._database(method, inner) if self._rate == "database" else self._outside(method, inner)
            )
        setattr(self, method, reached)
        return reached

    def _database(self, method: str, inner: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        process, world = self._process, self._process.world
        loop, draw, rates, sniper = world.loop, world.tape.draw, world.rates, world.sniper
        name = f"{self._name}.{method}"
        writes = method in _WRITES
        outage = _OUTAGES.get((self._name, method), _raw)
        wakes = _WAKES.get((self._name, method))
        quiet = method in _IDLE
        core = self._name in _CORE

        async def call(*args: Any, **options: Any) -> Any:
            fate = draw(FATES)
            spared_until = rates.idle if quiet else rates.core if core else rates.database
            aimed = sniper.shot(sys._getframe(1)) if sniper else None
            fault = aimed or (FAULTS[draw(len(FAULTS))] if fate >= spared_until else None)
            if process.work_fuse and not quiet:
                process.burn(draw)
            waited: asyncio.Future[None] = loop.create_future()
            pause = _LATENCIES_SECONDS[fate & 7] if fault is not Fault.SLOW else _SLOW_SECONDS[fate & 3]
            loop.call_later(pause, _wake, waited)
            await waited
            if fault is not None:
                world.note_fault(process, f"database: {fault}", name)
            refused = _refusal(world, fault, outage, writes=writes)
            if refused is not None:
                raise refused
            if fault is Fault.BEFORE:
                if writes:
                    world.coverage.commit(sys._getframe(1), fault)
                await world.die(process, f"before {name}")
            epoch = world.database_epoch
            result = await inner(*args, **options)
            if wakes is not None:
                world.notify(wakes)
            if fault is Fault.AFTER:
                if writes:
                    world.coverage.commit(sys._getframe(1), fault)
                await world.die(process, f"after {name}")
            if fate & _SLOW_ANSWER_BIT:
                answered: asyncio.Future[None] = loop.create_future()
                loop.call_later(_LATENCIES_SECONDS[(fate >> 4) & 7], _wake, answered)
                await answered
                if epoch != world.database_epoch:
                    raise outage()
            if fault is Fault.LOST:
                if writes:
                    world.coverage.commit(sys._getframe(1), fault)
                raise outage()
            return result

        return call

    def _outside(self, method: str, inner: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        process, world = self._process, self._process.world
        loop, draw, rates, sniper = world.loop, world.tape.draw, world.rates, world.sniper
        name, outside = f"{self._name}.{method}", self._rate

        async def call(*args: Any, **options: Any) -> Any:
            fate = draw(FATES)
            aimed = sniper.shot(sys._getframe(1)) if sniper else None
            fault = aimed or (_CALLER_FAULTS[draw(len(_CALLER_FAULTS))] if fate >= rates.provider else None)
            if process.work_fuse:
                process.burn(draw)
            waited: asyncio.Future[None] = loop.create_future()
            loop.call_later(_LATENCIES_SECONDS[fate & 7], _wake, waited)
            await waited
            if fault is not None:
                world.note_fault(process, f"{outside}: {fault}", name)
            if fault is Fault.BEFORE:
                await world.die(process, f"before {name}")
            result = await inner(*args, **options)
            if fault is Fault.AFTER:
                await world.die(process, f"after {name}")
            if fault is Fault.LOST:
                raise _away()
            return result

        return call


def _refusal(
    world: World, fault: Fault | None, outage: Callable[[], Exception], *, writes: bool
) -> Exception | None:
    """Return why the database does not do it, None when it does."""
    if not world.database_up or fault is Fault.CUT or (writes and world.disk_full):
        return outage()
    return WriteFailed("deadlock detected") if fault is Fault.FAILED else None


def _wake(waited: asyncio.Future[None]) -> None:
    if not waited.done():
        waited.set_result(None)
