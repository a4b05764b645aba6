"""An order's diary: notes, and mails sent again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.orders.diary import NOTE_LENGTH_MAX, DiaryKind

_MAIL_LENGTH_MAX = 40


class DiaryEntryOut(Struct, frozen=True):
    """One entry; nobody can change it."""

    id: str
    kind: DiaryKind
    text: Annotated[str, Meta(description="The note, or the event whose mail was sent again.")]
    author: str
    at: datetime


class MailOfOrderOut(Struct, frozen=True):
    """A mail to the customer that the order has caused."""

    mail: Annotated[str, Meta(description="The event it is of, such as `order.shipped`.")]
    subject_id: Annotated[str, Meta(description="The refund or parcel it is about; empty for the order.")]
    at: datetime


class NewNote(Struct, frozen=True, forbid_unknown_fields=True):
    """What staff want to remember of the order. Customers never see it."""

    text: Annotated[str, Meta(min_length=1, max_length=NOTE_LENGTH_MAX)]


class MailAgain(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the order's `mails`."""

    mail: Annotated[str, Meta(max_length=_MAIL_LENGTH_MAX)]
    subject_id: Annotated[str, Meta(max_length=_MAIL_LENGTH_MAX)] = ""
