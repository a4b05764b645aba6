"""Recording, reading and verifying the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vivamarket.audit_log.model import (
    GENESIS,
    AuditQuery,
    Change,
    Entry,
    Head,
    Noted,
    Outcome,
    Phase,
    encode_entry,
)
from vivamarket.audit_log.ports import AuditLogStore
from vivamarket.audit_log.verify import Verdict, Verifier
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.paging import Page

#: Links that are read at once.
LINKS_MAX = 1_000
#: Links that one request verifies; the next one goes on from there.
STRETCH_LINKS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the chain that was verified; ``next_after`` is where the next one begins, None at the end."""

    verdict: Verdict
    next_after: int | None


class AuditLog:
    """Adds to the log and reads it."""

    def __init__(self, store: AuditLogStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begin(self, intention: Entry) -> Noted:
        """Record what somebody is about to do, before anything is done. Raise ``Unavailable``."""
        return await self._note(replace(intention, phase=Phase.INTENTION))

    async def end(
        self,
        begun: Noted,
        outcome: Outcome,
        *,
        fields: tuple[str, ...] = (),
        changes: tuple[Change, ...] = (),
    ) -> Noted:
        """Record what came of it. Raise ``Unavailable``; the intention then stands without an outcome."""
        return await self._note(
            replace(
                begun.entry,
                at=self._clock.now(),
                phase=Phase.OUTCOME,
                intention=begun.seq,
                outcome=outcome,
                fields=fields,
                changes=changes,
            )
        )

    async def event(self, entry: Entry) -> Noted:
        """Record something that is whole by itself. Raise ``Unavailable``."""
        return await self._note(replace(entry, phase=Phase.EVENT))

    async def find(self, query: AuditQuery, cursor: str | None, limit: int) -> Page[Noted]:
        """Return deeds, newest first. Raise ``BadCursor``."""
        return await self._store.find(query, cursor, limit)

    async def get(self, seq: int) -> Noted:
        """Return the entry of that number. Raise ``AuditEntryNotFound``."""
        return await self._store.get(seq)

    async def head(self) -> Head:
        """Return the chain's end, to be kept somewhere else as an anchor."""
        return await self._store.head()

    async def verify(self, anchors: Sequence[Head] = ()) -> Verdict:
        """Verify the whole chain as it stands now, against those anchors. Costs reading all of it."""
        noted = await self._store.head()
        verifier = Verifier(anchors=anchors)
        after = 0
        while links := await self._store.links(after, LINKS_MAX):
            verifier.read(link for link in links if link.seq <= noted.seq)
            after = links[-1].seq
            if after >= noted.seq:
                break
        return verifier.finish(noted)

    async def verify_stretch(self, after: int, *, links_max: int = STRETCH_LINKS_MAX) -> Stretch:
        """Verify at most ``links_max`` links above that number, which is 0 or of a link that was verified."""
        noted = await self._store.head()
        start = await self._link_at(after)
        verifier = Verifier(start)
        position, stop = after, min(after + links_max, noted.seq)
        while position < stop:
            links = await self._store.links(position, min(LINKS_MAX, stop - position))
            if not links:
                break
            verifier.read(link for link in links if link.seq <= stop)
            position = max(position, links[-1].seq)
        if position >= stop < noted.seq:
            return Stretch(verifier.so_far(), stop)
        return Stretch(verifier.finish(noted), None)

    async def _link_at(self, seq: int) -> Head:
        links = await self._store.links(seq - 1, 1) if seq else ()
        return Head(links[0].seq, links[0].hash) if links else Head(0, GENESIS)

    async def _note(self, entry: Entry) -> Noted:
        link = await self._store.append(encode_entry(entry))
        return Noted(link.seq, entry, hash=link.hash)
