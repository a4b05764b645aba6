"""Marked texts: what we made is read back, whatever else is nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vivamarket.accounts.identity.marks import Challenge, Marks, RefreshToken
from vivamarket.kernel.ids import CustomerId

MARKS = Marks("a key")
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
JO = CustomerId("019a0000-0000-7000-8000-000000000001")


def test_what_was_marked_is_read_back() -> None:
    assert MARKS.read_refresh_token(MARKS.refresh_token("s", 7)) == RefreshToken("s", 7)
    assert MARKS.read_challenge(MARKS.challenge(JO, 3, NOON)) == Challenge(JO, 3, NOON)


def test_another_key_reads_nothing() -> None:
    assert Marks("another").read_refresh_token(MARKS.refresh_token("s", 7)) is None


def test_a_mark_is_of_one_purpose() -> None:
    texts = {MARKS.code("s"), MARKS.csrf("s"), MARKS.refresh_token("s", 0).split(".")[-1]}

    assert len(texts) == 3
    assert MARKS.read_challenge(MARKS.refresh_token("s", 7)) is None


def test_parts_cannot_be_shifted_into_one_another() -> None:
    *_, mark = MARKS.refresh_token("s", 11).split(".")

    assert MARKS.read_refresh_token(f"s1.1.{mark}") is None


@pytest.mark.parametrize("text", ["", ".", "..", "s.7.", "s.7.é", "s.7.x" * 100, "\x00"])
def test_garbage_is_nothing(text: str) -> None:
    assert MARKS.read_refresh_token(text) is None
    assert MARKS.read_challenge(text) is None
