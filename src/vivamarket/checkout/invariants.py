"""What must hold at any moment, checked from the outside: formulas over everything that is written.

Numbered as in the design (I1 … I19), and I20: nothing is sent that is not owed. The checker knows nothing
of how states came about: it reads the evidence (from a database, or a double of it) and the provider's own
books, and lists what is wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from vivamarket.checkout.allocation import promised
from vivamarket.checkout.capturing import broken_holds
from vivamarket.checkout.fulfillment import fulfillment_of, reserved_units
from vivamarket.checkout.model import OrderState
from vivamarket.checkout.transitions import Machine, may, step
from vivamarket.inventory.model import Reservation, ReservationStatus, StockLevel
from vivamarket.kernel.ids import LocationId, OrderId, Sku
from vivamarket.kernel.money import Money, total
from vivamarket.orders.model import OrderStatus
from vivamarket.orders.shipments import Fulfillment
from vivamarket.payments.ledger import Parts
from vivamarket.payments.model import OPEN_REFUNDS, DisputeStatus, Payment, PaymentStatus, RefundStatus

#: A hold may outlive its time by this much, and nothing may wait longer than that for a repair.
HOLD_GRACE = timedelta(seconds=60)
SETTLED_WITHIN = timedelta(seconds=120)

UNBALANCED = "the entries of this ledger transaction do not sum to zero"

_CLAIMING = frozenset({OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED})
_HOLDING = frozenset({OrderStatus.PENDING_PAYMENT, OrderStatus.AUTHORIZED, OrderStatus.CANCELING})
_FREED = frozenset({OrderStatus.EXPIRED, OrderStatus.CANCELED, OrderStatus.REFUNDED})


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """One line of an order's history."""

    machine: Machine
    subject_id: str
    event: str
    source: str | None
    target: str


