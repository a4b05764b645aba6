"""Draws operations from a seed: mostly sensible ones, for which it looks into the double, and wild ones."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.differential import decisions
from tests.differential.operations import (
    AllOrders,
    Ask,
    AskAt,
    Count,
    Decide,
    Lines,
    Move,
    Operation,
    PlaceOrders,
    PutCart,
    Receive,
    Wait,
    Wish,
    cart_id,
    first_payment,
    order_id,
)
from tests.differential.sides import Pair
from tests.helpers.placements import DIGITAL, wanted

from vivamarket.adapters.memory.tables import Tables
from vivamarket.checkout.model import CancelReason, OrderState
from vivamarket.inventory.model import MAIN_LOCATION, StockCount
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import (
    DisputeId,
    EventId,
    LocationId,
    OrderNumber,
    PaymentId,
    RefundId,
    ShipmentId,
    Sku,
    uuid7,
)
from vivamarket.kernel.money import Money
from vivamarket.kernel.outbox import Lane
from vivamarket.payments.model import DisputeStatus, Payment, PaymentStatus, ProviderStatus, RefundStatus

SKUS = (Sku("MUG"), Sku("TEA"), Sku("VASE"), DIGITAL, Sku("mug"))
#: Sold beyond its stock, mostly.
BEYOND = Sku("VASE")
CARTS = 6
KEYS = 10
EVENTS = 8
SPANS_SECONDS = (0, 1, 5, 29, 30, 31, 60, 600, 900, 901, 7_200)
#: Orders that decisions are about: the newest ones, so that each gets far.
ORDERS_IN_WORK = 6


class Generator:
    """Draws the next operation of one seed for one pair of databases."""

    def __init__(self, seed: int, pair: Pair) -> None:
        self._draw = random.Random(seed)
        self._pair = pair
        self._names = 0
        self._placed = 0
        self._kinds: tuple[tuple[int, Callable[[], Operation]], ...] = (
            (6, self._wait),
            (10, self._put_cart),
            (10, self._place),
            (54, self._decide),
            (6, self._stock),
            (8, self._keys),
            (12, self._inbox),
            (12, self._outbox),
            (10, self._read),
            (6, self._claim),
            (2, self._forget),
        )

    def next(self) -> Operation:
        """Return one operation."""
        weights = [weight for weight, _ in self._kinds]
        ((_, kind),) = self._draw.choices(self._kinds, weights)
        return kind()

    def up_to(self, most: int) -> int:
        """Return a number from one to that."""
        return self._draw.randint(1, most)

    @property
    def _tables(self) -> Tables:
        return self._pair.double.tables

    def _wait(self) -> Operation:
        return Wait(self._draw.choice(SPANS_SECONDS if self._draw.random() < 0.3 else SPANS_SECONDS[:5]))

    def _put_cart(self) -> Operation:
        number = self._draw.randrange(CARTS)
        known = self._tables.carts.get(cart_id(number))
        version = known.version if known is not None else 0
        if self._draw.random() < 0.15:
            version = self._draw.randrange(4)
        if known is not None and known.order_id is not None:
            number += CARTS * self._draw.randrange(1, 30)
            version = 0
        return PutCart(number, version, self._lines(), self._key("cart"), self._body())

    def _place(self) -> Operation:
        return PlaceOrders(tuple(self._wish() for _ in range(self._draw.choice((1, 1, 1, 2, 3, 5)))))

    def _wish(self) -> Wish:
        carts = [cart for cart in self._tables.carts.values() if cart.order_id is None]
        chance = self._draw.random
        if carts and chance() < 0.9:
            cart = self._draw.choice(carts)
            number, version = int(cart.id.rsplit("-", 1)[1]), cart.version
            lines: Lines = tuple((line.sku, line.quantity) for line in cart.lines)
        else:
            number, version, lines = self._draw.randrange(CARTS * 30), self._draw.randrange(3), self._lines()
        self._placed += 1
        order = self._placed if chance() < 0.97 else self._draw.randint(1, self._placed)
        return Wish(
            order=order,
            cart=number,
            version=version + (chance() < 0.05),
            key=self._key("place"),
            lines=lines,
            body=self._body(),
            number=f"VM-{self._draw.randint(1, self._placed)}" if chance() < 0.05 else None,
            beyond=(BEYOND,) if chance() < 0.8 else SKUS[:1] if chance() < 0.3 else (),
            doubled=chance() < 0.01,
        )

    def _decide(self) -> Operation:
        number, state = self._some_order()
        event = f"evt_{self._draw.randrange(EVENTS)}" if self._draw.random() < 0.2 else None
        if state is None or self._draw.random() < 0.1:
            return Decide(number, self._wild_decision(state), event)
        return Decide(number, self._fitting_decision(state), event)

    def _fitting_decision(self, state: OrderState) -> decisions.Decision:
        """Return what most likely comes next for that order."""
        refund = next(
            (each for each in state.refunds if each.status in (RefundStatus.NEW, RefundStatus.REQUESTED)),
            None,
        )
        if refund is not None:
            return decisions.ObserveRefund(refund.id, self._draw.choice(list(RefundStatus)[1:]))
        newest = state.newest_payment
        if newest.status in (PaymentStatus.AUTHORIZED, PaymentStatus.CAPTURING):
            return self._held(state, newest)
        if newest.status is PaymentStatus.SUCCEEDED:
            return self._after_payment(state)
        if newest.status in (PaymentStatus.NEW, PaymentStatus.FAILED, PaymentStatus.CANCELED):
            kind = self._draw.random()
            if kind < 0.6:
                return self._begin()
            if kind < 0.8:
                return decisions.Cancel(self._draw.choice(list(CancelReason)))
        return self._observe(state)

    def _begin(self) -> decisions.Decision:
        return decisions.Begin(PaymentId(self._name()), manual_capture=self._draw.random() < 0.4)

    def _held(self, state: OrderState, newest: Payment) -> decisions.Decision:
        """Return what most likely becomes of money that is held."""
        kind = self._draw.random()
        if kind < 0.4:
            return decisions.Capture()
        if kind < 0.55:
            return decisions.RefuseCapture(newest.attempt, self._draw.choice((newest.captures_begun, 1, 2)))
        if kind < 0.65:
            return decisions.Cancel(self._draw.choice(list(CancelReason)))
        return self._observe(state)

    def _after_payment(self, state: OrderState) -> decisions.Decision:
        kind = self._draw.random()
        if kind < 0.25:
            return self._dispute(state)
        if kind < 0.35:
            return decisions.Accept()
        return self._parcel(state) if kind < 0.7 else self._refund()

    def _parcel(self, state: OrderState) -> decisions.Decision:
        kind = self._draw.random()
        if state.shipments and kind < 0.3:
            return decisions.CancelShipment(self._draw.randrange(len(state.shipments)))
        if state.shipments and kind < 0.4:
            return decisions.CorrectShipment(self._draw.randrange(len(state.shipments)), f"{kind}")
        positions = self._draw.sample((1, 2, 3), self._draw.choice((1, 1, 2)))
        return decisions.Ship(
            ShipmentId(self._name()),
            f"ship-{self._draw.randrange(1_000)}",
            tuple((position, self._draw.randint(1, 2)) for position in positions),
        )

    def _refund(self) -> decisions.Decision:
        return decisions.Refund(
            RefundId(self._name()),
            f"refund-{self._draw.randrange(1_000)}",
            minor_units=self._draw.choice((None, None, 1, 250, 1_000, 99_999)),
            line=(self._draw.randint(1, 3), self._draw.randint(1, 2)) if self._draw.random() < 0.4 else None,
            goodwill=self._draw.choice((None, None, 30)),
            returned=self._draw.random() < 0.3,
        )

    def _dispute(self, state: OrderState) -> decisions.Decision:
        known = [each.id for each in state.disputes]
        return decisions.ObserveDispute(
            self._draw.choice(state.payments).attempt,
            self._draw.choice(known) if known and self._draw.random() < 0.7 else DisputeId(self._name()),
            self._draw.choice(list(DisputeStatus)),
            self._draw.random() < 0.7,
            500,
        )

    def _observe(self, state: OrderState) -> decisions.Decision:
        payment = self._draw.choice(state.payments)
        return decisions.Observe(
            payment.attempt,
            self._draw.choice((ProviderStatus.SUCCEEDED, *ProviderStatus)),
            RefundId(self._name()),
            amount=self._draw.choice((None, None, None, None, Money(1, "EUR"), Money(500, "USD"))),
            provider_ref="cs_shared" if self._draw.random() < 0.02 else None,
        )

    def _wild_decision(self, state: OrderState | None) -> decisions.Decision:
        attempt = self._draw.choice((1, 1, 1, 2, 3))
        refunds = [each.id for each in state.refunds] if state else []
        refund = self._draw.choice(refunds) if refunds else RefundId(self._name())
        choices: list[decisions.Decision] = [
            self._begin(),
            decisions.Capture(),
            decisions.RefuseCapture(attempt, 1),
            decisions.RefuseSession(attempt),
            decisions.ForgetSession(attempt),
            decisions.Cancel(self._draw.choice(list(CancelReason))),
            decisions.RefuseRefund(refund),
            decisions.ObserveRefund(refund, self._draw.choice(list(RefundStatus)[1:])),
            decisions.Accept(),
            decisions.Nothing(),
            decisions.Refuse(),
            decisions.SecondLivePayment(PaymentId(self._name())),
            decisions.SaleAgain(),
            decisions.RetakeWithoutOtherWay(),
            decisions.SendTooMuch(),
            decisions.CancelShipment(0),
            self._refund(),
        ]
        if state is not None:
            choices.append(self._observe(state))
        return self._draw.choice(choices)

    def _stock(self) -> Operation:
        if self._draw.random() < 0.5:
            skus = self._draw.sample(SKUS, self._draw.randint(1, len(SKUS)))
            counts = tuple(StockCount(sku, self._draw.choice((0, 1, 3, 20, 40, 200))) for sku in skus)
            location = MAIN_LOCATION if self._draw.random() < 0.9 else LocationId("attic")
            return Count(counts, location)
        return Move(self._sku(), self._draw.choice((-3, -1, -1, 0, 1, 2, 5, 50)))

    def _keys(self) -> Operation:
        attempt = wanted(self._key("key"), self._body())
        method = self._draw.choice(("begin", "begin", "finish", "abandon"))
        if method == "finish":
            return Ask("keys", method, (attempt, StoredResponse(200, self._name().encode())))
        return Ask("keys", method, (attempt,))

    def _inbox(self) -> Operation:
        event_id = f"evt_{self._draw.randrange(EVENTS)}"
        method = self._draw.choice(
            ("put", "put", "claim", "claim", "done", "retry", "bury", "revive", "dead")
        )
        if method == "put":
            known = self._placed and self._draw.random() < 0.7
            return Receive(event_id, self._draw.randint(1, self._placed) if known else None)
        if method == "claim":
            return AskAt("inbox", "claim", 0, after=(self._lease(), self._draw.randint(1, 4)))
        if method == "done":
            return AskAt("inbox", "done", 0, before=((event_id, "evt_none"),))
        if method == "revive":
            return AskAt("inbox", "revive", 0, before=(event_id,))
        if method == "dead":
            return Ask("inbox", "dead_letters", (self._draw.randint(1, 5),))
        seconds = self._draw.choice(SPANS_SECONDS) if method == "retry" else 0
        return AskAt("inbox", method, seconds, before=(event_id,), after=(self._error(),))

    def _outbox(self) -> Operation:
        ids = sorted(self._tables.outbox)
        event_id = EventId(str(self._draw.choice(ids) if ids and self._draw.random() < 0.9 else 999_999))
        method = self._draw.choice(("claim", "claim", "claim", "done", "retry", "bury", "revive", "dead"))
        if method == "claim":
            lane = self._draw.choice((Lane.ORDINARY, Lane.ORDINARY, Lane.STOCK))
            return AskAt("outbox", "claim", 0, after=(self._lease(), self._draw.randint(1, 6), lane))
        if method == "done":
            more = tuple(EventId(str(each)) for each in ids[: self._draw.randrange(4)])
            return Ask("outbox", "done", ((event_id, *more),))
        if method == "revive":
            return AskAt("outbox", "revive", 0, before=(event_id,))
        if method == "dead":
            return Ask("outbox", "dead_letters", (self._draw.randint(1, 5),))
        seconds = self._draw.choice(SPANS_SECONDS) if method == "retry" else 0
        return AskAt("outbox", method, seconds, before=(event_id,), after=(self._error(),))

    def _read(self) -> Operation:
        number, _ = self._some_order()
        one = order_id(number)
        some_payments = tuple(first_payment(self._draw.randint(1, max(self._placed, 1))) for _ in range(5))
        return self._draw.choice(
            (
                Ask("orders", "get", (one,)),
                Ask("orders", "token_hash", (one,)),
                Ask("orders", "by_number", (OrderNumber(f"VM-{number}"),)),
                Ask("checkout", "state", (one,)),
                Ask("checkout", "find_payment", (first_payment(number), None)),
                Ask("checkout", "find_payment", (None, f"cs_{first_payment(number)}")),
                Ask("checkout", "find_payment", (None, f"pi_{first_payment(number)}")),
                Ask("checkout", "finished", (some_payments,)),
                Ask("carts", "get", (cart_id(self._draw.randrange(CARTS)),)),
                Ask("stock", "levels", (MAIN_LOCATION, SKUS)),
                Ask("stock", "moves", (MAIN_LOCATION, self._sku(), None, self._draw.randint(1, 9))),
                Ask("stock", "reservations", (one,)),
                Ask("ledger", "of_order", (one,)),
                AllOrders(self._draw.randint(1, 7)),
            )
        )

    def _claim(self) -> Operation:
        method = self._draw.choice(("claim_expiring", "claim_unsettled"))
        return AskAt("checkout", method, 0, after=(self._lease(), self._draw.randint(1, 5)))

    def _forget(self) -> Operation:
        store = self._draw.choice(("keys", "inbox", "carts"))
        age = self._draw.choice(SPANS_SECONDS[4:])
        return AskAt(store, "forget", -age, after=(self._draw.randint(1, 5),))

    def _some_order(self) -> tuple[int, OrderState | None]:
        known = sorted(self._tables.orders)[-ORDERS_IN_WORK:]
        if known and self._draw.random() < 0.97:
            record = self._tables.orders[self._draw.choice(known)]
            return int(record.order.id.rsplit("-", 1)[1], 16), record.state
        return self._draw.randint(1, self._placed + 1), None

    def _lines(self) -> Lines:
        skus = self._draw.sample(SKUS, self._draw.choice((1, 1, 2, 3)))
        return tuple((sku, self._draw.choice((1, 1, 2, 4))) for sku in skus)

    def _sku(self) -> Sku:
        return self._draw.choice(SKUS)

    def _key(self, kind: str) -> str:
        if self._draw.random() < 0.8:
            self._names += 1
            return f"{kind}-key-{self._names}"
        return f"shared-key-{self._draw.randrange(KEYS)}"

    def _body(self) -> bytes:
        return b"{}" if self._draw.random() < 0.95 else b"other"

    def _lease(self) -> float:
        return self._draw.choice((0.0, 0.5, 30.0, 60.0))

    def _error(self) -> str:
        return self._draw.choice(("", "down", "down", "down", "x" * 2_001))

    def _name(self) -> str:
        self._names += 1
        return uuid7(1_772_000_000_000, self._names)
