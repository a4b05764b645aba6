"""One wish about many products, as a pure value: what it changes, and what it replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vivamarket.catalog.errors import BadBulkEdit
from vivamarket.catalog.model import Price, Product, ProductStatus, Variant
from vivamarket.kernel.ids import CategoryId, ProductId, StaffId
from vivamarket.kernel.money import Money, divide_half_even

BULK_PRODUCTS_MAX = 200
#: How long a bulk edit can be undone.
UNDO_MINUTES = 15
UNDO_LIFE = timedelta(minutes=UNDO_MINUTES)
#: One hundredth of a percent.
BASIS_POINTS = 10_000
PRICE_CHANGE_BASIS_POINTS_MIN = -9_900
PRICE_CHANGE_BASIS_POINTS_MAX = 100_000


@dataclass(frozen=True, slots=True)
class PriceChange:
    """Raises (or, below zero, lowers) every price in one currency; former prices stay as they are."""

    currency: str
    basis_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkWish:
    """What shall change; None and empty mean: leave it. Tags are compared without their case."""

    status: ProductStatus | None = None
    vendor: str | None = None
    product_type: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    add_category_ids: tuple[CategoryId, ...] = ()
    remove_category_ids: tuple[CategoryId, ...] = ()
    price: PriceChange | None = None

    def __post_init__(self) -> None:
        if all(getattr(self, name) in (None, ()) for name in self.__slots__):
            raise BadBulkEdit("Say what shall change.", field="wish", reason="empty")
        if self.price is not None and not (
            PRICE_CHANGE_BASIS_POINTS_MIN <= self.price.basis_points <= PRICE_CHANGE_BASIS_POINTS_MAX
        ):
            raise BadBulkEdit("A price changes by -99 % to +1,000 %.", field="price", reason="out_of_range")

    def of(self, product: Product) -> Product:
        """Return the product as it shall be; equal to the given one when nothing changes."""
        leaving = {tag.casefold() for tag in self.remove_tags}
        tags = {tag.casefold(): tag for tag in product.tags if tag.casefold() not in leaving}
        for tag in self.add_tags:
            tags.setdefault(tag.casefold(), tag)
        shelves = {each: None for each in product.category_ids if each not in self.remove_category_ids}
        shelves.update(dict.fromkeys(self.add_category_ids))
        return replace(
            product,
            status=self.status or product.status,
            vendor=product.vendor if self.vendor is None else self.vendor,
            product_type=product.product_type if self.product_type is None else self.product_type,
            tags=tuple(tags.values()),
            category_ids=tuple(shelves),
            variants=tuple(self._priced(variant) for variant in product.variants),
        )

    def _priced(self, variant: Variant) -> Variant:
        change = self.price
        if change is None or change.currency not in variant.prices:
            return variant
        price = variant.prices[change.currency]
        factor = BASIS_POINTS + change.basis_points
        units = divide_half_even(price.amount.minor_units * factor, BASIS_POINTS)
        changed = replace(price, amount=Money(units, change.currency))
        return replace(variant, prices={**variant.prices, change.currency: changed})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """How one field of a product changes, as lists of words to show."""

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def changes(before: Product, after: Product) -> tuple[FieldChange, ...]:
    """Return what a bulk edit changes of the product, field by field; a price's field is ``price:SKU``."""
    old, new = dict(_shown(before)), dict(_shown(after))
    return tuple(
        FieldChange(field, old.get(field, ()), new.get(field, ()))
        for field in {**old, **new}
        if old.get(field, ()) != new.get(field, ())
    )


def _shown(product: Product) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "status", (product.status.value,)
    yield "vendor", (product.vendor,) if product.vendor else ()
    yield "product_type", (product.product_type,) if product.product_type else ()
    yield "tags", product.tags
    yield "category_ids", tuple(product.category_ids)
    for variant in product.variants:
        yield f"price:{variant.sku}", _prices(variant.prices)


def _prices(prices: Mapping[str, Price]) -> tuple[str, ...]:
    return tuple(f"{price.amount.decimal()} {currency}" for currency, price in sorted(prices.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkEdit:
    """What one bulk edit replaced, kept until ``expires_at`` so that it can be undone."""

    id: str
    staff_id: StaffId
    made_at: datetime
    expires_at: datetime
    #: The products as they were, at the versions the edit was made over.
    befores: tuple[Product, ...]
    #: Which of them were written; empty until the edit is done.
    written: tuple[ProductId, ...] = ()
    undone_at: datetime | None = None
