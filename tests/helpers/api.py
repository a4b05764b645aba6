"""The whole web process over a real database, without sockets: services, API, hot reads, static site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from tests.helpers.accounts import QuickHasher
from tests.helpers.aftersales import after_sales_on
from tests.helpers.catalog import category, eur, product
from tests.helpers.checkout import MUG, Shop
from tests.helpers.identity import IdentityHouse, account_on, postgres_stores
from tests.helpers.office import office_on, staff_index_on
from tests.helpers.still_shop import still_shop
from tests.helpers.webhooks import Receivers

from vivamarket.accounts.identity.limits import Attempts
from vivamarket.accounts.model import StaffRole
from vivamarket.accounts.roster import Roster, RosterParts
from vivamarket.accounts.service import AccountService, SecondFactors, csrf_token
from vivamarket.adapters.local.box import AesBox
from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.adapters.local.qr import qr_svg
from vivamarket.adapters.local.totp import PyotpCodes
from vivamarket.adapters.postgres.accounts import PostgresStaffStore
from vivamarket.adapters.postgres.audit_log import PostgresAuditLogStore
from vivamarket.adapters.postgres.inbox import PostgresInboxStore
from vivamarket.adapters.postgres.ledger import PostgresLedgerReader
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.adapters.postgres.payments import PostgresReportStore
from vivamarket.adapters.postgres.roster import PostgresRosterStore
from vivamarket.adapters.postgres.sessions import PostgresAttemptStore
from vivamarket.adapters.postgres.webhooks import PostgresWebhookStore
from vivamarket.adapters.tantivy import IndexLayout, TantivySearchReader, TantivySearchWriter
from vivamarket.api import (
    ApiConfig,
    ApiServices,
    HotFollower,
    HotReads,
    RequestIds,
    Shelves,
    StaticConfig,
    StaticSite,
    create_api,
    create_edge,
)
from vivamarket.api.staff.ports import StaffServices
from vivamarket.audit_log import AuditLog
from vivamarket.bootstrap.bridges import OrderSubjects, SearchBesideLoop, in_thread
from vivamarket.cart.service import CartService
from vivamarket.catalog.model import Attribute, AttributeType, Option, Price, Product, Text, Variant
from vivamarket.catalog.present import CategoryTree
from vivamarket.catalog.service import CatalogService
from vivamarket.kernel.ids import Sku
from vivamarket.kernel.money import Money
from vivamarket.kernel.seals import Seals
from vivamarket.orders.diary import OrderDiary
from vivamarket.search.documents import DocumentBuilder, counted_skus
from vivamarket.search.follower import SearchFollower
from vivamarket.shop_file import read_shop_file
from vivamarket.shop_settings import ShopSettings
from vivamarket.webhooks.service import WebhookService

LOCALES, CURRENCIES = ("en", "es"), ("EUR", "USD")
KITCHEN, CUPS = category(1, "Kitchen"), category(2, "Cups", category(1, "Kitchen").id)
ADDRESS = {
    "name": "Jo Pérez",
    "line1": "Calle Mayor 1",
    "city": "Madrid",
    "postal_code": "28013",
    "country": "ES",
}
STAFF_EMAIL, STAFF_PASSWORD = "staff@shop.test", "a long password"
UNLIMITED = ApiConfig(mutations_per_second_max=None)


def mug() -> Product:
    """A mug in two sizes and two languages, in the category of cups."""
    return product(
        1,
        texts={
            "en": Text("Blue Mug", "blue-mug", "<p>Holds <b>tea</b>.</p>"),
            "es": Text("Taza azul", "taza-azul", "<p>Para té.</p>"),
        },
        options=(Option("Size", ("S", "L"), {"es": "Talla"}, {"L": {"en": "Large", "es": "Grande"}}),),
        variants=(
            Variant(MUG, ("S",), {"EUR": Price(Money(1250, "EUR"), Money(1500, "EUR"))}, weight_grams=300),
            Variant(Sku("MUG/L"), ("L",), eur("14.00"), weight_grams=400),
        ),
        vendor="Azul",
        category_ids=(CUPS.id,),
        attributes=(Attribute("material", AttributeType.TEXT, "Clay", {"es": "Material"}, {"es": "Barro"}),),
    )


@dataclass
class ApiShop:
    """One web process and its parts."""

    shop: Shop
    catalog: CatalogService
    shelves: Shelves
    search: TantivySearchReader
    writer: TantivySearchWriter
    hot: HotReads
    follower: HotFollower
    services: ApiServices
    receivers: Receivers
    client: httpx.AsyncClient
    staff_index: SearchFollower
    folder: Path
    identity: IdentityHouse
    _numbers: Any

    @classmethod
    def build(
        cls,
        pool: asyncpg.Pool,
        folder: Path,
        config: ApiConfig = UNLIMITED,
        *,
        twin: Shop | None = None,
        wrap: Callable[[Any], Any] = lambda port: port,
    ) -> ApiShop:
        """Build a process; with a ``twin`` another one of that shop. ``wrap`` as in ``Shop``."""
        shop = Shop(pool, twin=twin, wrap=wrap)
        file = read_shop_file()
        catalog = CatalogService(shop.catalog, shop.clock, shop.ids, required_locale="en")
        layout = IndexLayout(locales=LOCALES, currencies=CURRENCIES)
        writer = TantivySearchWriter(folder / "search", layout, shop.clock)
        search = TantivySearchReader(folder / "search", layout)
        shelves = Shelves(catalog, shop.clock)
        receivers = Receivers()
        staff = StaffServices(
            shop=shop.rules,
            accounts=AccountService(
                PostgresStaffStore(pool),
                QuickHasher(),
                shop.clock,
                shop.ids,
                SecondFactors(totp=PyotpCodes(), box=AesBox("a key")),
                attempts=Attempts(PostgresAttemptStore(pool), shop.clock, shop.ids),
            ),
            audit=AuditLog(PostgresAuditLogStore(pool), shop.clock),
            roster=Roster(
                RosterParts(
                    store=PostgresRosterStore(pool),
                    hasher=QuickHasher(),
                    seals=Seals("a key", "staff"),
                    clock=shop.clock,
                    ids=shop.ids,
                )
            ),
            draw=qr_svg,
            orders=shop.orders,
            states=shop.store,
            stock=shop.stock,
            ledger=PostgresLedgerReader(pool),
            mailbox=FolderMailer(folder / "mail", still_shop()),
            checkout=shop.checkout,
            fulfilling=shop.fulfilling,
            diary=OrderDiary(diary=shop.database.diary, clock=shop.clock, ids=shop.ids),
            outbox=PostgresOutboxStore(pool),
            inbox=PostgresInboxStore(pool),
            reports=PostgresReportStore(pool),
            comparison=shop.comparison,
            tasks=shop.tasks,
            webhooks=WebhookService(
                store=PostgresWebhookStore(pool),
                sender=receivers,
                subjects=OrderSubjects(shop.orders),
                clock=shop.clock,
                ids=shop.ids,
            ),
            clock=shop.clock,
            ids=shop.ids,
        )
        carts = CartService(
            carts=shop.carts,
            catalog=shop.catalog,
            availability=shop.stock,
            clock=shop.clock,
            ids=shop.ids,
            rules=shop.rules,
        )
        house = IdentityHouse(postgres_stores(pool), shop.clock)
        services = ApiServices(
            shop=file.profile,
            rules=shop.rules,
            catalog=catalog,
            shelves=shelves,
            search=SearchBesideLoop(search, in_thread),
            stock=shop.stock,
            carts=carts,
            orders=shop.orders,
            pricing=shop.pricing,
            checkout=shop.checkout,
            staff=staff,
            settings=ShopSettings(shop.settings_store, file.document, shop.clock),
            office=office_on(shop, pool, folder, layout),
            after=after_sales_on(shop),
            account=account_on(house, shop, pool, carts, file.profile, folder=folder),
            keys=shop.keys,
            clock=shop.clock,
            ids=shop.ids,
        )
        request_ids = RequestIds(shop.ids)
        hot = HotReads(clock=shop.clock, request_ids=request_ids, config=config)
        follower = HotFollower(
            hot=hot, shelves=shelves, catalog=shop.catalog, search=search, clock=shop.clock
        )
        edge = create_edge(
            create_api(services, config, request_ids=request_ids),
            StaticSite(folder, clock=shop.clock, config=StaticConfig()),
            {},
            hot,
        )
        client = httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://shop.test")
        return cls(
            shop,
            catalog,
            shelves,
            search,
            writer,
            hot,
            follower,
            services,
            receivers,
            client,
            staff_index_on(shop, folder, layout),
            folder,
            house,
            count(1),
        )

    async def stock_up(self) -> None:
        """Put categories, the mug and its stock into the shop, and index them."""
        await self.shop.catalog.put_category(KITCHEN, 0)
        await self.shop.catalog.put_category(CUPS, 0)
        await self.shop.catalog.put(mug(), 0)
        await self.shop.stock.set_on_hand([(MUG, 10), (Sku("MUG/L"), 3)])
        await self.index()

    async def index(self, *, refresh: bool = True) -> None:
        """Build the search index from the catalogue as it is."""
        tree = CategoryTree.of(await self.catalog.categories())
        builder = DocumentBuilder(LOCALES, CURRENCIES)
        products = (await self.shop.catalog.scan(None, 1_000)).items
        documents = []
        for each in products:
            stock = await self.shop.stock.available(counted_skus(each))
            found = builder.build(each, tree, stock, self.shop.clock.now())
            if found is not None:
                documents.append(found)
        self.writer.rebuild(documents, await self.shop.catalog.change_head())
        if refresh:
            self.search.refresh()

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.client.get(path, **options)

    async def send(
        self, method: str, path: str, body: object = None, *, key: str | None = None, **options: Any
    ) -> httpx.Response:
        """Send a change under a new key, or the given one."""
        headers = {
            "idempotency-key": key or f"test-key-{next(self._numbers):016d}",
            **options.pop("headers", {}),
        }
        if body is not None:
            options["content" if isinstance(body, bytes) else "json"] = body
        return await self.client.request(method, path, headers=headers, **options)

    async def new_cart(self, sku: str = MUG, quantity: int = 1) -> dict[str, Any]:
        """Begin a cart with one line."""
        body = {"currency": "EUR", "locale": "en", "lines": [{"sku": sku, "quantity": quantity}]}
        answer = await self.send("POST", "/api/v1/carts", body)
        assert answer.status_code == 201, answer.text
        cart: dict[str, Any] = answer.json()
        return cart

    async def ready_cart(self, quantity: int = 1) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return a cart that can be ordered, and its quote."""
        cart = await self.new_cart(quantity=quantity)
        details = {"email": "jo@example.com", "shipping_address": ADDRESS, "shipping_method": "standard"}
        answer = await self.send("PUT", f"/api/v1/carts/{cart['id']}/details", details)
        assert answer.status_code == 200, answer.text
        quote = await self.get(f"/api/v1/carts/{cart['id']}/quote")
        return answer.json(), quote.json()

    async def placed(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Place an order; return it with the header that opens it."""
        cart, quote = await self.ready_cart()
        answer = await self.send(
            "POST", "/api/v1/orders", {"cart_id": cart["id"], "quote_hash": quote["hash"]}
        )
        assert answer.status_code == 201, answer.text
        placed = answer.json()
        return placed["order"], {"authorization": f"Bearer {placed['token']}"}

    async def sign_in(self) -> None:
        """Sign a member of the staff in, as a browser that then sends its cookie and its mark."""
        accounts = self.services.staff.accounts
        await accounts.add_staff(STAFF_EMAIL, name="Sam", role=StaffRole.OWNER, password=STAFF_PASSWORD)
        token = await accounts.sign_in(STAFF_EMAIL, STAFF_PASSWORD, address="10.0.0.1")
        self.client.cookies.set("viva_staff", token, domain="shop.test")
        self.client.headers["x-csrf-token"] = csrf_token(token)
