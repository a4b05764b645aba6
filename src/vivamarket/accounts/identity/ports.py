"""The identity port, and what the embedded provider behind it needs from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from vivamarket.accounts.identity.keys import SigningKey
from vivamarket.accounts.identity.model import (
    Caller,
    CodePurpose,
    Customer,
    OneTimeCode,
    SecondStep,
    Session,
    SignedIn,
)
from vivamarket.accounts.identity.passkey_ports import Passkeys
from vivamarket.kernel.ids import CustomerId

Entry = SignedIn | SecondStep
#: So old may be what ``SessionStore.seen`` returns. Far below the life of an access token.
SEEN_SECONDS_MAX = 60


class IdentityProvider(Protocol):
    """Says who a customer is. Addresses are compared trimmed and in lower case.

    Nothing here tells whether an address has an account: unknown ones get the same answers for the same
    work. ``address`` is always the caller's network address; every method that takes one raises
    ``TooManyAttempts`` past the limits of the account or of that address, and ``Unavailable`` when it
    cannot answer now. Codes are told by mail only, live for ``CODE_LIFE`` at most and work once.
    """

    @property
    def passkeys(self) -> Passkeys:
        """Return the way in by passkeys."""
        ...

    async def sign_up(self, email: str, password: str, *, name: str, locale: str, address: str) -> None:
        """Ask for an account: a mail brings a code, or says that there is one already.

        Raise ``BadCustomer``.
        """
        ...

    async def confirm(self, email: str, code: str, password: str, *, address: str) -> SignedIn:
        """Make the account that was asked for, and sign in.

        The password is asked again, so that a stranger's wish confirmed by mistake gives the stranger
        nothing. Raise ``BadCode``, also for a wrong password.
        """
        ...

    async def sign_in(self, email: str, password: str, *, address: str) -> Entry:
        """Sign in, or ask for the second factor. Raise ``SignInFailed``."""
        ...

    async def second_step(self, challenge: str, code: str, *, address: str) -> SignedIn:
        """Sign in with the second factor. Raise ``SignInFailed``, also when the challenge is too old."""
        ...

    async def refresh(self, refresh_token: str) -> SignedIn:
        """Exchange a refresh token for new tokens. Each works once, and again within ``REUSE_GRACE``.

        Raise ``NotAccepted``. A token that was exchanged earlier has been stolen, from us or from its
        owner: the session ends.
        """
        ...

    async def verify(self, access_token: str) -> Caller:
        """Return whom the token speaks for.

        Raise ``NotAccepted`` for whatever is not a living token of ours, and for one whose session has
        ended: at once here (``SEEN_SECONDS_MAX`` later when the sessions' copy was away as it ended), at the
        latest after ``ACCESS_LIFE`` with a provider that is not asked.
        """
        ...

    async def sign_out(self, caller: Caller, *, everywhere: bool) -> None:
        """End this session, or all of the account."""
        ...

    async def begin_reset(self, email: str, *, address: str) -> None:
        """Mail a code that lets a new password be set, if there is such an account. Raise ``BadCustomer``."""
        ...

    async def finish_reset(self, email: str, code: str, password: str, *, address: str) -> None:
        """Set a new password and end all sessions. Raise ``BadCode``, ``BadCustomer``."""
        ...

    async def change_password(self, caller: Caller, old: str, new: str, *, address: str) -> SignedIn:
        """Set a new password, end all sessions and begin a new one here.

        Raise ``SignInFailed``, ``BadCustomer``.
        """
        ...

    async def begin_email(self, caller: Caller, email: str, password: str, *, address: str) -> None:
        """Mail a code to the new address, unless it has an account already.

        Raise ``SignInFailed``, ``BadCustomer``.
        """
        ...

    async def finish_email(self, caller: Caller, code: str, *, address: str) -> SignedIn:
        """Make the new address the account's; the old one is told. The session is renewed.

        Raise ``BadCode``.
        """
        ...

    async def begin_proof(self, caller: Caller, *, address: str) -> None:
        """Mail a code to the account's own address, for a step that asks again who is there."""
        ...

    async def prove(self, caller: Caller, *, password: str, code: str, address: str) -> None:
        """Make sure that the account's owner is there: by the mailed code, without one by the password.

        The code is spent by it. Raise ``BadCode``, ``SignInFailed``.
        """
        ...

    async def begin_totp(self, caller: Caller) -> str:
        """Return the secret of a new second factor (base 32); it counts once its first code was shown."""
        ...

    async def finish_totp(
        self, caller: Caller, secret: str, code: str, password: str, *, address: str
    ) -> SignedIn:
        """Make it the account's second factor, end all sessions and begin a new one here.

        Raise ``BadCode``, ``SignInFailed``.
        """
        ...

    async def remove_totp(self, caller: Caller, password: str, *, address: str) -> SignedIn:
        """Do without a second factor, end all sessions and begin a new one here. Raise ``SignInFailed``."""
        ...


class IdentityStore(Protocol):
    """Keeps customers and their codes. Each method is one transaction, events for mails included."""

    async def request(self, code: OneTimeCode, now: datetime) -> None:
        """Keep the code, together with the event that has it mailed."""
        ...

    async def code(self, code_id: str) -> OneTimeCode | None:
        """Return the code's record, however old."""
        ...

    async def code_by_digest(self, digest: bytes, purpose: CodePurpose, now: datetime) -> OneTimeCode | None:
        """Return the record of that code if it may still be used for that purpose."""
        ...

    async def spend(self, code_id: str) -> bool:
        """Remove the code; return whether it was there."""
        ...

    async def by_id(self, customer_id: CustomerId) -> Customer | None:
        """Return the customer."""
        ...

    async def by_email(self, email: str) -> Customer | None:
        """Return the customer of that (cleaned) address."""
        ...

    async def add(self, customer: Customer, code_id: str) -> bool:
        """Spend the code and every other sign-up of the address, and add the customer.

        Return False, with nothing written, when the code is spent or the address has an account.
        """
        ...

    async def set_password(
        self, customer_id: CustomerId, password_hash: str, now: datetime, code_id: str | None = None
    ) -> Customer | None:
        """Replace the password, raise the epoch, spend all resets of the address; return the customer.

        Return None, with nothing written, when a code is named and spent, or the account is gone.
        """
        ...

    async def set_hash(self, customer_id: CustomerId, old_hash: str, new_hash: str) -> str | None:
        """Replace what is kept of the same password, unless it was changed meanwhile.

        Return what is kept now, None when the account is gone.
        """
        ...

    async def count_hashes(self) -> int:
        """Return how many customers' passwords are still hashes of ours. Reads every customer."""
        ...

    async def forget_hashes(self, limit: int) -> int:
        """Forget at most so many of those hashes; return how many. A reset is the way in from then on."""
        ...

    async def set_email(
        self, customer_id: CustomerId, email: str, now: datetime, code_id: str
    ) -> Customer | None:
        """Spend the code and give the account the address; return the customer.

        Return None, with nothing written, when the code is spent or the address has an account.
        """
        ...

    async def set_totp(self, customer_id: CustomerId, secret: str | None, now: datetime) -> Customer | None:
        """Replace the second factor and raise the epoch; return the customer, None when it is gone."""
        ...

    async def use_totp_step(self, customer_id: CustomerId, step: int) -> bool:
        """Note that the code of that time step was used; return False when it, or a later one, was before."""
        ...

    async def end_all(self, customer_id: CustomerId) -> None:
        """Raise the epoch."""
        ...

    async def forget(self, now: datetime, limit: int) -> int:
        """Remove at most ``limit`` codes that ended before that moment; return how many went."""
        ...


class SessionStore(Protocol):
    """Keeps sessions. Losing it signs everybody out and nothing else."""

    async def add(self, session: Session) -> None:
        """Keep a session."""
        ...

    async def get(self, session_id: str) -> Session | None:
        """Return the session, however old."""
        ...

    async def seen(self, session_id: str) -> Session | None:
        """Return the session for a question that comes with every request: as ``get`` does, or quicker.

        Where a copy is asked and could not be told, it is as it was ``SEEN_SECONDS_MAX`` ago at most.
        """
        ...

    async def rotate(self, before: Session, after: Session) -> bool:
        """Replace the session if its generation is still that of ``before``; return whether it was."""
        ...

    async def end(self, session_id: str) -> None:
        """Remove the session; an unknown one is fine."""
        ...

    async def forget(self, now: datetime, limit: int) -> int:
        """Remove at most ``limit`` sessions that ended before that moment; return how many went."""
        ...


class SessionCopy(Protocol):
    """Holds copies of sessions, each for ``SEEN_SECONDS_MAX`` and no longer; may lose any at any time.

    Every method raises ``Unavailable`` while it is away.
    """

    async def get(self, session_id: str) -> Session | None:
        """Return the copy; None when there is none or the session has ended."""
        ...

    async def keep(self, session: Session) -> None:
        """Keep a copy, unless one of this or a later generation is kept, or the session has ended."""
        ...

    async def end(self, session_id: str) -> None:
        """Note that the session has ended, for as long as a reader may still bring an older copy."""
        ...


class AttemptStore(Protocol):
    """Counts attempts by key. Each method is one transaction at most."""

    async def begin(
        self, attempt_id: str, keys: Sequence[bytes], at: datetime, since: datetime
    ) -> tuple[int, ...]:
        """Note an attempt under each key; return how many each key has from ``since`` on, this included.

        Attempts are noted and committed before they are counted, so that many at once cannot all pass
        under the limit.
        """
        ...

    async def count(self, keys: Sequence[bytes], since: datetime) -> tuple[int, ...]:
        """Return how many attempts each key has from ``since`` on, without noting one."""
        ...

    async def forgive(self, attempt_id: str, key: bytes) -> None:
        """Strike a successful attempt, and every attempt under that key."""
        ...

    async def strike(self, attempt_id: str) -> None:
        """Strike one attempt under all its keys."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` attempts from before that moment; return how many went."""
        ...


class SigningKeyStore(Protocol):
    """Keeps the keys that access tokens are signed with; a handful at any time."""

    async def all(self) -> tuple[SigningKey, ...]:
        """Return all keys, oldest first."""
        ...

    async def add(self, key: SigningKey, newest: str | None) -> bool:
        """Add a key if ``newest`` (None: no key at all) still names the newest; return whether it was."""
        ...

    async def remove(self, kids: Sequence[str]) -> None:
        """Remove keys that no living token is signed with."""
        ...


class TokenSigner(Protocol):
    """Signs and reads JSON Web Tokens (RFC 7519) with asymmetric keys of one algorithm."""

    def new_key(self, now: datetime) -> SigningKey:
        """Return a new key whose private part only this shop can use."""
        ...

    def sign(self, key: SigningKey, claims: Mapping[str, object]) -> str:
        """Return the signed token; its header names the key."""
        ...

    def read(self, token: str, keys: Mapping[str, SigningKey]) -> Mapping[str, object]:
        """Return the claims of a token that one of the keys signed; what they say is for others to judge.

        Raise ``TokenRefused`` for anything else: garbage, no signature, another algorithm, a header
        that brings or points to a key of its own, a key that is not among these.
        """
        ...
