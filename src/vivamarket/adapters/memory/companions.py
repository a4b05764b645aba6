"""The double of what is bought together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vivamarket.adapters.memory.tables import Tables
from vivamarket.kernel.ids import OrderId, ProductId
from vivamarket.recommendations.model import Basket
from vivamarket.recommendations.ports import BASKETS_MAX, COMPANIONS_PER_PRODUCT_MAX, PRODUCTS_MAX

_BEFORE_ALL = OrderId("00000000-0000-0000-0000-000000000000")


class MemoryBasketReader:
    """The ``BasketReader`` over the tables' orders."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def baskets(self, after: OrderId, until: OrderId, limit: int) -> Sequence[Basket]:
        """Return orders between two ids."""
        chosen = sorted(order_id for order_id in self._tables.orders if after < order_id < until)
        return [self._basket(order_id) for order_id in chosen[: min(limit, BASKETS_MAX)]]

    def _basket(self, order_id: OrderId) -> Basket:
        record = self._tables.orders[order_id]
        bought = dict.fromkeys(line.product_id for line in record.order.lines) if record.captured else {}
        return Basket(order_id, record.order.placed_at, tuple(bought))


class MemoryCompanionStore:
    """The ``CompanionStore`` in a dictionary."""

    def __init__(self) -> None:
        self._scores: dict[ProductId, dict[ProductId, float]] = {}
        self._counted_to = _BEFORE_ALL

    async def counted_to(self) -> OrderId:
        """Return the last order that was counted."""
        return self._counted_to

    async def add(
        self,
        scores: Mapping[tuple[ProductId, ProductId], float],
        *,
        counted_from: OrderId,
        counted_to: OrderId,
    ) -> bool:
        """Add to the scores and note how far it was counted."""
        if counted_from != self._counted_to:
            return False
        self._counted_to = counted_to
        for (product_id, companion_id), score in scores.items():
            known = self._scores.setdefault(product_id, {})
            known[companion_id] = known.get(companion_id, 0.0) + score
        for product_id in {product_id for product_id, _ in scores}:
            self._scores[product_id] = dict(self._ranked(product_id)[:COMPANIONS_PER_PRODUCT_MAX])
        return True

    async def companions(
        self, product_ids: Sequence[ProductId], limit: int
    ) -> Mapping[ProductId, tuple[ProductId, ...]]:
        """Return what was bought with each of them."""
        if len(product_ids) > PRODUCTS_MAX:
            raise ValueError(f"at most {PRODUCTS_MAX} products at once, not {len(product_ids)}")
        return {
            product_id: tuple(companion_id for companion_id, _ in self._ranked(product_id)[:limit])
            for product_id in product_ids
            if product_id in self._scores
        }

    def _ranked(self, product_id: ProductId) -> list[tuple[ProductId, float]]:
        return sorted(self._scores[product_id].items(), key=lambda item: (-item[1], item[0]))
