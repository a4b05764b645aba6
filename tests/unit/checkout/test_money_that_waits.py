"""Money that is only authorized, does not fit, comes late or is asked back: each branch on its own."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.checkout import MUG, TEA, Shop, named
from tests.helpers.provider import Crash, LittleProvider, fails

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.checkout.allocation import RefundLine, RefundWish
from vivamarket.checkout.errors import OrderNotCancelable, OrderNotPayable, ReviewNotAcceptable
from vivamarket.checkout.model import CancelReason
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.errors import GatewayRefused, ProviderRecordNotFound
from vivamarket.payments.model import (
    DisputeStatus,
    EventSubject,
    PaymentStatus,
    ProviderDispute,
    ProviderPayment,
    ProviderStatus,
    RefundStatus,
    SessionRequest,
)


@pytest.fixture
async def shop() -> Shop:
    shop = Shop(MemoryDatabase(StillClock()))
    await shop.open(MUG=2, TEA=3)
    return shop


async def authorized(shop: Shop) -> OrderId:
    """Return an order whose money is held at the provider, and nobody has told the shop."""
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    shop.provider.turn("cs_1", ProviderStatus.AUTHORIZED)
    return order_id


async def kinds(shop: Shop) -> list[str]:
    """Return the kinds of the events that were told, oldest first."""
    events = await shop.database.outbox.claim(shop.clock.now(), 0.0, 100)
    return [event.kind for event in events if not event.kind.startswith("stock.")]


async def test_settling_captures_what_is_authorized(shop: Shop) -> None:
    order_id = await authorized(shop)

    state = await shop.checkout.settle(order_id)

    assert (state.status, shop.provider.calls["capture"]) == (OrderStatus.PAID, 1)
    await shop.check(settled=True)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_crash_around_the_capture_is_repaired(shop: Shop, moment: str) -> None:
    order_id = await authorized(shop)
    setattr(shop.provider, moment, fails({"capture": 1}, Crash))
    with pytest.raises(Crash):
        await shop.checkout.settle(order_id)

    shop.later(seconds=61)
    await shop.reconciler.run_once()

    assert (await shop.state(order_id)).status is OrderStatus.PAID
    await shop.check(settled=True)


async def test_canceling_voids_what_is_authorized(shop: Shop) -> None:
    order_id = await authorized(shop)

    state = await shop.checkout.cancel_order(order_id)

    assert (state.status, state.newest_payment.status) == (OrderStatus.CANCELED, PaymentStatus.CANCELED)
    assert shop.provider.calls["capture"] == 0
    await shop.check(settled=True)


async def test_what_is_authorized_for_an_order_that_ends_is_voided_whoever_sees_it(shop: Shop) -> None:
    order_id = await authorized(shop)
    shop.provider.before = fails({"cancel": 1}, Crash)
    with pytest.raises(Crash):
        await shop.checkout.cancel_order(order_id)

    state = await shop.checkout.settle(order_id)

    assert (state.status, state.captured) == (OrderStatus.CANCELED, Money(0, "EUR"))
    await shop.check(settled=True)


async def test_a_capture_that_is_refused_is_read_again(shop: Shop) -> None:
    order_id = await authorized(shop)

    def void(call: str) -> None:
        if call == "capture":
            shop.provider.turn("cs_1", ProviderStatus.CANCELED)

    shop.provider.before = void

    state = await shop.checkout.settle(order_id)

    assert (state.status, state.newest_payment.status) == (OrderStatus.PENDING_PAYMENT, "canceled")


@pytest.mark.parametrize("paid", [Money(1_700, "EUR"), Money(1_200, "EUR"), Money(1_745, "USD")])
async def test_money_that_does_not_fit_goes_to_review_and_can_all_go_back(shop: Shop, paid: Money) -> None:
    order_id = await shop.ordered()
    await shop.pay(order_id, paid)

    state = await shop.checkout.settle(order_id)
    assert (state.status, state.captured_in(paid.currency)) == (OrderStatus.REVIEW, paid)
    await shop.check()
    with pytest.raises(ReviewNotAcceptable):
        await shop.checkout.accept_review(order_id)
    with pytest.raises(OrderNotCancelable):
        await shop.checkout.cancel_order(order_id, CancelReason.STAFF)
    state = await shop.checkout.refund_order(order_id, RefundWish(), attempt=named("refund-1"))

    assert (state.status, state.refunded_in(paid.currency)) == (OrderStatus.REFUNDED, paid)
    assert (await shop.stock.available([MUG]))[MUG] == 2
    await shop.check()


async def test_too_much_money_fits_once_the_rest_is_given_back(shop: Shop) -> None:
    order_id = await shop.ordered()
    total = (await shop.state(order_id)).total
    await shop.pay(order_id, total + Money(300, "EUR"))
    await shop.checkout.settle(order_id)
    await shop.checkout.refund_order(order_id, Money(300, "EUR"), attempt=named("refund-1"))

    state = await shop.checkout.accept_review(order_id)
    again = await shop.checkout.accept_review(order_id)

    assert state.status is again.status is OrderStatus.PAID
    assert (await kinds(shop)).count("order.paid") == 1
    await shop.check(settled=True)
    state = await shop.checkout.refund_order(order_id, None, attempt=named("refund-2"))
    assert (state.status, state.captured) == (OrderStatus.REFUNDED, state.refunded)
    await shop.check(settled=True)


async def sold_out_and_not_given_back(shop: Shop) -> OrderId:
    """Return an order in review: its money came late, the mugs were gone, and the refund was refused."""
    order_id = await shop.ordered((MUG, 2))
    await shop.checkout.start_payment(order_id)
    await shop.checkout.cancel_order(order_id)
    await shop.stock.set_on_hand([(MUG, 0)])
    shop.provider.refunds_fail = True
    shop.provider.turn("cs_1", ProviderStatus.SUCCEEDED)
    first = (await shop.state(order_id)).newest_payment
    await shop.checkout.receive_event(shop.provider.event("evt_1", first.id, shop.clock.now()), "signed")
    await shop.inbox.run_once()
    return order_id


async def test_late_money_that_cannot_go_back_can_be_accepted_once_the_stock_is_there(shop: Shop) -> None:
    order_id = await sold_out_and_not_given_back(shop)
    assert (await shop.state(order_id)).status is OrderStatus.REVIEW
    with pytest.raises(ReviewNotAcceptable):
        await shop.checkout.accept_review(order_id)
    await shop.stock.set_on_hand([(MUG, 2)])

    state = await shop.checkout.accept_review(order_id)

    assert (state.status, state.reservation) == (OrderStatus.PAID, "claimed")
    assert (await shop.stock.available([MUG]))[MUG] == 0
    await shop.check(settled=True)


async def test_late_money_that_could_not_go_back_is_given_back_by_staff_later(shop: Shop) -> None:
    order_id = await sold_out_and_not_given_back(shop)
    shop.provider.refunds_fail = False

    state = await shop.checkout.refund_order(order_id, None, attempt=named("refund-1"))

    assert (state.status, state.captured) == (OrderStatus.REFUNDED, state.refunded)
    assert [each.status for each in state.refunds] == [RefundStatus.FAILED, RefundStatus.SUCCEEDED]
    await shop.check(settled=True)


async def test_a_refund_that_the_provider_refuses_is_told_to_the_staff(shop: Shop) -> None:
    order_id = await shop.paid()
    shop.provider.refunds_fail = True

    state = await shop.checkout.refund_order(order_id, None, attempt=named("refund-1"))

    assert (state.status, state.refunds[0].failure_code) == (OrderStatus.PAID, "insufficient_balance")
    assert "order.review" in await kinds(shop)
    await shop.check(settled=True)


async def test_a_second_payment_that_could_not_go_back_at_once_goes_back_without_undoing_the_sale(
    shop: Shop,
) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    shop.provider.turn("cs_1", ProviderStatus.FAILED)
    await shop.checkout.settle(order_id)
    await shop.pay(order_id)
    paid = await shop.checkout.settle(order_id)
    shop.provider.turn("cs_1", ProviderStatus.SUCCEEDED)
    shop.provider.refunds_fail = True
    await shop.settlement.settle(order_id, payment_id=paid.payments[0].id)
    shop.provider.refunds_fail = False

    line = await shop.checkout.preview_refund(order_id, RefundWish(lines=(RefundLine(1, 1),)))
    after = await shop.checkout.refund_order(order_id, None, attempt=named("refund-1"))

    assert line.payment.id == paid.payments[1].id
    assert (after.status, after.reservation, after.refunded) == (OrderStatus.PAID, "claimed", after.total)
    assert after.refundable(after.payments[0]) == Money(0, "EUR")
    assert after.refundable(after.payments[1]) == after.total
    await shop.check(settled=True)


@pytest.mark.parametrize("error", [GatewayRefused, ProviderRecordNotFound])
async def test_a_refund_on_its_way_is_not_failed_because_the_provider_will_not_say_how_it_is(
    shop: Shop, error: Callable[[str], DomainError]
) -> None:
    order_id = await shop.paid()
    shop.provider.refunds_take_days = True
    await shop.checkout.refund_order(order_id, Money(300, "EUR"), attempt=named("refund-1"))
    shop.provider.before = fails({"retrieve_refund": 1}, error)

    await shop.checkout.settle(order_id)

    (refund,) = (await shop.state(order_id)).refunds
    assert (refund.status, shop.provider.calls["retrieve_refund"]) == (RefundStatus.REQUESTED, 1)


async def test_a_refund_too_old_to_repeat_waits_until_the_provider_lets_it_be_looked_for(shop: Shop) -> None:
    order_id = await shop.paid()
    shop.provider.after = fails({"refund": 1})
    await shop.checkout.refund_order(order_id, Money(300, "EUR"), attempt=named("refund-1"))
    shop.later(hours=23)
    shop.provider.before = fails({"find_refund": 1}, GatewayRefused)

    await shop.checkout.settle(order_id)
    assert (await shop.state(order_id)).refunds[0].status is RefundStatus.NEW
    await shop.checkout.settle(order_id)

    assert (await shop.state(order_id)).refunds[0].status is RefundStatus.SUCCEEDED
    assert len(shop.provider.refunds) == 1
    await shop.check(settled=True)


async def test_staff_refund_units_shipping_and_goodwill_as_previewed(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 2), (TEA, 1))
    wish = RefundWish(
        lines=(RefundLine(1, 1),), shipping=Money(100, "EUR"), goodwill=Money(55, "EUR"), reason="chipped"
    )

    shown = await shop.checkout.preview_refund(order_id, wish)
    state = await shop.checkout.refund_order(order_id, wish, attempt=named("refund-1"))
    again = await shop.checkout.refund_order(order_id, wish, attempt=named("refund-1"))

    (refund,) = state.refunds
    assert (refund.amount, refund.lines, refund.reason) == (shown.amount, shown.lines, "chipped")
    assert shown.amount == Money(1_250 + 100 + 55, "EUR")
    assert (again.refunds, state.status) == (state.refunds, OrderStatus.PARTIALLY_REFUNDED)
    await shop.check(settled=True)


def disputed(provider: LittleProvider, **changes: object) -> ProviderDispute:
    """Let the bank of whoever paid the first page ask for the money back."""
    opened = ProviderDispute(
        provider_ref="du_1",
        status=DisputeStatus.OPEN,
        amount=provider.sessions["cs_1"].amount,
        withdrawn=True,
        reason="fraudulent",
        opened_at=StillClock().now() + timedelta(days=3),
    )
    dispute = replace(opened, **changes)  # type: ignore[arg-type]  # mypy cannot type keyword changes
    provider.disputed["pi_cs_1"] = (dispute,)
    return dispute


async def told(shop: Shop, name: str) -> None:
    """Receive the provider's message about the dispute, which knows only the name of the money."""
    body = shop.provider.event(name, None, shop.clock.now(), ref="pi_cs_1", about=EventSubject.DISPUTE)
    await shop.checkout.receive_event(body, "signed")
    await shop.inbox.run_once()


