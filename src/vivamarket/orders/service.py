"""The orders' use cases: reading them. They change through checkout only."""

from __future__ import annotations

import hashlib
import hmac

from vivamarket.kernel.ids import OrderId, OrderNumber, parse_uuid
from vivamarket.kernel.paging import Page, page_size
from vivamarket.orders.errors import OrderNotFound
from vivamarket.orders.finding import OrderQuery
from vivamarket.orders.links import OrderLinks
from vivamarket.orders.model import Order, OrderRow
from vivamarket.orders.ports import OrderStore


class OrderService:
    """Use cases of reading orders, by guests with a token and by staff."""

    def __init__(self, *, orders: OrderStore, links: OrderLinks | None = None) -> None:
        """Without ``links`` only the tokens that placing gave open orders."""
        self._orders = orders
        self._links = links

    async def get(self, order_id: OrderId, token: str) -> Order:
        """Return the order to whoever holds its token, or a link that has not ended.

        Raise ``OrderNotFound`` alike for an unknown order and for a wrong token, so that neither can
        be guessed. Raise ``BadId`` when the id is malformed.
        """
        order = await self._orders.get(OrderId(parse_uuid(order_id)))
        if not self._is_linked(order.id, token):
            _require_token(order.id, order.token_hash, token)
        return order

    async def authorize(self, order_id: OrderId, token: str) -> OrderId:
        """Return the order's id as it is written to whoever holds its token; refuse as ``get`` does.

        For what changes the order and reads it under its lock: the order itself is not read here.
        """
        known = OrderId(parse_uuid(order_id))
        token_hash = await self._orders.token_hash(known)
        if not self._is_linked(known, token):
            _require_token(known, token_hash, token)
        return known

    async def by_number(self, number: OrderNumber) -> Order:
        """Return the order with that number, for staff. Raise ``OrderNotFound``."""
        return await self._orders.by_number(number)

    async def by_id(self, order_id: OrderId) -> Order:
        """Return the order, for staff and for mails. Raise ``OrderNotFound``."""
        return await self._orders.get(order_id)

    async def newest(self, cursor: str | None = None, limit: int | None = None) -> Page[OrderRow]:
        """Return a page of all orders, newest first, for staff. Raise ``BadCursor``."""
        return await self._orders.newest(cursor, page_size(limit))

    async def find(
        self, query: OrderQuery, cursor: str | None = None, limit: int | None = None
    ) -> Page[OrderRow]:
        """Return a page of the orders asked for, for staff. Raise ``BadCursor``."""
        return await self._orders.find(query, cursor, page_size(limit))

    def _is_linked(self, order_id: OrderId, token: str) -> bool:
        return self._links is not None and self._links.opens(order_id, token)


def _require_token(order_id: OrderId, token_hash: bytes, token: str) -> None:
    if not hmac.compare_digest(token_hash, hash_token(token)):
        raise OrderNotFound("There is no such order.", order_id=order_id)


def hash_token(token: str) -> bytes:
    """Return what is kept of an order's token. The token is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()
