"""The promises of ``SessionCopy``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.catalog import NOON, StillClock

from vivamarket.accounts.identity.model import Session
from vivamarket.accounts.identity.ports import SessionCopy
from vivamarket.adapters.memory.session_copy import MemorySessionCopy
from vivamarket.adapters.valkey.sessions import ValkeySessionCopy
from vivamarket.kernel.ids import CustomerId, uuid7

SESSION = Session(
    id=uuid7(1, 1),
    customer_id=CustomerId(uuid7(2, 2)),
    epoch=3,
    generation=0,
    created_at=NOON,
    rotated_at=NOON,
    expires_at=NOON + timedelta(days=30, microseconds=1),
)


@pytest.fixture(params=["memory", "valkey"])
def copy(request: pytest.FixtureRequest, clock: StillClock) -> SessionCopy:
    if request.param == "memory":
        return MemorySessionCopy(clock)
    return ValkeySessionCopy(request.getfixturevalue("valkey"))


async def test_what_is_kept_comes_back_as_it_was(copy: SessionCopy) -> None:
    await copy.keep(SESSION)

    assert await copy.get(SESSION.id) == SESSION
    assert await copy.get(uuid7(9, 9)) is None


async def test_an_older_copy_never_replaces_a_later_one(copy: SessionCopy) -> None:
    later = SESSION.rotated(NOON + timedelta(minutes=1))
    await copy.keep(later)

    await copy.keep(SESSION)
    assert await copy.get(SESSION.id) == later

    latest = later.rotated(NOON + timedelta(minutes=2))
    await copy.keep(latest)
    assert await copy.get(SESSION.id) == latest


async def test_an_ended_session_is_not_brought_back_by_a_slow_reader(copy: SessionCopy) -> None:
    await copy.keep(SESSION)
    await copy.end(SESSION.id)

    assert await copy.get(SESSION.id) is None
    await copy.keep(replace(SESSION, generation=1_000_000))
    assert await copy.get(SESSION.id) is None


async def test_a_session_that_was_never_copied_can_end(copy: SessionCopy) -> None:
    await copy.end(SESSION.id)

    await copy.keep(SESSION)
    assert await copy.get(SESSION.id) is None
