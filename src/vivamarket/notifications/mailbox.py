"""The mailbox of a shop whose mails leave it."""

from __future__ import annotations

from vivamarket.kernel.paging import Page
from vivamarket.notifications.errors import MailNotFound
from vivamarket.notifications.model import MailHeader, ReceivedMail


class EmptyMailbox:
    """The ``Mailbox`` where a mail service delivers and keeps nothing to look at."""

    async def newest(self, cursor: str | None, limit: int) -> Page[MailHeader]:
        """Return an empty page, whatever is asked."""
        return Page(())

    async def get(self, mail_id: str) -> ReceivedMail:
        """Raise ``MailNotFound``."""
        raise MailNotFound("This shop's mails are delivered by a mail service; it keeps no copy here.")
