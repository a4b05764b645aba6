"""Staff: they refund what was paid, some of it twice at once, fill the shelves, and run the warehouse."""

from __future__ import annotations

import asyncio

from vivamarket.checkout.errors import OrderNotRefundable
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.money import Money
from vivamarket.payments.errors import NothingToRefund
from vivamarket.proof.chaos.market import CURRENCY, GOODS
from vivamarket.proof.chaos.shopper import Intent
from vivamarket.proof.chaos.warehouse import AWAY, Backroom, Warehouse

REFUND_PAUSE_SECONDS_MAX = 0.8
SHELF_PAUSE_SECONDS = 1.0
TRIES_MAX = 600
TRY_TIMEOUT_SECONDS = 20.0


class Staff:
    """Works through the shop's own use cases in the rig's process, over links that are spoiled as well."""

    def __init__(self, backroom: Backroom) -> None:
        self._shop = backroom.shop
        self._refunding = backroom.refunding
        self._caller = backroom.caller
        self._crowd = backroom.crowd
        self._clock = backroom.clock
        self._chance = backroom.chance
        self._tally = backroom.tally
        self._warehouse = Warehouse(backroom)

    async def work_until(self, moment: float) -> None:
        """Refund, fill shelves, send and take back until that monotonic moment."""
        try:
            await asyncio.gather(
                self._refund_until(moment),
                self._fill_shelves_until(moment),
                self._warehouse.work_until(moment),
            )
        finally:
            await self._caller.close()

    async def _refund_until(self, moment: float) -> None:
        while self._clock.monotonic() < moment:
            await self._clock.sleep(self._chance.uniform(0.0, REFUND_PAUSE_SECONDS_MAX))
            charged = [each for each in self._crowd.orders if each.charged and len(each.refunds) < 2]
            if charged:
                await self._refund(self._chance.choice(charged))

    async def _refund(self, intent: Intent) -> None:
        """Refund all that is left, or a part; in one case of four the button is pressed twice."""
        key = f"refund-{intent.number}-{len(intent.refunds) + 1}"
        intent.refunds.append(key)
        part = Money(self._chance.randint(1, intent.total), CURRENCY) if self._chance.random() < 0.4 else None
        presses = 2 if self._chance.random() < 0.25 else 1
        done = await asyncio.gather(*(self._refund_once(intent, part, key) for _ in range(presses)))
        if any(done):
            self._tally.outcomes["refund taken"] += 1

    async def _refund_once(self, intent: Intent, amount: Money | None, key: str) -> bool:
        order_id = OrderId(intent.order_id)
        for attempt in range(TRIES_MAX):
            try:
                async with asyncio.timeout(TRY_TIMEOUT_SECONDS):
                    await self._refunding.refund(order_id, amount, reason="chaos", request_key=key)
                return True
            except AWAY:
                self._tally.again["refund"] += 1
                await self._caller.pause(attempt)
            except (OrderNotRefundable, NothingToRefund):
                return False  # the shop does not know of the payment yet, or all of it has gone back
            except DomainError as refusal:
                self._caller.strange(f"refund of {intent.number}: {refusal.code} {refusal.message}")
                return False
        self._tally.outcomes["unknown"] += 1
        return False

    async def _fill_shelves_until(self, moment: float) -> None:
        """Keep the goods coming, a few at a time, so that they sell out again and again."""
        deliveries = 0
        while self._clock.monotonic() < moment:
            await self._clock.sleep(SHELF_PAUSE_SECONDS)
            deliveries += 1
            sku, _, pieces = self._chance.choice(GOODS)
            try:
                async with asyncio.timeout(TRY_TIMEOUT_SECONDS):
                    await self._shop.stock.receive(sku, pieces, reference=f"delivery-{deliveries}")
            except AWAY:
                self._tally.again["delivery"] += 1
