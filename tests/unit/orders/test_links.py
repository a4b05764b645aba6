"""Links to orders end by themselves, and all of them with the key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.helpers.catalog import StillClock

from vivamarket.kernel.ids import OrderId
from vivamarket.orders.links import MAIL_LIFE, VISIT_LIFE, OrderLinks

FIRST = OrderId("018bcfe5-6800-7fff-bfff-ffffffffffff")
SECOND = OrderId("018bcfe5-6800-7fff-bfff-fffffffffffe")
SECOND_OF_TIME = timedelta(seconds=1)


def test_a_mail_that_is_written_again_carries_the_same_link() -> None:
    clock = StillClock()
    placed_at = clock.now()
    first = OrderLinks("key", clock).of_mail(FIRST, placed_at)
    clock.time += timedelta(days=9)

    assert OrderLinks("key", clock).of_mail(FIRST, placed_at) == first
    assert OrderLinks("key", clock).opens(FIRST, first)


def test_a_link_opens_its_own_order_until_it_ends() -> None:
    clock = StillClock()
    links = OrderLinks("key", clock)
    mailed, visiting = links.of_mail(FIRST, clock.now()), links.of_visit(FIRST)

    assert not links.opens(SECOND, mailed)
    clock.time += VISIT_LIFE - SECOND_OF_TIME
    assert links.opens(FIRST, visiting)
    clock.time += SECOND_OF_TIME
    assert not links.opens(FIRST, visiting)
    clock.time += MAIL_LIFE - VISIT_LIFE - SECOND_OF_TIME
    assert links.opens(FIRST, mailed)
    clock.time += SECOND_OF_TIME
    assert not links.opens(FIRST, mailed)


def test_another_key_takes_every_link_away() -> None:
    clock = StillClock()
    mailed = OrderLinks("old", clock).of_mail(FIRST, clock.now())

    assert not OrderLinks("new", clock).opens(FIRST, mailed)


@pytest.mark.parametrize(
    "secret", ["", ".", "9", "99999999999.", "x.y", "²³.a", "9" * 400, "99999999999.é", "-1.x"]
)
def test_what_is_no_link_opens_nothing(secret: str) -> None:
    assert not OrderLinks("key", StillClock()).opens(FIRST, secret)


def test_the_end_of_a_link_cannot_be_moved() -> None:
    clock = StillClock()
    links = OrderLinks("key", clock)
    ends, _, seal = links.of_visit(FIRST).partition(".")

    assert not links.opens(FIRST, f"{int(ends) + 3600}.{seal}")
