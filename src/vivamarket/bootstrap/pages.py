"""The publisher of static pages, as the worker (publishing) and the web (on-demand net) use it."""

from __future__ import annotations

from vivamarket.adapters.postgres.companions import PostgresCompanionStore
from vivamarket.bootstrap.content import content_store_of
from vivamarket.bootstrap.shop import Shop
from vivamarket.pages import PagesConfig, PagesPublisher, Site


def publisher_of(shop: Shop) -> PagesPublisher:
    """Build the publisher over the storefront's export. Raise ``BadExport`` when that is missing.

    Pages are not forced to disk one by one: each can be rendered again at any time. What they say of the
    shop follows its settings.
    """
    publisher = PagesPublisher(
        site=Site.load(shop.settings.storefront_dir),
        config=_config(shop),
        catalog=shop.home.catalog,
        stock=shop.stock,
        content=content_store_of(shop),
        companions=PostgresCompanionStore(shop.pool),
        files=shop.home.quick_files,
        clock=shop.clock,
    )
    shop.rules.tell(lambda: publisher.take(_config(shop)))
    return publisher


def _config(shop: Shop) -> PagesConfig:
    profile = shop.rules.profile
    return PagesConfig(
        public_url=shop.settings.public_url,
        shop_name=profile.name,
        return_days=profile.return_days,
        locales=profile.locales,
        currencies=profile.currencies,
        countries=profile.countries,
        shipping=shop.rules.shipping,
    )
