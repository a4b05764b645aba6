"""Finding orders in PostgreSQL: the words and sums the worker notes, and the questions asked of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from vivamarket.adapters.postgres.order_rows import order_row
from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.kernel.ids import OrderId, OrderNumber
from vivamarket.kernel.money import Money
from vivamarket.kernel.paging import Page
from vivamarket.orders.finding import (
    PREFIX_LENGTH_MIN,
    PREFIX_ORDERS_MAX,
    FoundFacts,
    OrderQuery,
    found_after,
    found_cursor,
    id_ceiling,
    id_floor,
)
from vivamarket.orders.model import OrderRow, OrderStatus

_NOT_NOTED = """
SELECT o.id::text, o.number, o.email, o.currency, o.total,
       o.document -> 'shipping_address' ->> 'name' AS shipping_name,
       o.document -> 'billing_address' ->> 'name' AS billing_name
FROM orders AS o
WHERE o.id > $2
  AND NOT EXISTS (SELECT FROM order_entry AS e WHERE e.order_id = o.id)
ORDER BY o.id LIMIT $1
"""
_PROGRESS = "SELECT noted_to FROM order_entry_progress"
_NOTE_ENTRIES = """
INSERT INTO order_entry (order_id, currency, total) SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[])
ON CONFLICT DO NOTHING
"""
_NOTE_WORDS = """
INSERT INTO order_word (word, order_id) SELECT * FROM unnest($1::text[], $2::uuid[]) ON CONFLICT DO NOTHING
"""
_NOTED_TO = "UPDATE order_entry_progress SET noted_to = $1 WHERE noted_to < $1"

_HOW_MANY = """
SELECT count(*) FROM (SELECT FROM order_word WHERE word >= $1 AND word < $2 LIMIT $3) AS alike
"""
#: A plan for these very values: how many orders are in a state, or cost so much, differs by thousands.
_PLAN = "SET LOCAL plan_cache_mode = force_custom_plan"
_ROW = (
    "o.id, o.number, o.status, o.email, o.currency, o.total, o.refunded, o.placed_at, o.expires_at, "
    "o.fulfillment"
)
_ALL = "orders AS o"
_NOTED = "orders AS o JOIN order_entry AS e ON e.order_id = o.id"
#: After every word: what no text of ours begins with.
_END = chr(0x10FFFF)
#: After a word itself, before all that begin with it.
_NEXT = "\x01"


class PostgresFoundOrderStore:
    """The ``FoundOrderStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def not_noted(self, limit: int) -> tuple[FoundFacts, ...]:
        """Return orders that are not noted yet, oldest first."""
        with outages_told():
            async with self._pool.acquire() as connection, connection.transaction(readonly=True):
                await connection.execute(_PLAN)
                noted_to = await connection.fetchval(_PROGRESS)
                rows = await connection.fetch(_NOT_NOTED, limit, noted_to)
        return tuple(
            FoundFacts(
                order_id=OrderId(row["id"]),
                number=OrderNumber(row["number"]),
                email=row["email"],
                names=tuple(name for name in (row["shipping_name"], row["billing_name"]) if name),
                total=Money(row["total"], row["currency"]),
            )
            for row in rows
        )

    async def note(self, facts: Sequence[FoundFacts], noted_to: OrderId) -> None:
        """Note what the orders are found by, in one transaction."""
        words = sorted((word, each.order_id) for each in facts for word in each.words)
        with outages_told():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(
                    _NOTE_ENTRIES,
                    [each.order_id for each in facts],
                    [each.total.currency for each in facts],
                    [each.total.minor_units for each in facts],
                )
                await connection.execute(
                    _NOTE_WORDS, [word for word, _ in words], [order_id for _, order_id in words]
                )
                await connection.execute(_NOTED_TO, noted_to)


