"""Shoppers: they fill carts, place, pay, come back or do not, cancel, click twice, open two tabs."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.proof.chaos.caller import Answer, Caller, Unanswered
from vivamarket.proof.chaos.hosted_page import HostedPage, PageOutcome
from vivamarket.proof.chaos.market import CURRENCY, GOODS
from vivamarket.proof.chaos.model import Tally

T = TypeVar("T")

THINK_SECONDS_MAX = 0.6
QUANTITY_MAX = 3
ADDRESS = {
    "name": "Jo Chaos",
    "line1": "Calle Mayor 1",
    "city": "Madrid",
    "postal_code": "28013",
    "country": "ES",
}
VISA = "4242424242424242"
#: What a shopper does about paying, how often, and the card; ``None`` leaves the page without paying.
WAYS: tuple[tuple[str, int, str | None], ...] = (
    ("pays", 50, VISA),
    ("declined, then pays", 12, "4000000000000002"),
    ("3-D Secure", 10, "4000002500003155"),
    ("slow bank", 6, "4000000000003220"),
    ("slow bank refuses", 4, "4000000000003238"),
    ("slow refund", 6, "4000000000007726"),
    ("leaves", 12, None),
)
#: Cards with which an accepted payment has succeeded at once.
_AT_ONCE = frozenset({"pays", "declined, then pays", "3-D Secure", "slow refund"})
#: Refusals that a shopper must expect; any other is strange.
_EXPECTED = {
    "place": frozenset({"out_of_stock", "cart_already_ordered"}),
    "payment": frozenset({"order_not_payable"}),
    "cancel": frozenset({"order_not_cancelable"}),
}


@dataclass(slots=True)
class Intent:
    """One logical order: what the shop and the provider have acknowledged about it."""

    email: str
    cart_id: str = ""
    order_id: str = ""
    number: str = ""
    token: str = ""
    total: int = 0
    #: The provider's page has accepted the payment, and the money is taken.
    charged: bool = False
    #: Request keys of refunds that staff asked for.
    refunds: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Crowd:
    """What the shoppers share: the names of the run and the orders so far."""

    run: str
    orders: list[Intent]


class Shopper:
    """Orders one thing after the other. Everything is drawn from the seed, in the same order."""

    def __init__(
        self,
        name: str,
        caller: Caller,
        page: HostedPage,
        *,
        crowd: Crowd,
        clock: SystemClock,
        chance: random.Random,
        tally: Tally,
    ) -> None:
        self._name = name
        self._caller = caller
        self._page = page
        self._crowd = crowd
        self._clock = clock
        self._chance = chance
        self._tally = tally
        self._wishes = 0
        self._keys = 0

    async def shop_until(self, moment: float) -> None:
        """Begin new orders until that monotonic moment; the last one is brought to its end."""
        try:
            while self._clock.monotonic() < moment:
                await self._order_once()
                await self._clock.sleep(self._chance.uniform(0.0, THINK_SECONDS_MAX))
        finally:
            await self._caller.close()
            await self._page.close()

    async def _order_once(self) -> None:
        self._wishes += 1
        try:
            await self._order()
        except Unanswered:
            self._tally.outcomes["unknown"] += 1

    async def _order(self) -> None:
        intent = Intent(email=f"{self._crowd.run}-{self._name}-{self._wishes}@example.com")
        quote_hash = await self._fill_cart(intent)
        if not quote_hash or not await self._place(intent, quote_hash):
            return
        self._crowd.orders.append(intent)
        if self._chance.random() < 0.08:
            await self._cancel(intent)
            if self._chance.random() < 0.5:
                return
        await self._pay(intent)

    async def _fill_cart(self, intent: Intent) -> str:
        chosen = self._chance.sample(GOODS, k=self._chance.choice((1, 1, 2)))
        lines = [{"sku": sku, "quantity": self._chance.randint(1, QUANTITY_MAX)} for sku, _, _ in chosen]
        wish = {"currency": CURRENCY, "locale": "en", "lines": lines}
        cart = await self._ask("cart", "POST", "/api/v1/carts", wish)
        if not cart.is_ok:
            return ""
        intent.cart_id = cart.content["id"]
        path = f"/api/v1/carts/{intent.cart_id}"
        details = {"email": intent.email, "shipping_address": ADDRESS, "shipping_method": "standard"}
        if not (await self._ask("details", "PUT", f"{path}/details", details)).is_ok:
            return ""
        quote = await self._caller.ask("quote", "GET", f"{path}/quote")
        return str(quote.content["hash"]) if quote.is_ok else ""

    async def _place(self, intent: Intent, quote_hash: str) -> bool:
        """Place the order: once, by a double click with one key, or from two tabs with two keys."""
        body = {"cart_id": intent.cart_id, "quote_hash": quote_hash}
        draw, key = self._chance.random(), self._key("place")
        keys = [key, key] if draw < 0.15 else [key, self._key("place")] if draw < 0.25 else [key]
        asking = (self._ask("place", "POST", "/api/v1/orders", body, key=each) for each in keys)
        answers = await _together(asking)
        placed = [answer for answer in answers if answer.is_ok]
        if not placed:
            refusal = "out_of_stock" if answers[0].code == "out_of_stock" else "other"
            self._tally.outcomes[f"refused: {refusal}"] += 1
            return False
        order = placed[0].content["order"]
        if any(answer.content["order"]["id"] != order["id"] for answer in placed):
            self._caller.strange(f"two orders of the cart {intent.cart_id}")
        intent.order_id, intent.number = order["id"], order["number"]
        intent.total, intent.token = order["total"]["minor_units"], placed[0].content["token"]
        self._tally.outcomes["placed"] += 1
        return True

    async def _pay(self, intent: Intent) -> None:
        started = await self._start_payment(intent)
        if started is None:
            return
        way, _, card = self._chance.choices(WAYS, weights=[each[1] for each in WAYS])[0]
        if card is None:
            self._tally.outcomes["left the page"] += 1
            if self._chance.random() < 0.3:
                await self._cancel(intent)
            return
        paying = self._pay_on_page(intent, way, started, card)
        if self._chance.random() < 0.06:
            await asyncio.gather(paying, self._cancel(intent))
        else:
            await paying
        if self._chance.random() < 0.5:
            await self._change(intent, "settle")

    async def _start_payment(self, intent: Intent) -> str | None:
        """Return the provider's page; two tabs must be shown the same one."""
        tabs = 2 if self._chance.random() < 0.1 else 1
        answers = await _together(self._change(intent, "payment") for _ in range(tabs))
        pages = {answer.content["redirect_url"] for answer in answers if answer.is_ok}
        if len(pages) > 1:
            self._caller.strange(f"two pages for the order {intent.number}: {sorted(map(str, pages))}")
        return pages.pop() if pages else None

    async def _pay_on_page(self, intent: Intent, way: str, page_url: str, card: str) -> None:
        outcome = await self._page.pay(page_url, card)
        if outcome is PageOutcome.DECLINED and way.startswith("declined"):
            self._tally.outcomes["declined"] += 1
            outcome = await self._page.pay(page_url, VISA)
        if outcome is PageOutcome.ACCEPTED and way in _AT_ONCE:
            intent.charged = True
            self._tally.outcomes["paid"] += 1

    async def _cancel(self, intent: Intent) -> None:
        if (await self._change(intent, "cancel")).is_ok:
            self._tally.outcomes["cancel taken"] += 1

    async def _change(self, intent: Intent, step: str) -> Answer:
        path = f"/api/v1/orders/{intent.order_id}/{step}"
        return await self._ask(step, "POST", path, token=intent.token)

    async def _ask(
        self, step: str, method: str, path: str, body: object = None, *, key: str = "", token: str = ""
    ) -> Answer:
        """Ask under a key, a new one if none is given; note a refusal that nobody expects."""
        answer = await self._caller.ask(step, method, path, body, key=key or self._key(step), token=token)
        if not answer.is_ok and answer.code not in _EXPECTED.get(step, frozenset()):
            self._caller.strange(f"{step}: {answer.status} {answer.code}")
        return answer

    def _key(self, step: str) -> str:
        self._keys += 1
        return f"{self._crowd.run}-{self._name}-{self._keys}-{step}"


async def _together(work: Iterable[Awaitable[T]]) -> list[T]:
    return await asyncio.gather(*work)


def names(count: int) -> Sequence[str]:
    """Return the shoppers' names."""
    return [f"shopper-{number:02}" for number in range(1, count + 1)]
