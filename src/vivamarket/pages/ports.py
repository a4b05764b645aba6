"""What the publisher needs besides the catalogue and the object store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from vivamarket.content.model import ContentPage
from vivamarket.kernel.ids import ProductId, Sku


class ContentReader(Protocol):
    """Knows the shop's own texts; ``content.ContentStore`` keeps this promise."""

    async def all(self) -> Sequence[ContentPage]:
        """Return every page, drafts too, at most ``content.model.PAGES_MAX``."""
        ...

    async def revision(self) -> str:
        """Return a name for the state of all pages; it differs after every write."""
        ...


class StockReader(Protocol):
    """Knows what is left to sell; ``inventory.StockService`` keeps this promise."""

    async def available(self, skus: Sequence[Sku]) -> dict[Sku, int]:
        """Return how many of each are available; a SKU that was never counted is missing."""
        ...


class Companions(Protocol):
    """Knows what is bought together; ``recommendations.CompanionStore`` keeps this promise."""

    async def companions(
        self, product_ids: Sequence[ProductId], limit: int
    ) -> Mapping[ProductId, tuple[ProductId, ...]]:
        """Return what was bought with each of them, strongest first; a product without any is missing."""
        ...
