"""What the shop under test sells: few products of little stock, so that overselling would show."""

from __future__ import annotations

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.ids import SystemIds
from vivamarket.bootstrap.shop import Shop
from vivamarket.catalog.model import Price, Product, ProductStatus, Text, Variant
from vivamarket.catalog.ports import Write
from vivamarket.kernel.ids import ProductId, Sku
from vivamarket.kernel.money import Money

#: SKU, price in cents, pieces at the beginning.
GOODS: tuple[tuple[Sku, int, int], ...] = (
    (Sku("LAMP"), 4_900, 3),
    (Sku("MUG"), 1_250, 8),
    (Sku("RUG"), 8_999, 5),
    (Sku("TEA"), 690, 40),
    (Sku("VASE"), 2_333, 12),
    (Sku("PEN"), 99, 60),
    (Sku("TICKET"), 1_500, 9),
)
#: Of it nothing is sent, though its pieces are counted.
DIGITAL = Sku("TICKET")
CURRENCY = "EUR"


async def fill(shop: Shop, clock: SystemClock) -> None:
    """Put the goods on sale and count their stock."""
    ids, now = SystemIds(clock), clock.now()
    writes = []
    for sku, cents, _ in GOODS:
        price = Price(Money(cents, CURRENCY))
        product = Product(
            id=ProductId(ids.uuid7()),
            version=0,
            status=ProductStatus.ACTIVE,
            texts={"en": Text(sku.title(), sku.lower())},
            variants=(Variant(sku, prices={CURRENCY: price}, requires_shipping=sku != DIGITAL),),
            created_at=now,
            updated_at=now,
        )
        writes.append(Write(product, 0))
    for result in await shop.home.catalog.put_many(writes):
        if result.refusal is not None:
            raise result.refusal
    await shop.stock.set_on_hand([(sku, pieces) for sku, _, pieces in GOODS])
