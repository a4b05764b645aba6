"""What notifications need from outside: a way to send, a way to look, and the orders they speak of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.paging import Page
from vivamarket.notifications.model import Mail, MailHeader, OrderFacts, ReceivedMail, Trouble


class Mailer(Protocol):
    """Sends mails."""

    async def send(self, *mails: Mail) -> None:
        """Send the mails durably, in their order. A second mail of the same id is not sent again.

        What nobody can know is decided for the person who waits: when the sender died, or the answer was
        lost, while a mail was being handed over, the next call with its id hands it over once more.

        Raise ``BadMailAddress``, ``MailTooLarge`` or ``MailRejected`` when one can never be sent;
        ``MailerNotReady`` when the owner must first do what it says; ``Unavailable`` when later might work,
        which includes a mail that another process is sending now. Mails before it have been sent then, and
        are not sent again by the next call.
        """
        ...


class Mailbox(Protocol):
    """Looks at mails that were sent, where they are kept (a folder on one machine)."""

    async def newest(self, cursor: str | None, limit: int) -> Page[MailHeader]:
        """Return a keyset page, newest first. Raise ``BadCursor``."""
        ...

    async def get(self, mail_id: str) -> ReceivedMail:
        """Return the mail. Raise ``MailNotFound``."""
        ...


class OrderReader(Protocol):
    """Reads the facts of an order."""

    async def facts(self, order_id: OrderId) -> OrderFacts:
        """Return the order's facts. Raise ``NotFound``."""
        ...


class TroubleReader(Protocol):
    """Says what is wrong with one part of the shop, from what is durably written."""

    async def troubles(self) -> Sequence[Trouble]:
        """Return what went wrong of late, a bounded number. The same trouble has the same id every time."""
        ...
