"""The race kit: many calls at the same moment, from two processes of the shop, round after round."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from tests.helpers.checkout import Shop

from vivamarket.cart.service import CartService
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.idempotency import RequestInFlight
from vivamarket.kernel.ids import Sku
from vivamarket.shop_file import read_shop_file

T = TypeVar("T")

CALLERS = 64
#: So many rounds are enough to notice a race that is open; ``--rounds 100`` is for certainty.
ROUNDS_SHORT = 2
#: How often an answer in flight is asked for again before the test gives up.
ASKS_MAX = 1_000


class Race:
    """Two processes of one shop on one database, each with connections of its own."""

    def __init__(self, first: Shop, second: Shop) -> None:
        self.shops = (first, second)
        self._carts = tuple(cart_service(shop) for shop in self.shops)

    @property
    def shop(self) -> Shop:
        """Return the process for what is no race."""
        return self.shops[0]

    def __getitem__(self, number: int) -> Shop:
        """Return the process of the caller of that number: they take turns."""
        return self.shops[number % 2]

    def carts(self, number: int) -> CartService:
        """Return the carts of the caller of that number."""
        return self._carts[number % 2]

    async def restock(self, **available: int) -> None:
        """Make so many units available, whatever has been promised before."""
        levels = await self.shop.stock.levels([Sku(sku) for sku in available])
        await self.shop.stock.set_on_hand(
            [(Sku(sku), levels[Sku(sku)].reserved + count) for sku, count in available.items()]
        )

    async def check(self) -> None:
        """Assert every invariant, books of the provider included when nothing is on its way."""
        await self.shop.check()


async def at_once(calls: Sequence[Awaitable[Any]]) -> list[Any]:
    """Start all calls at the same moment; return results and refusals. Anything else fails the test."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    strange = [
        each for each in results if isinstance(each, BaseException) and not isinstance(each, DomainError)
    ]
    assert not strange, strange
    return results


async def outcomes(calls: Sequence[Awaitable[Any]]) -> Counter[str]:
    """Start all calls at the same moment; count what came of them, by type."""
    return Counter(type(each).__name__ for each in await at_once(calls))


async def until_answered(call: Callable[..., Awaitable[T]], *arguments: Any) -> T:
    """Ask again, as a client does, while the first request with the same key is being answered."""
    for _ in range(ASKS_MAX):
        try:
            return await call(*arguments)
        except RequestInFlight:
            await asyncio.sleep(0)
    raise AssertionError("the request stays in flight")


def cart_service(shop: Shop) -> CartService:
    """Return the use cases of the cart on that shop's stores."""
    file = read_shop_file()
    return CartService(
        carts=shop.carts,
        catalog=shop.catalog,
        availability=shop.stock,
        clock=shop.clock,
        ids=shop.ids,
        rules=file,
    )
