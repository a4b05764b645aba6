"""What the audit log needs from outside."""

from __future__ import annotations

from typing import Protocol

from vivamarket.audit_log.model import AuditQuery, Head, Link, Noted
from vivamarket.kernel.paging import Page


class AuditLogStore(Protocol):
    """Keeps the chain. Nothing that is in it is ever changed or removed.

    Every method raises ``Unavailable`` when the records do not answer.
    """

    async def append(self, text: str) -> Link:
        """Add an entry behind the newest one and return its link, once it is safe on disk.

        Writers wait for each other, readers for nobody: numbers follow one another without a gap, and each
        hash is over the one before (``model.link_hash``).
        """
        ...

    async def head(self) -> Head:
        """Return the chain's noted end: the newest link's number and hash; (0, ``GENESIS``) when empty."""
        ...

    async def links(self, after_seq: int, limit: int) -> tuple[Link, ...]:
        """Return at most ``limit`` links with numbers above ``after_seq``, in their order."""
        ...

    async def get(self, seq: int) -> Noted:
        """Return the entry of that number with its outcome. Raise ``AuditEntryNotFound``."""
        ...

    async def find(self, query: AuditQuery, cursor: str | None, limit: int) -> Page[Noted]:
        """Return intentions, each with its outcome if there is one, and events, newest first.

        Raise ``BadCursor``.
        """
        ...
