"""Returns as web and worker use them, and the bridge to money and stock."""

from __future__ import annotations

from vivamarket.adapters.postgres.returns import PostgresReturnStore
from vivamarket.bootstrap.shop import Shop
from vivamarket.checkout.allocation import RefundLine, RefundWish
from vivamarket.checkout.refunding import Refunding
from vivamarket.inventory.model import MoveReason
from vivamarket.inventory.service import StockService
from vivamarket.kernel.ids import StaffId
from vivamarket.returns.model import Return
from vivamarket.returns.service import ReturnService


class ReturnBridge:
    """Checkout and inventory as returns' ``ReturnEffects``."""

    def __init__(self, refunding: Refunding, stock: StockService) -> None:
        self._refunding = refunding
        self._stock = stock

    async def refund(self, received: Return) -> None:
        """Ask for the money of the received units; raise what checkout refuses with."""
        wish = RefundWish(
            lines=tuple(
                RefundLine(line.position, line.received, returned=True)
                for line in received.lines
                if line.received
            )
        )
        await self._refunding.refund(
            received.order_id, wish, reason="Sent back by the customer.", request_key=f"return:{received.id}"
        )

    async def restock(self, received: Return) -> None:
        """Put the restocked units back on the shelf, each line once; what is not counted is left out."""
        back = [line for line in received.lines if line.restocked]
        counted = await self._stock.levels([line.sku for line in back])
        for line in back:
            if line.sku in counted:
                await self._stock.correct(
                    line.sku,
                    line.restocked,
                    reason=MoveReason.RECEIPT,
                    reference=f"return {received.id}",
                    made_by=StaffId(""),
                    request_key=f"return:{received.id}:{line.position}",
                )


def returns_of(shop: Shop, refunding: Refunding) -> ReturnService:
    """Build the use cases of returns."""
    return ReturnService(
        store=PostgresReturnStore(shop.pool),
        effects=ReturnBridge(refunding, shop.stock),
        days=lambda: shop.rules.profile.return_days,
        clock=shop.clock,
        ids=shop.ids,
    )
