"""A whole checkout on a real database: catalogue, carts, stock, placing, payments, worker's repairs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import asyncpg
from tests.helpers.catalog import CountedIds, StillClock, product
from tests.helpers.provider import LittleProvider
from tests.helpers.stores import Database, catalog_on, database_on

from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.adapters.memory.shop_settings import MemoryShopSettingsStore
from vivamarket.adapters.postgres.shop_settings import PostgresShopSettingsStore
from vivamarket.addresses.model import Address
from vivamarket.cart.model import Cart, CartLine, CheckoutDetails
from vivamarket.catalog.model import Price, Variant
from vivamarket.catalog.ports import CatalogStore
from vivamarket.checkout.allocation import RefundLine, RefundWish
from vivamarket.checkout.batcher import Batcher
from vivamarket.checkout.comparison import Comparison
from vivamarket.checkout.fulfilling import Fulfilling, TrackingWish
from vivamarket.checkout.invariants import describe, violations
from vivamarket.checkout.model import OrderState, PlacedOrder, Placement, PlacementAnswer
from vivamarket.checkout.placement import Placing
from vivamarket.checkout.pricing import PricingService
from vivamarket.checkout.refunding import Refunding
from vivamarket.checkout.repairs import Expiry, Inbox, Reconciler
from vivamarket.checkout.service import CheckoutService
from vivamarket.checkout.settlement import Settlement
from vivamarket.inventory.service import StockService
from vivamarket.kernel.idempotency import Attempt, StoredResponse, attempt
from vivamarket.kernel.ids import CartId, OrderId, PaymentId, ShipmentId, Sku
from vivamarket.kernel.money import Money
from vivamarket.kernel.telemetry import SILENT, Telemetry
from vivamarket.orders.links import OrderLinks
from vivamarket.orders.service import OrderService
from vivamarket.orders.shipments import ShippedUnits
from vivamarket.orders.tokens import OrderTokens
from vivamarket.shop.model import CaptureMode
from vivamarket.shop_file import read_shop_file
from vivamarket.shop_settings import LiveSettings
from vivamarket.shop_settings.ports import ShopSettingsStore

MUG = Sku("MUG")
TEA = Sku("TEA")
EBOOK = Sku("EBOOK")
VASE = Sku("VASE")
MADRID = Address(name="Jo", line1="Calle 1", city="Madrid", country="ES", postal_code="28013", region="M")
ROUNDS_MAX = 20


def named(key: str, body: bytes = b"{}") -> Attempt:
    return attempt(key, route="POST /orders", caller="", body=body)


def rendered(placed: PlacedOrder) -> StoredResponse:
    order = placed.order
    body = {"id": order.id, "number": order.number, "token": placed.token, "total": order.total.minor_units}
    return StoredResponse(201, json.dumps(body).encode())


class Shop:
    """One process of the shop, on a pool or on any stores. A ``twin`` is another process in the same world.

    ``wrap`` is put around the ports that paying goes through, so that a test can break them.
    """

    def __init__(
        self,
        where: asyncpg.Pool | Database,
        *,
        twin: Shop | None = None,
        wrap: Callable[[Any], Any] = lambda port: port,
        capture: CaptureMode = CaptureMode.AUTOMATIC,
        main_currency: str = "EUR",
        telemetry: Telemetry = SILENT,
    ) -> None:
        self.clock: StillClock = twin.clock if twin else StillClock()
        self.ids: CountedIds = twin.ids if twin else CountedIds(self.clock)
        self.tasks = AsyncioTasks()
        self.provider: LittleProvider = twin.provider if twin else LittleProvider()
        self.database = database_on(where, self.clock)
        self.catalog: CatalogStore = twin.catalog if twin else catalog_on(where, self.clock)
        self.carts = self.database.carts
        self.store = self.database.checkout
        self.keys = self.database.keys
        self.links = OrderLinks("test-key", self.clock)
        self.orders = OrderService(orders=self.database.orders, links=self.links)
        self.stock = StockService(stock=self.database.stock, clock=self.clock)
        self.evidence = self.database.evidence
        inbox = wrap(self.database.inbox)
        store, gateway = wrap(self.store), wrap(self.provider)
        file = read_shop_file()
        self.settings_store: ShopSettingsStore = (
            PostgresShopSettingsStore(where) if isinstance(where, asyncpg.Pool) else MemoryShopSettingsStore()
        )
        self.rules = LiveSettings(self.settings_store, file.document, self.clock)
        self.pricing = PricingService(
            carts=self.carts,
            catalog=self.catalog,
            clock=self.clock,
            rules=self.rules,
            telemetry=telemetry,
        )
        batcher: Batcher[Placement, PlacementAnswer] = Batcher(self.database.placements.place, self.tasks)
        placing = Placing(
            pricing=self.pricing,
            batcher=batcher,
            clock=self.clock,
            ids=self.ids,
            tokens=OrderTokens("test-key"),
            telemetry=telemetry,
        )
        refunding = Refunding(store=store, gateway=gateway, clock=self.clock, ids=self.ids)
        settlement = Settlement(
            store=store,
            orders=self.database.orders,
            gateway=gateway,
            refunding=refunding,
            clock=self.clock,
            ids=self.ids,
            public_url="https://shop.example",
            main_currency=main_currency,
            capture=lambda: capture,
            telemetry=telemetry,
        )
        self.settlement = settlement
        self.fulfilling = Fulfilling(store=store, carriers=file.carriers, clock=self.clock, ids=self.ids)
        self.refunding = refunding
        self.checkout = CheckoutService(
            placing=placing,
            settlement=settlement,
            refunding=refunding,
            inbox=inbox,
            gateway=gateway,
            clock=self.clock,
        )
        self.comparison = Comparison(
            gateway=gateway,
            payments=self.database.payments,
            settlement=settlement,
            reports=self.database.reports,
            clock=self.clock,
            ids=self.ids,
        )
        self.expiry = Expiry(store=store, settlement=settlement, clock=self.clock)
        self.reconciler = Reconciler(store=store, settlement=settlement, clock=self.clock)
        self.inbox = Inbox(inbox=inbox, store=store, settlement=settlement, clock=self.clock)

    async def open(self, **on_hand: int) -> None:
        """Sell a mug, tea, an e-book without stock and a vase beyond its stock; count the stock."""
        for number, variant in enumerate(
            (
                Variant(MUG, prices=_price(1250), weight_grams=300),
                Variant(TEA, prices=_price(499), weight_grams=100, tax_class="reduced"),
                Variant(EBOOK, prices=_price(900), requires_shipping=False, tracked=False),
                Variant(VASE, prices=_price(3900), weight_grams=900, continue_selling=True),
            ),
            start=1,
        ):
            await self.catalog.put(product(number, str(variant.sku), variants=(variant,)), 0)
        await self.stock.set_on_hand([(Sku(sku), count) for sku, count in on_hand.items()])

    async def cart(self, *lines: tuple[Sku, int], method: str = "standard") -> CartId:
        """Fill a cart that is ready to be ordered."""
        now = self.clock.now()
        cart = Cart(
            id=CartId(self.ids.token()),
            version=1,
            currency="EUR",
            locale="en",
            lines=tuple(CartLine(sku, quantity) for sku, quantity in lines),
            details=CheckoutDetails(email="jo@example.com", shipping_address=MADRID, shipping_method=method),
            created_at=now,
            updated_at=now,
        )
        await self.carts.put(cart, 0, named(f"cart-{cart.id}"), StoredResponse(201, b"{}"))
        return cart.id

    async def place(self, cart_id: CartId, key: str | None = None) -> StoredResponse:
        """Confirm the quote as it is now and place it."""
        quote = await self.pricing.quote(cart_id)
        return await self.checkout.place_order(
            cart_id, quote.hash, named(key or f"place-{self.ids.token()}"), rendered
        )

    async def ordered(self, *lines: tuple[Sku, int]) -> OrderId:
        """Place an order of those lines."""
        return id_of(await self.place(await self.cart(*(lines or ((MUG, 1),)))))

    async def paid(self, *lines: tuple[Sku, int]) -> OrderId:
        """Place an order and pay it."""
        order_id = await self.ordered(*lines)
        await self.pay(order_id)
        await self.checkout.settle(order_id)
        return order_id

    async def pay(self, order_id: OrderId, amount: Money | None = None) -> str:
        """Open the page and pay there; nobody has told the shop yet."""
        await self.checkout.start_payment(order_id)
        ref = (await self.state(order_id)).newest_payment.provider_ref
        assert ref is not None
        self.provider.pay(ref, amount)
        return ref

    async def webhook(self, order_id: OrderId, name: str) -> None:
        """Receive the provider's message about the order's newest payment."""
        payment_id: PaymentId = (await self.state(order_id)).newest_payment.id
        await self.checkout.receive_event(self.provider.event(name, payment_id, self.clock.now()), "signed")

    async def ship(
        self, order_id: OrderId, *units: tuple[int, int], key: str | None = None, number: str = "ES1"
    ) -> ShipmentId:
        """Send a parcel of so many units of each line; return its name."""
        request_key = key or f"ship-{self.ids.token()}"
        state = await self.fulfilling.ship(
            order_id,
            tuple(ShippedUnits(*each) for each in units),
            TrackingWish(carrier="correos", number=number),
            shipped_by="Ana",
            request_key=request_key,
        )
        return next(each.id for each in state.shipments if each.request_key == request_key)

    async def refund_units(
        self, order_id: OrderId, position: int, quantity: int, *, returned: bool = False
    ) -> None:
        """Give units of a line back, and let the provider answer."""
        await self.checkout.refund_order(
            order_id,
            RefundWish(lines=(RefundLine(position, quantity, returned=returned),)),
            attempt=named(f"refund-{self.ids.token()}"),
        )

    async def state(self, order_id: OrderId) -> OrderState:
        return await self.store.state(order_id)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.clock.time += timedelta(**span)

    async def heal(self) -> None:
        """Let all repairs run until nothing is due any more, far after every deadline."""
        self.provider.before = self.provider.after = lambda call: None
        for _ in range(ROUNDS_MAX):
            self.later(minutes=2)
            await self.inbox.run_once()
            await self.expiry.run_once()
            await self.reconciler.run_once()

    async def check(self, *, settled: bool = False) -> None:
        """Assert that every invariant holds; with ``settled`` that nothing is on its way."""
        found = violations(
            await self.evidence.read(),
            provider=self.provider.books() if settled else None,
            settled_at=self.clock.now() if settled else None,
        )
        assert not found, describe(found)


def id_of(response: StoredResponse) -> OrderId:
    return OrderId(json.loads(response.body)["id"])


def _price(minor_units: int) -> dict[str, Price]:
    return {"EUR": Price(Money(minor_units, "EUR"))}
