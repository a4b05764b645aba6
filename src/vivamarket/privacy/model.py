"""Requests about personal data, and the person they are about, as pure values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from vivamarket.kernel.ids import CustomerId, OrderId, OrderNumber, StaffId

#: Until then an erasure can be called off.
ERASURE_GRACE = timedelta(days=14)
#: An erasure waits for what is under way: orders not settled, the weeks in which what was sent may come
#: back, and a while for what was paid and not sent (a shop may sell what is never sent).
SENT_REST, UNSENT_REST = timedelta(days=14), timedelta(days=60)
LOOKED_AT_AGAIN = timedelta(days=1)
#: How long the file of an export can be fetched.
EXPORT_LIFE = timedelta(days=7)
#: Requests of one customer that are shown.
REQUESTS_MAX = 20


class RequestKind(StrEnum):
    """What is asked for."""

    EXPORT = "export"
    ERASURE = "erasure"


class RequestState(StrEnum):
    """How far a request is."""

    WAITING = "waiting"
    DONE = "done"
    CANCELED = "canceled"
    #: The file of the export is gone.
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyRequest:
    """One request. It outlives the person's data and holds none: ids and times."""

    id: str
    kind: RequestKind
    customer_id: CustomerId
    #: The member of staff who asked on the customer's behalf; None: the customer.
    asked_by: StaffId | None
    asked_at: datetime
    #: When it is to be worked on; for the file of a finished export, when that is removed.
    due_at: datetime
    state: RequestState = RequestState.WAITING
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Everything that one customer is found by, read anew for each piece of work."""

    customer_id: CustomerId
    email: str = field(repr=False)
    locale: str
    #: Every address the person used: the account's and those on its orders.
    emails: tuple[str, ...] = field(repr=False)
    order_ids: tuple[OrderId, ...] = ()
    order_numbers: tuple[OrderNumber, ...] = ()
    cart_ids: tuple[str, ...] = ()
