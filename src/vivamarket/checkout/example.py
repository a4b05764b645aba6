"""What a change of the settings does to somebody's sums, told before it is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from vivamarket.addresses.model import Address
from vivamarket.cart.model import Cart, CartLine, CheckoutDetails
from vivamarket.catalog.model import Product
from vivamarket.catalog.ports import ListSort
from vivamarket.catalog.sellable import Sellable, sellable
from vivamarket.catalog.service import CatalogService
from vivamarket.checkout.pricing import PricingService
from vivamarket.checkout.quote import Quote
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import NotFound
from vivamarket.kernel.ids import CartId, Sku
from vivamarket.shop_settings.model import CurrentRules

#: Products that are looked at for one that has a price in the currency.
PRODUCTS_LOOKED_AT_MAX = 24


class NothingToShow(NotFound):
    """There is no such SKU on sale in that currency, or nothing at all."""

    code = "no_example"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleWish:
    """Who buys what. An empty SKU takes something that the shop sells."""

    country: str
    currency: str
    locale: str
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Example:
    """One purchase under the rules that hold and under those of a draft, sent the cheapest way."""

    sold: Sellable
    before: Quote
    after: Quote


class SettingsExample:
    """Prices an example under two sets of rules, by the service that prices every cart. Keeps nothing."""

    def __init__(self, pricing: PricingService, catalog: CatalogService, clock: Clock) -> None:
        self._pricing = pricing
        self._catalog = catalog
        self._clock = clock

    async def compare(self, wish: ExampleWish, draft: CurrentRules) -> Example:
        """Return the example before and after. Raise ``NothingToShow``."""
        sold = await self._sold(wish)
        cart = _cart(wish, sold, self._clock.now())
        return Example(
            sold,
            await _cheapest(self._pricing, cart),
            await _cheapest(self._pricing.under(draft), cart),
        )

    async def _sold(self, wish: ExampleWish) -> Sellable:
        if wish.sku:
            named = await self._catalog.shown_by_skus([Sku(wish.sku)])
            candidates = [(product, sku) for sku, product in named.items()]
        else:
            page = await self._catalog.list_shown(
                category_id=None,
                locale=wish.locale,
                sort=ListSort.NEWEST,
                cursor=None,
                limit=PRODUCTS_LOOKED_AT_MAX,
            )
            candidates = list(_skus(page.items))
        now = self._clock.now()
        for product, sku in candidates:
            found = sellable(product, sku, locale=wish.locale, currency=wish.currency, now=now)
            if found is not None:
                return found
        raise NothingToShow("Nothing like that is on sale in this currency.", sku=wish.sku[:64])


async def _cheapest(pricing: PricingService, cart: Cart) -> Quote:
    """Return the quote with the cheapest way to send; without one where nothing is sent there."""
    quote = await pricing.quote_cart(cart)
    if not quote.shipping_options:
        return quote
    option = min(quote.shipping_options, key=lambda each: each.price.minor_units)
    details = replace(cart.details, shipping_method=option.method.key)
    return await pricing.quote_cart(replace(cart, details=details))


def _skus(products: tuple[Product, ...]) -> Iterator[tuple[Product, Sku]]:
    for product in products:
        for variant in product.variants:
            yield product, variant.sku


def _cart(wish: ExampleWish, sold: Sellable, now: datetime) -> Cart:
    """Return a cart that is kept nowhere: only its country and its goods decide what it costs."""
    address = Address(name="Example", line1="Example", city="Example", country=wish.country)
    return Cart(
        id=CartId("example"),
        version=1,
        currency=wish.currency,
        locale=wish.locale,
        lines=(CartLine(sold.sku, wish.quantity),),
        details=CheckoutDetails(shipping_address=address),
        created_at=now,
        updated_at=now,
    )
