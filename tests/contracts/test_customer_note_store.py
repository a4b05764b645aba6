"""The promises of ``CustomerNoteStore``."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import pytest
import pytest_asyncio
from tests.helpers.catalog import NOON

from vivamarket.accounts.identity.errors import CustomerNotFound
from vivamarket.accounts.identity.notes import NOTES_MAX, CustomerNote, CustomerNotesFull, CustomerNoteStore
from vivamarket.adapters.memory.customer_notes import MemoryCustomerNoteStore
from vivamarket.adapters.postgres.customer_notes import PostgresCustomerNoteStore
from vivamarket.kernel.ids import CustomerId, uuid7

JO, KIM, NOBODY = (CustomerId(uuid7(1, n)) for n in (1, 2, 3))
_ADD = """
INSERT INTO customer (id, email, name, locale, password_hash, created_at)
VALUES ($1::uuid, $1::text || '@example.com', '', 'en', '', now())
"""


@pytest_asyncio.fixture(params=["postgres", "memory"])
async def notes(request: pytest.FixtureRequest, pool: asyncpg.Pool) -> CustomerNoteStore:
    if request.param == "memory":
        return MemoryCustomerNoteStore((JO, KIM))
    await pool.execute(_ADD, JO)
    await pool.execute(_ADD, KIM)
    return PostgresCustomerNoteStore(pool)


def note(
    number: int, *, customer_id: CustomerId = JO, request_key: str = "", minutes: int | None = None
) -> CustomerNote:
    return CustomerNote(
        id=uuid7(2, number),
        customer_id=customer_id,
        text=f"Note {number}",
        author="Ana",
        request_key=request_key or f"key-{number}",
        at=NOON + timedelta(minutes=number if minutes is None else minutes),
    )


async def test_notes_are_read_newest_first_as_they_were_written(notes: CustomerNoteStore) -> None:
    first, second, simultaneous = note(1), note(2), note(3, minutes=2)

    for each in (second, first, simultaneous):
        await notes.add(each)

    assert await notes.of_customer(JO) == (simultaneous, second, first)
    assert await notes.of_customer(KIM) == ()


async def test_a_request_that_is_sent_again_adds_nothing(notes: CustomerNoteStore) -> None:
    await notes.add(note(1))

    await notes.add(note(2, request_key="key-1"))
    await notes.add(note(3, request_key="key-1", customer_id=KIM))

    assert await notes.of_customer(JO) == (note(1),)
    assert [each.id for each in await notes.of_customer(KIM)] == [note(3).id]


async def test_nobody_passes_the_limit_by_writing_at_the_same_time(notes: CustomerNoteStore) -> None:
    for number in range(NOTES_MAX - 1):
        await notes.add(note(number))

    answers = await asyncio.gather(
        *(notes.add(note(NOTES_MAX + number)) for number in range(3)), return_exceptions=True
    )
    await notes.add(note(0))  # known, so nothing is added and nothing refused

    assert [type(each) for each in answers if each is not None] == [CustomerNotesFull] * 2
    assert len(await notes.of_customer(JO)) == NOTES_MAX


async def test_nothing_is_noted_about_nobody(notes: CustomerNoteStore) -> None:
    with pytest.raises(CustomerNotFound):
        await notes.add(note(1, customer_id=NOBODY))

    assert await notes.of_customer(NOBODY) == ()
