"""What must hold between what people were told and what is written: the checker's other half.

``invariants`` reads the database alone. A client's own log knows more: which answer it got to which key,
what it had confirmed, and whose data it was shown. Simulator and chaos rig keep such logs; numbers of
invariants are those of the design.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from vivamarket.checkout.invariants import Evidence, Violation
from vivamarket.checkout.transitions import Machine

#: Which event each step of a history must have caused, and so which mail.
EFFECTS: Mapping[tuple[str, str], str] = {
    (Machine.ORDER, "authorized"): "order.authorized",
    (Machine.ORDER, "paid"): "order.paid",
    (Machine.ORDER, "paid_late"): "order.paid",
    (Machine.ORDER, "accepted"): "order.paid",
    (Machine.ORDER, "accepted_late"): "order.paid",
    (Machine.ORDER, "expired"): "order.expired",
    (Machine.ORDER, "canceled"): "order.canceled",
    (Machine.REFUND, "succeeded"): "order.refunded",
    (Machine.PAYMENT, "failed"): "payment.failed",
    (Machine.SHIPMENT, "shipped"): "order.shipped",
}
_COUNTED = frozenset(EFFECTS.values())
_REFUSED = 400


@dataclass(frozen=True, slots=True)
class Answered:
    """One final answer that a client got to one idempotency key. Answers that ask to come again are none."""

    client: str
    key: str
    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """An order that a client was told is placed."""

    client: str
    cart_id: str
    order_id: str
    #: In minor units: what the client had confirmed, and what the answer said.
    confirmed: int
    total: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A key under which a client asked to turn a cart into an order."""

    client: str
    cart_id: str
    key: str


@dataclass(slots=True)
class History:
    """The clients' logs of one run, and what the consumers of events did."""

    #: Every wish to order, before it was answered; where a checker does not keep them, none.
    wishes: list[Asked] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    #: Data of another client that an answer held: who read it, and what.
    leaks: list[tuple[str, str]] = field(default_factory=list)
    #: How many effects (mails) there are per order and kind of event.
    effects: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: What the provider's pages asked for: order and minor units.
    asked: list[tuple[str, int]] = field(default_factory=list)


def broken_promises(history: History, evidence: Evidence, *, settled: bool = False) -> list[Violation]:
    """Return every promise to a client that is broken: I9, I10, I12, I18, and I13 once all is settled."""
    found = [*_one_answer(history), *_one_order(history), *_never_stale(history, evidence)]
    found += _told_of_order(history, evidence)
    found += _survived(history, evidence)
    found += [Violation("I18", client, f"was shown {what}") for client, what in history.leaks]
    if settled:
        found += _effects(history, evidence)
    return found


def _one_answer(history: History) -> Iterator[Violation]:
    first: dict[tuple[str, str], Answered] = {}
    for answer in history.answers:
        known = first.setdefault((answer.client, answer.key), answer)
        if (known.status, known.body) != (answer.status, answer.body):
            yield Violation(
                "I10", answer.key, f"answered {known.status} and {answer.status}, not the same bytes"
            )


def _one_order(history: History) -> Iterator[Violation]:
    orders: dict[str, set[str]] = defaultdict(set)
    for each in history.acknowledged:
        orders[each.cart_id].add(each.order_id)
    for cart_id, made in orders.items():
        if len(made) > 1:
            yield Violation("I10", cart_id, f"{len(made)} orders were told of one cart")


def _told_of_order(history: History, evidence: Evidence) -> Iterator[Violation]:
    """I10: an order has a key, and who asks with that key is told of the order, not refused."""
    answers = {(each.client, each.key): each.status for each in history.answers}
    statuses: dict[str, list[int | None]] = defaultdict(list)
    for wish in history.wishes:
        statuses[wish.cart_id].append(answers.get((wish.client, wish.key)))
    for order in evidence.orders:
        told = statuses.get(order.cart_id, [None])
        if all(status is not None and status >= _REFUSED for status in told):
            yield Violation("I10", order.cart_id, "was ordered, and every key that asked for it was refused")


def _never_stale(history: History, evidence: Evidence) -> Iterator[Violation]:
    totals = {str(order.state.id): order.state.total.minor_units for order in evidence.orders}
    for each in history.acknowledged:
        if not each.confirmed == each.total == totals.get(each.order_id, each.total):
            yield Violation("I9", each.order_id, f"confirmed {each.confirmed}, told {each.total}")
    for order_id, minor_units in history.asked:
        if totals.get(order_id) != minor_units:
            yield Violation("I9", order_id, f"asked to pay {minor_units}, the order says otherwise")


def _survived(history: History, evidence: Evidence) -> Iterator[Violation]:
    written = {str(order.state.id) for order in evidence.orders}
    for each in history.acknowledged:
        if each.order_id not in written:
            yield Violation("I12", each.order_id, f"acknowledged to {each.client} and gone")


def caused(evidence: Evidence) -> Counter[tuple[str, str]]:
    """Return how often each kind of event must have been told of each order, by the orders' histories."""
    wanted: Counter[tuple[str, str]] = Counter()
    for order in evidence.orders:
        for step in order.steps:
            kind = EFFECTS.get((step.machine, step.event))
            if kind is not None:
                wanted[order.state.id, kind] += 1
    return wanted


def _effects(history: History, evidence: Evidence) -> Iterator[Violation]:
    wanted = caused(evidence)
    made = Counter({key: count for key, count in history.effects.items() if key[1] in _COUNTED})
    for key in wanted.keys() | made.keys():
        if wanted[key] != made[key]:
            yield Violation("I13", key[0], f"{key[1]} happened {wanted[key]} times, told {made[key]} times")
