"""A payment gateway over the sandbox, and what is asked of it in contracts."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from tests.helpers.payment import BASE, SECRET_KEY, START, WEBHOOK_SECRET, SandboxRig

from vivamarket.adapters.stripe import AppTransport, StripeGateway
from vivamarket.kernel.ids import OrderId, OrderNumber, PaymentId, RefundId, Sku, uuid7
from vivamarket.kernel.money import Money
from vivamarket.payments.breaker import CircuitBreaker, GuardedGateway
from vivamarket.payments.model import (
    Payment,
    PaymentStatus,
    ProviderPayment,
    Refund,
    RefundStatus,
    SessionLine,
    SessionRequest,
)
from vivamarket.payments.ports import PaymentGateway
from vivamarket.sandbox.cards import (
    card_by_key,
)


def eur(minor_units: int) -> Money:
    return Money(minor_units, "EUR")


PAYMENTS = tuple(PaymentId(uuid7(1, number)) for number in range(9))
REQUEST = SessionRequest(
    payment_id=PAYMENTS[1],
    order_id=OrderId(uuid7(2, 1)),
    order_number=OrderNumber("VM-7K3QX9"),
    amount=eur(3_499),
    email="jo@example.com",
    locale="es",
    lines=(
        SessionLine(sku=Sku("MUG"), title="Mug", quantity=3, total=eur(3_000)),
        SessionLine(sku=None, title="Shipping", quantity=1, total=eur(499)),
    ),
    success_url="https://shop.example/es/checkout/return/?order=order-1",
    cancel_url="https://shop.example/es/checkout/return/?order=order-1&canceled=1",
    expires_at=START + timedelta(minutes=15),
)
REFUND = Refund(
    id=RefundId("refund-1"),
    order_id=REQUEST.order_id,
    payment_id=REQUEST.payment_id,
    status=RefundStatus.NEW,
    amount=eur(1_000),
    goods=eur(1_000),
    shipping=eur(0),
    tax=eur(0),
    reason="broken",
    request_key="wish-1",
    created_at=START,
    updated_at=START,
)


class Rig(NamedTuple):
    gateway: PaymentGateway
    provider: SandboxRig

    def pay(self, session: ProviderPayment, card: str = "visa") -> None:
        test_card = card_by_key(card)
        assert test_card is not None
        self.provider.provider.pay(session.provider_ref, test_card)

    async def paid(self, card: str = "visa") -> Payment:
        session = await self.gateway.create_session(REQUEST, "pay:order-1:1")
        self.pay(session, card)
        paid = await self.gateway.retrieve(session.provider_ref)
        return Payment(
            id=REQUEST.payment_id,
            order_id=REQUEST.order_id,
            attempt=1,
            status=PaymentStatus.SUCCEEDED,
            amount=REQUEST.amount,
            provider_ref=paid.provider_ref,
            provider_payment_ref=paid.provider_payment_ref,
            created_at=START,
            updated_at=START,
        )


def rig_of(*, guarded: bool) -> Rig:
    """Return Stripe's gateway over the sandbox, behind a circuit breaker if it is guarded."""
    provider = SandboxRig()
    gateway: PaymentGateway = StripeGateway(
        api_base=BASE,
        secret_key=SECRET_KEY,
        webhook_secret=WEBHOOK_SECRET,
        clock=provider.clock,
        ids=provider.ids,
        transport=AppTransport(provider.app),
    )
    if guarded:
        gateway = GuardedGateway(gateway, CircuitBreaker(clock=provider.clock, ids=provider.ids))
    return Rig(gateway, provider)
