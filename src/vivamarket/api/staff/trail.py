"""What the audit log says of somebody who acts, and signing in with a trace."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vivamarket.accounts.errors import SecondFactorNeeded, SignInRefused
from vivamarket.accounts.model import Staff
from vivamarket.api.staff.ports import StaffServices
from vivamarket.audit_log import Actor, ActorKind, Entry, Outcome, Phase
from vivamarket.audit_log.model import NOBODY

SIGN_IN = "signInStaff"
_DONE, _REFUSED = 200, 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What somebody shows who wants to come in, and from where."""

    email: str
    password: str
    code: str = ""
    address: str = ""
    user_agent: str = ""
    request_id: str = ""


def actor_of(staff: Staff | None) -> Actor:
    """Return the person as the log names them; nobody when the account is not known."""
    if staff is None:
        return NOBODY
    return Actor(kind=ActorKind.STAFF, id=staff.id, name=staff.name, role=staff.role.value)


async def sign_in(services: StaffServices, shown: Credentials) -> str:
    """Return the token of a new session, and write down who came in or tried to.

    An address without an account is not kept. Attempts beyond the limits are not written down one by one:
    the refusals before them are, and whoever goes on could fill the log. Raise what
    ``AccountService.sign_in`` raises, after the same work whether or not the account exists.
    """
    entry = Entry(
        at=services.clock.now(),
        phase=Phase.EVENT,
        actor=NOBODY,
        operation=SIGN_IN,
        address=shown.address,
        user_agent=shown.user_agent,
        request_id=shown.request_id,
    )
    accounts = services.accounts
    try:
        token = await accounts.sign_in(shown.email, shown.password, address=shown.address, code=shown.code)
    except (SignInRefused, SecondFactorNeeded) as refusal:
        actor = actor_of(await accounts.known(shown.email))
        await services.audit.event(replace(entry, actor=actor, outcome=Outcome(_REFUSED, refusal.code)))
        raise
    actor = actor_of(await accounts.verify(token))
    await services.audit.event(replace(entry, actor=actor, outcome=Outcome(_DONE)))
    return token
