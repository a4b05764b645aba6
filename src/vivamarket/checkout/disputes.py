"""Disputes: a customer's bank asks for the money back. A flag on the order, and its lines in the books."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from vivamarket.checkout.draft import Draft
from vivamarket.checkout.model import Change, OrderState
from vivamarket.checkout.ports import CheckoutStore
from vivamarket.checkout.transitions import Driver, Machine, may
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import DisputeId, IdSource, OrderId, PaymentId
from vivamarket.kernel.money import Money
from vivamarket.orders.events import OrderDisputed
from vivamarket.payments import ledger
from vivamarket.payments.model import Dispute, DisputeStatus, Payment, ProviderDispute
from vivamarket.payments.ports import PaymentGateway

#: More disputes of one payment than any bank allows; the provider's further ones are not looked at.
DISPUTES_MAX = 10

#: The event that leads to a state that another state was left for.
_EVENTS = {
    DisputeStatus.WON: "won",
    DisputeStatus.LOST: "lost",
    DisputeStatus.APPEALED: "appealed",
}


class Disputes:
    """The use case of looking at a payment's disputes."""

    def __init__(self, *, store: CheckoutStore, gateway: PaymentGateway, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._ids = ids

    async def look(
        self, order_id: OrderId, payment_id: PaymentId, *, inbox_event_id: str | None = None
    ) -> OrderState:
        """Read the disputes of the payment from the provider and draw the consequence.

        Raise ``OrderNotFound``, ``GatewayUnavailable``; nothing is written then.
        """
        state = await self._store.state(order_id)
        payment = state.payment(payment_id)
        seen = (await self._gateway.disputes(payment))[:DISPUTES_MAX]
        new_ids = {each.provider_ref: DisputeId(self._ids.uuid7()) for each in seen}
        now = self._clock.now()
        return await self._store.change(
            order_id,
            lambda state: observe_disputes(state, payment_id, seen, new_ids=new_ids, now=now),
            now,
            inbox_event_id=inbox_event_id,
        )


def observe_disputes(
    state: OrderState,
    payment_id: PaymentId,
    seen: tuple[ProviderDispute, ...],
    *,
    new_ids: Mapping[str, DisputeId],
    now: datetime,
) -> Change:
    """Draw the consequence of what the provider says about a payment's disputes.

    Again and again without effect; the books follow what was withdrawn, given back and lost.
    """
    draft = Draft(state, Driver.SETTLE, now)
    payment = state.payment(payment_id)
    for each in seen:
        known = next((one for one in state.disputes if one.provider_ref == each.provider_ref), None)
        dispute = known or draft.add_dispute(payment, new_ids[each.provider_ref], each)
        after = _moved(draft, dispute, each)
        _post(draft, payment, known, after)
        if known is None or after.status is not known.status:
            draft.emit(
                OrderDisputed(
                    order_id=state.id,
                    number=state.number,
                    status=after.status.value,
                    minor_units=after.amount.minor_units,
                    currency=after.amount.currency,
                    reason=after.reason,
                )
            )
    return draft.change()


def _moved(draft: Draft, dispute: Dispute, seen: ProviderDispute) -> Dispute:
    """Take the money's step before the decision or after it, whichever the table lists."""
    for _ in range(2):
        money = "withdrawn" if seen.withdrawn else "reinstated"
        if seen.withdrawn is not dispute.withdrawn and may(Machine.DISPUTE, dispute.status, money):
            dispute = draft.move_dispute(dispute, money, withdrawn=seen.withdrawn)
        decided = _EVENTS.get(seen.status)
        if decided and may(Machine.DISPUTE, dispute.status, decided):
            dispute = draft.move_dispute(dispute, decided)
    return dispute


def _post(draft: Draft, payment: Payment, before: Dispute | None, after: Dispute) -> None:
    claimed, lost = _balances(after)
    if before is not None:
        was_claimed, was_lost = _balances(before)
        claimed, lost = claimed - was_claimed, lost - was_lost
    if claimed or lost:
        draft.post(ledger.dispute(draft.state.id, payment.id, claimed=claimed, lost=lost, at=draft.now))


def _balances(dispute: Dispute) -> tuple[Money, Money]:
    """Return what of it stands in ``disputes`` and in ``dispute_losses``."""
    nothing = dispute.amount * 0
    if not dispute.withdrawn:
        return nothing, nothing
    return (nothing, dispute.amount) if dispute.status is DisputeStatus.LOST else (dispute.amount, nothing)
