"""The returns' use cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Refused
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import IdSource, OrderId, parse_uuid
from vivamarket.kernel.paging import Page, page_size
from vivamarket.returns import decisions
from vivamarket.returns.decisions import Arrived, Wanted, Wish
from vivamarket.returns.model import OrderReturns, Return, ReturnId, ReturnReason, ReturnRow, ReturnStatus
from vivamarket.returns.ports import ReturnEffects, ReturnStore


class ReturnService:
    """Use cases of customers, who ask, and of staff, who answer and receive.

    ``days`` says how long the shop takes things back; it may change while the shop runs.
    """

    def __init__(
        self,
        *,
        store: ReturnStore,
        effects: ReturnEffects,
        days: Callable[[], int],
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._store = store
        self._effects = effects
        self._days = days
        self._clock = clock
        self._ids = ids

    async def of_order(self, order_id: OrderId) -> OrderReturns:
        """Return the order's returns, and what may still be sent back."""
        return await self._store.of_order(order_id)

    def ends_at(self, order: OrderReturns) -> datetime | None:
        """Return until when the order may be returned; None while nothing was sent."""
        return order.ends_at(self._days())

    async def request(
        self,
        order_id: OrderId,
        lines: Sequence[Wanted],
        reason: ReturnReason,
        note: str,
        *,
        request_key: str,
    ) -> Return:
        """Ask to send units back, once per ``request_key``. Raise what ``decisions.request`` raises."""
        now = self._clock.now()
        wish = Wish(
            id=ReturnId(self._ids.uuid7()),
            lines=lines,
            reason=reason,
            note=note,
            request_key=request_key,
            days=self._days(),
        )
        return await self._store.change(order_id, lambda order: decisions.request(order, wish, now), now)

    async def withdraw(self, order_id: OrderId, return_id: ReturnId) -> Return:
        """Take the wish back. Raise ``ReturnNotFound`` for one of another order, ``ReturnMoved``."""
        return await self._move(order_id, return_id, "withdrawn")

    async def approve(self, return_id: ReturnId, *, answer: str, by: str) -> Return:
        """Let the goods come. Raise ``ReturnNotFound``, ``ReturnMoved``."""
        found = await self.get(return_id)
        return await self._move(found.order_id, found.id, "approved", by=by, answer=answer)

    async def refuse(self, return_id: ReturnId, *, answer: str, by: str) -> Return:
        """Do not take the goods back. Raise ``ReturnNotFound``, ``ReturnMoved``."""
        found = await self.get(return_id)
        return await self._move(found.order_id, found.id, "refused", by=by, answer=answer)

    async def receive(self, return_id: ReturnId, arrived: Sequence[Arrived], *, by: str) -> Return:
        """Note what came, then give the money back and fill the shelf.

        What came is on disk before anything follows from it; should we die between, the worker goes on.
        Raise ``BadReturn``, ``ReturnNotFound``, ``ReturnMoved``.
        """
        now = self._clock.now()
        found = await self.get(return_id)
        await self._store.change(
            found.order_id, lambda order: decisions.receive(order, found.id, arrived, now, by=by), now
        )
        return await self.finish(found.id)

    async def finish(self, return_id: ReturnId) -> Return:
        """Give money and goods of a received return back, once; others are returned as they are."""
        found = await self.get(return_id)
        if found.status is not ReturnStatus.RECEIVED:
            return found
        await self._effects.restock(found)
        refusal_code = ""
        try:
            await self._effects.refund(found)
        except Refused as refusal:
            refusal_code = refusal.code
        now = self._clock.now()
        return await self._store.change(
            found.order_id, lambda order: decisions.settle(order, found.id, now, refusal_code), now
        )

    async def handle(self, envelope: Envelope) -> None:
        """Finish what ``return.received`` tells of; other events are ignored. Safe to repeat."""
        if envelope.kind == "return.received":
            await self.finish(ReturnId(str(envelope.payload["return_id"])))

    async def get(self, return_id: ReturnId) -> Return:
        """Return the return. Raise ``ReturnNotFound``, ``BadId``."""
        return await self._store.get(ReturnId(parse_uuid(return_id)))

    async def newest(
        self, status: ReturnStatus | None = None, cursor: str | None = None, limit: int | None = None
    ) -> Page[ReturnRow]:
        """Return a page of returns, newest first. Raise ``BadCursor``."""
        return await self._store.newest(status, cursor, page_size(limit))

    async def _move(
        self, order_id: OrderId, return_id: ReturnId, event: str, *, by: str = "", answer: str = ""
    ) -> Return:
        now = self._clock.now()
        return await self._store.change(
            order_id,
            lambda order: decisions.move(
                order, ReturnId(parse_uuid(return_id)), event, now, by=by, answer=answer
            ),
            now,
        )
