"""What the simulated shop sells: three products that staff may reprice at any moment, and an e-book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from vivamarket.catalog.model import Price, Product, ProductStatus, Text, Variant
from vivamarket.catalog.ports import CatalogStore
from vivamarket.kernel.ids import ProductId, Sku, uuid7
from vivamarket.kernel.money import Money
from vivamarket.proof.simulator.process import START

MUG, TEA, VASE = Sku("MUG"), Sku("TEA"), Sku("VASE")
#: Sold beside the others where parcels are sent; it is never in one, and nobody counts it.
EBOOK = Sku("EBOOK")
#: What the stock limits; the vase may be promised beyond it.
SCARCE = (MUG, TEA)
ALL = (MUG, TEA, VASE)
_PRICES = {MUG: 1_250, TEA: 499, VASE: 3_900, EBOOK: 900}


class Shelf:
    """The part of a ``CatalogStore`` that carts and prices read. Writing is one step, as in a database."""

    def __init__(self) -> None:
        self._products = {sku: _product(number, sku) for number, sku in enumerate((*ALL, EBOOK), start=1)}

    @property
    def store(self) -> CatalogStore:
        """Return it as the port; carts and pricing call ``by_skus`` only."""
        return cast(CatalogStore, self)

    async def by_skus(self, skus: Sequence[Sku]) -> dict[Sku, Product]:
        """See ``CatalogStore``."""
        return {sku: self._products[sku] for sku in skus if sku in self._products}

    def reprice(self, sku: Sku, minor_units: int) -> None:
        """Let staff change a price."""
        product = self._products[sku]
        variant = replace(product.variants[0], prices=_price(minor_units))
        self._products[sku] = replace(product, version=product.version + 1, variants=(variant,))


def _product(number: int, sku: Sku) -> Product:
    tax_class = "reduced" if sku == TEA else "standard"
    variant = Variant(
        sku,
        prices=_price(_PRICES[sku]),
        weight_grams=100 * number,
        tax_class=tax_class,
        continue_selling=sku == VASE,
        requires_shipping=sku != EBOOK,
        tracked=sku != EBOOK,
    )
    return Product(
        id=ProductId(uuid7(1_750_000_000_000, number)),
        version=1,
        status=ProductStatus.ACTIVE,
        texts={"en": Text(sku.title(), sku.lower())},
        variants=(variant,),
        created_at=START,
        updated_at=START,
    )


def _price(minor_units: int) -> dict[str, Price]:
    return {"EUR": Price(Money(minor_units, "EUR"))}
