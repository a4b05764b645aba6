"""What features need of the shop that they speak for."""

from __future__ import annotations

from typing import Protocol

from vivamarket.shop.model import ShopProfile


class CurrentShop(Protocol):
    """Who sells, at the moment of asking: the owner may rename the shop while it is open."""

    @property
    def profile(self) -> ShopProfile:
        """Return the profile that holds now. Costs nothing."""
        ...
