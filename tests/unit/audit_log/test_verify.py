"""What a verifier finds in a chain that somebody has tampered with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.payment import START, ManualClock

from vivamarket.adapters.memory.audit_log import MemoryAuditLogStore
from vivamarket.audit_log import Actor, ActorKind, AuditLog, Change, Entry, Head, Link, Outcome, Phase
from vivamarket.audit_log.errors import BadAnchor
from vivamarket.audit_log.model import GENESIS, decode_entry, encode_entry, link_hash, parse_anchor
from vivamarket.audit_log.verify import FINDINGS_MAX, FindingKind, Verdict, Verifier

DEED = Entry(
    at=START,
    phase=Phase.EVENT,
    actor=Actor(kind=ActorKind.STAFF, id="sam", name="Sam", role="owner"),
    operation="changeProducts",
)
Chain = list[Link]


def chain(length: int) -> Chain:
    links: Chain = []
    previous = GENESIS
    for seq in range(1, length + 1):
        text = encode_entry(replace(DEED, resource=f"product-{seq}"))
        previous = link_hash(previous, seq, text)
        links.append(Link(seq, text, previous))
    return links


def rehashed(links: Chain, start: int) -> Chain:
    """Return the chain with every hash from that place on computed anew, as a thorough forger would."""
    previous = links[start - 1].hash if start else GENESIS
    forged = links[:start]
    for link in links[start:]:
        previous = link_hash(previous, link.seq, link.text)
        forged.append(Link(link.seq, link.text, previous))
    return forged


def verdict(links: Chain, noted: Head | None = None, anchors: tuple[Head, ...] = ()) -> Verdict:
    verifier = Verifier(anchors=anchors)
    verifier.read(links)
    last = Head(links[-1].seq, links[-1].hash)
    return verifier.finish(noted or last)


def kinds(found: Verdict) -> list[tuple[FindingKind, int]]:
    return [(each.kind, each.seq) for each in found.findings]


def changed(links: Chain) -> Chain:
    links[4] = replace(links[4], text=links[4].text.replace("Sam", "Kim"))
    return links


def rehashed_alone(links: Chain) -> Chain:
    text = links[4].text.replace("Sam", "Kim")
    links[4] = Link(5, text, link_hash(links[3].hash, 5, text))
    return links


def removed(links: Chain) -> Chain:
    return links[:4] + links[5:]


def closed_up(links: Chain) -> Chain:
    """Take one out and number those after it anew."""
    return links[:4] + [replace(link, seq=link.seq - 1) for link in links[5:]]


def inserted(links: Chain) -> Chain:
    return links[:4] + [links[0]] + [replace(link, seq=link.seq + 1) for link in links[4:]]


def swapped(links: Chain) -> Chain:
    links[3], links[6] = replace(links[6], seq=4), replace(links[3], seq=7)
    return links


@pytest.mark.parametrize(
    ("tamper", "first"),
    [
        (changed, (FindingKind.BROKEN, 5)),
        (rehashed_alone, (FindingKind.BROKEN, 6)),
        (removed, (FindingKind.MISSING, 5)),
        (closed_up, (FindingKind.BROKEN, 5)),
        (inserted, (FindingKind.MISSING, 5)),
        (swapped, (FindingKind.BROKEN, 4)),
    ],
)
def test_what_was_tampered_with_is_found(
    tamper: Callable[[Chain], Chain], first: tuple[FindingKind, int]
) -> None:
    links = chain(10)

    assert verdict(links).holds
    assert kinds(verdict(tamper(chain(10))))[0] == first


def test_a_log_that_ends_early_contradicts_its_noted_end() -> None:
    links = chain(10)

    assert kinds(verdict(links[:7], Head(10, links[9].hash))) == [(FindingKind.CUT, 10)]


def test_a_log_cut_with_its_noted_end_is_found_by_an_anchor_alone() -> None:
    links = chain(10)
    anchor = Head(9, links[8].hash)

    assert verdict(links[:7]).holds
    assert kinds(verdict(links[:7], anchors=(anchor,))) == [(FindingKind.CUT, 9)]


def test_a_log_forged_from_some_place_on_is_found_by_an_anchor_alone() -> None:
    links = chain(10)
    forged = rehashed(changed(chain(10)), 4)

    assert verdict(forged).holds
    assert kinds(verdict(forged, anchors=(Head(9, links[8].hash),))) == [(FindingKind.CUT, 9)]
    assert verdict(forged, anchors=(Head(4, links[3].hash),)).holds


def test_findings_beyond_the_limit_are_counted() -> None:
    links = [replace(link, hash=GENESIS) for link in chain(FINDINGS_MAX + 5)]

    found = verdict(links)

    assert (len(found.findings), found.untold) == (FINDINGS_MAX, 5)


def test_an_anchor_is_read_as_it_was_written() -> None:
    head = Head(7, chain(1)[0].hash)

    assert parse_anchor(f" {head}\n") == head
    with pytest.raises(BadAnchor):
        parse_anchor("7:abc")


def test_texts_are_kept_within_limits_and_whole() -> None:
    strange = replace(DEED, user_agent="a\x00\ud800" + "ñ" * 500, changes=(Change("role", "x" * 900, "é"),))

    read = decode_entry(encode_entry(strange))

    assert read.user_agent == "a\ufffd\ufffd" + "ñ" * 197
    assert (len(read.changes[0].before), read.changes[0].after) == (200, "é")
    assert encode_entry(read) == encode_entry(strange)


async def test_intention_and_outcome_are_two_links_of_a_chain_that_holds() -> None:
    store, clock = MemoryAuditLogStore(), ManualClock()
    log = AuditLog(store, clock)

    begun = await log.begin(DEED)
    clock.turn(2)
    await log.end(begun, Outcome(200), fields=("price",))

    read = await log.get(begun.seq)
    assert read.entry.phase is Phase.INTENTION
    assert read.outcome is not None
    assert (read.outcome.at, read.outcome.outcome) == (START + timedelta(seconds=2), Outcome(200))
    assert read.outcome.fields == ("price",)
    assert (await log.verify()).holds


async def test_stretches_together_verify_the_whole_chain() -> None:
    log = AuditLog(MemoryAuditLogStore(), ManualClock())
    for _ in range(10):
        await log.event(DEED)

    checked, after = [], 0
    while True:
        stretch = await log.verify_stretch(after, links_max=4)
        assert stretch.verdict.holds
        checked.append(stretch.verdict.checked)
        if stretch.next_after is None:
            break
        after = stretch.next_after

    assert checked == [4, 4, 2]
