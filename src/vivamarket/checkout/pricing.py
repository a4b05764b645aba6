"""Re-prices a cart from the catalogue, each time it is asked."""

from __future__ import annotations

from vivamarket.cart.model import Cart
from vivamarket.cart.ports import CartStore
from vivamarket.catalog.ports import CatalogStore
from vivamarket.catalog.sellable import sellable
from vivamarket.checkout.quote import Quote, quote_of
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import CartId
from vivamarket.kernel.telemetry import SILENT, Telemetry
from vivamarket.shop_settings.model import CurrentRules


class PricingService:
    """Computes quotes from the carts and the catalogue as they are at that moment."""

    def __init__(
        self,
        *,
        carts: CartStore,
        catalog: CatalogStore,
        clock: Clock,
        rules: CurrentRules,
        telemetry: Telemetry = SILENT,
    ) -> None:
        self._carts = carts
        self._catalog = catalog
        self._clock = clock
        self._rules = rules
        self._telemetry = telemetry

    def under(self, rules: CurrentRules) -> PricingService:
        """Return the same service under other rules, such as those of a draft."""
        return PricingService(
            carts=self._carts,
            catalog=self._catalog,
            clock=self._clock,
            rules=rules,
            telemetry=self._telemetry,
        )

    async def quote(self, cart_id: CartId) -> Quote:
        """Return the cart's quote now. Raise ``CartNotFound``. Two reads: the cart, its products."""
        with self._telemetry.span("checkout.quote"):
            return await self.quote_cart(await self._carts.get(cart_id))

    async def quote_cart(self, cart: Cart) -> Quote:
        """Return the quote of a cart already read."""
        products = await self._catalog.by_skus([line.sku for line in cart.lines]) if cart.lines else {}
        now = self._clock.now()
        found = [
            sold
            for sku, product in products.items()
            if (sold := sellable(product, sku, locale=cart.locale, currency=cart.currency, now=now))
        ]
        return quote_of(
            cart,
            found,
            tax=self._rules.tax,
            shipping=self._rules.shipping,
            home_country=self._rules.profile.home_country,
        )
