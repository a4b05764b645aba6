"""The mail that lets somebody of the staff choose a password."""

from __future__ import annotations

from vivamarket.accounts.roster import Roster
from vivamarket.kernel.events import Envelope
from vivamarket.notifications.notices import Notice, NoticeKind, Notices

#: Whoever reads such a mail can become that person, so only who decides about staff may.
STAFF_MAIL_PREFIX = "staff-"
_PAGE = "/admin/welcome"


class StaffMails:
    """Sends invitations, in the shop's first language."""

    def __init__(self, roster: Roster, notices: Notices, *, locale: str) -> None:
        self._roster = roster
        self._notices = notices
        self._locale = locale

    async def handle(self, envelope: Envelope) -> None:
        """Send the mail of this event, once, while its link still works."""
        letter = await self._roster.letter(envelope)
        if letter is None:
            return
        staff, code = letter
        await self._notices.send(
            Notice(
                kind=NoticeKind.STAFF_INVITED if staff.is_invited else NoticeKind.STAFF_LINK,
                id=f"{STAFF_MAIL_PREFIX}{envelope.event_id}",
                to=staff.email,
                locale=self._locale,
                # The code stands behind the #, which no server and no log ever sees.
                path=f"{_PAGE}#{code}",
                written_at=envelope.occurred_at,
                words={"name": staff.name},
            )
        )
