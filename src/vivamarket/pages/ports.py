"""What the publisher needs besides the catalogue and the object store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vivamarket.kernel.ids import Sku


class StockReader(Protocol):
    """Knows what is left to sell; ``inventory.StockService`` keeps this promise."""

    async def available(self, skus: Sequence[Sku]) -> dict[Sku, int]:
        """Return how many of each are available; a SKU that was never counted is missing."""
        ...
