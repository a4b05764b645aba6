"""Stores with a weakness, or with an eye on them: what some worlds put between a process and its database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from vivamarket.checkout.model import OrderState, Placement, PlacementAnswer
from vivamarket.checkout.ports import Decide
from vivamarket.kernel.ids import OrderId, PaymentId
from vivamarket.payments.model import PaymentStatus, RefundStatus
from vivamarket.proof.simulator.lines import WriteFailed
from vivamarket.proof.simulator.moments import broken_now, oversold
from vivamarket.proof.simulator.provider import POISON
from vivamarket.proof.simulator.shelf import SCARCE

if TYPE_CHECKING:
    from vivamarket.proof.simulator.world import World

#: How long a batch takes in a rush: long enough that the next one gathers meanwhile.
RUSH_BATCH_SECONDS = 0.05
_OPEN = (RefundStatus.NEW, RefundStatus.REQUESTED)


class StaffsWishesOnly:
    """A checkout's store in which only what staff began is ever due for the reconciler.

    For worlds whose reconciler does not settle payments: somebody must still push refunds, and take money
    that staff have begun to take, and that is the same job of the worker.
    """

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def claim_unsettled(self, now: datetime, lease_seconds: float, limit: int) -> tuple[OrderId, ...]:
        """See ``CheckoutStore``."""
        due: list[OrderId] = []
        for order_id in await self._store.claim_unsettled(now, lease_seconds, limit):
            state = await self._store.state(order_id)
            settled = state.newest_payment.status is PaymentStatus.SUCCEEDED
            refunding = settled and any(each.status in _OPEN for each in state.refunds)
            if refunding or any(each.status is PaymentStatus.CAPTURING for each in state.payments):
                due.append(order_id)
        return tuple(due)


class Poisoned:
    """A checkout's store on which looking up one certain payment always fails, whoever asks."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def find_payment(
        self, payment_id: PaymentId | None, provider_ref: str | None
    ) -> tuple[OrderId, PaymentId] | None:
        """See ``CheckoutStore``."""
        if provider_ref is not None and provider_ref.startswith(POISON):
            raise WriteFailed("this payment cannot be read")
        found: tuple[OrderId, PaymentId] | None = await self._store.find_payment(payment_id, provider_ref)
        return found


class Watched:
    """A checkout's store whose every change is looked at: what is broken for a moment only counts too."""

    def __init__(self, store: Any, world: World) -> None:
        self._store = store
        self._world = world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def change(
        self, order_id: OrderId, decide: Decide, at: datetime, *, inbox_event_id: str | None = None
    ) -> OrderState:
        """See ``CheckoutStore``."""
        state: OrderState = await self._store.change(order_id, decide, at, inbox_event_id=inbox_event_id)
        world = self._world
        world.seen_broken.extend(broken_now(state))
        world.seen_broken.extend(oversold(world.database.tables.stock.values(), SCARCE))
        return state


class Crowded:
    """Where a rush places its orders: each batch takes its time, and some large ones end in a deadlock."""

    def __init__(self, placements: Any, world: World) -> None:
        self._placements = placements
        self._draw = world.tape.draw

    async def place(self, placements: Sequence[Placement]) -> list[PlacementAnswer]:
        """See ``PlacementStore``."""
        await asyncio.sleep(RUSH_BATCH_SECONDS)
        if len(placements) > 1 and self._draw(3) == 1:
            raise WriteFailed("deadlock detected")
        answers: list[PlacementAnswer] = await self._placements.place(placements)
        return answers