async def find_orders(
    pool: asyncpg.Pool, query: OrderQuery, cursor: str | None, limit: int
) -> Page[OrderRow]:
    """Return a page of the orders asked for; see ``OrderStore.find``."""
    after = found_after(query, cursor)
    with outages_told():
        async with pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(_PLAN)
            matching = await _matching(connection, query.words)
            statement = _Statement(query, matching, after, limit)
            rows = await connection.fetch(statement.sql, *statement.values)
    items = tuple(order_row(row) for row in rows[:limit])
    return Page(items, found_cursor(query, items[-1]) if len(rows) > limit else None)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words that one word of the question stands for: from ``first`` up to ``end``."""

    first: str
    end: str
    #: How many orders have one of them, counted up to one more than ``PREFIX_ORDERS_MAX``.
    orders: int

    @property
    def is_rare(self) -> bool:
        """Return whether their orders are few enough to gather them all."""
        return self.orders <= PREFIX_ORDERS_MAX


async def _matching(connection: PoolConnectionProxy, words: Sequence[str]) -> list[_Words]:
    """Return for each word the range of words it stands for, the rarest first.

    A word stands for all that begin with it, unless those are too many or it is too short.
    """
    counted = []
    for word in words:
        end = word + (_END if len(word) >= PREFIX_LENGTH_MIN else _NEXT)
        orders = await connection.fetchval(_HOW_MANY, word, end, PREFIX_ORDERS_MAX + 1)
        if orders > PREFIX_ORDERS_MAX:
            end = word + _NEXT
        counted.append(_Words(word, end, orders))
    return sorted(counted, key=lambda each: each.orders)


class _Statement:
    """One question as SQL: fixed fragments, every value a parameter."""

    def __init__(
        self,
        query: OrderQuery,
        matching: Sequence[_Words],
        after: tuple[int, OrderId] | None,
        limit: int,
    ) -> None:
        self.values: list[Any] = []
        self._way = "DESC" if query.descends else "ASC"
        source = _NOTED if query.needs_noted else _ALL
        rows = self._value(limit + 1)
        gathered, has_words = self._worded(query, matching, after, rows)
        wanted = [*has_words, *self._wanted(query, after)]
        order = f"ORDER BY {self._order('e.total', 'o.id', query)} LIMIT {rows}"
        kinds = [list(each) for each in _kinds(query)]
        if not kinds:
            self.sql = f"{gathered}SELECT {_ROW} FROM {source} {_where(wanted)} {order}"
            return
        # The first of each kind, then the first of them all: one kind's rows lie in order in its index, and
        # a plan for each knows how many there are.
        total = ", e.total AS by_total" if query.by_total else ""
        pages = [f"(SELECT {_ROW}{total} FROM {source} {_where([*wanted, *kind])} {order})" for kind in kinds]
        self.sql = (
            f"{gathered}SELECT * FROM ({' UNION ALL '.join(pages)}) AS page "
            f"ORDER BY {self._order('page.by_total', 'page.id', query)} LIMIT {rows}"
        )

    def _worded(
        self, query: OrderQuery, matching: Sequence[_Words], after: tuple[int, OrderId] | None, rows: str
    ) -> tuple[str, list[str]]:
        """Return what gathers the orders that have all the words, and what asks for those orders.

        With a rare word among them they are gathered from the words alone, before an order is read: orders
        are wide, and most of a rare word's orders lack the others. Where nothing else is asked, they are the
        page's own. Else they are looked at in their order, until a page is full.
        """
        if not matching:
            return "", []
        bounds = [(self._value(each.first), self._value(each.end)) for each in matching]
        if not matching[0].is_rare:
            rarest = f"o.id IN (SELECT w.order_id FROM order_word AS w WHERE {_between('w', bounds[0])})"
            return "", [rarest, *_also("o.id", bounds[1:])]
        found = _where([_between("rare", bounds[0]), *_also("rare.order_id", bounds[1:])])
        page = ""
        if query.asks_words_only:
            sign = "<" if query.descends else ">"
            behind = f" AND rare.order_id {sign} {self._value(after[1])}" if after is not None else ""
            page = f"{behind} ORDER BY rare.order_id {self._way} LIMIT {rows}"
        ids = f"SELECT DISTINCT rare.order_id FROM order_word AS rare {found}{page}"
        gathered = f"WITH found AS MATERIALIZED ({ids}) "
        return gathered, ["o.id IN (SELECT found.order_id FROM found)"]

    def _wanted(self, query: OrderQuery, after: tuple[int, OrderId] | None) -> list[str]:
        wanted = []
        if query.placed_from is not None:
            wanted.append(f"o.id >= {self._value(id_floor(query.placed_from))}")
            wanted.append(f"o.placed_at >= {self._value(query.placed_from)}")
        if query.placed_before is not None:
            wanted.append(f"o.id <= {self._value(id_ceiling(query.placed_before))}")
            wanted.append(f"o.placed_at < {self._value(query.placed_before)}")
        if query.currency is not None:
            wanted.append(f"e.currency = {self._value(query.currency)}")
        if query.total_min is not None:
            wanted.append(f"e.total >= {self._value(query.total_min)}")
        if query.total_max is not None:
            wanted.append(f"e.total <= {self._value(query.total_max)}")
        if after is not None:
            sign = "<" if query.descends else ">"
            values = after if query.by_total else after[1:]
            bound = ", ".join(self._value(each) for each in values)
            key = "(e.total, e.order_id)" if query.by_total else "o.id"
            wanted.append(f"{key} {sign} ({bound})")
        return wanted

    def _order(self, total: str, order_id: str, query: OrderQuery) -> str:
        if not query.by_total:
            return f"{order_id} {self._way}"
        return f"{total} {self._way}, {order_id} {self._way}"

    def _value(self, value: Any) -> str:
        self.values.append(value)
        return f"${len(self.values)}"


def _between(words: str, bounds: tuple[str, str]) -> str:
    return f"{words}.word >= {bounds[0]} AND {words}.word < {bounds[1]}"


def _also(order_id: str, all_bounds: Sequence[tuple[str, str]]) -> list[str]:
    having = [f"w.order_id = {order_id} AND {_between('w', bounds)}" for bounds in all_bounds]
    return [f"EXISTS (SELECT FROM order_word AS w WHERE {each})" for each in having]


def _kinds(query: OrderQuery) -> Iterator[tuple[str, ...]]:
    """Yield the kinds of orders that are asked for; nothing when every kind is.

    Their own words, not parameters: the index of fulfillment is of some states only.
    """
    if not query.fulfillments:
        for status in query.statuses:
            yield (f"o.status = '{status.value}'",)
        return
    for status, fulfillment in product(query.statuses or OrderStatus, query.fulfillments):
        yield f"o.status = '{status.value}'", f"o.fulfillment = '{fulfillment.value}'"


def _where(wanted: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(wanted)}" if wanted else ""
