"""Notifications' refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Invalid, NotFound, Refused, Unavailable


class MailNotFound(NotFound):
    """No such mail."""

    code = "mail_not_found"


class BadMailAddress(Invalid):
    """The text cannot be the address of a mail."""

    code = "bad_mail_address"


class MailTooLarge(Invalid):
    """The mail is longer than any mail may be."""

    code = "mail_too_large"


class MailRejected(Refused):
    """The mail service refuses this very mail, and would again."""

    code = "mail_rejected"


class MailerNotReady(Unavailable):
    """The mail service does not send for the shop until its owner has done something there."""

    code = "mailer_not_ready"
