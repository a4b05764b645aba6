"""``AuditLogStore`` in memory."""

from __future__ import annotations

from vivamarket.audit_log.errors import AuditEntryNotFound
from vivamarket.audit_log.model import (
    GENESIS,
    AuditQuery,
    Entry,
    Head,
    Link,
    Noted,
    Phase,
    decode_entry,
    link_hash,
)
from vivamarket.kernel.paging import BadCursor, Page, decode_cursor, encode_cursor

_SCOPE = "audit"


class MemoryAuditLogStore:
    """See ``AuditLogStore``. One process's own."""

    def __init__(self) -> None:
        self._links: list[Link] = []
        self._outcomes: dict[int, Entry] = {}

    async def append(self, text: str) -> Link:
        """See ``AuditLogStore``."""
        head = await self.head()
        link = Link(head.seq + 1, text, link_hash(head.hash, head.seq + 1, text))
        entry = decode_entry(text)
        self._links.append(link)
        if entry.intention is not None:
            self._outcomes[entry.intention] = entry
        return link

    async def head(self) -> Head:
        """See ``AuditLogStore``."""
        return Head(self._links[-1].seq, self._links[-1].hash) if self._links else Head(0, GENESIS)

    async def links(self, after_seq: int, limit: int) -> tuple[Link, ...]:
        """See ``AuditLogStore``."""
        return tuple(self._links[after_seq : after_seq + limit])

    async def get(self, seq: int) -> Noted:
        """See ``AuditLogStore``."""
        if not 1 <= seq <= len(self._links):
            raise AuditEntryNotFound("The audit log has no such entry.", seq=seq)
        return self._noted(self._links[seq - 1])

    async def find(self, query: AuditQuery, cursor: str | None, limit: int) -> Page[Noted]:
        """See ``AuditLogStore``."""
        below = len(self._links) + 1
        if cursor is not None:
            (position,) = decode_cursor(_SCOPE, cursor, 1)
            if not isinstance(position, int):
                raise BadCursor("The cursor belongs to another list; start again from the first page.")
            below = position
        noted = [self._noted(link) for link in reversed(self._links[: max(below - 1, 0)])]
        found = [each for each in noted if _is_asked_for(each.entry, query)]
        items = tuple(found[:limit])
        return Page(items, encode_cursor(_SCOPE, (items[-1].seq,)) if len(found) > limit else None)

    def _noted(self, link: Link) -> Noted:
        return Noted(link.seq, decode_entry(link.text), self._outcomes.get(link.seq), link.hash)


def _is_asked_for(entry: Entry, query: AuditQuery) -> bool:
    return (
        entry.phase is not Phase.OUTCOME
        and query.staff_id in (None, entry.actor.id)
        and query.operation in (None, entry.operation)
        and query.resource in (None, entry.resource)
        and (query.since is None or entry.at >= query.since)
        and (query.before is None or entry.at < query.before)
    )
