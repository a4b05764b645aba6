"""Everything at once, from two processes on one database; and a crash at every single step."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

import asyncpg
import pytest
from tests.helpers.checkout import MUG, TEA, Shop, named, rendered
from tests.helpers.provider import Crash

from vivamarket.cart.errors import CartOrdered
from vivamarket.checkout.errors import OutOfStock
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.idempotency import RequestInFlight, StoredResponse, attempt
from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.errors import NothingToRefund

CALLERS = 64


@pytest.fixture
def shops(pool: asyncpg.Pool) -> tuple[Shop, Shop]:
    first = Shop(pool)
    return first, Shop(pool, twin=first)


async def outcomes(calls: list[Awaitable[Any]]) -> Counter[str]:
    """Run all calls at once and count what came of them, by type."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    unexpected = [
        each for each in results if isinstance(each, BaseException) and not isinstance(each, DomainError)
    ]
    assert not unexpected, unexpected
    return Counter(type(each).__name__ for each in results)


@pytest.mark.parametrize("units", [1, 2, 3, 4])
async def test_so_many_orders_as_units_and_not_one_more(shops: tuple[Shop, Shop], units: int) -> None:
    await shops[0].open(MUG=units, TEA=CALLERS)
    carts = [await shops[0].cart((MUG, 1), (TEA, 1)) for _ in range(CALLERS)]

    counts = await outcomes([shops[n % 2].place(cart_id) for n, cart_id in enumerate(carts)])

    assert counts == {"StoredResponse": units, OutOfStock.__name__: CALLERS - units}
    assert await shops[0].stock.available([MUG, TEA]) == {MUG: 0, TEA: CALLERS - units}
    await shops[0].check()


async def test_lines_in_opposite_order_never_block_each_other_for_good(shops: tuple[Shop, Shop]) -> None:
    await shops[0].open(MUG=CALLERS, TEA=CALLERS)
    carts = [
        await shops[0].cart(*([(MUG, 1), (TEA, 1)] if n % 2 else [(TEA, 1), (MUG, 1)]))
        for n in range(CALLERS)
    ]
    counting = [shops[0].stock.set_on_hand([(TEA, CALLERS), (MUG, CALLERS)]) for _ in range(4)]

    counts = await outcomes([*(shops[n % 2].place(cart_id) for n, cart_id in enumerate(carts)), *counting])

    assert counts == {"StoredResponse": CALLERS, "CountResult": 4}
    await shops[0].check()


async def test_one_key_is_one_order_and_the_same_bytes(shops: tuple[Shop, Shop]) -> None:
    await shops[0].open(MUG=CALLERS)
    cart_id = await shops[0].cart((MUG, 1))
    quote = await shops[0].pricing.quote(cart_id)
    once = attempt("place-once", route="POST /orders", caller="", body=b"{}")

    async def place_until_answered(shop: Shop) -> StoredResponse:
        while True:
            try:
                return await shop.checkout.place_order(cart_id, quote.hash, once, rendered)
            except RequestInFlight:
                await asyncio.sleep(0)

    answers = await asyncio.gather(*(place_until_answered(shops[n % 2]) for n in range(CALLERS)))

    assert len(set(answers)) == 1
    assert len((await shops[0].evidence.read()).orders) == 1
    await shops[0].check()


async def test_two_tabs_with_keys_of_their_own_make_one_order(shops: tuple[Shop, Shop]) -> None:
    await shops[0].open(MUG=CALLERS)
    cart_id = await shops[0].cart((MUG, 1))

    counts = await outcomes([shops[n % 2].place(cart_id) for n in range(CALLERS)])

    assert counts == {"StoredResponse": 1, CartOrdered.__name__: CALLERS - 1}
    await shops[0].check()


async def test_many_tabs_that_start_to_pay_get_one_page(shops: tuple[Shop, Shop]) -> None:
    await shops[0].open(MUG=1)
    order_id = await shops[0].ordered()

    starts = await asyncio.gather(*(shops[n % 2].checkout.start_payment(order_id) for n in range(CALLERS)))

    assert len({start.redirect_url for start in starts}) == 1
    assert len(shops[0].provider.sessions) == 1
    await shops[0].check()


async def test_webhooks_return_pages_and_reconciler_at_once_have_one_effect(shops: tuple[Shop, Shop]) -> None:
    await shops[0].open(MUG=1)
    order_id = await shops[0].ordered()
    await shops[0].pay(order_id)
    for name in ("evt_1", "evt_2", "evt_3"):
        await shops[0].webhook(order_id, name)
    shops[0].later(seconds=61)

    await outcomes(
        [
            *(shops[n % 2].checkout.settle(order_id) for n in range(16)),
            *(shops[n % 2].inbox.run_once() for n in range(4)),
            *(shops[n % 2].reconciler.run_once() for n in range(4)),
        ]
    )

    steps = (await shops[0].evidence.read()).orders[0].steps
    assert [step.event for step in steps].count("paid") == 1
    await shops[0].heal()
    await shops[0].check(settled=True)


async def test_expiry_against_payment_ends_paid_or_expired_but_never_both(shops: tuple[Shop, Shop]) -> None:
    await shops[0].open(MUG=CALLERS)
    orders = [await shops[0].ordered() for _ in range(16)]
    for order_id in orders:
        await shops[0].checkout.start_payment(order_id)
    shops[0].later(minutes=15, seconds=1)

    async def pay_now(order_id: OrderId) -> None:
        await asyncio.sleep(0)
        await shops[0].pay(order_id)
        await shops[1].checkout.settle(order_id)

    await outcomes(
        [
            *(pay_now(order_id) for order_id in orders),
            *(shops[n % 2].expiry.run_once() for n in range(4)),
            *(shops[0].checkout.cancel_order(order_id) for order_id in orders[::3]),
        ]
    )

    await shops[0].heal()
    await shops[0].check(settled=True)
    statuses = {each.state.status for each in (await shops[0].evidence.read()).orders}
    assert statuses <= {OrderStatus.PAID, OrderStatus.EXPIRED, OrderStatus.CANCELED}


async def test_many_refunds_at_once_never_exceed_what_was_paid(shops: tuple[Shop, Shop]) -> None:
    await shops[0].open(MUG=2)
    order_id = await shops[0].paid((MUG, 1))
    wanted = Money((await shops[0].state(order_id)).total.minor_units // 3 + 1, "EUR")

    counts = await outcomes(
        [
            shops[n % 2].checkout.refund_order(order_id, wanted, reason="", attempt=named(f"refund-{n}"))
            for n in range(16)
        ]
    )

    assert counts == {"OrderState": 2, NothingToRefund.__name__: 14}
    await shops[0].check(settled=True)


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
