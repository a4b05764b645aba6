"""Customers as staff read them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.accounts.identity.notes import NOTE_LENGTH_MAX


class CustomerRowOut(Struct, frozen=True):
    """A customer in the list."""

    id: str
    email: str
    name: str
    locale: str
    created_at: datetime


class CustomerPage(Struct, frozen=True):
    """A page of customers, newest first."""

    items: tuple[CustomerRowOut, ...]
    next_cursor: str | None


class CustomerFileOut(Struct, frozen=True):
    """One customer: their address is confirmed, or there would be none."""

    customer: CustomerRowOut
    has_second_factor: bool
    is_locked: Annotated[
        bool, Meta(description="Too many wrong passwords or codes, for a quarter of an hour.")
    ]


class CustomerNoteOut(Struct, frozen=True):
    """What staff wrote about a customer; nobody can change it."""

    id: str
    text: str
    author: Annotated[str, Meta(description="The name of the staff who wrote it.")]
    at: datetime


class CustomerNoteList(Struct, frozen=True):
    """All notes about one customer, newest first."""

    customer_id: str
    items: tuple[CustomerNoteOut, ...]


class NewCustomerNote(Struct, frozen=True, forbid_unknown_fields=True):
    """What staff want to remember of a customer, who may read it in the export of their data."""

    text: Annotated[str, Meta(min_length=1, max_length=NOTE_LENGTH_MAX)]