async def test_a_dispute_is_a_flag_that_moves_the_books_and_not_the_order(shop: Shop) -> None:
    order_id = await shop.paid()
    total = (await shop.state(order_id)).total
    disputed(shop.provider)

    await told(shop, "evt_1")
    await told(shop, "evt_2")

    state = await shop.state(order_id)
    (dispute,) = state.disputes
    assert (dispute.status, dispute.amount, dispute.withdrawn) == (DisputeStatus.OPEN, total, True)
    assert (state.status, state.withdrawn) == (OrderStatus.PAID, total)
    assert (await kinds(shop)).count("order.disputed") == 1
    await shop.check(settled=True)


@pytest.mark.parametrize(
    ("decided", "withdrawn", "books"),
    [
        (DisputeStatus.WON, False, {"disputes": 0, "dispute_losses": 0}),
        (DisputeStatus.LOST, True, {"disputes": 0, "dispute_losses": 1_640}),
    ],
)
async def test_a_decided_dispute_is_posted(
    shop: Shop, decided: DisputeStatus, withdrawn: bool, books: dict[str, int]
) -> None:
    order_id = await shop.paid()
    disputed(shop.provider)
    await told(shop, "evt_1")
    disputed(shop.provider, status=decided, withdrawn=withdrawn)

    await told(shop, "evt_2")

    (order,) = (await shop.evidence.read()).orders
    assert {account: order.ledger.get(account, 0) for account in books} == books
    assert [each.status for each in (await shop.state(order_id)).disputes] == [decided]
    await shop.check(settled=True)


