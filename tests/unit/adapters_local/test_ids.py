"""Ids grow, numbers can be read aloud, secrets differ."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.ids import CROCKFORD, SystemIds


class StoppedClock(SystemClock):
    def now(self) -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC)


def test_ids_of_one_millisecond_still_grow() -> None:
    ids = SystemIds(StoppedClock())

    made = [ids.uuid7() for _ in range(10_000)]

    assert made == sorted(set(made))


def test_an_id_is_a_version_7_uuid_of_its_moment() -> None:
    made = uuid.UUID(SystemIds(StoppedClock()).uuid7())

    assert made.version == 7
    assert made.int >> 80 == int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)


def test_order_numbers_hold_no_letter_that_is_easily_misread() -> None:
    number = SystemIds(SystemClock()).order_number()

    assert number.startswith("VM-")
    assert set(number[3:]) <= set(CROCKFORD)
    assert not set("ILOU") & set(CROCKFORD)


def test_tokens_are_long_and_differ() -> None:
    ids = SystemIds(SystemClock())

    assert len({ids.token() for _ in range(100)}) == 100
    assert len(ids.token()) >= 32
