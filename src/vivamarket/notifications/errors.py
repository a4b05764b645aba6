"""Notifications' refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Invalid, NotFound


class MailNotFound(NotFound):
    """No such mail."""

    code = "mail_not_found"


class BadMailAddress(Invalid):
    """The text cannot be the address of a mail."""

    code = "bad_mail_address"
