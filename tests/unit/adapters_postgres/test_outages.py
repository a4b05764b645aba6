"""What a caller is told while the database cannot do its work."""

from __future__ import annotations

from typing import NoReturn, cast

import asyncpg
import pytest

from vivamarket.adapters.postgres.checkout import PostgresCheckoutStore
from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.bootstrap.web import DATABASE_AWAY
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import PaymentId

PASSING = (
    asyncpg.DiskFullError("could not extend file"),
    asyncpg.OutOfMemoryError("out of memory"),
    asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    asyncpg.PostgresIOError("could not fsync file"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
)


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_what_passes_by_itself_is_an_outage_and_no_mistake_of_ours(error: Exception) -> None:
    with pytest.raises(Unavailable), outages_told():
        raise error

    assert isinstance(error, DATABASE_AWAY)


def test_a_mistake_of_ours_passes_through_untranslated() -> None:
    with pytest.raises(asyncpg.PostgresSyntaxError), outages_told():
        raise asyncpg.PostgresSyntaxError("syntax error")


class CutOff:
    """A pool whose connections break."""

    async def fetch(self, *_: object) -> NoReturn:
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    fetchrow = fetchval = fetch


async def test_an_outage_while_an_event_is_handled_is_no_fault_of_the_event() -> None:
    """Else an event that has waited for a dead provider for long would be buried by it."""
    store = PostgresCheckoutStore(cast(asyncpg.Pool, CutOff()))
    payment_id = PaymentId("019c1c38-a400-7000-8000-000000000009")

    with pytest.raises(Unavailable):
        await store.find_payment(payment_id, None)
    with pytest.raises(Unavailable):
        await store.finished([payment_id])
