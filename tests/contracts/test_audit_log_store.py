"""What every AuditLogStore promises."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from tests.helpers.payment import START

from vivamarket.adapters.memory.audit_log import MemoryAuditLogStore
from vivamarket.adapters.postgres.audit_log import PostgresAuditLogStore
from vivamarket.audit_log.errors import AuditEntryNotFound
from vivamarket.audit_log.model import (
    GENESIS,
    Actor,
    ActorKind,
    AuditQuery,
    Change,
    Entry,
    Head,
    Outcome,
    Phase,
    encode_entry,
    link_hash,
)
from vivamarket.audit_log.ports import AuditLogStore
from vivamarket.kernel.paging import BadCursor

SAM = Actor(kind=ActorKind.STAFF, id="sam-id", name="Sam", role="owner")
JO = Actor(kind=ActorKind.STAFF, id="jo-id", name="Jo", role="editor")
DEED = Entry(
    at=START,
    phase=Phase.INTENTION,
    actor=SAM,
    operation="refundStaffOrder",
    resource="VM-7K3QX9",
    address="10.0.0.1",
    user_agent="Firefox “ñ”",
    request_id="r-1",
)


@pytest.fixture(params=["postgres", "memory"])
def store(request: pytest.FixtureRequest) -> AuditLogStore:
    if request.param == "memory":
        return MemoryAuditLogStore()
    pool: asyncpg.Pool = request.getfixturevalue("pool")
    return PostgresAuditLogStore(pool)


def outcome_of(seq: int) -> Entry:
    return replace(
        DEED,
        phase=Phase.OUTCOME,
        intention=seq,
        outcome=Outcome(409, "stale_version"),
        fields=("lines", "reason"),
        changes=(Change("role", "staff", "owner"),),
    )


async def test_an_empty_log_ends_at_its_beginning(store: AuditLogStore) -> None:
    assert await store.head() == Head(0, GENESIS)
    assert await store.links(0, 10) == ()


async def test_each_hash_is_over_the_one_before(store: AuditLogStore) -> None:
    texts = [encode_entry(replace(DEED, request_id=f"r-{number}")) for number in range(3)]

    links = [await store.append(text) for text in texts]

    assert [link.seq for link in links] == [1, 2, 3]
    assert links[0].hash == link_hash(GENESIS, 1, texts[0])
    assert links[2].hash == link_hash(links[1].hash, 3, texts[2])
    assert await store.links(1, 10) == tuple(links[1:])
    assert await store.links(0, 1) == (links[0],)
    assert await store.head() == Head(3, links[2].hash)


async def test_writers_at_once_make_one_chain(store: AuditLogStore) -> None:
    links = await asyncio.gather(*(store.append(encode_entry(DEED)) for _ in range(40)))

    assert sorted(link.seq for link in links) == list(range(1, 41))
    previous = GENESIS
    for link in await store.links(0, 100):
        assert link.hash == link_hash(previous, link.seq, link.text)
        previous = link.hash


async def test_an_entry_is_read_back_with_its_outcome(store: AuditLogStore) -> None:
    begun = await store.append(encode_entry(DEED))
    await store.append(encode_entry(outcome_of(begun.seq)))

    read = await store.get(begun.seq)

    assert (read.seq, read.entry, read.outcome, read.hash) == (1, DEED, outcome_of(1), begun.hash)
    with pytest.raises(AuditEntryNotFound):
        await store.get(3)


async def test_deeds_are_found_newest_first_by_page(store: AuditLogStore) -> None:
    for number in range(5):
        link = await store.append(encode_entry(replace(DEED, resource=f"VM-{number}")))
        if number != 4:
            await store.append(encode_entry(outcome_of(link.seq)))

    first = await store.find(AuditQuery(), None, 3)
    second = await store.find(AuditQuery(), first.next_cursor, 3)

    assert [each.entry.resource for each in first.items] == ["VM-4", "VM-3", "VM-2"]
    assert [each.outcome is None for each in first.items] == [True, False, False]
    assert [each.entry.resource for each in second.items] == ["VM-1", "VM-0"]
    assert second.next_cursor is None
    with pytest.raises(BadCursor):
        await store.find(AuditQuery(), "strange", 3)


async def test_deeds_are_found_by_who_what_about_and_when(store: AuditLogStore) -> None:
    await store.append(encode_entry(DEED))
    await store.append(encode_entry(replace(DEED, actor=JO, operation="changeProducts", resource="p-1")))
    await store.append(encode_entry(replace(DEED, at=START + timedelta(hours=1), phase=Phase.EVENT)))

    async def seqs(query: AuditQuery) -> list[int]:
        return [each.seq for each in (await store.find(query, None, 10)).items]

    assert await seqs(AuditQuery(staff_id="jo-id")) == [2]
    assert await seqs(AuditQuery(operation="refundStaffOrder")) == [3, 1]
    assert await seqs(AuditQuery(resource="p-1")) == [2]
    assert await seqs(AuditQuery(since=START + timedelta(minutes=1))) == [3]
    assert await seqs(AuditQuery(before=START + timedelta(minutes=1), staff_id="sam-id")) == [1]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET hash = sha256('')",
        "UPDATE audit_entry SET body = body",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
    ],
)
async def test_the_database_refuses_to_change_what_is_written(pool: asyncpg.Pool, statement: str) -> None:
    await PostgresAuditLogStore(pool).append(encode_entry(DEED))

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only ever added to"):
        await pool.execute(statement)
