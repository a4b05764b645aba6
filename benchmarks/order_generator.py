"""Fills a shop with orders in every state, as the shop itself makes them: placed in batches, then decided.

Nothing is written around the domain but the carts, so every invariant holds of the result. The sandbox's
own books are written beside it, so that a check has something to compare with.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg

from benchmarks.ready_orders import JO, Buyer, Orders
from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.ids import SystemIds
from vivamarket.adapters.postgres.checkout import PostgresCheckoutStore
from vivamarket.adapters.postgres.placements import PostgresPlacementStore
from vivamarket.adapters.postgres.pool import create_pool
from vivamarket.adapters.stripe.reading import ORDER_KEY, PAYMENT_KEY
from vivamarket.checkout import decisions
from vivamarket.checkout.model import CancelReason, Change, OrderState, Placement, PlacementOutcome
from vivamarket.checkout.ports import PLACEMENTS_MAX
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import PaymentId, ProductId, RefundId, Sku
from vivamarket.kernel.money import Money
from vivamarket.payments.model import ProviderPayment, ProviderRefund, ProviderStatus, RefundStatus
from vivamarket.sandbox import SqliteRecordStore
from vivamarket.sandbox.model import Intent, Refund

WORKERS = 8
STATEMENT_TIMEOUT_SECONDS = 120.0
#: Of a hundred orders so many are canceled, paid and refunded, or left open; the others are paid.
CANCELED_PERCENT = 5
REFUNDED_PERCENT = 3
OPEN_PERCENT = 2

_CARTS = """
INSERT INTO cart (id, version, doc, updated_at)
SELECT 'cart-' || n, 1, '{}', now() FROM generate_series(1, $1::int) AS n
"""


#: For connections opened from then on.
_FORGETFUL = "ALTER ROLE current_user SET synchronous_commit = off"
_DURABLE = "ALTER ROLE current_user RESET synchronous_commit"


class Calendar:
    """A clock that goes through the days before now while orders are made, and ends at the present."""

    def __init__(self, days: float) -> None:
        self._real = SystemClock()
        self._behind = self._length = timedelta(days=days)

    def at(self, share: float) -> None:
        """Go to where so much of all orders is made, 0 to 1."""
        self._behind = self._length * (1 - share)

    def now(self) -> datetime:
        """Return the time it is on that day."""
        return self._real.now() - self._behind

    def monotonic(self) -> float:
        """Return the seconds of the real clock."""
        return self._real.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        await self._real.sleep(seconds)


class OrderGenerator:
    """Makes orders in one shop."""

    def __init__(self, pool: asyncpg.Pool, books: SqliteRecordStore, clock: Clock) -> None:
        self._clock = clock
        self._ids = SystemIds(self._clock)
        self._placements = PostgresPlacementStore(pool)
        self._store = PostgresCheckoutStore(pool)
        self._books = books

    async def make(self, batch: Sequence[Placement], first_number: int) -> None:
        """Place the batch and bring each order to its state."""
        for answer in await self._placements.place(batch):
            if answer.outcome is not PlacementOutcome.PLACED:
                raise RuntimeError(f"an order was {answer.outcome}")
        states = []
        for number, placement in enumerate(batch, start=first_number):
            state = await self._decide(placement, number % 100)
            if state is not None:
                states.append(state)
        with self._books.transaction():
            for state in states:
                self._enter(state)

    async def _decide(self, placement: Placement, share: int) -> OrderState | None:
        """Return the paid order; None when no money came."""
        order_id, payment_id, now = placement.order.id, placement.payment_id, self._clock.now()
        if share < OPEN_PERCENT:
            return None
        if share < OPEN_PERCENT + CANCELED_PERCENT:
            await self._store.change(
                order_id, lambda state: decisions.begin_cancel(state, CancelReason.CUSTOMER, now), now
            )
            return None
        refund_id = RefundId(self._ids.uuid7())
        seen = _taken(payment_id, placement.order.total)

        def pay(state: OrderState) -> Change:
            begun = decisions.begin_payment(state, payment_id, now)
            paid = decisions.observe(begun.state, payment_id, seen, refund_id=refund_id, now=now)
            return replace(paid, steps=begun.steps + paid.steps, events=begun.events + paid.events)

        state = await self._store.change(order_id, pay, now)
        if share < OPEN_PERCENT + CANCELED_PERCENT + REFUNDED_PERCENT:
            state = await self._refund(state, refund_id)
        return state

    async def _refund(self, state: OrderState, refund_id: RefundId) -> OrderState:
        now = self._clock.now()
        key = f"refund-{refund_id}"
        await self._store.change(
            state.id,
            lambda state: decisions.request_refund(
                state, None, refund_id=refund_id, reason="broken", request_key=key, now=now
            ),
            now,
        )
        given = ProviderRefund(
            provider_ref=f"re_{refund_id}", status=RefundStatus.SUCCEEDED, amount=state.total
        )
        return await self._store.change(
            state.id, lambda state: decisions.observe_refund(state, refund_id, given, now), now
        )

    def _enter(self, state: OrderState) -> None:
        """Write what the sandbox would have written of the payment and its refunds."""
        created = int(self._clock.now().timestamp())
        payment = state.newest_payment
        intent = f"pi_{payment.id}"
        self._books.put(
            Intent(
                id=intent,
                created=created,
                status="succeeded",
                amount=payment.amount.minor_units,
                currency=payment.amount.currency.lower(),
                capture_method="automatic",
                metadata={ORDER_KEY: state.id, PAYMENT_KEY: payment.id},
                amount_received=payment.amount.minor_units,
            )
        )
        for refund in state.refunds:
            self._books.put(
                Refund(
                    id=f"re_{refund.id}",
                    created=created,
                    amount=refund.amount.minor_units,
                    currency=refund.amount.currency.lower(),
                    charge=f"ch_{payment.id}",
                    payment_intent=intent,
                    status="succeeded",
                )
            )


def _taken(payment_id: PaymentId, amount: Money) -> ProviderPayment:
    return ProviderPayment(
        provider_ref=f"cs_{payment_id}",
        status=ProviderStatus.SUCCEEDED,
        amount=amount,
        provider_payment_ref=f"pi_{payment_id}",
        payment_id=payment_id,
    )


async def generate_orders(
    url: str,
    sandbox: Path,
    count: int,
    skus: Sequence[Sku],
    *,
    progress: Callable[[int], None] = lambda orders: None,
    days: float = 0.0,
    buyers: Callable[[int], Buyer] = lambda number: JO,
    products: Mapping[Sku, ProductId] | None = None,
) -> None:
    """Make that many orders of the SKUs, which must be in stock, once per shop, spread over the last days.

    While it works, the database does not wait for the disk: a crash means to begin again.
    """
    books = SqliteRecordStore(sandbox)
    firsts = iter(range(0, count, PLACEMENTS_MAX))
    async with _pool(url, size_max=1) as pool:
        await pool.execute(_CARTS, count)
        await pool.execute(_FORGETFUL)
    async with _pool(url, size_max=WORKERS) as pool:
        numbers = iter(range(1, count + 1))

        async def work() -> None:
            # Each is somewhere else in time: an order is paid within minutes of its own.
            calendar = Calendar(days)
            generator = OrderGenerator(pool, books, calendar)
            orders = Orders(
                lambda number: (skus[number % len(skus)], skus[number * 7 % len(skus)]),
                clock=calendar,
                buyers=buyers,
                products=products,
                numbers=numbers,
            )
            for first in firsts:
                calendar.at(first / count)
                batch = [orders.next() for _ in range(min(PLACEMENTS_MAX, count - first))]
                await generator.make(batch, first)
                progress(len(batch))

        async with asyncio.TaskGroup() as workers:
            for _ in range(WORKERS):
                workers.create_task(work())
        await pool.execute(_DURABLE)
        await pool.execute("DELETE FROM outbox")  # delivered long ago
        await pool.execute("VACUUM ANALYZE")
    books.close()


@asynccontextmanager
async def _pool(url: str, *, size_max: int) -> AsyncIterator[asyncpg.Pool]:
    async with await create_pool(
        url,
        size_max=size_max,
        application_name="generator",
        command_timeout_seconds=STATEMENT_TIMEOUT_SECONDS,
    ) as pool:
        yield pool
