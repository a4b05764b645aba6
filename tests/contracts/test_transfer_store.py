"""What every TransferStore promises."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.helpers.catalog import NOON

from vivamarket.adapters.memory.transfers import MemoryTransferStore
from vivamarket.adapters.postgres.transfers import PostgresTransferStore
from vivamarket.catalog.transfer.report import OutcomeKind
from vivamarket.kernel.ids import StaffId, uuid7
from vivamarket.kernel.paging import BadCursor
from vivamarket.transfers.errors import TooManyTransfers, TransferNotFound, TransferNotReady
from vivamarket.transfers.model import (
    Tally,
    Transfer,
    TransferFailure,
    TransferId,
    TransferKind,
    TransferLine,
    TransferState,
    TransferStep,
)
from vivamarket.transfers.ports import TransferStore

LEASE = 30.0
LATER = NOON + timedelta(seconds=LEASE + 1)
UNKNOWN = TransferId(uuid7(9_999, 9_999))


@pytest.fixture(params=["postgres", "memory"])
def store(request: pytest.FixtureRequest) -> TransferStore:
    if request.param == "memory":
        return MemoryTransferStore()
    return PostgresTransferStore(request.getfixturevalue("pool"))


def transfer(number: int = 1) -> Transfer:
    """An import that was asked for so many minutes after noon."""
    asked_at = NOON + timedelta(minutes=number)
    return Transfer(
        id=TransferId(uuid7(number, number)),
        kind=TransferKind.IMPORT,
        step=TransferStep.CHECK,
        state=TransferState.WAITING,
        staff_id=StaffId("sam"),
        file_name=f"números-{number}.csv",
        currency="EUR",
        asked_at=asked_at,
        changed_at=asked_at,
    )


def line(row: int, outcome: OutcomeKind = OutcomeKind.CREATED) -> TransferLine:
    return TransferLine(step=TransferStep.CHECK, row=row, handle=f"mug-{row}", outcome=outcome)


async def claimed(store: TransferStore, lease: str = "mine", now: datetime = NOON) -> Transfer:
    found = await store.claim(now, LEASE, lease)
    assert found is not None
    return found


async def test_a_transfer_is_kept_as_it_was_given_and_only_once(store: TransferStore) -> None:
    wanted = replace(
        transfer(), failure=TransferFailure("file_cut", "Cut off.", 7), check=Tally(rows=3, refused=1)
    )

    assert await store.add(wanted, 5) == wanted
    assert await store.add(replace(wanted, file_name="other.csv"), 5) == wanted
    assert await store.get(wanted.id) == wanted


@pytest.mark.parametrize("strange", [UNKNOWN, "", "nonsense", "\0"])
async def test_an_unknown_one_is_not_found(store: TransferStore, strange: str) -> None:
    with pytest.raises(TransferNotFound):
        await store.get(TransferId(strange))
    with pytest.raises(TransferNotFound):
        await store.change(TransferId(strange), lambda found: found)
    assert await store.lines(TransferId(strange), TransferStep.CHECK, (), 0, 10) == ()


async def test_only_so_many_wait_and_run(store: TransferStore) -> None:
    await store.add(transfer(1), 2)
    await store.add(transfer(2), 2)
    await claimed(store)

    with pytest.raises(TooManyTransfers):
        await store.add(transfer(3), 2)
    await store.change(transfer(2).id, lambda found: found.canceled(NOON))

    assert (await store.add(transfer(3), 2)).id == transfer(3).id


async def test_pages_begin_with_what_was_asked_last(store: TransferStore) -> None:
    for number in (1, 2, 3):
        await store.add(transfer(number), 9)

    first = await store.page(None, 2)
    second = await store.page(first.next_cursor, 2)

    assert [each.id for each in first.items] == [transfer(3).id, transfer(2).id]
    assert [each.id for each in second.items] == [transfer(1).id]
    assert second.next_cursor is None
    with pytest.raises(BadCursor):
        await store.page("nonsense", 2)


async def test_a_refused_decision_changes_nothing(store: TransferStore) -> None:
    await store.add(transfer(), 5)

    with pytest.raises(TransferNotReady):
        await store.change(transfer().id, lambda found: found.wanted(NOON))

    assert await store.get(transfer().id) == transfer()


async def test_the_longest_waiting_is_taken_up_and_one_runs_at_a_time(store: TransferStore) -> None:
    await store.add(transfer(2), 5)
    await store.add(transfer(1), 5)

    taken = await claimed(store)

    assert taken == replace(
        transfer(1), state=TransferState.RUNNING, attempts=1, began_at=NOON, changed_at=NOON
    )
    assert await store.claim(NOON, LEASE, "another") is None


async def test_of_many_who_claim_at_once_one_gets_it(store: TransferStore) -> None:
    for number in (1, 2, 3):
        await store.add(transfer(number), 5)

    found = await asyncio.gather(*(store.claim(NOON, LEASE, f"worker {each}") for each in range(6)))

    assert [each.id for each in found if each is not None] == [transfer(1).id]


async def test_a_crashed_one_is_taken_up_again_before_those_that_wait(store: TransferStore) -> None:
    await store.add(transfer(1), 5)
    await store.add(transfer(2), 5)
    first = await claimed(store)
    await store.keep(replace(first, row_done=7), [], now=NOON, lease_seconds=LEASE, lease="mine")

    again = await claimed(store, "another", LATER)

    assert (again.id, again.row_done, again.attempts, again.began_at) == (first.id, 7, 2, NOON)
    assert await store.keep(again, [line(9)], now=LATER, lease_seconds=LEASE, lease="mine") is None
    assert await store.lines(first.id, TransferStep.CHECK, (), 0, 10) == ()
    assert not await store.renew(first.id, LATER, LEASE, "mine")
    assert await store.renew(first.id, LATER, LEASE, "another")


async def test_a_renewed_lease_holds_longer(store: TransferStore) -> None:
    await store.add(transfer(), 5)
    await claimed(store)

    assert await store.renew(transfer().id, NOON + timedelta(seconds=20), LEASE, "mine")

    assert await store.claim(LATER, LEASE, "another") is None


async def test_progress_tells_that_staff_asked_to_stop(store: TransferStore) -> None:
    await store.add(transfer(), 5)
    running = await claimed(store)
    await store.change(running.id, lambda found: found.canceled(NOON))

    kept = await store.keep(replace(running, done=5), [line(2)], now=NOON, lease_seconds=LEASE, lease="mine")

    assert kept is not None
    assert (kept.done, kept.is_cancel_asked) == (5, True)
    assert await store.get(running.id) == kept


async def test_what_has_ended_is_nobodys_any_more(store: TransferStore) -> None:
    await store.add(transfer(), 5)
    running = await claimed(store)
    ended = running.ended(TransferState.CANCELED, NOON)

    assert await store.keep(ended, [], now=NOON, lease_seconds=LEASE, lease="mine") == ended
    assert await store.keep(running, [], now=NOON, lease_seconds=LEASE, lease="mine") is None
    assert await store.claim(LATER, LEASE, "another") is None


async def test_lines_are_read_by_row_and_outcome_and_replaced_by_their_row(store: TransferStore) -> None:
    await store.add(transfer(), 5)
    running = await claimed(store)
    refused = replace(
        line(4, OutcomeKind.REFUSED),
        column="Price",
        code="bad_price",
        reason="No price.",
        changed=("vendor",),
    )
    lines = [line(2), line(9), refused, replace(line(2), step=TransferStep.WRITE)]
    await store.keep(running, lines, now=NOON, lease_seconds=LEASE, lease="mine")
    await store.keep(running, [line(9, OutcomeKind.CHANGED)], now=NOON, lease_seconds=LEASE, lease="mine")

    async def rows(*outcomes: OutcomeKind, after: int = 0, limit: int = 10) -> list[TransferLine]:
        return list(await store.lines(running.id, TransferStep.CHECK, outcomes, after, limit))

    assert await rows() == [line(2), refused, line(9, OutcomeKind.CHANGED)]
    assert await rows(limit=2) == [line(2), refused]
    assert await rows(after=4) == [line(9, OutcomeKind.CHANGED)]
    assert await rows(OutcomeKind.REFUSED, OutcomeKind.CREATED) == [line(2), refused]
    assert await rows(OutcomeKind.REFUSED, after=4) == []


async def test_files_and_reports_grow_old(store: TransferStore) -> None:
    for number in (1, 2, 3):
        await store.add(transfer(number), 9)
    running = await claimed(store)
    await store.keep(running, [line(2)], now=NOON, lease_seconds=LEASE, lease="mine")
    before = transfer(3).asked_at

    assert [each.id for each in await store.with_old_files(before, 9)] == [transfer(2).id]
    assert await store.forget(before, 9) == 0
    for each in (running.id, transfer(2).id):
        await store.change(each, lambda found: replace(found, has_file=False))
    assert await store.forget(before, 1) == 1
    assert await store.forget(before, 9) == 1

    assert [each.id for each in (await store.page(None, 9)).items] == [transfer(3).id]
    assert await store.lines(running.id, TransferStep.CHECK, (), 0, 9) == ()
