"""The checkout with the shop's own Stripe adapter, over the payment sandbox in process."""

from typing import Any

import asyncpg
import pytest
from tests.helpers.checkout import MUG, TEA, Shop, named
from tests.helpers.payment import BASE, SECRET_KEY, WEBHOOK_SECRET, SandboxRig
from tests.helpers.provider import LittleProvider

from vivamarket.adapters.stripe import WEBHOOK_EVENTS, AppTransport, StripeGateway
from vivamarket.kernel.ids import OrderId
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.model import DisputeStatus, PaymentStatus
from vivamarket.sandbox.cards import (
    AUTHORIZATION_SECONDS,
    DISPUTE_AFTER_SECONDS,
    SETTLE_AFTER_SECONDS,
    card_by_key,
)
from vivamarket.shop.model import CaptureMode


class SandboxShop:
    """A shop, the sandbox it is paid through, and a shopper with test cards."""

    def __init__(self, pool: asyncpg.Pool, capture: CaptureMode = CaptureMode.AUTOMATIC) -> None:
        self.rig = SandboxRig()
        self.rig.provider.configure_endpoint(
            url="https://shop.example/hook", enabled_events=WEBHOOK_EVENTS, secret=WEBHOOK_SECRET
        )
        gateway = StripeGateway(
            api_base=BASE,
            secret_key=SECRET_KEY,
            webhook_secret=WEBHOOK_SECRET,
            clock=self.rig.clock,
            ids=self.rig.ids,
            transport=AppTransport(self.rig.app),
        )

        def wrap(port: Any) -> Any:
            return gateway if isinstance(port, LittleProvider) else port

        self.shop = Shop(pool, wrap=wrap, capture=capture)
        self.shop.clock.time = self.rig.clock.now()

    def later(self, seconds: float) -> None:
        self.rig.clock.turn(seconds)
        self.shop.later(seconds=seconds)
        self.rig.provider.tick()

    async def ordered(self) -> OrderId:
        return await self.shop.ordered((MUG, 1), (TEA, 2))

    async def pay(self, order_id: OrderId, card: str) -> None:
        await self.shop.checkout.start_payment(order_id)
        ref = (await self.shop.state(order_id)).newest_payment.provider_ref
        known = card_by_key(card)
        assert known is not None
        self.rig.provider.pay(str(ref), known)

    async def webhooks(self) -> int:
        """Deliver what the sandbox has to tell, twice, and give it its effect."""
        await self.rig.deliver()
        sent, self.rig.sender.sent = self.rig.sender.sent, []
        for _, signature, body in [*sent, *sent]:
            await self.shop.checkout.receive_event(body, signature)
        return await self.shop.inbox.run_once()


@pytest.fixture
async def world(pool: asyncpg.Pool) -> SandboxShop:
    world = SandboxShop(pool)
    await world.shop.open(MUG=3, TEA=10)
    return world


async def test_a_card_that_works_pays_the_order_by_webhook_alone(world: SandboxShop) -> None:
    order_id = await world.ordered()
    await world.pay(order_id, "visa")

    assert await world.webhooks() > 0

    assert (await world.shop.state(order_id)).status is OrderStatus.PAID
    await world.shop.check()


@pytest.fixture
async def by_hand(pool: asyncpg.Pool) -> SandboxShop:
    world = SandboxShop(pool, CaptureMode.MANUAL)
    await world.shop.open(MUG=3, TEA=10)
    return world


async def test_money_is_held_by_webhook_and_taken_by_staff(by_hand: SandboxShop) -> None:
    order_id = await by_hand.ordered()
    await by_hand.pay(order_id, "visa")
    assert await by_hand.webhooks() > 0
    held = await by_hand.shop.state(order_id)
    by_hand.later(AUTHORIZATION_SECONDS - 1)
    await by_hand.shop.expiry.run_once()

    paid = await by_hand.shop.checkout.capture_order(order_id)

    assert held.status is OrderStatus.AUTHORIZED
    assert (held.expires_at - held.placed_at).total_seconds() == AUTHORIZATION_SECONDS
    assert (paid.status, paid.captured) == (OrderStatus.PAID, paid.total)
    await by_hand.shop.check()


