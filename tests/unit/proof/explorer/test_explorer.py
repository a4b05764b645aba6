"""The explorer finds nothing wrong with the shop, and something wrong with every broken model of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vivamarket.checkout.invariants import Violation
from vivamarket.checkout.transitions import TABLE, Machine
from vivamarket.cli.explore import as_json, show
from vivamarket.orders.model import OrderStatus
from vivamarket.proof.explorer import SHORT, Exploration, explore
from vivamarket.proof.explorer.checks import RECONCILER, REPAIRS, standing_violations, unrepaired
from vivamarket.proof.explorer.closure import Closure, TooManyStates
from vivamarket.proof.explorer.model import Bounds, By, Corner, Move, Need, Session
from vivamarket.proof.explorer.pairs import walk
from vivamarket.proof.explorer.report import Flaw
from vivamarket.proof.explorer.steps import Actors

SMALL = Bounds(
    flights_max=1,
    deliveries_max=1,
    mismatches=False,
    slow_payments=False,
    refusals=False,
    late_payments_max=0,
)
WITH_LATE_MONEY = replace(SMALL, late_payments_max=1)
#: Which rows of the table the short form does not take, besides all of a dispute's, which is a flag only.
NOT_TAKEN = {
    (Machine.ORDER, "partially_refunded", "refunded_in_part"): "needs two partial refunds: the full form",
    (Machine.ORDER, "review", "accepted"): "needs a refund of what is above the total: the full form",
    (Machine.PAYMENT, "requested", "processing"): "an answer first opens the session, in the same decision",
    (Machine.PAYMENT, "requested", "succeeded"): "an answer first opens the session, in the same decision",
}


@pytest.fixture(scope="module")
def short() -> Exploration:
    return explore(SHORT)


@pytest.fixture(scope="module")
def small() -> Closure:
    closure = Closure(WITH_LATE_MONEY)
    closure.search()
    return closure


def test_every_state_keeps_every_promise_and_leads_to_a_settled_end(short) -> None:
    assert short.flaws == ()
    assert short.states > 1_000_000
    assert {status for scope in short.scopes for status in scope.settled} == {
        status.value for status in OrderStatus
    } - {"pending_payment", "canceling"}


def test_every_row_of_the_table_is_taken_but_those_with_a_reason(short) -> None:
    missed = {(row.machine, row.source, row.event) for row in short.rows_missed}

    left_out = (Machine.DISPUTE, Machine.SHIPMENT)
    assert {row for row in missed if row[0] not in left_out} <= set(NOT_TAKEN)
    assert len(short.rows_visited) + len(missed) == len(TABLE)


def test_the_account_is_printed_for_people_and_for_scripts(short, capsys) -> None:
    flaw = Flaw("I3", "released twice", ("shopper: places the order", "staff: cancels"))
    flawed = Exploration((replace(short.scopes[0], flaws=(flaw,)),))

    show(short)
    told = capsys.readouterr().out
    show(flawed)
    told_of_a_flaw = capsys.readouterr().out

    assert f"{short.states:,} states" in told
    assert "keeps every promise" in told
    assert "I3: released twice" in told_of_a_flaw
    assert "2. staff: cancels" in told_of_a_flaw
    assert "keeps every promise" not in told_of_a_flaw
    assert as_json(short)["flaws"] == []
    assert as_json(flawed)["flaws"] == [{"invariant": "I3", "detail": "released twice", "story": flaw.story}]


def test_two_shoppers_are_walked_through_every_pair_that_the_stock_allows(small) -> None:
    pairs = walk(small)

    units = [small.actors.units(corner) for corner in small.corners]
    taken, free = units.count(1), units.count(0)
    assert pairs.oversold == ()
    # One has the unit and the other has not, or neither has: a pair and its mirror image are one. Some of
    # these cannot be: who found the unit gone has met somebody who had ordered.
    every = taken * free + free * (free + 1) // 2
    assert 0.9 * every < pairs.states < every


def test_the_same_bounds_are_the_same_states(small) -> None:
    again = Closure(WITH_LATE_MONEY)
    again.search()

    assert again.corners == small.corners
    assert again.moves_count == small.moves_count


def test_a_story_is_a_walk_through_the_moves(small) -> None:
    last = len(small.corners) - 1

    story = small.path(last)

    assert len(story) == small.depth[last]
    assert story[0].label == "places the order"
    assert story[-1].corner == small.corners[last]


def test_every_end_is_reached_by_both_answers_of_the_stock(small) -> None:
    needs = {need for corner in range(len(small.corners)) for _, need, _ in small.moves(corner)}
    statuses = {small.orders[corner.order].status for corner in small.corners if corner.order}

    assert needs == set(Need)
    elsewhere = {OrderStatus.AUTHORIZED, OrderStatus.PARTIALLY_REFUNDED, OrderStatus.REVIEW}
    assert statuses >= set(OrderStatus) - elsewhere


def test_a_search_that_outgrows_its_bound_ends() -> None:
    closure = Closure(replace(SMALL, states_max=50))

    with pytest.raises(TooManyStates):
        closure.search()


class Forgetful(Actors):
    """Actors without a worker that asks the provider about open payments."""

    def _settle(self, corner, attempt, by, slot=-1):
        if by is not By.RECONCILER:
            yield from super()._settle(corner, attempt, by, slot)


def test_a_shop_without_its_reconciler_has_orders_that_never_settle() -> None:
    closure = Closure(SMALL)
    closure.actors = Forgetful(closure.orders, SMALL)
    closure.search()

    stuck = {
        closure.orders[closure.corners[number].order].status for number, _ in unrepaired(closure, RECONCILER)
    }

    assert OrderStatus.CANCELING not in stuck  # the expiry worker asks about those
    assert list(unrepaired(closure, replace(RECONCILER, by=frozenset({By.FLIGHT, By.WORLD}))))


class Hasty(Actors):
    """Actors whose provider opens a second page for every attempt."""

    def _begin(self, corner):
        yield from super()._begin(corner)
        state = self._orders[corner.order]
        if state.status is OrderStatus.CANCELED and Session.CANCELED in corner.sessions:
            reopened = tuple(Session.OPEN if each is Session.CANCELED else each for each in corner.sessions)
            label = "the provider opens a closed page again"
            yield Move(By.MISHAP, label, Need.NOTHING, corner._replace(sessions=reopened))


def test_a_page_that_is_open_after_its_order_has_ended_is_a_broken_promise() -> None:
    closure = Closure(SMALL)
    closure.actors = Hasty(closure.orders, SMALL)
    closure.search()

    found = [
        violation for corner in closure.corners for violation in standing_violations(closure.orders, corner)
    ]

    assert Violation("I3", "order", "canceled, and the provider may still take the money") in found


def test_a_shopper_without_an_order_breaks_nothing() -> None:
    closure = Closure(SMALL)

    assert list(standing_violations(closure.orders, Corner())) == []
    assert len({repair.name for repair in REPAIRS}) == len(REPAIRS)