async def test_a_dispute_that_is_over_when_first_seen_is_posted_whole(shop: Shop) -> None:
    await shop.paid()
    disputed(shop.provider, status=DisputeStatus.LOST)

    await told(shop, "evt_1")

    (order,) = (await shop.evidence.read()).orders
    assert order.ledger["dispute_losses"] == order.state.total.minor_units
    await shop.check(settled=True)


async def test_an_old_answer_turns_no_dispute_back_and_an_appeal_opens_it_again(shop: Shop) -> None:
    order_id = await shop.paid()
    disputed(shop.provider, status=DisputeStatus.LOST)
    await told(shop, "evt_1")
    disputed(shop.provider, withdrawn=False)
    await told(shop, "evt_old")
    assert [each.status for each in (await shop.state(order_id)).disputes] == [DisputeStatus.LOST]

    disputed(shop.provider, status=DisputeStatus.APPEALED)
    await told(shop, "evt_2")
    disputed(shop.provider, status=DisputeStatus.WON, withdrawn=False)
    await told(shop, "evt_3")

    state = await shop.state(order_id)
    assert [(each.status, each.withdrawn) for each in state.disputes] == [(DisputeStatus.WON, False)]
    await shop.check(settled=True)


async def test_a_dispute_event_waits_for_the_provider_to_answer(shop: Shop) -> None:
    order_id = await shop.paid()
    disputed(shop.provider)
    shop.provider.before = fails({"disputes": 1})
    await told(shop, "evt_1")
    assert not (await shop.state(order_id)).disputes

    shop.later(seconds=5)
    await shop.inbox.run_once()

    assert len((await shop.state(order_id)).disputes) == 1


