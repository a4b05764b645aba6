"""Customers as staff read them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct


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
