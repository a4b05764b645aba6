"""What stands on shelves: the first products of a category, related products, the front page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cachetools import LRUCache

from vivamarket.catalog.model import Product
from vivamarket.catalog.ports import CatalogStore, ListSort
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import CategoryId, ProductId, Sku
from vivamarket.pages.ports import Companions, StockReader
from vivamarket.pages.render import HomeShelves, ShelfProduct
from vivamarket.pages.site import PagesConfig

CATEGORY_PAGE_SIZE = 24
RELATED_MAX = 8
HOME_SHELF_SIZE = 8
#: The front page chooses from this many of the newest products.
HOME_CANDIDATES_MAX = 200
_PAGE_LIMIT = 100
_SHELVES_MAX = 2_000


class Shelves:
    """Reads shelves once and remembers them: make a new one for every batch of work."""

    def __init__(
        self,
        *,
        catalog: CatalogStore,
        stock: StockReader,
        companions: Companions,
        clock: Clock,
        config: PagesConfig,
    ) -> None:
        self._catalog = catalog
        self._stock = stock
        self._companions = companions
        self._clock = clock
        self._config = config
        self._read: LRUCache[tuple[CategoryId | None, int], tuple[ShelfProduct, ...]] = LRUCache(_SHELVES_MAX)
        self._bought_with: dict[ProductId, list[ShelfProduct]] = {}

    async def availability(self, products: Iterable[Product]) -> dict[str, bool]:
        """Return for every SKU whether it can be bought; one that is not counted always can."""
        variants = [variant for product in products for variant in product.variants]
        counted: list[Sku] = [
            variant.sku for variant in variants if variant.tracked and not variant.continue_selling
        ]
        left = await self._stock.available(counted) if counted else {}
        found: dict[str, bool] = {variant.sku: True for variant in variants}
        for sku in counted:
            found[sku] = left.get(sku, 0) > 0
        return found

    async def category(self, category_id: CategoryId | None, size: int) -> tuple[ShelfProduct, ...]:
        """Return the newest shown products of a category and all below it (None = of the shop)."""
        key = (category_id, size)
        found = self._read.get(key)
        if found is None:
            found = self._read[key] = await self._placed(await self._newest(category_id, size))
        return found

    async def foresee(self, products: Sequence[Product]) -> None:
        """Read what is bought together with these products, in place of what was read before."""
        companions = await self._companions.companions([product.id for product in products], RELATED_MAX)
        wanted = sorted({each for found in companions.values() for each in found})
        known = await self._catalog.get_many(wanted) if wanted else {}
        now = self._clock.now()
        shown = [product for product in known.values() if product.is_shown(now)]
        places = {place.product.id: place for place in await self._placed(shown)}
        self._bought_with = {
            product_id: [places[each] for each in found if each in places and places[each].available]
            for product_id, found in companions.items()
        }

    async def related(self, product: Product) -> list[ShelfProduct]:
        """Return what is bought together with a product, and neighbors in its category for what is left.

        Of those neighbors each product starts at another one. Only what was foreseen is known of purchases.
        """
        bought = self._bought_with.get(product.id, [])
        known = {place.product.id for place in bought}
        others = [place for place in await self._neighbors(product) if place.product.id not in known]
        return (bought + others)[:RELATED_MAX]

    async def _neighbors(self, product: Product) -> list[ShelfProduct]:
        if not product.category_ids:
            return []
        shelf = await self.category(product.category_ids[0], CATEGORY_PAGE_SIZE)
        others = [place for place in shelf if place.product.id != product.id]
        if not others:
            return []
        start = sum(product.id.encode()) % len(others)
        return others[start:] + others[:start]

    async def home(self) -> HomeShelves:
        """Return the shelves of the front page; sold-out products do not get there."""
        newest = await self.category(None, HOME_CANDIDATES_MAX)
        buyable = [place for place in newest if place.available]
        places = [place for place in buyable if place.product.images] or buyable
        featured = [place for place in places if self._config.featured_tag in place.product.tags]
        sale = [place for place in places if self._is_marked_down(place.product)]
        featured = _spread(featured, HOME_SHELF_SIZE)
        shown = {place.product.id for place in featured}
        sale = _spread([place for place in sale if place.product.id not in shown], HOME_SHELF_SIZE)
        shown |= {place.product.id for place in sale}
        fresh = _spread([place for place in places if place.product.id not in shown], HOME_SHELF_SIZE)
        return HomeShelves(featured=featured, sale=sale, fresh=fresh)

    def _is_marked_down(self, product: Product) -> bool:
        prices = product.prices_in(self._config.currencies[0])
        return bool(prices) and prices[0].compare_at is not None

    async def _newest(self, category_id: CategoryId | None, size: int) -> list[Product]:
        now = self._clock.now()
        shown: list[Product] = []
        cursor: str | None = None
        while True:
            page = await self._catalog.list_active(
                category_id=category_id,
                locale=self._config.locales[0],
                sort=ListSort.NEWEST,
                cursor=cursor,
                limit=min(_PAGE_LIMIT, size),
            )
            shown.extend(product for product in page.items if product.is_shown(now))
            cursor = page.next_cursor
            if cursor is None or len(shown) >= size:
                return shown[:size]

    async def _placed(self, products: Sequence[Product]) -> tuple[ShelfProduct, ...]:
        available = await self.availability(products)
        return tuple(ShelfProduct(product, is_available(product, available)) for product in products)


def is_available(product: Product, available: dict[str, bool]) -> bool:
    """Return whether any variant of the product can be bought."""
    return any(available[variant.sku] for variant in product.variants)


def _spread(places: Sequence[ShelfProduct], size: int) -> list[ShelfProduct]:
    """Take turns between categories, so that a shelf shows the width of the shop."""
    by_category: dict[CategoryId | None, list[ShelfProduct]] = {}
    for place in places:
        category = place.product.category_ids[0] if place.product.category_ids else None
        by_category.setdefault(category, []).append(place)
    turns = max((len(group) for group in by_category.values()), default=0)
    mixed = [group[turn] for turn in range(turns) for group in by_category.values() if turn < len(group)]
    return mixed[:size]
