"""Accounts' refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Conflict, Invalid, NotFound, Refused


class StaffNotFound(NotFound):
    """No such staff account."""

    code = "staff_not_found"


class StaffExists(Conflict):
    """There is already an account with this e-mail address."""

    code = "staff_exists"


class BadStaff(Invalid):
    """The e-mail address, name or password cannot be one."""

    code = "bad_staff"


class SignInRefused(Refused):
    """The e-mail address or the password is wrong; it is not said which."""

    code = "sign_in_refused"


class TooManySignIns(Refused):
    """Too many attempts for this account or from this address; ``retry_after_seconds`` says when again."""

    code = "too_many_sign_ins"


class SecondFactorNeeded(Refused):
    """The password is right; the account, or the shop, asks for a second factor as well."""

    code = "second_factor_needed"


class NotSignedIn(Refused):
    """There is no session, or it has ended."""

    code = "not_signed_in"


class LastOwner(Refused):
    """Nobody who can sign in would be the shop's owner any more."""

    code = "last_owner"


class InvitationEnded(Refused):
    """The link to set a password has ended, was used, or never was."""

    code = "invitation_ended"


class SecondFactorKept(Refused):
    """The account must have a second factor, so it cannot be taken off."""

    code = "second_factor_kept"