def account_key(account: str, currency: str, own_currency: str) -> str:
    """Return under which name a balance stands: the account's, with any currency but the order's own."""
    return account if currency == own_currency else f"{account}:{currency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvidence:
    """One order with everything that hangs on it."""

    state: OrderState
    #: The sums that the order row itself keeps.
    captured: Money
    refunded: Money
    cart_id: str
    #: What the order row itself says of it.
    fulfillment: Fulfillment = Fulfillment.UNFULFILLED
    steps: tuple[RecordedStep, ...]
    reservations: tuple[Reservation, ...]
    #: Balance of this order per ledger account, by ``account_key``.
    ledger: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything, as of one moment."""

    orders: tuple[OrderEvidence, ...]
    stock: tuple[StockLevel, ...]
    #: Sum of the journal per stock item.
    moved: Mapping[tuple[LocationId, Sku], int]
    #: Of it, what left in parcels, above zero.
    sent: Mapping[tuple[LocationId, Sku], int] = field(default_factory=dict)
    #: Ledger transactions whose entries do not sum to zero in a currency.
    unbalanced: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockEvidence:
    """One stock item with what the journal and the orders say of it."""

    location_id: LocationId
    sku: Sku
    #: None when orders reserve an item that does not exist.
    level: StockLevel | None
    #: Sums of the journal, and of the orders' reservations.
    moved: int
    held: int
    claimed: int
    shipped: int = 0
    #: What the journal says was sent.
    sent: int = 0


@dataclass(frozen=True, slots=True)
class ProviderBooks:
    """The provider's own account of one order: what it took and what it gave back."""

    captured: int
    refunded: int


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise."""

    invariant: str
    subject: str
    detail: str


class EvidenceReader(Protocol):
    """Reads everything as of one moment; for checks, not for serving: it costs a full read."""

    async def read(self) -> Evidence:
        """Return the evidence from one snapshot."""
        ...


def violations(
    evidence: Evidence,
    *,
    provider: Mapping[OrderId, ProviderBooks] | None = None,
    settled_at: datetime | None = None,
) -> list[Violation]:
    """Return every broken promise, none when all is well.

    With ``provider``, money is compared with the provider's books (I5, I6). With ``settled_at``, a
    moment long after the last fault, nothing may still be on its way (I3, I5, I16).
    """
    found = [*_unique_carts(evidence)]
    for item in _stock(evidence):
        found.extend(stock_violations(item))
    found.extend(Violation("I7", name, UNBALANCED) for name in evidence.unbalanced)
    for order in evidence.orders:
        books = provider.get(order.state.id, ProviderBooks(0, 0)) if provider is not None else None
        found.extend(order_violations(order, books=books, settled_at=settled_at))
    return found


def order_violations(
    order: OrderEvidence, *, books: ProviderBooks | None = None, settled_at: datetime | None = None
) -> Iterator[Violation]:
    """Yield what is wrong with one order by itself. See ``violations``."""
    for check in (_reservations, _history, _money, _ledger, _refund_lines, _units, _never_oversent):
        yield from check(order)
    if books is not None:
        yield from provider_violations(order, books)
    if settled_at is not None:
        yield from _settled(order, settled_at)


def stock_violations(item: StockEvidence) -> Iterator[Violation]:
    """Yield what is wrong with one stock item."""
    level = item.level
    if level is None:
        yield Violation(
            "I2", item.sku, f"orders keep {item.held + item.claimed} of it, and no such stock item exists"
        )
        return
    if min(level.on_hand, level.held, level.claimed, level.backordered) < 0:
        yield Violation("I1", level.sku, f"a stock figure is negative: {_figures(level)}")
    if level.on_hand + level.backordered < level.reserved:
        yield Violation("I1", level.sku, f"{level.reserved} promised to orders, {level.on_hand} on hand")
    if item.moved != level.on_hand:
        yield Violation("I2", level.sku, f"{level.on_hand} on hand, but its journal sums to {item.moved}")
    if (item.held, item.claimed) != (level.held, level.claimed):
        yield Violation(
            "I2",
            level.sku,
            f"orders keep {item.held} unpaid and {item.claimed} paid, "
            f"the stock item says {level.held} and {level.claimed}",
        )
    if item.sent != item.shipped:
        sent = f"its journal says that {item.sent} were sent, the orders' parcels hold {item.shipped}"
        yield Violation("I2", level.sku, sent)


def _figures(level: StockLevel) -> str:
    return (
        f"{level.on_hand} on hand, {level.held} held, {level.claimed} claimed, {level.backordered} on order"
    )


def _stock(evidence: Evidence) -> Iterator[StockEvidence]:
    promised: dict[tuple[LocationId, Sku], Counter[ReservationStatus]] = defaultdict(Counter)
    shipped: Counter[tuple[LocationId, Sku]] = Counter()
    for order in evidence.orders:
        for each in order.reservations:
            promised[each.location_id, each.sku][each.status] += each.kept
            shipped[each.location_id, each.sku] += each.shipped
    levels = {(level.location_id, level.sku): level for level in evidence.stock}
    for key in [*levels, *(promised.keys() - levels.keys())]:
        counts = promised[key]
        yield StockEvidence(
            location_id=key[0],
            sku=key[1],
            level=levels.get(key),
            moved=evidence.moved.get(key, 0),
            held=counts[ReservationStatus.HELD],
            claimed=counts[ReservationStatus.CLAIMED],
            shipped=shipped[key],
            sent=evidence.sent.get(key, 0),
        )


def _unique_carts(evidence: Evidence) -> Iterator[Violation]:
    for cart_id, count in Counter(order.cart_id for order in evidence.orders).items():
        if count > 1:
            yield Violation("I10", cart_id, f"{count} orders were made of this cart")


def _reservations(order: OrderEvidence) -> Iterator[Violation]:
    state = order.state
    statuses = {each.status for each in order.reservations}
    if len(statuses) > 1:
        yield Violation("I3", state.number, f"some of its goods are {' and some '.join(sorted(statuses))}")
    if not statuses:
        return
    status = next(iter(statuses))
    wanted = {
        **dict.fromkeys(_CLAIMING, ReservationStatus.CLAIMED),
        **dict.fromkeys(_HOLDING, ReservationStatus.HELD),
        **dict.fromkeys(_FREED, ReservationStatus.RELEASED),
    }.get(state.status)
    if wanted is not None and status is not wanted:
        yield Violation("I3", state.number, f"the order is {state.status}, its goods are {status}")


def _units(order: OrderEvidence) -> Iterator[Violation]:
    """I2: what has left the reservations is what was sent, and what was refunded unsent."""
    state = order.state
    told = {each.sku: each for each in reserved_units(state)}
    for each in order.reservations:
        wanted = told.get(each.sku)
        if wanted is not None and (each.shipped, each.freed) != (wanted.shipped, wanted.freed):
            yield Violation(
                "I2",
                state.number,
                f"of {each.quantity} {each.sku}, {each.shipped} are noted as sent and {each.freed} as free, "
                f"its parcels and refunds make {wanted.shipped} and {wanted.freed}",
            )
    if order.fulfillment is not fulfillment_of(state):
        yield Violation("I20", state.number, f"it says {order.fulfillment}, it is {fulfillment_of(state)}")


def _never_oversent(order: OrderEvidence) -> Iterator[Violation]:
    """I20: a parcel never holds more than was left of each line when it was sent.

    Refunds and parcels are counted in the order of the history; clocks may jump. What was canceled or
    failed since is left out, so that a violation is one whatever came after.
    """
    state = order.state
    if not state.shipments:
        return
    begun = {each.subject_id: at for at, each in enumerate(order.steps) if each.source is None}
    sent = [each for each in state.shipments if each.is_under_way]
    for shipment in sent:
        at = begun.get(shipment.id, 0)
        parcels = [each.units for each in sent if begun.get(each.id, 0) <= at]
        refunds = [each.lines for each in promised(state) if begun.get(each.id, 0) < at]
        for units in shipment.units:
            line = next(each for each in state.lines if each.position == units.position)
            out = sum(
                each.quantity for parcel in parcels for each in parcel if each.position == line.position
            )
            back = [each for lines in refunds for each in lines if each.position == line.position]
            wanted = line.quantity if line.requires_shipping else 0
            owed = wanted - sum(each.quantity for each in back)
            if out - min(out, sum(each.returned for each in back)) > owed:
                told = f"{out} of {line.quantity} {line.sku} were sent when {owed} were owed"
                yield Violation("I20", state.number, told)


def _history(order: OrderEvidence) -> Iterator[Violation]:
    """I15: a history is a walk through the table and ends where the records stand."""
    state = order.state
    standing: dict[str, str] = {}
    for each in order.steps:
        if not may(each.machine, each.source, each.event):
            source = each.source or "the beginning"
            yield Violation("I15", state.number, f"no {each.machine} leaves {source} by {each.event}")
        elif step(each.machine, each.source, each.event).target != each.target:
            yield Violation("I15", state.number, f"{each.event} led the {each.machine} to {each.target}")
        if standing.get(each.subject_id) != each.source:
            yield Violation(
                "I15", state.number, f"its history has a gap before {each.event} of the {each.machine}"
            )
        standing[each.subject_id] = each.target
    records: dict[str, str] = {state.id: state.status.value}
    records.update({each.id: each.status.value for each in state.payments})
    records.update({each.id: each.status.value for each in state.refunds})
    records.update({each.id: each.status.value for each in state.disputes})
    records.update({each.id: each.status.value for each in state.shipments})
    for name in sorted(standing.keys() | records.keys()):
        ends, says = standing.get(name, "nothing"), records.get(name, "nothing")
        if ends != says:
            what = "the order" if name == state.id else name
            yield Violation(
                "I15", state.number, f"{what}: its history ends at {ends}, its record says {says}"
            )


def _money(order: OrderEvidence) -> Iterator[Violation]:
    state = order.state
    for invariant, detail in broken_holds(state):
        yield Violation(invariant, state.number, detail)
    live = [each for each in state.payments if each.is_live]
    succeeded = [each for each in state.payments if each.status is PaymentStatus.SUCCEEDED]
    if len(live) > 1:
        yield Violation("I4", state.number, f"{len(live)} payments may still bring money at once")
    kept = [each for each in succeeded if not each.is_deposit]
    paid = [_paid(state, each) for each in kept]
    if len(kept) > 1 or any(each != state.total for each in paid):
        sums = " and ".join(str(each or "nothing") for each in paid)
        yield Violation("I4", state.number, f"its total is {state.total}, payments bring {sums}")
    if (state.captured, state.refunded) != (order.captured, order.refunded):
        yield Violation(
            "I6",
            state.number,
            f"the order says {order.captured} paid and {order.refunded} given back, "
            f"its payments and refunds say {state.captured} and {state.refunded}",
        )
    if state.status in _CLAIMING and not kept:
        yield Violation("I5", state.number, f"it is {state.status}, and no payment pays it")
    for payment in succeeded:
        if state.refundable(payment).minor_units < 0:
            over = state.refundable(payment) * -1
            yield Violation("I8", state.number, f"{over} more is given back than the payment brought")
    if not _staff_know(state) and any(each.is_deposit and state.refundable(each) for each in succeeded):
        yield Violation("I5", state.number, f"it is {state.status}, and money that pays nothing is kept")
    waiting = any(each.status is not RefundStatus.SUCCEEDED for each in state.refunds)
    if state.status is OrderStatus.REFUNDED and state.captured != state.refunded and not waiting:
        kept_money = f"{state.refunded} of {state.captured} went back"
        yield Violation("I5", state.number, f"it is refunded, but only {kept_money}")


def _staff_know(state: OrderState) -> bool:
    """Return whether staff were told to decide: the order is in review, or a refund was refused."""
    refused = any(each.status is RefundStatus.FAILED for each in state.refunds)
    return refused or state.status is OrderStatus.REVIEW


def _paid(state: OrderState, payment: Payment) -> Money | None:
    """Return what the payment pays of the order: all of it but what went back while it was a deposit."""
    back = [
        each.amount
        for each in state.refunds
        if each.payment_id == payment.id and each.of_deposit and each.status is not RefundStatus.FAILED
    ]
    return payment.captured and payment.captured - total(back, payment.captured.currency)


def _ledger(order: OrderEvidence) -> Iterator[Violation]:
    """I7: the books and the records tell the same."""
    state = order.state
    own = state.total.currency
    for currency in state.currencies | {own}:
        here = state.captured_in(currency) - state.refunded_in(currency)
        away = state.withdrawn_in(currency)
        clearing = Money(order.ledger.get(account_key("provider_clearing", currency, own), 0), currency)
        if clearing != here - away:
            yield _unlike_books(state, "provider_clearing", clearing, here - away)
    for account, amount in _expected(state).items():
        booked = Money(order.ledger.get(account, 0), own)
        if booked != amount:
            yield _unlike_books(state, account, booked, amount)


def _unlike_books(state: OrderState, account: str, booked: Money, told: Money) -> Violation:
    return Violation("I7", state.number, f"the books have {booked} in {account}, its records make {told}")


def _expected(state: OrderState) -> dict[str, Money]:
    """Return what stands in the accounts of the order's own currency, told from its records."""
    nothing = Money.zero(state.total.currency)
    sold = Parts(nothing, nothing, nothing)
    deposits = goodwill = nothing
    for payment in state.payments:
        if payment.captured and payment.captured.currency == nothing.currency:
            deposits = deposits + payment.captured
        if payment.captured is not None and not payment.is_deposit:
            sold = sold.plus(state.parts)
            deposits = deposits - state.total
    for refund in state.refunds:
        if refund.status is not RefundStatus.SUCCEEDED or refund.amount.currency != nothing.currency:
            continue
        if refund.of_deposit:
            deposits = deposits - refund.amount
        else:
            sold = sold.minus(Parts(refund.goods, refund.shipping, refund.tax))
            goodwill = goodwill + refund.goodwill
    lost = [each.amount for each in state.disputes if each.withdrawn and each.status is DisputeStatus.LOST]
    losses = total([each for each in lost if each.currency == nothing.currency], nothing.currency)
    return {
        "sales": sold.goods * -1,
        "shipping_income": sold.shipping * -1,
        "tax_payable": sold.tax * -1,
        "customer_deposits": deposits * -1,
        "goodwill": goodwill,
        "disputes": state.withdrawn - losses,
        "dispute_losses": losses,
    }


