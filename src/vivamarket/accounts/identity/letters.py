"""Which mail an event of an identity causes. Who has an account is looked up here, not at the request."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from vivamarket.accounts.identity.events import (
    CODE_REQUESTED,
    EMAIL_CHANGED,
    EVENT_KINDS,
    FACTOR_CHANGED,
    PASSWORD_CHANGED,
)
from vivamarket.accounts.identity.marks import Marks
from vivamarket.accounts.identity.model import CodePurpose, OneTimeCode
from vivamarket.accounts.identity.ports import IdentityStore
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import CustomerId


class LetterKind(StrEnum):
    """What a mail to a customer is about."""

    CONFIRM = "account_confirm"
    #: Somebody wished to sign up with an address that has an account.
    KNOWN = "account_known"
    RESET = "account_reset"
    NEW_EMAIL = "account_new_email"
    EMAIL_CHANGED = "account_email_changed"
    PASSWORD_CHANGED = "account_password_changed"
    FACTOR_CHANGED = "account_factor_changed"
    PROOF = "account_proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail to write: to whom, about what, and the code it carries."""

    kind: LetterKind
    to: str
    locale: str
    code: str = field(default="", repr=False)


class Letters:
    """Finds the letter of an event."""

    def __init__(self, store: IdentityStore, marks: Marks, clock: Clock) -> None:
        self._store = store
        self._marks = marks
        self._clock = clock

    async def of(self, envelope: Envelope) -> Letter | None:
        """Return the letter, None when nobody is to be written to.

        That is: another kind of event, no account, a code that has ended.
        """
        if envelope.kind not in EVENT_KINDS:
            return None
        if envelope.kind == CODE_REQUESTED:
            wish = await self._store.code(str(envelope.payload["code_id"]))
            if wish is None or wish.expires_at <= self._clock.now():
                return None
            return await self._of_code(wish)
        customer = await self._store.by_id(CustomerId(str(envelope.payload["customer_id"])))
        if customer is None:
            return None
        kind = {
            EMAIL_CHANGED: LetterKind.EMAIL_CHANGED,
            PASSWORD_CHANGED: LetterKind.PASSWORD_CHANGED,
            FACTOR_CHANGED: LetterKind.FACTOR_CHANGED,
        }[envelope.kind]
        to = str(envelope.payload.get("old_email", customer.email))
        return Letter(kind=kind, to=to, locale=customer.locale)

    async def _of_code(self, wish: OneTimeCode) -> Letter | None:
        known = await self._store.by_email(wish.email)
        code = self._marks.code(wish.id)
        match wish.purpose:
            case CodePurpose.SIGN_UP if known is None:
                return Letter(kind=LetterKind.CONFIRM, to=wish.email, locale=wish.locale, code=code)
            case CodePurpose.RESET if known is not None:
                return Letter(kind=LetterKind.RESET, to=known.email, locale=known.locale, code=code)
            case CodePurpose.EMAIL if known is None:
                return Letter(kind=LetterKind.NEW_EMAIL, to=wish.email, locale=wish.locale, code=code)
            case CodePurpose.PROOF if known is not None and known.id == wish.customer_id:
                return Letter(kind=LetterKind.PROOF, to=known.email, locale=known.locale, code=code)
            case CodePurpose.SIGN_UP | CodePurpose.EMAIL if known is not None:
                return Letter(kind=LetterKind.KNOWN, to=known.email, locale=known.locale)
        return None
