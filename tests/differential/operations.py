"""What can be asked of a database, as values that print as code and run on any adapter."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.differential.decisions import Decision
from tests.helpers.catalog import NOON, StillClock
from tests.helpers.placements import order_of, wanted
from tests.helpers.stores import Database

from vivamarket.cart.model import Cart, CartLine
from vivamarket.checkout.model import Change, OrderState, Placement, StockLine
from vivamarket.inventory.model import MAIN_LOCATION, MoveReason, StockCount
from vivamarket.kernel.errors import DomainError, RuleBroken
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import CartId, LocationId, OrderId, OrderNumber, PaymentId, Sku, uuid7
from vivamarket.payments.ledger import Parts
from vivamarket.payments.model import ProviderEvent

Lines = tuple[tuple[Sku, int], ...]


@dataclass(frozen=True, slots=True)
class World:
    """One database and its time."""

    database: Database
    clock: StillClock

    def at(self, seconds: float) -> datetime:
        return self.clock.now() + timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an operation: its value, or the error with all that a caller can see of it."""

    value: object = None
    error: str | None = None
    fields: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: float

    async def run(self, world: World) -> object:
        world.clock.time += timedelta(seconds=self.seconds)
        return None


@dataclass(frozen=True, slots=True)
class Ask:
    """Any call whose arguments are plain values."""

    store: str
    method: str
    arguments: tuple[Any, ...] = ()

    async def run(self, world: World) -> object:
        return await getattr(getattr(world.database, self.store), self.method)(*self.arguments)


@dataclass(frozen=True, slots=True)
class AskAt:
    """A call with a moment in it, so many seconds from now; ``before`` stand before it, ``after`` after."""

    store: str
    method: str
    seconds: float
    before: tuple[Any, ...] = ()
    after: tuple[Any, ...] = ()

    async def run(self, world: World) -> object:
        call = getattr(getattr(world.database, self.store), self.method)
        return await call(*self.before, world.at(self.seconds), *self.after)


