"""From the provider's page the shopper comes back to the shop's pages in the order's own currency."""

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.checkout import Shop

from vivamarket.adapters.memory import MemoryDatabase


@pytest.mark.parametrize(
    ("main_currency", "base"),
    [("EUR", "https://shop.example/en/"), ("USD", "https://shop.example/en/eur/")],
)
async def test_both_ways_back_lead_to_the_edition_that_the_order_was_placed_in(
    main_currency: str, base: str
) -> None:
    shop = Shop(MemoryDatabase(StillClock()), main_currency=main_currency)
    await shop.open(MUG=1)
    order_id = await shop.ordered()

    await shop.checkout.start_payment(order_id)

    request = shop.provider.requests["cs_1"]
    assert request.success_url == f"{base}checkout/return/?order={order_id}"
    assert request.cancel_url == f"{request.success_url}&canceled=1"