def _refund_lines(order: OrderEvidence) -> Iterator[Violation]:
    """I8: never more of a line, of the shipping or of the tax given back than was paid for it."""
    state = order.state
    given = promised(state)
    for line in state.lines:
        back = [each for refund in given for each in refund.lines if each.position == line.position]
        units = sum(each.quantity for each in back)
        if units > line.quantity or any(each.quantity < 1 for each in back):
            yield Violation("I8", state.number, f"{units} of {line.quantity} {line.sku} are given back")
        amount = total([each.amount for each in back], line.total.currency)
        tax = total([each.tax for each in back], line.total.currency)
        if line.total < amount or line.tax < tax:
            yield Violation(
                "I8",
                state.number,
                f"{line.sku} cost {line.total} with {line.tax} of tax, given back are {amount} with {tax}",
            )
        if units == line.quantity and (amount, tax) != (line.total, line.tax):
            back_of = f"{amount} of {line.total} for all {line.quantity} {line.sku}"
            yield Violation("I8", state.number, f"not given back to the cent: {back_of}")
    left = state.parts
    for refund in given:
        net = total([each.amount - each.tax for each in refund.lines], state.total.currency)
        if refund.lines and net != refund.goods:
            yield Violation(
                "I8", state.number, f"lines worth {net} are given back as goods worth {refund.goods}"
            )
        left = left.minus(Parts(refund.goods, refund.shipping, refund.tax))
    if min(left.shipping.minor_units, left.tax.minor_units, left.total.minor_units) < 0:
        yield Violation("I8", state.number, _overdrawn(left))


