"""Customers, their sessions and one-time codes as pure values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vivamarket.accounts.errors import BadStaff
from vivamarket.accounts.identity.errors import BadCustomer
from vivamarket.accounts.model import check_password, clean_email, clean_name
from vivamarket.kernel.ids import CustomerId

#: An access token is believed without asking anybody, so it is short.
ACCESS_LIFE = timedelta(minutes=10)
#: A session ends this long after its last use …
SESSION_IDLE = timedelta(days=30)
#: … and this long after sign-in, whatever happens.
SESSION_LIFE_MAX = timedelta(days=90)
#: Two tabs, or a lost answer, may use one refresh token twice within this span; later it is theft.
REUSE_GRACE = timedelta(seconds=10)
CODE_LIFE = timedelta(minutes=30)
#: Between the password and the second factor.
CHALLENGE_LIFE = timedelta(minutes=5)


class CodePurpose(StrEnum):
    """What a one-time code lets its reader do. A code is good for nothing else."""

    SIGN_UP = "sign_up"
    RESET = "reset"
    EMAIL = "email"
    #: Shows that the account's owner is there, for a step that cannot be undone.
    PROOF = "proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Somebody who confirmed an e-mail address. Until then nothing of them is a customer."""

    id: CustomerId
    email: str
    name: str
    locale: str
    password_hash: str = field(repr=False)
    #: Grows when all sessions are to end: a session of an older epoch is over, wherever it is kept.
    epoch: int = 0
    #: The sealed secret of the second factor; None without one.
    totp_secret: str | None = field(default=None, repr=False)
    created_at: datetime

    @property
    def second_factors(self) -> tuple[str, ...]:
        """Return the names of the second factors that signing in asks for one of."""
        return ("totp",) if self.totp_secret is not None else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeCode:
    """A wish that waits for its mail to be answered. Only the code's hash is kept.

    For a sign-up it holds the whole future account; for a change of address, whose it is and the new
    address. For a reset it holds the address alone: whether there is an account is looked up when the
    mail is written, so asking takes the same work for every address.
    """

    id: str
    purpose: CodePurpose
    #: Where the mail goes.
    email: str
    digest: bytes = field(repr=False)
    expires_at: datetime
    customer_id: CustomerId | None = None
    name: str = ""
    locale: str = ""
    password_hash: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One signed-in browser. Its refresh token names the generation, which grows with each use."""

    id: str
    customer_id: CustomerId
    epoch: int
    generation: int
    created_at: datetime
    rotated_at: datetime
    expires_at: datetime

    def rotated(self, now: datetime) -> Session:
        """Return the session after one use of its refresh token."""
        return replace(
            self,
            generation=self.generation + 1,
            rotated_at=now,
            expires_at=min(now + SESSION_IDLE, self.created_at + SESSION_LIFE_MAX),
        )

    def forgives(self, generation: int, now: datetime) -> bool:
        """Return whether a token of that generation is the one that was exchanged a moment ago."""
        return generation == self.generation - 1 and now - self.rotated_at < REUSE_GRACE


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """What a browser is given: a short token to show, and one to get the next with."""

    customer: Customer
    session_id: str
    access_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_token: str = field(repr=False)
    refresh_expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStep:
    """The password was right and is not enough; ``challenge`` is shown with the second factor."""

    challenge: str = field(repr=False)
    factors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a valid access token speaks for."""

    customer: Customer
    session_id: str


def new_session(session_id: str, customer: Customer, now: datetime) -> Session:
    """Return a session that begins now."""
    return Session(
        id=session_id,
        customer_id=customer.id,
        epoch=customer.epoch,
        generation=0,
        created_at=now,
        rotated_at=now,
        expires_at=now + SESSION_IDLE,
    )


def customer_email(text: str) -> str:
    """Return the address as accounts are compared by. Raise ``BadCustomer``."""
    return _as_customer(clean_email, text)


def customer_name(text: str) -> str:
    """Return the name without needless white space. Raise ``BadCustomer``."""
    return _as_customer(clean_name, text)


def customer_password(text: str) -> str:
    """Return the password. Raise ``BadCustomer`` when it is too short to be safe or too long to hash."""
    return _as_customer(check_password, text)


def _as_customer(rule: Callable[[str], str], text: str) -> str:
    try:
        return rule(text)
    except BadStaff as error:
        raise BadCustomer(error.message, **error.fields) from None