@dataclass(frozen=True, slots=True)
class PutCart:
    number: int
    expected_version: int
    lines: Lines
    key: str
    body: bytes = b"{}"

    async def run(self, world: World) -> object:
        cart = Cart(
            id=cart_id(self.number),
            version=self.expected_version + 1,
            currency="EUR",
            locale="es",
            lines=tuple(CartLine(sku, quantity) for sku, quantity in self.lines),
            created_at=NOON,
            updated_at=world.clock.now(),
        )
        answer = StoredResponse(200, f"{self.number}:{self.lines}".encode())
        return await world.database.carts.put(
            cart, self.expected_version, wanted(self.key, self.body), answer
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """One placement: which order, of which cart, under which key."""

    order: int
    cart: int
    version: int
    key: str
    lines: Lines
    body: bytes = b"{}"
    number: str | None = None
    beyond: tuple[Sku, ...] = ()
    doubled: bool = False


@dataclass(frozen=True, slots=True)
class PlaceOrders:
    wishes: tuple[Wish, ...]

    async def run(self, world: World) -> object:
        return await world.database.placements.place(
            [_placement(wish, world.clock.now()) for wish in self.wishes]
        )


@dataclass(frozen=True, slots=True)
class Decide:
    """One decision about one order; ``provider_event`` is marked as done with it."""

    order: int
    decision: Decision
    provider_event: str | None = None

    async def run(self, world: World) -> object:
        now = world.clock.now()

        def decide(state: OrderState) -> Change:
            return self.decision.decide(state, now)

        return await world.database.checkout.change(
            order_id(self.order), decide, now, inbox_event_id=self.provider_event
        )


@dataclass(frozen=True, slots=True)
class Count:
    counts: tuple[StockCount, ...]
    location: LocationId = MAIN_LOCATION

    async def run(self, world: World) -> object:
        return await world.database.stock.set_on_hand(
            self.location, self.counts, MoveReason.COUNT, world.clock.now()
        )


@dataclass(frozen=True, slots=True)
class Move:
    sku: Sku
    quantity: int

    async def run(self, world: World) -> object:
        return await world.database.stock.move(
            MAIN_LOCATION,
            self.sku,
            self.quantity,
            reason=MoveReason.RECEIPT,
            reference="PO",
            at=world.clock.now(),
        )


@dataclass(frozen=True, slots=True)
class Receive:
    """A message of the provider comes in."""

    event_id: str
    payment: int | None

    async def run(self, world: World) -> object:
        event = ProviderEvent(
            event_id=self.event_id,
            kind="checkout.session.completed",
            payment_id=first_payment(self.payment) if self.payment is not None else None,
            provider_ref=None if self.payment is not None else "cs_none",
            created_at=NOON,
            body=b'{"id": "x"}',
        )
        return await world.database.inbox.put(event, world.clock.now())


@dataclass(frozen=True, slots=True)
class AllOrders:
    """Every page of the list of orders."""

    limit: int

    async def run(self, world: World) -> object:
        pages = [await world.database.orders.newest(None, self.limit)]
        while pages[-1].next_cursor is not None:
            pages.append(await world.database.orders.newest(pages[-1].next_cursor, self.limit))
        return pages


Operation = Wait | Ask | AskAt | PutCart | PlaceOrders | Decide | Count | Move | Receive | AllOrders


async def answer_of(operation: Operation, world: World) -> Answer:
    """Run the operation and return what a caller sees of it."""
    try:
        return Answer(await operation.run(world))
    except DomainError as error:
        return Answer(error=f"{type(error).__name__} {error.code}", fields=dict(error.fields))
    except RuleBroken as error:
        # The rule's name is for logs: a database may know one rule by several names.
        return Answer(error=type(error).__name__)
    except Exception as error:  # noqa: BLE001 - whatever comes out is the answer that is compared
        return Answer(error=repr(error))


def describe_difference(theirs: object, ours: object, path: str = "answer") -> list[str]:
    """Return where the two differ, as deep as both have the same shape."""
    if theirs == ours:
        return []
    if type(theirs) is type(ours) and is_dataclass(theirs) and not isinstance(theirs, type):
        parts = [(each.name, getattr(theirs, each.name), getattr(ours, each.name)) for each in fields(theirs)]
    elif isinstance(theirs, list | tuple) and isinstance(ours, list | tuple):
        pairs = itertools.zip_longest(theirs, ours, fillvalue="nothing")
        parts = [(str(place), one, other) for place, (one, other) in enumerate(pairs)]
    else:
        return [f"{path}: PostgreSQL {theirs!r}, memory {ours!r}"]
    return [line for name, one, other in parts for line in describe_difference(one, other, f"{path}.{name}")]


def cart_id(number: int) -> CartId:
    return CartId(f"cart-{number}")


def order_id(number: int) -> OrderId:
    return OrderId(uuid7(1_770_000_000_000, number))


def first_payment(order: int) -> PaymentId:
    """Return the id of the payment that is placed with the order."""
    return PaymentId(uuid7(1_771_000_000_000, order))


def _placement(wish: Wish, now: datetime) -> Placement:
    cart = Cart(
        id=cart_id(wish.cart),
        version=wish.version,
        currency="EUR",
        locale="es",
        lines=tuple(CartLine(sku, quantity) for sku, quantity in wish.lines),
        created_at=NOON,
        updated_at=NOON,
    )
    order = order_of(cart, order_id(wish.order), OrderNumber(wish.number or f"VM-{wish.order}"), now)
    stock = tuple(StockLine(MAIN_LOCATION, sku, quantity, sku in wish.beyond) for sku, quantity in wish.lines)
    return Placement(
        attempt=wanted(wish.key, wish.body),
        response=StoredResponse(201, order.id.encode()),
        order=order,
        parts=Parts(order.subtotal - order.tax_total, order.total - order.subtotal, order.tax_total),
        payment_id=first_payment(wish.order),
        cart_version=wish.version,
        stock=(*stock, *stock[:1]) if wish.doubled else stock,
    )
