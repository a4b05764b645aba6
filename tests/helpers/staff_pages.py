"""The staff's pages over fakes, with one order about which everything is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import asyncpg
from tests.helpers.accounts import QuickHasher
from tests.helpers.notifications import OneOrder, envelope, eur
from tests.helpers.payment import START, CountingIds, ManualClock

from vivamarket.accounts import AccountService
from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.adapters.memory.audit_log import MemoryAuditLogStore
from vivamarket.adapters.postgres.accounts import PostgresStaffStore
from vivamarket.addresses.model import Address
from vivamarket.api.staff import StaffServices, create_staff_app
from vivamarket.audit_log import AuditLog
from vivamarket.checkout.model import OrderState
from vivamarket.inventory.model import MAIN_LOCATION, Reservation, ReservationStatus, StockLevel
from vivamarket.inventory.service import StockService
from vivamarket.kernel.ids import (
    CartId,
    LocationId,
    OrderId,
    OrderNumber,
    PaymentId,
    ProductId,
    RefundId,
    Sku,
    uuid7,
)
from vivamarket.kernel.paging import Page
from vivamarket.notifications import NotificationService
from vivamarket.notifications.rendering import MailRenderer
from vivamarket.orders.errors import OrderNotFound
from vivamarket.orders.finding import OrderQuery
from vivamarket.orders.model import (
    Order,
    OrderLine,
    OrderRow,
    OrderShipping,
    OrderStatus,
    OrderTax,
    TimelineEntry,
)
from vivamarket.orders.service import OrderService
from vivamarket.payments.ledger import LedgerTransaction, Parts, sale
from vivamarket.payments.model import Payment, PaymentStatus, Refund, RefundStatus

EMAIL, PASSWORD = "staff@shop.example", "a long password"
ORDER_ID = OrderId(uuid7(1, 1))
PAYMENT_ID = PaymentId(uuid7(2, 2))

ORDER = Order(
    id=ORDER_ID,
    number=OrderNumber("VM-7K3QX9"),
    cart_id=CartId("cart-1"),
    status=OrderStatus.PARTIALLY_REFUNDED,
    token_hash=b"",
    email="jo@example.com",
    locale="en",
    currency="EUR",
    lines=(
        OrderLine(
            position=0,
            sku=Sku("MUG-BLUE"),
            product_id=ProductId(uuid7(3, 3)),
            product_slug="mug",
            title="Mug <script>alert(1)</script>",
            variant_title="Blue",
            image=None,
            quantity=2,
            unit_price=eur(1_250),
            subtotal=eur(2_500),
            discount=eur(0),
            tax=eur(399),
            tax_rate_ppm=190_000,
            total=eur(2_500),
        ),
    ),
    subtotal=eur(2_500),
    discounts=(),
    discount_total=eur(0),
    shipping=OrderShipping(
        method="standard", label="Standard", price=eur(499), tax=eur(80), days_min=2, days_max=4
    ),
    taxes=(OrderTax("VAT", 195_000, eur(2_520), eur(479)),),
    tax_total=eur(479),
    tax_included=True,
    total=eur(2_999),
    refunded_total=eur(500),
    shipping_address=Address(
        name="Jo Doe", line1="1 Main Street", city="Berlin", postal_code="10115", country="DE"
    ),
    billing_address=None,
    note="Leave it with the <neighbours>",
    placed_at=START,
    expires_at=START + timedelta(minutes=15),
    timeline=(
        TimelineEntry(START, "order.place"),
        TimelineEntry(START + timedelta(minutes=2), "payment.succeed"),
    ),
)
STATE = OrderState(
    id=ORDER.id,
    number=ORDER.number,
    status=ORDER.status,
    cancel_reason=None,
    total=ORDER.total,
    parts=Parts(eur(2_101), eur(419), eur(479)),
    reservation=ReservationStatus.CLAIMED,
    payments=(
        Payment(
            id=PAYMENT_ID,
            order_id=ORDER.id,
            attempt=1,
            status=PaymentStatus.SUCCEEDED,
            amount=ORDER.total,
            provider_ref="cs_test_1",
            provider_payment_ref="pi_1",
            captured=ORDER.total,
            created_at=START,
            updated_at=START,
        ),
    ),
    refunds=(
        Refund(
            id=RefundId(uuid7(4, 4)),
            order_id=ORDER.id,
            payment_id=PAYMENT_ID,
            status=RefundStatus.SUCCEEDED,
            amount=eur(500),
            goods=eur(420),
            shipping=eur(0),
            tax=eur(80),
            reason="chipped",
            request_key="wish-1",
            created_at=START,
            updated_at=START,
        ),
    ),
    placed_at=START,
    expires_at=START,
)


class OneOrderStore:
    """An ``OrderStore`` with one order, shown on two pages."""

    async def get(self, order_id: OrderId) -> Order:
        return ORDER

    async def token_hash(self, order_id: OrderId) -> bytes:
        return ORDER.token_hash

    async def by_number(self, number: OrderNumber) -> Order:
        if number != ORDER.number:
            raise OrderNotFound("There is no such order.")
        return ORDER

    async def newest(self, cursor: str | None, limit: int) -> Page[OrderRow]:
        row = OrderRow(
            id=ORDER.id,
            number=ORDER.number,
            status=ORDER.status,
            email=ORDER.email,
            total=ORDER.total,
            refunded_total=ORDER.refunded_total,
            placed_at=ORDER.placed_at,
        )
        return Page((row,), None if cursor else "older & older")

    async def find(self, query: OrderQuery, cursor: str | None, limit: int) -> Page[OrderRow]:
        return await self.newest(cursor, limit)


class OneState:
    async def state(self, order_id: OrderId) -> OrderState:
        return STATE


class OneStock:
    """As much of a ``StockStore`` as the pages read."""

    async def levels(self, location_id: LocationId, skus: Sequence[Sku]) -> dict[Sku, StockLevel]:
        level = StockLevel(
            sku=Sku("MUG-BLUE"), location_id=location_id, on_hand=40, held=1, claimed=2, backordered=0
        )
        return {level.sku: level}

    async def reservations(self, order_id: OrderId) -> tuple[Reservation, ...]:
        return (
            Reservation(
                order_id=order_id,
                sku=Sku("MUG-BLUE"),
                location_id=MAIN_LOCATION,
                quantity=2,
                status=ReservationStatus.CLAIMED,
            ),
        )


class OneLedger:
    async def of_order(self, order_id: OrderId) -> tuple[LedgerTransaction, ...]:
        return (sale(order_id, PAYMENT_ID, STATE.parts, START),)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str


class StaffRig:
    """The pages, an account, two mails, and a browser of few words."""

    def __init__(self, pool: asyncpg.Pool, folder: Path, *, secure: bool = False) -> None:
        self.clock = ManualClock()
        self.store = PostgresStaffStore(pool)
        self.accounts = AccountService(self.store, QuickHasher(), self.clock, CountingIds())
        self.mailer = FolderMailer(folder, sender_name="VivaMarket", sender_address="shop@shop.example")
        self.audit = AuditLog(MemoryAuditLogStore(), self.clock)
        stock: Any = OneStock()
        unreached: Any = None
        services = StaffServices(
            shop_name="VivaMarket",
            accounts=self.accounts,
            audit=self.audit,
            orders=OrderService(orders=OneOrderStore()),
            states=OneState(),
            stock=StockService(stock=stock, clock=self.clock),
            ledger=OneLedger(),
            mailbox=self.mailer,
            checkout=unreached,
            outbox=unreached,
            inbox=unreached,
            reports=unreached,
            comparison=unreached,
            tasks=unreached,
            webhooks=unreached,
            clock=self.clock,
            ids=CountingIds(),
        )
        self.app = create_staff_app(services, secure_cookies=secure)
        self.cookie = ""

    async def prepare(self) -> None:
        """Add the account and send the mails of a paid order."""
        await self.accounts.add_staff(EMAIL, name="Sam", password=PASSWORD)
        renderer = MailRenderer(shop_name="VivaMarket", public_url="https://shop.example")
        service = NotificationService(OneOrder(), self.mailer, renderer, staff_email=EMAIL)
        await service.handle(envelope("order.paid"))

    async def sign_in(self, password: str = PASSWORD) -> Answer:
        answer = await self.post("/staff/sign-in", email=EMAIL, password=password)
        self.cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        return answer

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.call("GET", path, b"", headers)

    async def post(self, path: str, headers: Mapping[str, str] | None = None, **form: str) -> Answer:
        return await self.call("POST", path, urlencode(form).encode(), headers or {})

    async def call(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        path, _, query = path.partition("?")
        sent: list[Any] = []
        named = {"host": "shop.example", "cookie": self.cookie, **headers}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in named.items()],
            "client": ("10.0.0.1", 1),
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], answered, sent[1]["body"].decode())
