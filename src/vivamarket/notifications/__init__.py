"""What the shop tells people by mail, in their language, once per cause.

Owns mails: which event causes which, their words and looks, and the ports to send and to read them. Does
not own the orders they speak of: it reads what it needs through its own small ``OrderReader``.
"""

from vivamarket.notifications.errors import BadMailAddress, MailNotFound
from vivamarket.notifications.model import (
    Mail,
    MailHeader,
    OrderFacts,
    OrderFactsLine,
    ReceivedMail,
    Trouble,
    TroubleKind,
)
from vivamarket.notifications.ports import Mailbox, Mailer, OrderReader, TroubleReader
from vivamarket.notifications.service import EVENT_KINDS, NotificationService
from vivamarket.notifications.watching import StaffWatch

__all__ = [
    "EVENT_KINDS",
    "BadMailAddress",
    "Mail",
    "MailHeader",
    "MailNotFound",
    "Mailbox",
    "Mailer",
    "NotificationService",
    "OrderFacts",
    "OrderFactsLine",
    "OrderReader",
    "ReceivedMail",
    "StaffWatch",
    "Trouble",
    "TroubleKind",
    "TroubleReader",
]
