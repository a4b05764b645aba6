"""Inventory's facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vivamarket.kernel.events import Event
from vivamarket.kernel.ids import Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAvailabilityChanged(Event):
    """A SKU has sold out, or is in stock again."""

    kind: ClassVar[str] = "stock.availability_changed"
    sku: Sku
    available: bool
