"""What is bought together, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import asyncpg

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.kernel.ids import OrderId, ProductId
from vivamarket.recommendations.model import Basket
from vivamarket.recommendations.ports import BASKETS_MAX, COMPANIONS_PER_PRODUCT_MAX, PRODUCTS_MAX

_BASKETS = """
SELECT o.id::text, o.placed_at, CASE WHEN o.captured > 0 THEN (
    SELECT array_agg(product_id ORDER BY place)
    FROM (SELECT l.product_id, min(l.position) AS place FROM order_line AS l
          WHERE l.order_id = o.id GROUP BY l.product_id) AS found
) END AS product_ids
FROM orders AS o WHERE o.id > $1 AND o.id < $2 ORDER BY o.id LIMIT $3
"""
_COUNTED_TO = "SELECT counted_to::text FROM companion_progress"
_MOVE_ON = "UPDATE companion_progress SET counted_to = $2 WHERE counted_to = $1 RETURNING counted_to"
_ADD = """
INSERT INTO companion (product_id, companion_id, score)
SELECT * FROM unnest($1::text[], $2::text[], $3::float8[])
ON CONFLICT (product_id, companion_id) DO UPDATE SET score = companion.score + excluded.score
"""
_KEEP_STRONGEST = """
DELETE FROM companion AS weak USING (
    SELECT product_id, companion_id,
           row_number() OVER (PARTITION BY product_id ORDER BY score DESC, companion_id) AS place
    FROM companion WHERE product_id = ANY($1::text[])
) AS ranked
WHERE ranked.place > $2
  AND weak.product_id = ranked.product_id AND weak.companion_id = ranked.companion_id
"""
_COMPANIONS = """
SELECT product_id, array_agg(companion_id ORDER BY place) AS companion_ids FROM (
    SELECT product_id, companion_id,
           row_number() OVER (PARTITION BY product_id ORDER BY score DESC, companion_id) AS place
    FROM companion WHERE product_id = ANY($1::text[])
) AS ranked
WHERE place <= $2 GROUP BY product_id
"""


class PostgresBasketReader:
    """The ``BasketReader`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def baskets(self, after: OrderId, until: OrderId, limit: int) -> Sequence[Basket]:
        """Return orders between two ids."""
        with outages_told():
            rows = await self._pool.fetch(_BASKETS, after, until, min(limit, BASKETS_MAX))
        return [
            Basket(
                OrderId(row["id"]),
                row["placed_at"],
                tuple(ProductId(each) for each in row["product_ids"] or ()),
            )
            for row in rows
        ]


class PostgresCompanionStore:
    """The ``CompanionStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def counted_to(self) -> OrderId:
        """Return the last order that was counted."""
        with outages_told():
            return OrderId(await self._pool.fetchval(_COUNTED_TO))

    async def add(
        self,
        scores: Mapping[tuple[ProductId, ProductId], float],
        *,
        counted_from: OrderId,
        counted_to: OrderId,
    ) -> bool:
        """Add to the scores and note how far it was counted."""
        pairs = sorted(scores)
        gained = sorted({product_id for product_id, _ in pairs})
        with outages_told():
            async with self._pool.acquire() as connection, connection.transaction():
                if await connection.fetchval(_MOVE_ON, counted_from, counted_to) is None:
                    return False
                await connection.execute(
                    _ADD,
                    [product_id for product_id, _ in pairs],
                    [companion_id for _, companion_id in pairs],
                    [scores[pair] for pair in pairs],
                )
                await connection.execute(_KEEP_STRONGEST, gained, COMPANIONS_PER_PRODUCT_MAX)
        return True

    async def companions(
        self, product_ids: Sequence[ProductId], limit: int
    ) -> Mapping[ProductId, tuple[ProductId, ...]]:
        """Return what was bought with each of them."""
        if len(product_ids) > PRODUCTS_MAX:
            raise ValueError(f"at most {PRODUCTS_MAX} products at once, not {len(product_ids)}")
        with outages_told():
            rows = await self._pool.fetch(_COMPANIONS, list(product_ids), limit)
        return {
            ProductId(row["product_id"]): tuple(ProductId(each) for each in row["companion_ids"])
            for row in rows
        }
