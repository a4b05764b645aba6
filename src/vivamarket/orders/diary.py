"""What staff write about an order, and which of its mails they have sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Invalid, NotFound, Refused
from vivamarket.kernel.events import Event
from vivamarket.kernel.ids import IdSource, OrderId
from vivamarket.orders.model import Order, RefundSummary
from vivamarket.orders.shipments import Shipment

NOTE_LENGTH_MAX = 2_000
ENTRIES_MAX = 200
#: Mails of one order that staff may send again within the hour.
MAILS_AGAIN_MAX = 5
MAILS_AGAIN_SPAN = timedelta(hours=1)

_PAID = frozenset({"order.paid", "order.paid_late", "order.accepted", "order.accepted_late"})
#: What is true only while the order stands so.
_STANDINGS = frozenset({"order.authorized", "order.expired", "order.canceled"})
_GIVEN_BACK = "succeeded"


class EmptyNote(Invalid):
    """A note says something."""

    code = "empty_note"


class DiaryFull(Refused):
    """The order has as many entries as it may have."""

    code = "diary_full"


class MailedTooOften(Refused):
    """Mails of this order were sent again often enough for now."""

    code = "mailed_too_often"


class NoSuchMail(NotFound):
    """The order has never caused that mail."""

    code = "no_such_mail"


class DiaryKind(StrEnum):
    """What an entry is: words of somebody, or the event whose mail was sent again."""

    NOTE = "note"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryEntry:
    """One entry. It is never edited."""

    id: str
    order_id: OrderId
    kind: DiaryKind
    text: str
    #: The name of the staff who wrote it.
    author: str
    #: The caller's name for it; a second of the same name is the same entry.
    request_key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMailWanted(Event):
    """Staff want a mail to the customer once more: the one of an earlier event, with that event's facts."""

    kind: ClassVar[str] = "order.mail_wanted"
    order_id: OrderId
    mail: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailOfOrder:
    """A mail that the order has caused: of which kind of event, about which refund or parcel."""

    mail: str
    subject_id: str
    at: datetime
    facts: Mapping[str, object]


class DiaryStore(Protocol):
    """Keeps the diaries of orders."""

    async def add(self, entry: DiaryEntry, wanted: OrderMailWanted | None = None) -> None:
        """Add an entry and tell what is wanted, in one transaction. A known request adds nothing.

        Raise ``DiaryFull`` beyond ``ENTRIES_MAX``, ``MailedTooOften`` for a mail beyond ``MAILS_AGAIN_MAX``
        within ``MAILS_AGAIN_SPAN``; callers at the same time cannot pass either limit.
        """
        ...

    async def of_order(self, order_id: OrderId) -> tuple[DiaryEntry, ...]:
        """Return the order's entries, oldest first; at most ``ENTRIES_MAX``."""
        ...

    async def erase(self, order_ids: Sequence[OrderId]) -> int:
        """Empty the notes of those orders for good, whoever wrote them; return how many. For erasure."""
        ...


class OrderDiary:
    """Use cases of an order's diary."""

    def __init__(self, *, diary: DiaryStore, clock: Clock, ids: IdSource) -> None:
        self._diary = diary
        self._clock = clock
        self._ids = ids

    async def note(self, order_id: OrderId, text: str, *, author: str, request_key: str) -> None:
        """Write a note. Raise ``EmptyNote``, ``DiaryFull``."""
        if not text.strip():
            raise EmptyNote("Write something.", field="text")
        await self._diary.add(self._entry(order_id, DiaryKind.NOTE, text.strip(), author, request_key))

    async def mail_again(
        self, order: Order, mail: str, subject_id: str, *, author: str, request_key: str
    ) -> None:
        """Send a mail of the order once more, soon.

        Raise ``NoSuchMail``, ``MailedTooOften``, ``DiaryFull``.
        """
        for known in mails_of(order):
            if (known.mail, known.subject_id) == (mail, subject_id):
                wanted = OrderMailWanted(order_id=order.id, mail=mail, facts=known.facts)
                entry = self._entry(order.id, DiaryKind.MAIL, mail, author, request_key)
                await self._diary.add(entry, wanted)
                return
        raise NoSuchMail("This order has not caused that mail.", mail=mail[:40])

    async def of_order(self, order_id: OrderId) -> tuple[DiaryEntry, ...]:
        """Return the order's entries, oldest first."""
        return await self._diary.of_order(order_id)

    def _entry(
        self, order_id: OrderId, kind: DiaryKind, text: str, author: str, request_key: str
    ) -> DiaryEntry:
        return DiaryEntry(
            id=self._ids.uuid7(),
            order_id=order_id,
            kind=kind,
            text=text,
            author=author,
            request_key=request_key,
            at=self._clock.now(),
        )


def mails_of(order: Order) -> tuple[MailOfOrder, ...]:
    """Return the mails to the customer that the order has caused and that still say the truth."""
    about: Mapping[str, object] = {"order_id": order.id, "number": order.number}
    paid = [each.at for each in order.timeline if each.kind in _PAID][:1]
    stands = [
        (each.kind, each.at)
        for each in order.timeline
        if each.kind in _STANDINGS and each.kind == f"order.{order.status}"
    ]
    return (
        *(MailOfOrder(mail="order.paid", subject_id="", at=at, facts=about) for at in paid),
        *(MailOfOrder(mail=kind, subject_id="", at=at, facts=about) for kind, at in stands),
        *(_of_refund(each, about) for each in order.refunds if each.status == _GIVEN_BACK),
        *(_of_parcel(order, each, about) for each in order.shipments if each.is_under_way),
    )


def _of_refund(refund: RefundSummary, about: Mapping[str, object]) -> MailOfOrder:
    facts = {**about, "minor_units": refund.amount.minor_units, "currency": refund.amount.currency}
    return MailOfOrder(mail="order.refunded", subject_id=refund.id, at=refund.at, facts=facts)


def _of_parcel(order: Order, parcel: Shipment, about: Mapping[str, object]) -> MailOfOrder:
    skus = {line.position: line.sku for line in order.lines}
    facts = {
        **about,
        "shipment_id": parcel.id,
        "carrier": parcel.tracking.carrier_name,
        "tracking_number": parcel.tracking.number,
        "tracking_url": parcel.tracking.url,
        "units": [
            {"position": each.position, "sku": skus[each.position], "quantity": each.quantity}
            for each in parcel.units
        ],
    }
    return MailOfOrder(mail="order.shipped", subject_id=parcel.id, at=parcel.shipped_at, facts=facts)
