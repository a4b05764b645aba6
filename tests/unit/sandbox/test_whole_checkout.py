"""The real checkout, the real Stripe adapter, the real library, the sandbox: all but the sockets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from tests.helpers.checkout import MUG, Shop, named
from tests.helpers.payment import BASE, SECRET_KEY, WEBHOOK_SECRET, ManualClock, SandboxRig
from tests.helpers.provider import LittleProvider

from vivamarket.adapters.postgres.ledger import PostgresLedgerReader
from vivamarket.adapters.stripe import WEBHOOK_EVENTS, AppTransport, StripeGateway
from vivamarket.inventory.model import ReservationStatus
from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.ledger import Account, LedgerKind
from vivamarket.payments.model import RefundStatus
from vivamarket.sandbox.cards import SETTLE_AFTER_SECONDS, card_by_key
from vivamarket.sandbox.faults import CallRule, WebhookRule


class World:
    """A shop whose payment provider is the sandbox."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        gateway: list[StripeGateway] = []

        def real_gateway(port: Any) -> Any:
            return _Later(gateway) if isinstance(port, LittleProvider) else port

        self.shop = Shop(pool, wrap=real_gateway)
        self.sandbox = SandboxRig(clock=_SameClock(self.shop))
        self.sandbox.provider.configure_endpoint(
            url="https://shop.example/hook", enabled_events=WEBHOOK_EVENTS, secret=WEBHOOK_SECRET
        )
        self.gateway = StripeGateway(
            api_base=BASE,
            secret_key=SECRET_KEY,
            webhook_secret=WEBHOOK_SECRET,
            clock=self.sandbox.clock,
            ids=self.shop.ids,
            transport=AppTransport(self.sandbox.app),
        )
        gateway.append(self.gateway)
        self.ledger = PostgresLedgerReader(pool)

    async def visit(self, order_id: OrderId, card: str) -> None:
        """Go to the hosted page and press pay."""
        start = await self.shop.checkout.start_payment(order_id)
        assert start.redirect_url is not None
        test_card = card_by_key(card)
        assert test_card is not None
        self.sandbox.provider.pay(start.redirect_url.rpartition("/")[2], test_card)

    async def webhooks(self) -> None:
        """Let the sandbox tell the shop, and the worker act on it."""
        await self.sandbox.deliver()
        for _, signature, body in self.sandbox.sender.sent:
            await self.shop.checkout.receive_event(body, signature)
        self.sandbox.sender.sent.clear()
        await self.shop.inbox.run_once()

    async def status(self, order_id: OrderId) -> OrderStatus:
        return (await self.shop.state(order_id)).status


class _Later:
    """The gateway, which is only known once the shop is."""

    def __init__(self, gateway: list[StripeGateway]) -> None:
        self._gateway = gateway

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway[0], name)


class _SameClock(ManualClock):
    """The shop's clock."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop.clock.now())
        self._shop = shop

    def now(self) -> Any:
        return self._shop.clock.now()

    def turn(self, seconds: float) -> None:
        self._shop.clock.time += timedelta(seconds=seconds)


@pytest.fixture
async def world(pool: asyncpg.Pool) -> World:
    world = World(pool)
    await world.shop.open(MUG=10)
    return world


async def test_a_webhook_alone_pays_the_order_and_posts_it(world: World) -> None:
    order_id = await world.shop.ordered((MUG, 2))

    await world.visit(order_id, "visa")
    await world.webhooks()

    assert await world.status(order_id) is OrderStatus.PAID
    (posted,) = await world.ledger.of_order(order_id)
    assert posted.kind is LedgerKind.SALE
    assert posted.entries[0].account is Account.PROVIDER_CLEARING
    assert posted.entries[0].amount == (await world.shop.state(order_id)).total
    (reservation,) = await world.shop.stock.reservations(order_id)
    assert reservation.status is ReservationStatus.CLAIMED


@pytest.mark.parametrize(
    "rule",
    [WebhookRule(fault="duplicate", copies=3), WebhookRule(fault="reorder"), WebhookRule(fault="drop")],
)
async def test_webhooks_may_misbehave_as_long_as_somebody_settles(world: World, rule: WebhookRule) -> None:
    order_id = await world.shop.ordered((MUG, 1))
    world.sandbox.faults.set([], [rule])

    await world.visit(order_id, "visa")
    await world.webhooks()
    await world.shop.checkout.settle(order_id)

    assert await world.status(order_id) is OrderStatus.PAID
    assert len(await world.ledger.of_order(order_id)) == 1


async def test_a_declined_card_leaves_the_order_to_be_paid_by_another(world: World) -> None:
    order_id = await world.shop.ordered((MUG, 1))
    await world.visit(order_id, "declined")
    await world.shop.checkout.settle(order_id)
    assert await world.status(order_id) is OrderStatus.PENDING_PAYMENT

    await world.visit(order_id, "visa")
    await world.shop.checkout.settle(order_id)

    assert await world.status(order_id) is OrderStatus.PAID


async def test_a_slow_bank_pays_the_order_in_the_end(world: World) -> None:
    order_id = await world.shop.ordered((MUG, 1))
    await world.visit(order_id, "processing")
    await world.shop.checkout.settle(order_id)
    assert await world.status(order_id) is OrderStatus.PENDING_PAYMENT

    world.shop.later(seconds=SETTLE_AFTER_SECONDS)
    await world.webhooks()

    assert await world.status(order_id) is OrderStatus.PAID


async def test_an_expired_order_can_be_paid_no_more(world: World) -> None:
    order_id = await world.shop.ordered((MUG, 1))
    start = await world.shop.checkout.start_payment(order_id)
    world.shop.later(minutes=16)

    await world.shop.expiry.run_once()

    assert await world.status(order_id) is OrderStatus.EXPIRED
    session = world.sandbox.provider.session(str(start.redirect_url).rpartition("/")[2])
    assert session is not None
    assert session.status == "expired"


async def test_a_lost_answer_does_not_open_a_second_page(world: World) -> None:
    order_id = await world.shop.ordered((MUG, 1))
    world.sandbox.faults.set([CallRule(fault="drop_after", method="POST", times=1)], [])

    await world.visit(order_id, "visa")
    await world.shop.checkout.settle(order_id)

    assert await world.status(order_id) is OrderStatus.PAID
    assert len(world.sandbox.json("GET", "/v1/checkout/sessions")["data"]) == 1


async def test_a_refund_turns_the_posting_round_to_the_cent(world: World) -> None:
    order_id = await world.shop.ordered((MUG, 2))
    await world.visit(order_id, "visa")
    await world.webhooks()

    await world.shop.checkout.refund_order(
        order_id, Money(700, "EUR"), reason="chipped", attempt=named("refund-1")
    )

    state = await world.shop.state(order_id)
    assert state.status is OrderStatus.PARTIALLY_REFUNDED
    assert [refund.status for refund in state.refunds] == [RefundStatus.SUCCEEDED]
    sale, refund = await world.ledger.of_order(order_id)
    assert (sale.kind, refund.kind) == (LedgerKind.SALE, LedgerKind.REFUND)
    assert refund.refund_id == state.refunds[0].id
    (given,) = world.sandbox.json("GET", "/v1/refunds")["data"]
    assert given["amount"] == 700
