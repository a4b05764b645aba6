"""The shop's own description, and address forms."""

from __future__ import annotations

from typing import Annotated

from babel import Locale
from litestar import Router, get
from litestar.params import PathParameter

from vivamarket.addresses.rules import rules_of
from vivamarket.api.config import ApiConfig
from vivamarket.api.documents import describes
from vivamarket.api.schemas.shop import AddressForm, Country, RegionChoice, Shop
from vivamarket.api.services import ApiServices
from vivamarket.api.words import LocaleQuery

CACHE_CONTROL = "public, max-age=60"


def shop_routes(services: ApiServices, config: ApiConfig) -> Router:
    """Build the routes about the shop itself."""

    @get(
        "/shop",
        operation_id="getShop",
        summary="Describe the shop",
        responses=describes(400),
        response_headers={"cache-control": CACHE_CONTROL},
    )
    async def get_shop(locale: LocaleQuery = None) -> Shop:
        """Return name, languages, currencies and countries: what a storefront needs first."""
        shop = services.rules.profile
        words = Locale(shop.check_locale(locale or shop.default_locale))
        countries = [Country(code, words.territories.get(code, code)) for code in shop.countries]
        return Shop(
            name=shop.name,
            email=shop.email,
            locales=shop.locales,
            default_locale=shop.default_locale,
            currencies=shop.currencies,
            default_currency=shop.default_currency,
            home_country=shop.home_country,
            countries=tuple(sorted(countries, key=lambda country: country.name)),
            free_shipping_threshold=services.rules.shipping.free_from(
                shop.home_country, shop.default_currency
            ),
            build=config.build,
        )

    @get(
        "/addresses/{country:str}",
        operation_id="getAddressForm",
        summary="Describe a country's addresses",
        responses=describes(400, 404),
        response_headers={"cache-control": "public, max-age=3600"},
    )
    async def get_address_form(
        country: Annotated[str, PathParameter(min_length=2, max_length=2, description="ISO 3166-1 alpha-2.")],
    ) -> AddressForm:
        """Which fields an address there needs, its regions, and the pattern of its postal codes."""
        rules = rules_of(country.upper())
        return AddressForm(
            country=rules.country,
            required=rules.required,
            used=rules.used,
            regions=tuple(RegionChoice(region.code, region.name) for region in rules.regions),
            region_label=rules.region_label,
            region_from_postal_code=rules.region_from_postal_code,
            postal_code_label=rules.postal_code_label,
            postal_code_pattern=rules.postal_code_pattern,
            postal_code_example=rules.postal_code_example,
        )

    return Router("/api/v1", route_handlers=[get_shop, get_address_form], tags=["Shop"])
