"""What the staff's index knows of a product: drafts and archived ones too, and whether it is in stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vivamarket.catalog.model import Product
from vivamarket.catalog.present import CategoryTree
from vivamarket.kernel.ids import Sku
from vivamarket.search.documents import is_available
from vivamarket.search.model import LocaleText, SearchDocument

#: The facets that filter: ``SearchQuery.facets`` names them.
STATUS, STOCK = "status", "stock"


class StockState(StrEnum):
    """Whether at least one variant can be bought."""

    IN_STOCK = "in_stock"
    SOLD_OUT = "sold_out"


@dataclass(frozen=True, slots=True)
class StaffDocumentBuilder:
    """Builds documents of every product, found by titles, vendor, type, tags, SKUs and barcodes.

    No descriptions and no ready cards: staff look for names, and their rows are read from the catalogue.
    """

    locales: tuple[str, ...]
    currencies: tuple[str, ...]

    def build(
        self, product: Product, tree: CategoryTree, stock: Mapping[Sku, int], now: datetime
    ) -> SearchDocument:
        """Return the product's document; see ``BuildsDocuments``."""
        available = is_available(product, stock)
        state = StockState.IN_STOCK if available else StockState.SOLD_OUT
        prices = {currency: product.prices_in(currency) for currency in self.currencies}
        barcodes = tuple(variant.barcode for variant in product.variants if variant.barcode)
        return SearchDocument(
            product_id=product.id,
            version=product.version,
            texts={
                locale: LocaleText(product.text(locale).title, attribute_texts=barcodes)
                for locale in self.locales
            },
            vendor=product.vendor,
            product_type=product.product_type,
            tags=product.tags,
            skus=tuple(variant.sku for variant in product.variants),
            category_ids=tree.with_ancestors(product.category_ids),
            price_min={code: found[0].amount.minor_units for code, found in prices.items() if found},
            price_max={code: found[-1].amount.minor_units for code, found in prices.items() if found},
            facets={STATUS: (product.status.value,), STOCK: (state.value,)},
            available=available,
            created_at_ms=int(product.created_at.timestamp() * 1000),
        )