def _overdrawn(left: Parts) -> str:
    """Say of what more was given back than was paid for."""
    over = {"shipping": left.shipping, "tax": left.tax, "all": left.total}
    told = [f"{amount * -1} of {name}" for name, amount in over.items() if amount.minor_units < 0]
    return f"more is given back than was paid for: {', '.join(told)}"


def _own(state: OrderState, minor_units: int) -> Money:
    return Money(minor_units, state.total.currency)


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def provider_violations(order: OrderEvidence, books: ProviderBooks) -> Iterator[Violation]:
    """Yield where the provider's account of one order differs from ours (I6, I4)."""
    state = order.state
    if (books.captured, books.refunded) != (state.captured.minor_units, state.refunded.minor_units):
        yield Violation(
            "I6",
            state.number,
            f"the provider took {_own(state, books.captured)} and gave back {_own(state, books.refunded)}, "
            f"the shop says {state.captured} and {state.refunded}",
        )
    if books.captured - books.refunded > state.total.minor_units and not _staff_know(state):
        kept = _own(state, books.captured - books.refunded)
        yield Violation("I4", state.number, f"the provider keeps {kept}, the total is {state.total}")


def _settled(order: OrderEvidence, now: datetime) -> Iterator[Violation]:
    state = order.state
    if state.status in _HOLDING and now > state.expires_at + HOLD_GRACE:
        yield Violation(
            "I3", state.number, f"it is still {state.status}, its hold ended at {_clock(state.expires_at)}"
        )
    elif state.status is OrderStatus.CANCELING:
        yield Violation("I16", state.number, "it is still canceling")
    if any(each.status in OPEN_REFUNDS for each in state.refunds):
        yield Violation("I16", state.number, "a refund is still on its way")
    if any(each.status is PaymentStatus.CAPTURING for each in state.payments):
        yield Violation("I16", state.number, "its held money is still being taken")
    if state.status not in _HOLDING and any(each.is_live for each in state.payments):
        yield Violation("I4", state.number, f"it is {state.status}, and another payment may still come")
    unpaid_end = state.status in (OrderStatus.EXPIRED, OrderStatus.CANCELED)
    if unpaid_end and state.captured != state.refunded:
        yield Violation(
            "I5", state.number, f"it is {state.status}, but {state.captured - state.refunded} was kept"
        )


def describe(found: Sequence[Violation]) -> str:
    """Return the violations as lines to read."""
    return "\n".join(f"{each.invariant} {each.subject}: {each.detail}" for each in found)
