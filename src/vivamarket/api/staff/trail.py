"""What pages and API write into the audit log in the same way: who acts, and signing in."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog

from vivamarket.accounts.errors import SecondFactorNeeded, SignInRefused
from vivamarket.accounts.model import Staff
from vivamarket.api.staff.ports import StaffServices
from vivamarket.api.staff.web import PageRequest
from vivamarket.audit_log import Actor, ActorKind, Entry, Noted, Outcome, Phase
from vivamarket.audit_log.model import NOBODY
from vivamarket.kernel.errors import Unavailable

SIGN_IN = "signInStaff"
_DONE, _REFUSED, _FORBIDDEN = 200, 422, 403

_log = structlog.get_logger("vivamarket.api")


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


async def begin_deed(
    services: StaffServices, staff: Staff, request: PageRequest, parts: tuple[str, ...]
) -> Noted:
    """Write the intention of a form down. Raise ``Unavailable``: what cannot be recorded is not done."""
    entry = _page_entry(services, staff, request, parts)
    return await services.audit.begin(replace(entry, fields=tuple(sorted(request.form))))


async def end_deed(services: StaffServices, begun: Noted, status: int, code: str = "") -> None:
    """Write down what came of it."""
    try:
        await services.audit.end(begun, Outcome(status, code), fields=begun.entry.fields)
    except Unavailable:
        # It is done: to answer otherwise would be a lie. The intention stands, without an outcome.
        _log.warning("audit_outcome_lost", seq=begun.seq, status=status)


async def note_refusal(
    services: StaffServices, staff: Staff, request: PageRequest, parts: tuple[str, ...]
) -> None:
    """Write down that somebody who is known asked for a page that is not for them."""
    entry = _page_entry(services, staff, request, parts)
    await services.audit.event(replace(entry, outcome=Outcome(_FORBIDDEN, "forbidden")))


def _page_entry(services: StaffServices, staff: Staff, request: PageRequest, parts: tuple[str, ...]) -> Entry:
    """Return the entry of a page; ``/orders/VM-7K3QX9/refund`` is ``page orders refund`` about that order."""
    words = (*parts[:1], *parts[2:3])
    return Entry(
        at=services.clock.now(),
        phase=Phase.EVENT,
        actor=actor_of(staff),
        operation=" ".join(("page", *words)),
        resource=parts[1] if len(parts) > 1 else "",
        address=request.address,
        user_agent=request.headers.get("user-agent", ""),
    )


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