class Meanwhile:
    """The provider, with something that happens just before it opens the second page."""

    def __init__(self, provider: LittleProvider) -> None:
        self._provider = provider
        self.happens: Callable[[], Awaitable[object]] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)

    async def create_session(self, request: SessionRequest, idempotency_key: str) -> ProviderPayment:
        if self.happens is not None:
            await self.happens()
        return await self._provider.create_session(request, idempotency_key)


async def test_a_page_that_opens_while_an_earlier_payment_arrives_is_closed_again() -> None:
    gateways: list[Meanwhile] = []

    def wrap(port: Any) -> Any:
        if not isinstance(port, LittleProvider):
            return port
        gateways.append(Meanwhile(port))
        return gateways[-1]

    shop = Shop(MemoryDatabase(StillClock()), wrap=wrap)
    await shop.open(MUG=2)
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    shop.provider.turn("cs_1", ProviderStatus.FAILED, "card_declined")
    await shop.checkout.settle(order_id)
    first = (await shop.state(order_id)).newest_payment

    async def money_arrives() -> None:
        gateways[0].happens = None
        shop.provider.turn("cs_1", ProviderStatus.SUCCEEDED)
        await shop.settlement.settle(order_id, payment_id=first.id)

    gateways[0].happens = money_arrives
    with pytest.raises(OrderNotPayable):
        await shop.checkout.start_payment(order_id)

    state = await shop.state(order_id)
    assert (state.status, state.newest_payment.status) == (OrderStatus.PAID, PaymentStatus.CANCELED)
    await shop.check(settled=True)
