"""What returns need from outside: a place to be kept, and somebody to give money and goods back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.paging import Page
from vivamarket.returns.model import OrderReturns, Return, ReturnId, ReturnRow, ReturnStatus

#: Decides by what is read under the order's lock; what it raises ends the transaction.
Decide = Callable[[OrderReturns], Return]


class ReturnStore(Protocol):
    """Keeps returns. An order's returns change one after the other."""

    async def change(self, order_id: OrderId, decide: Decide, at: datetime) -> Return:
        """Lock the order, read it and its returns, decide, keep what was decided and tell of its last step.

        A return that was decided to be as it was is not written and not told. Raise ``ReturnNotFound``
        for an unknown order, and what ``decide`` raises: nothing is written then.
        """
        ...

    async def of_order(self, order_id: OrderId) -> OrderReturns:
        """Return the order's returns as committed. Raise ``ReturnNotFound`` for an unknown order."""
        ...

    async def get(self, return_id: ReturnId) -> Return:
        """Return the return. Raise ``ReturnNotFound``."""
        ...

    async def newest(self, status: ReturnStatus | None, cursor: str | None, limit: int) -> Page[ReturnRow]:
        """Return a keyset page of all returns, or those in that state, newest first. Raise ``BadCursor``."""
        ...

    async def erase(self, order_ids: Sequence[OrderId]) -> int:
        """Forget what customers and staff wrote on these orders' returns; return on how many."""
        ...


class ReturnEffects(Protocol):
    """What follows once goods were received. Each does its work once per return, however often called."""

    async def refund(self, received: Return) -> None:
        """Ask for the money of the received units. Raise ``Refused`` when none of it can go back."""
        ...

    async def restock(self, received: Return) -> None:
        """Put the restocked units back on the shelf; what the shop does not count is left out."""
        ...
