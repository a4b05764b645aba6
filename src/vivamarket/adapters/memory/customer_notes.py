"""Notes about customers."""

from __future__ import annotations

from collections.abc import Iterable

from vivamarket.accounts.identity.errors import CustomerNotFound
from vivamarket.accounts.identity.notes import NOTES_MAX, CustomerNote, CustomerNotesFull
from vivamarket.kernel.ids import CustomerId


class MemoryCustomerNoteStore:
    """The ``CustomerNoteStore`` about a few customers."""

    def __init__(self, customer_ids: Iterable[CustomerId]) -> None:
        self._notes: dict[CustomerId, tuple[CustomerNote, ...]] = dict.fromkeys(customer_ids, ())

    async def add(self, note: CustomerNote) -> None:
        """See ``CustomerNoteStore``."""
        known = self._notes.get(note.customer_id)
        if known is None:
            raise CustomerNotFound("There is no such customer.")
        if any(each.request_key == note.request_key for each in known):
            return
        if len(known) >= NOTES_MAX:
            raise CustomerNotesFull("This customer has as many notes as they may have.")
        newest_first = sorted((note, *known), key=lambda each: (each.at, each.id), reverse=True)
        self._notes[note.customer_id] = tuple(newest_first)

    async def of_customer(self, customer_id: CustomerId) -> tuple[CustomerNote, ...]:
        """See ``CustomerNoteStore``."""
        return self._notes.get(customer_id, ())
