"""The words of the table: for whom an operation is, and what staff need for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vivamarket.accounts.roles import Area, Level, Permission


class Who(StrEnum):
    """Whom an operation is for."""

    #: Everybody; the answer is the same for all.
    ANYBODY = "anybody"
    #: Everybody, from our own pages only: it lets somebody in or out.
    VISITOR = "visitor"
    #: Whoever knows the cart's unguessable id.
    CART = "cart"
    #: Whoever holds the order's token.
    ORDER = "order"
    #: The payment provider, by its signature.
    PROVIDER = "provider"
    #: A customer who is signed in, and only about what is theirs.
    CUSTOMER = "customer"
    #: Anybody of the staff who is signed in.
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Policy:
    """One line of the table. ``permission`` is for staff; None lets all of them in."""

    who: Who
    permission: Permission | None = None
    #: Why it takes no ``Idempotency-Key`` although it changes something.
    keyless: str = ""


_SESSION = "its answer carries a session, which is never kept; twice does no harm"
ANYBODY, CART = Policy(Who.ANYBODY), Policy(Who.CART)
ORDER, CUSTOMER = Policy(Who.ORDER), Policy(Who.CUSTOMER)
#: For what a customer sets.
CUSTOMER_SETS = Policy(Who.CUSTOMER, keyless="it says how things shall be, so twice leaves them the same")
#: For what lets somebody in, and for what changes how they get in.
VISITOR, CUSTOMER_SESSION = Policy(Who.VISITOR, keyless=_SESSION), Policy(Who.CUSTOMER, keyless=_SESSION)


def may_read(area: Area) -> Policy:
    """Return the policy of what shows something of that area."""
    return Policy(Who.STAFF, Permission(area, Level.READ))


def may_write(area: Area) -> Policy:
    """Return the policy of what changes something in that area."""
    return Policy(Who.STAFF, Permission(area, Level.WRITE))
