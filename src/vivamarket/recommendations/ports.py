"""Where orders are read and scores are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from vivamarket.kernel.ids import OrderId, ProductId
from vivamarket.recommendations.model import Basket

#: A product keeps the strongest of its companions only: so much, whatever is sold.
COMPANIONS_PER_PRODUCT_MAX = 32
BASKETS_MAX = 1_000
PRODUCTS_MAX = 10_000


class BasketReader(Protocol):
    """Reads what was ordered together."""

    async def baskets(self, after: OrderId, until: OrderId, limit: int) -> Sequence[Basket]:
        """Return orders whose ids lie after the one and before the other, in their order.

        At most ``limit``, itself at most ``BASKETS_MAX``. Orders without a payment come without products.
        """
        ...


class CompanionStore(Protocol):
    """Keeps the scores between products, and up to which order they are counted."""

    async def counted_to(self) -> OrderId:
        """Return the last order that was counted; an id before all others when none was."""
        ...

    async def add(
        self,
        scores: Mapping[tuple[ProductId, ProductId], float],
        *,
        counted_from: OrderId,
        counted_to: OrderId,
    ) -> bool:
        """Add to the scores of pairs and note how far it was counted, all or nothing.

        Return False when somebody else has counted from there; nothing is written then. Of each product
        that gained, only the ``COMPANIONS_PER_PRODUCT_MAX`` strongest companions are kept.
        """
        ...

    async def companions(
        self, product_ids: Sequence[ProductId], limit: int
    ) -> Mapping[ProductId, tuple[ProductId, ...]]:
        """Return what was bought with each of them, strongest first, equal ones by id.

        At most ``limit`` each; a product without any is missing. At most ``PRODUCTS_MAX`` products at once.
        """
        ...
