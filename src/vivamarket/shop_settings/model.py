"""What follows from the settings, as pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vivamarket.kernel.ids import StaffId
from vivamarket.shipping.model import ShippingRules
from vivamarket.shop.model import ShopProfile
from vivamarket.shop_settings.document import SettingsDocument
from vivamarket.tax.model import TaxRules


class CurrentRules(Protocol):
    """The rules as they are at the moment of asking; two questions may get two answers."""

    @property
    def profile(self) -> ShopProfile:
        """Who sells, and where to."""
        ...

    @property
    def tax(self) -> TaxRules:
        """All countries' taxes."""
        ...

    @property
    def shipping(self) -> ShippingRules:
        """All zones and methods."""
        ...


@dataclass(frozen=True, slots=True)
class SellingRules:
    """The rules of one document."""

    profile: ShopProfile
    tax: TaxRules
    shipping: ShippingRules


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsVersion:
    """The settings as somebody left them. Versions count from 1; before the first, the shop file holds."""

    version: int
    document: SettingsDocument
    changed_at: datetime
    staff_id: StaffId
