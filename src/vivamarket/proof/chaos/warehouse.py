"""The warehouse: it sends what was paid, some of it twice at once, and opens what customers send back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import asyncpg

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.bootstrap.returns import returns_of
from vivamarket.bootstrap.shop import Shop
from vivamarket.checkout.fulfilling import Fulfilling, TrackingWish
from vivamarket.checkout.refunding import Refunding
from vivamarket.kernel.errors import DomainError, Unavailable
from vivamarket.kernel.ids import OrderId
from vivamarket.orders.shipments import ShippedUnits
from vivamarket.proof.chaos.caller import Caller
from vivamarket.proof.chaos.model import Tally
from vivamarket.proof.chaos.shopper import Crowd, Intent
from vivamarket.returns.decisions import Arrived, Wanted
from vivamarket.returns.model import Return, ReturnReason

T = TypeVar("T")

PAUSE_SECONDS_MAX = 0.8
TRIES_MAX = 600
TRY_TIMEOUT_SECONDS = 20.0
#: Of what was sent, this share comes back.
RETURNED_SHARE = 0.4
BY = "chaos"
#: While the database is away; such a step may be done again.
AWAY = (Unavailable, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backroom:
    """What everybody behind the counter works with."""

    shop: Shop
    refunding: Refunding
    caller: Caller
    crowd: Crowd
    clock: SystemClock
    chance: random.Random
    tally: Tally


class Warehouse:
    """Works through the shop's own use cases in the rig's process, over links that are spoiled as well."""

    def __init__(self, backroom: Backroom) -> None:
        shop = backroom.shop
        self._shop = shop
        self._fulfilling = Fulfilling(
            store=shop.checkout_store, carriers=shop.file.carriers, clock=shop.clock, ids=shop.ids
        )
        self._returns = returns_of(shop, backroom.refunding)
        self._caller = backroom.caller
        self._crowd = backroom.crowd
        self._clock = backroom.clock
        self._chance = backroom.chance
        self._tally = backroom.tally
        self._seen: set[str] = set()

    async def work_until(self, moment: float) -> None:
        """Send, and take back, until that monotonic moment."""
        while self._clock.monotonic() < moment:
            await self._clock.sleep(self._chance.uniform(0.0, PAUSE_SECONDS_MAX))
            waiting = [each for each in self._crowd.orders if each.charged and each.number not in self._seen]
            if waiting:
                intent = self._chance.choice(waiting)
                self._seen.add(intent.number)
                if await self._sent(intent) and self._chance.random() < RETURNED_SHARE:
                    await self._take_back(intent)

    async def _sent(self, intent: Intent) -> bool:
        """Send everything, one case of four by two people at once; return whether it went out."""
        presses = 2 if self._chance.random() < 0.25 else 1
        done = await asyncio.gather(*(self._step("ship", lambda: self._ship(intent)) for _ in range(presses)))
        if any(done):
            self._tally.outcomes["parcel sent"] += 1
        return any(done)

    async def _ship(self, intent: Intent) -> bool:
        order = await self._shop.orders.by_id(OrderId(intent.order_id))
        sent = [line for line in order.lines if line.requires_shipping]
        await self._fulfilling.ship(
            order.id,
            tuple(ShippedUnits(line.position, line.quantity) for line in sent),
            TrackingWish(),
            shipped_by=BY,
            request_key=f"ship-{intent.number}",
        )
        return True

    async def _take_back(self, intent: Intent) -> None:
        asked = await self._step("ask return", lambda: self._ask(intent))
        if asked is None:
            return
        # Approved before, or received: whoever was not answered asks again and is told that it has moved.
        await self._step("approve", lambda: self._returns.approve(asked.id, answer="", by=BY))
        came = [Arrived(line.position, line.quantity, line.quantity) for line in asked.lines]
        await self._step("receive", lambda: self._returns.receive(asked.id, came, by=BY))
        self._tally.outcomes["return opened"] += 1

    async def _ask(self, intent: Intent) -> Return:
        return await self._returns.request(
            OrderId(intent.order_id),
            [Wanted(1, 1)],
            ReturnReason.DAMAGED,
            "",
            request_key=f"return-{intent.number}",
        )

    async def _step(self, name: str, work: Callable[[], Awaitable[T]]) -> T | None:
        """Do it until there is an answer; None when it is refused, as what was refunded meanwhile is."""
        for attempt in range(TRIES_MAX):
            try:
                async with asyncio.timeout(TRY_TIMEOUT_SECONDS):
                    return await work()
            except AWAY:
                self._tally.again[name] += 1
                await self._caller.pause(attempt)
            except DomainError as refusal:
                self._tally.outcomes[f"{name}: {refusal.code}"] += 1
                return None
        self._tally.outcomes["unknown"] += 1
        return None
