"""Readable products and categories, and a clock and ids that tests can foresee."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from vivamarket.catalog.model import Category, Option, Price, Product, ProductStatus, Text, Variant
from vivamarket.kernel.ids import CategoryId, OrderNumber, ProductId, Sku, uuid7
from vivamarket.kernel.money import Money

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class StillClock:
    """Stands at noon until it is told otherwise."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return (self.time - NOON).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class CountedIds:
    """Hands out ids that count up, and never one twice in a test run; their time is a clock's, if any."""

    _numbers = itertools.count(1)

    def __init__(self, clock: StillClock | None = None) -> None:
        self._clock = clock

    @classmethod
    def begin_at(cls, number: int) -> None:
        """Let a process that works beside another one draw ids of its own."""
        cls._numbers = itertools.count(number)

    def uuid7(self) -> str:
        now = 1_770_000_000_000 if self._clock is None else int(self._clock.time.timestamp() * 1000)
        return uuid7(now, next(self._numbers))

    def token(self) -> str:
        return f"token-{self.uuid7()}"

    def order_number(self) -> OrderNumber:
        return OrderNumber(f"VM-{self.uuid7()[-6:].upper()}")


def product_id(number: int) -> ProductId:
    return ProductId(uuid7(1_750_000_000_000, number))


def category_id(number: int) -> CategoryId:
    return CategoryId(uuid7(1_740_000_000_000, number))


def eur(amount: str) -> dict[str, Price]:
    return {"EUR": Price(Money.parse(amount, "EUR"))}


def product(number: int = 1, title: str = "Blue Mug", **fields: Any) -> Product:
    """Return an active product with one variant; ``fields`` are ``Product`` fields."""
    slug = fields.pop("slug", None) or "-".join(title.lower().split())
    values: dict[str, Any] = {
        "status": ProductStatus.ACTIVE,
        "texts": {"en": Text(title, slug)},
        "variants": (Variant(Sku(f"SKU-{number}"), prices=eur("12.50")),),
        "created_at": NOON + timedelta(minutes=number),
        "updated_at": NOON,
    }
    return Product(id=product_id(number), version=0, **{**values, **fields})


def shirt(number: int = 50) -> Product:
    """Return a product with one option and three variants."""
    return product(
        number,
        "Linen Shirt",
        options=(Option("Size", ("S", "M", "L")),),
        variants=tuple(Variant(Sku(f"SHIRT-{size}"), (size,), eur("39.00")) for size in "SML"),
    )


def category(
    number: int, title: str, parent: CategoryId | None = None, position: int = 0, version: int = 0
) -> Category:
    return Category(
        id=category_id(number),
        version=version,
        texts={"en": Text(title, title.lower())},
        parent_id=parent,
        position=position,
    )
