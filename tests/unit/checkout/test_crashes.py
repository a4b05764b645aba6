"""A crash at every single step of an order's life."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

import asyncpg
import pytest
from tests.helpers.checkout import Shop, named
from tests.helpers.provider import Crash

from vivamarket.kernel.ids import OrderId
from vivamarket.orders.model import OrderStatus


class Fuse:
    """Burns down with every call through the ports it is put around; then the process dies."""

    def __init__(self, calls: int, *, after: bool) -> None:
        self._left = calls
        self._after = after

    def around(self, port: Any) -> Any:
        """Return the port, with every asynchronous method led through this fuse."""
        fused = type("Fused", (), {})()
        for name in dir(port):
            method = getattr(port, name)
            if not name.startswith("_") and callable(method):
                setattr(fused, name, self._led(method) if iscoroutinefunction(method) else method)
        return fused

    def _led(self, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **options: Any) -> Any:
            self._left -= 1
            if self._left == 0 and not self._after:
                raise Crash
            result = await method(*args, **options)
            if self._left == 0:
                raise Crash
            return result

        return call


async def one_life(shop: Shop, order_id: OrderId) -> None:
    """Pay, settle, hear of it, refund; or let it expire: all that happens to orders."""
    await shop.pay(order_id)
    await shop.webhook(order_id, f"evt-{order_id}")
    await shop.inbox.run_once()
    await shop.checkout.settle(order_id)
    await shop.checkout.refund_order(order_id, None, reason="", attempt=named(f"refund-{order_id}"))
    other = await shop.ordered()
    await shop.checkout.start_payment(other)
    shop.later(minutes=16)
    await shop.expiry.run_once()


@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
async def test_a_crash_at_any_step_is_repaired(pool: asyncpg.Pool, after: bool) -> None:
    healthy = Shop(pool)
    await healthy.open(MUG=200)
    crashes = 0
    for at in range(1, 60):
        order_id = await healthy.ordered()
        breaking = Shop(pool, twin=healthy, wrap=Fuse(at, after=after).around)
        try:
            await one_life(breaking, order_id)
        except Crash:
            crashes += 1
        else:
            break
    await healthy.heal()

    await healthy.check(settled=True)
    assert crashes > 15
    states = {each.state.status for each in (await healthy.evidence.read()).orders}
    assert states <= {OrderStatus.PAID, OrderStatus.REFUNDED, OrderStatus.EXPIRED}
