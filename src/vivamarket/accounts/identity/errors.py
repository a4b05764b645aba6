"""The refusals of a customer's identity. None of them tells whether an address has an account."""

from __future__ import annotations

from vivamarket.kernel.errors import DomainError, Invalid, NotFound, Refused


class BadCustomer(Invalid):
    """The e-mail address, name, language or password cannot be one; ``field`` says which."""

    code = "bad_customer"


class SignInFailed(Refused):
    """The e-mail address or what was to prove it is wrong; it is not said which."""

    code = "sign_in_failed"


class BadCode(Refused):
    """The one-time code is wrong, spent or too old; it is not said which."""

    code = "bad_code"


class BadPasskey(Refused):
    """What the browser brought does not answer our question, or comes too late: begin again."""

    code = "bad_passkey"


class TooManyPasskeys(Refused):
    """The account has as many passkeys as it may: remove one first."""

    code = "too_many_passkeys"


class PasskeyNotFound(NotFound):
    """The account has no such passkey."""

    code = "passkey_not_found"


class PasskeyRefused(DomainError):
    """A passkey's answer is not what it should be; the reason is for our logs only."""

    code = "passkey_refused"


class TooManyAttempts(Refused):
    """Too many for this account or from this address; ``retry_after_seconds`` says when again."""

    code = "too_many_attempts"


class NotAccepted(Refused):
    """The token is not one of ours, or its session has ended: sign in again."""

    code = "unauthenticated"


class TokenRefused(DomainError):
    """A token is not what it says; the reason is for our logs only and never for its bearer."""

    code = "token_refused"


class CustomerNotFound(NotFound):
    """There is no such customer."""

    code = "customer_not_found"
