"""What a caller is told while the database cannot do its work."""

from __future__ import annotations

import asyncpg
import pytest

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.bootstrap.web import DATABASE_AWAY
from vivamarket.kernel.errors import Unavailable

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
