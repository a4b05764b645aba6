"""What an operation may read or write, coarsely: operations without a common thing commute."""

from __future__ import annotations

from tests.differential.operations import (
    Ask,
    AskAt,
    Count,
    Decide,
    Move,
    Operation,
    PlaceOrders,
    PutCart,
    Receive,
    Wish,
    cart_id,
    order_id,
)

from vivamarket.adapters.memory.tables import Tables

#: A kind of thing and its name; None is all of that kind.
Thing = tuple[str, str | None]

#: Telling an event: tellers commute with one another (numbers are not compared), not with who looks at
#: the whole outbox.
_TELLS: Thing = ("tells", None)

_READS: dict[str, frozenset[Thing]] = {
    "carts": frozenset({("cart", None)}),
    "stock": frozenset({("sku", None), ("order", None)}),
    "orders": frozenset({("order", None)}),
    "checkout": frozenset({("order", None)}),
    "ledger": frozenset({("order", None)}),
    "inbox": frozenset({("event", None)}),
    "outbox": frozenset({("outbox", None)}),
}


def conflict(one: frozenset[Thing], other: frozenset[Thing]) -> bool:
    """Return whether the two footprints have a thing in common."""
    whole = ("outbox", None)
    if (_TELLS in one and whole in other) or (whole in one and _TELLS in other):
        return True
    return any(
        kind == kind_of_other != "tells" and (name is None or name_of_other is None or name == name_of_other)
        for kind, name in one
        for kind_of_other, name_of_other in other
    )


def footprint(operation: Operation, tables: Tables) -> frozenset[Thing]:
    """Return everything that the operation may look at or change."""
    if isinstance(operation, PutCart):
        return frozenset({("cart", cart_id(operation.number)), ("key", operation.key)})
    if isinstance(operation, PlaceOrders):
        return frozenset(thing for wish in operation.wishes for thing in _placing(wish))
    if isinstance(operation, Decide):
        return _deciding(operation, tables)
    if isinstance(operation, Count):
        return frozenset({_TELLS, *(("sku", each.sku) for each in operation.counts)})
    if isinstance(operation, Move):
        return frozenset({_TELLS, ("sku", operation.sku)})
    if isinstance(operation, Receive):
        return frozenset({("event", operation.event_id)})
    if isinstance(operation, Ask) and operation.store == "keys":
        return frozenset({("key", operation.arguments[0].key)})
    if isinstance(operation, Ask | AskAt):
        return _queued(operation) or _READS[operation.store]
    return frozenset()


def _queued(operation: Ask | AskAt) -> frozenset[Thing]:
    """Return the messages of inbox or outbox that the operation names; none for one that looks at all."""
    kind = {"inbox": "event", "outbox": "outbox"}.get(operation.store)
    named = operation.arguments if isinstance(operation, Ask) else operation.before
    if kind is None or not named or operation.method == "dead_letters":
        return frozenset()
    names = named[0] if isinstance(named[0], tuple) else (named[0],)
    return frozenset((kind, str(name)) for name in names)


def _placing(wish: Wish) -> set[Thing]:
    return {
        ("cart", cart_id(wish.cart)),
        ("key", wish.key),
        ("order", order_id(wish.order)),
        ("number", wish.number or f"VM-{wish.order}"),
        _TELLS,
        *(("sku", sku) for sku, _ in wish.lines),
    }


def _deciding(operation: Decide, tables: Tables) -> frozenset[Thing]:
    name = order_id(operation.order)
    record = tables.orders.get(name)
    things: set[Thing] = {("order", name), _TELLS}
    if operation.provider_event is not None:
        things.add(("event", operation.provider_event))
    if getattr(operation.decision, "provider_ref", None):
        things.add(("provider_ref", None))
    if record is not None:
        things |= {("sku", line.sku) for line in record.stock}
    return frozenset(things)
