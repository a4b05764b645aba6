"""What staff write down about a customer for one another. The export of the customer's data holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vivamarket.accounts.identity.desk import CustomerDesk
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Invalid, Refused
from vivamarket.kernel.ids import CustomerId, IdSource

NOTE_LENGTH_MAX = 2_000
#: Of one customer, so that all of them are read at once.
NOTES_MAX = 100


class EmptyCustomerNote(Invalid):
    """A note says something."""

    code = "empty_note"


class CustomerNotesFull(Refused):
    """The customer has as many notes as they may have."""

    code = "customer_notes_full"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNote:
    """One note. It is never edited."""

    id: str
    customer_id: CustomerId
    text: str
    #: The name of the staff who wrote it.
    author: str
    #: The caller's name for it; a second of the same name is the same note.
    request_key: str
    at: datetime


class CustomerNoteStore(Protocol):
    """Keeps notes about customers; they go with the customer."""

    async def add(self, note: CustomerNote) -> None:
        """Add a note. A known request adds nothing.

        Raise ``CustomerNotesFull`` beyond ``NOTES_MAX``, which callers at the same time cannot pass, and
        ``CustomerNotFound`` when the customer is gone.
        """
        ...

    async def of_customer(self, customer_id: CustomerId) -> tuple[CustomerNote, ...]:
        """Return the customer's notes, newest first; at most ``NOTES_MAX``."""
        ...


class CustomerNotes:
    """Use cases of notes about customers."""

    def __init__(self, *, desk: CustomerDesk, notes: CustomerNoteStore, clock: Clock, ids: IdSource) -> None:
        self._desk = desk
        self._notes = notes
        self._clock = clock
        self._ids = ids

    async def add(self, customer_id: str, text: str, *, author: str, request_key: str) -> None:
        """Write a note. Raise ``EmptyCustomerNote``, ``CustomerNotesFull``, ``CustomerNotFound``."""
        words = text.strip()
        if not words:
            raise EmptyCustomerNote("Write something.", field="text")
        note = CustomerNote(
            id=self._ids.uuid7(),
            customer_id=(await self._desk.get(customer_id)).row.id,
            text=words,
            author=author,
            request_key=request_key,
            at=self._clock.now(),
        )
        await self._notes.add(note)

    async def of_customer(self, customer_id: str) -> tuple[CustomerNote, ...]:
        """Return the customer's notes, newest first. Raise ``CustomerNotFound``."""
        return await self._notes.of_customer((await self._desk.get(customer_id)).row.id)