async def test_a_bank_that_lets_go_ends_the_order_by_webhook_alone(by_hand: SandboxShop) -> None:
    order_id = await by_hand.ordered()
    await by_hand.pay(order_id, "visa")
    await by_hand.webhooks()

    by_hand.later(AUTHORIZATION_SECONDS)
    await by_hand.webhooks()

    state = await by_hand.shop.state(order_id)
    assert (state.status, state.reservation) == (OrderStatus.EXPIRED, "released")
    await by_hand.shop.check()


async def test_a_declined_card_leaves_the_page_open_for_another(world: SandboxShop) -> None:
    order_id = await world.ordered()
    await world.pay(order_id, "insufficient_funds")

    declined = await world.shop.checkout.settle(order_id)
    assert declined.newest_payment.status is PaymentStatus.REQUIRES_ACTION
    await world.pay(order_id, "visa")

    assert (await world.shop.checkout.settle(order_id)).status is OrderStatus.PAID


async def test_a_slow_payment_is_waited_for_even_past_the_hold(world: SandboxShop) -> None:
    order_id = await world.ordered()
    world.later(15 * 60 - 5)
    await world.pay(order_id, "processing")
    assert (await world.shop.checkout.settle(order_id)).newest_payment.status is PaymentStatus.PROCESSING
    world.later(6)
    await world.shop.expiry.run_once()
    assert (await world.shop.state(order_id)).status is OrderStatus.CANCELING

    world.later(SETTLE_AFTER_SECONDS + 60)
    await world.shop.reconciler.run_once()

    assert (await world.shop.state(order_id)).status is OrderStatus.PAID
    await world.shop.check()


async def test_an_unpaid_page_is_closed_before_the_stock_is_free(world: SandboxShop) -> None:
    order_id = await world.ordered()
    await world.shop.checkout.start_payment(order_id)
    world.later(15 * 60 + 1)

    await world.shop.expiry.run_once()
    await world.webhooks()

    state = await world.shop.state(order_id)
    assert (state.status, state.newest_payment.status) == (OrderStatus.EXPIRED, PaymentStatus.CANCELED)
    assert (await world.shop.stock.available([MUG]))[MUG] == 3


async def test_a_refund_is_made_once_and_the_books_agree(world: SandboxShop) -> None:
    order_id = await world.ordered()
    await world.pay(order_id, "visa")
    await world.shop.checkout.settle(order_id)

    for _ in range(2):
        await world.shop.checkout.refund_order(order_id, None, reason="broken", attempt=named("refund-1"))

    assert (await world.shop.state(order_id)).status is OrderStatus.REFUNDED
    refunds = world.rig.json("GET", "/v1/refunds")["data"]
    assert [refund["amount"] for refund in refunds] == [(await world.shop.state(order_id)).total.minor_units]
    await world.webhooks()
    await world.shop.check()


@pytest.mark.parametrize(
    ("evidence", "decided"),
    [("winning_evidence", DisputeStatus.WON), ("losing_evidence", DisputeStatus.LOST)],
)
async def test_a_dispute_is_heard_of_and_followed_to_its_end(
    world: SandboxShop, evidence: str, decided: DisputeStatus
) -> None:
    order_id = await world.ordered()
    await world.pay(order_id, "disputed")
    await world.shop.checkout.settle(order_id)
    total = (await world.shop.state(order_id)).total
    world.later(DISPUTE_AFTER_SECONDS)
    await world.webhooks()
    assert (await world.shop.state(order_id)).withdrawn == total

    (made,) = world.rig.json("GET", "/v1/disputes")["data"]
    world.rig.json("POST", f"/v1/disputes/{made['id']}", {"evidence[uncategorized_text]": evidence})
    await world.webhooks()

    state = await world.shop.state(order_id)
    assert [each.status for each in state.disputes] == [decided]
    assert (state.status, state.withdrawn) == (
        OrderStatus.PAID,
        total * (1 if decided is DisputeStatus.LOST else 0),
    )
    await world.shop.check()
    report = await world.shop.comparison.run()
    assert report.open_count == 0
