"""What mails are told of an order: their links lead into its language and its currency."""

from __future__ import annotations

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.one_order import ORDER, OneOrderStore

from vivamarket.bootstrap.bridges import OrderFactsReader
from vivamarket.orders.links import OrderLinks
from vivamarket.orders.service import OrderService


@pytest.mark.parametrize(
    ("main_currency", "home"),
    [("EUR", "https://shop.example/en/"), ("USD", "https://shop.example/en/eur/")],
)
async def test_the_links_of_a_mail_name_the_orders_language_and_currency(
    main_currency: str, home: str
) -> None:
    orders = OrderService(orders=OneOrderStore())
    links = OrderLinks("secret", StillClock())
    reader = OrderFactsReader(orders, links, public_url="https://shop.example", main_currency=main_currency)

    facts = await reader.facts(ORDER.id)

    assert facts.shop_url == home
    assert facts.tracking_url.startswith(f"{home}order/#id={ORDER.id}&token=")
