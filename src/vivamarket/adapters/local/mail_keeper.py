"""The folder of mails as a keeper of personal data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.privacy.model import Person

REMOVED_AT_ONCE_MAX = 1_000


class MailFolderKeeper:
    """A ``PersonalDataKeeper``: mails to the person, and mails to staff that name one of their orders."""

    def __init__(self, mailer: FolderMailer) -> None:
        self._mailer = mailer

    @property
    def name(self) -> str:
        """See ``PersonalDataKeeper``."""
        return "mails"

    async def export(self, person: Person, limit: int) -> Sequence[Mapping[str, object]]:
        """See ``PersonalDataKeeper``. What was written to others is not the person's."""
        return [
            {"sent_at": mail.header.sent_at, "subject": mail.header.subject, "text": mail.text}
            for mail in await self._mailer.naming(person.emails, limit)
            if mail.header.to in person.emails
        ]

    async def erase(self, person: Person) -> None:
        """See ``PersonalDataKeeper``."""
        words = (*person.emails, *person.order_ids, *person.order_numbers)
        while found := await self._mailer.naming(words, REMOVED_AT_ONCE_MAX):
            await self._mailer.remove([mail.header.id for mail in found])
