"""Staff at work while shoppers shop: prices, counts, refunds, cancellations."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from vivamarket.checkout.allocation import RefundLine, RefundWish
from vivamarket.kernel.ids import Sku
from vivamarket.kernel.money import Money
from vivamarket.proof.simulator.clients import Client
from vivamarket.proof.simulator.shelf import ALL, SCARCE, Shelf
from vivamarket.proof.simulator.shoppers import Shopper

if TYPE_CHECKING:
    from vivamarket.proof.simulator.world import World

_PAUSES_SECONDS = (60.0, 1.0, 2.0, 4.0, 8.0)
_PRICES = (1_250, 999, 1_499, 2_000)
#: All that is left, something for nothing, a unit of a line, some of the shipping, and all of them together.
_ALL_THAT_IS_LEFT = RefundWish()
_FOR_NOTHING = RefundWish(goodwill=Money(100, "EUR"))
_WISHES = (
    _ALL_THAT_IS_LEFT,
    _FOR_NOTHING,
    RefundWish(lines=(RefundLine(1, 1),)),
    RefundWish(shipping=Money(150, "EUR")),
    RefundWish(lines=(RefundLine(2, 1),), shipping=Money(200, "EUR"), goodwill=Money(99, "EUR")),
    RefundWish(goodwill=Money(700, "EUR")),
)
COUNT_MAX = 4
WEBHOOKS_CHOSEN_FROM = 8


class Staff:
    """One person behind the counter."""

    def __init__(self, client: Client, shelf: Shelf, shoppers: list[Shopper]) -> None:
        self._client = client
        self._world: World = client.world
        self._shelf = shelf
        self._shoppers = shoppers

    async def work(self) -> None:
        """Do something every few seconds until the chaos ends."""
        draw = self._world.tape.draw
        doings = (
            self._reprice,
            self._count,
            self._refund,
            self._refund,
            self._cancel,
            self._refund_twice,
            self._click_twice,
            self._look_again,
            self._compare,
            *((self._empty, self._empty, self._empty) if self._world.swarm.late_money else ()),
            *((self._replay,) if self._world.swarm.listeners else ()),
            *((self._capture,) * 8 if self._world.swarm.staff_capture else ()),
        )
        while not (self._world.healed or self._world.closing):
            await self._client.pause(_PAUSES_SECONDS[draw(len(_PAUSES_SECONDS))])
            if not (self._world.healed or self._world.closing):
                await doings[draw(len(doings))]()

    async def _reprice(self) -> None:
        draw = self._world.tape.draw
        sku, price = ALL[draw(len(ALL))], _PRICES[draw(len(_PRICES))]
        self._shelf.reprice(sku, price)
        self._world.tell("staff", f"sets the price of {sku} to {price}")

    async def _count(self) -> None:
        draw = self._world.tape.draw
        await self._set_count(SCARCE[draw(len(SCARCE))], draw(COUNT_MAX + 1))

    async def _empty(self) -> None:
        """Find that nothing is left of anything but what is promised."""
        for sku in SCARCE:
            await self._set_count(sku, 0)

    async def _set_count(self, sku: Sku, on_hand: int) -> None:
        await self._client.until_answered(
            f"count {sku} {on_hand}", None, lambda api: api.staff_count(sku, on_hand)
        )

    async def _cancel(self) -> None:
        order_id = self._some_order()
        if order_id is not None:
            await self._client.until_answered("cancel", None, lambda api: api.staff_cancel(order_id))

    async def _capture(self) -> None:
        """Take the money of some order, now and then by two people at once."""
        order_id = self._some_order()
        if order_id is not None:
            if self._world.tape.draw(3) == 1:
                self._world.tasks.spawn("staff capture", self._counted(self._take(order_id)))
            await self._take(order_id)

    async def _take(self, order_id: str) -> None:
        await self._client.until_answered("capture", None, lambda api: api.staff_capture(order_id))

    async def _look_again(self) -> None:
        """Look what could go back, and take money of another amount as it is."""
        order_id = self._some_order()
        if order_id is not None:
            await self._client.until_answered("preview", None, lambda api: api.staff_preview(order_id))
            await self._client.until_answered("accept", None, lambda api: api.staff_accept(order_id))
            await self._client.until_answered("disputes", None, lambda api: api.staff_dispute(order_id))

    async def _compare(self) -> None:
        await self._client.until_answered("compare", None, lambda api: api.staff_compare())

    async def _replay(self) -> None:
        number = self._world.tape.draw(WEBHOOKS_CHOSEN_FROM)
        await self._client.until_answered("replay", None, lambda api: api.staff_replay(number))

    async def give_back_in_the_evening(self) -> None:
        """Give the last refunds of the day: whatever the provider does, they are on their way."""
        for order_id in self._known_orders():
            if self._world.swarm.staff_capture:
                self._world.tasks.spawn("staff capture", self._counted(self._take(order_id)))
            self._give_twice(order_id, _FOR_NOTHING)
            key = self._client.new_key("refund")
            self._world.tasks.spawn("staff refund", self._give(order_id, key, _ALL_THAT_IS_LEFT))

    async def _refund(self) -> None:
        order_id = self._some_order()
        if order_id is not None:
            key = self._client.new_key("refund")
            wish = _WISHES[self._world.tape.draw(len(_WISHES))]
            await self._client.until_answered(
                "refund", None, lambda api: api.staff_refund(order_id, key, wish)
            )

    async def _refund_twice(self) -> None:
        """Two people give the same order everything back at the same time."""
        order_id = self._some_order()
        if order_id is None:
            return
        for _ in range(2):
            key = self._client.new_key("refund")
            self._world.tasks.spawn("staff refund", self._give(order_id, key, _ALL_THAT_IS_LEFT))

    async def _click_twice(self) -> None:
        order_id = self._some_order()
        if order_id is not None:
            self._give_twice(order_id, _WISHES[self._world.tape.draw(len(_WISHES))])

    def _give_twice(self, order_id: str, wish: RefundWish) -> None:
        """Send one wish twice, as a double click does: it is one refund."""
        key = self._client.new_key("refund")
        for _ in range(2):
            self._world.tasks.spawn("staff refund", self._give(order_id, key, wish))

    async def _give(self, order_id: str, key: str, wish: RefundWish) -> None:
        self._world.actors += 1
        await self._client.until_answered("refund", None, lambda api: api.staff_refund(order_id, key, wish))
        self._world.actors -= 1

    async def _counted(self, work: Coroutine[Any, Any, None]) -> None:
        self._world.actors += 1
        await work
        self._world.actors -= 1

    def _known_orders(self) -> list[str]:
        return [order_id for shopper in self._shoppers for order_id in shopper.orders]

    def _some_order(self) -> str | None:
        known = self._known_orders()
        return known[self._world.tape.draw(len(known))] if known else None
