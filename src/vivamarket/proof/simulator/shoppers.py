"""Shoppers: two tabs, double clicks, impatience, second thoughts, and every kind of card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import Sku
from vivamarket.proof.simulator.clients import Client, NoAnswer, asks_again, code_of, read
from vivamarket.proof.simulator.provider import ProviderSite
from vivamarket.proof.simulator.shelf import ALL, EBOOK, SCARCE
from vivamarket.proof.simulator.swarm import Path

if TYPE_CHECKING:
    from vivamarket.proof.simulator.world import World

TRIES_MAX = 4
PAYMENTS_MAX = 3
RETURNS_MAX = 60
RETURN_PAUSE_SECONDS = 3.0
CANCELS_MAX = 15
CANCEL_PAUSE_SECONDS = 4.0
#: In a rush everybody orders then.
SALE_OPENS_SECONDS = 4.0
#: By then a bank has refused what it was processing, and the shop has heard of it.
REFUSED_AFTER_SECONDS = 10.0
_THINK_SECONDS = (0.1, 0.3, 0.5, 1.0, 4.0, 20.0)
_ARRIVALS_SECONDS = (0.0, 0.0, 0.5, 2.0, 6.0)
_CARDS = (
    "visa",
    "visa",
    "three_d_secure",
    "declined",
    "processing",
    "processing_fails",
    "disputed",
    "refund_pending",
    "three_d_secure_declined",
)
#: What people pay with whose bank refuses at first.
_LATE_CARDS = ("processing_fails", "processing_fails", "processing_fails", "visa", "declined")
_METHODS = ("standard", "express")
_ENDED = frozenset({"authorized", "paid", "expired", "canceled", "refunded", "partially_refunded", "review"})
_TAKEN = frozenset({"succeeded", "processing", "requires_capture"})


class Shopper:
    """One person who wants one cart ordered once, whatever it takes."""

    def __init__(self, client: Client, provider: ProviderSite, neighbours: list[Shopper]) -> None:
        self._client = client
        self._world: World = client.world
        self._provider = provider
        self._neighbours = neighbours
        #: Orders this person may read: id to token.
        self.orders: dict[str, str] = {}
        self._paid: set[str] = set()
        self._cart_id = ""

    async def shop(self) -> None:
        """Fill a cart, order it, pay, come back; in one or two tabs."""
        draw = self._world.tape.draw
        await self._client.pause(_ARRIVALS_SECONDS[draw(len(_ARRIVALS_SECONDS))])
        if not await self._fill():
            return
        tabs = 1 + (draw(3) == 1)
        if tabs == 2:
            self._beside("second tab", self._tab())
        if draw(4) == 1:
            self._beside("second thoughts", self._change_cart())
        await self._tab()
        await self._look_around()
        if self._world.swarm.late_money:
            await self._cancel_in_vain()

    async def come_back(self) -> None:
        """Open the return page of what was paid until it says how that ended."""
        if Path.RETURN not in self._world.swarm.paths:
            return
        for order_id in list(self._paid):
            await self._return(order_id, RETURNS_MAX)

    async def _fill(self) -> bool:
        draw, client = self._world.tape.draw, self._client
        # The vase can be sold without end; a rush wants one thing, and late money what may be gone.
        few = 1 if self._world.swarm.rush else len(SCARCE) if self._world.swarm.late_money else len(ALL)
        first = draw(few)
        lines = [(ALL[first], 1 + (draw(2 if self._world.swarm.sends else 4) == 1))]
        if draw(3) == 1:
            lines.append((ALL[(first + 1) % len(ALL)], 1))
        if self._world.swarm.sends and draw(3) == 1:
            lines.append((EBOOK, 1))
        key = client.new_key("cart")
        made = await client.until_answered("begin cart", key, lambda api: api.create_cart(key, lines))
        if made is None or made.status != 200:
            return False
        self._cart_id = read(made)["id"]
        named = client.new_key("details")
        method = _METHODS[draw(2)]
        told = await client.until_answered(
            "give details",
            named,
            lambda api: api.set_details(self._cart_id, named, client.email, method),
        )
        return told is not None and told.status == 200

    async def _tab(self) -> None:
        """Look at the quote, confirm it, pay; when something changed, look again."""
        for _ in range(TRIES_MAX):
            if self._world.healed:
                return
            quote = await self._client.until_answered(
                "read quote", None, lambda api: api.quote(self._cart_id)
            )
            if quote is None or quote.status != 200:
                return
            await self._wait_to_order()
            placed = await self._place(read(quote))
            if placed is None or placed.status == 201 or code_of(placed) != "quote_changed":
                break
        for order_id in list(self.orders):
            if self._world.tape.draw(8) == 1:
                self._beside("cancel", self._cancel(order_id))
            await self._pay(order_id)

    async def _place(self, quote: Any) -> StoredResponse | None:
        draw, client = self._world.tape.draw, self._client
        key = client.new_key("order")
        eager = self._world.swarm.rush
        if draw(5) == 1 or eager:
            self._beside("double click", self._confirm(key, quote))
        if draw(5) == 1 or eager:
            impatient = client.new_key("order")
            self._beside("impatience", self._confirm(impatient, quote))
        return await self._confirm(key, quote)

    async def _confirm(self, key: str, quote: Any) -> StoredResponse | None:
        self._client.wishes(self._cart_id, key)
        placed = await self._client.until_answered(
            "place order", key, lambda api: api.place(key, self._cart_id, quote["hash"])
        )
        if placed is not None and placed.status == 201:
            body = read(placed)
            self.orders[body["order"]["id"]] = body["token"]
            self._client.acknowledged(self._cart_id, quote["total"], body)
        return placed

    async def _pay(self, order_id: str) -> None:
        draw = self._world.tape.draw
        for _ in range(PAYMENTS_MAX):
            if draw(5) == 1:
                self._beside("second window", self._pay_beside(order_id))
            page = await self._open_page(order_id)
            if page is None:
                return
            if draw(8) == 1:  # leaves without paying
                return
            await self._think()
            cards = _LATE_CARDS if self._world.swarm.late_money else _CARDS
            card = cards[draw(len(cards))]
            outcome = self._provider.pay(page, card, approve=draw(8) != 1, short=draw(16) == 1)
            self._world.tell(self._client.name, f"pays with {card}: {outcome}")
            if outcome in _TAKEN:
                self._paid.add(order_id)
                await self._think()
                if Path.RETURN in self._world.swarm.paths and draw(4) != 1:
                    await self._return(order_id, 2)
                if not self._world.swarm.late_money or outcome != "processing":
                    return
                await self._client.pause(REFUSED_AFTER_SECONDS)
                continue
            if draw(3) == 1:
                return

    async def _pay_beside(self, order_id: str) -> None:
        """Open the payment in a second window and pay there as well: it must be the same page."""
        page = await self._open_page(order_id)
        if page is None:
            return
        await self._think()
        outcome = self._provider.pay(page, "visa", approve=True)
        self._world.tell(self._client.name, f"pays in the second window: {outcome}")
        if outcome in _TAKEN:
            self._paid.add(order_id)

    async def _open_page(self, order_id: str) -> str | None:
        client, token = self._client, self.orders[order_id]
        key = client.new_key("pay")
        started = await client.until_answered(
            "start payment", key, lambda api: api.start_payment(order_id, token, key)
        )
        if started is None or started.status != 200:
            return None
        address = read(started)["redirect_url"]
        return address.rsplit("/", 1)[-1] if address else None

    async def _return(self, order_id: str, visits_max: int) -> None:
        for _ in range(visits_max):
            if await self._visit(order_id):
                return
            await self._client.pause(RETURN_PAUSE_SECONDS)

    async def _visit(self, order_id: str) -> bool:
        """Open the return page once; return whether it said how the order ended."""
        client, token = self._client, self.orders[order_id]
        key = client.new_key("settle")
        try:
            shown = await client.once("return page", lambda api: api.settle(order_id, token, key), key=key)
        except NoAnswer:
            return False
        if asks_again(shown):
            return False
        return shown.status != 200 or read(shown)["status"] in _ENDED

    async def _cancel(self, order_id: str) -> None:
        await self._think()
        client, token = self._client, self.orders[order_id]
        key = client.new_key("cancel")
        await client.until_answered("cancel", key, lambda api: api.cancel(order_id, token, key))

    async def _cancel_in_vain(self) -> None:
        """Cancel again and again what has ended long ago: its money may be on its way back at that moment."""
        for _ in range(CANCELS_MAX):
            if self._world.healed:
                return
            await self._client.pause(CANCEL_PAUSE_SECONDS)
            for order_id in list(self.orders):
                await self._cancel(order_id)

    async def _change_cart(self) -> None:
        draw, client = self._world.tape.draw, self._client
        await self._think()
        key = client.new_key("line")
        sku: Sku = ALL[draw(len(ALL))]
        quantity = 1 + draw(2)
        await client.until_answered(
            "change cart", key, lambda api: api.set_line(self._cart_id, key, sku, quantity)
        )

    async def _look_around(self) -> None:
        """Try to read a neighbour's order with one's own token."""
        if self._world.tape.draw(4) != 1:
            return
        for neighbour in self._neighbours:
            if neighbour is self or not neighbour.orders or not self.orders:
                continue
            foreign, token = next(iter(neighbour.orders)), next(iter(self.orders.values()))
            await self._peep(foreign, token)

    async def _peep(self, order_id: str, token: str) -> None:
        await self._client.until_answered("peep", None, lambda api: api.order(order_id, token))

    async def _wait_to_order(self) -> None:
        """Think about it; in a rush wait until the sale opens, with everybody else."""
        if self._world.swarm.rush:
            await self._client.pause(max(SALE_OPENS_SECONDS - self._world.loop.now, 0.0))
        else:
            await self._think()

    async def _think(self) -> None:
        await self._client.pause(_THINK_SECONDS[self._world.tape.draw(len(_THINK_SECONDS))])

    def _beside(self, what: str, work: Any) -> None:
        self._world.actors += 1
        self._world.tasks.spawn(f"{self._client.name} {what}", self._counted(work))

    async def _counted(self, work: Any) -> None:
        try:
            await work
        finally:
            self._world.actors -= 1
