"""The audit log's edge: what staff do is written down before it is done, what came of it after.

The guard (``api/policy``) begins a deed for every change by staff, so no route can forget it. ``Trail``
stands around the routes and writes the outcome before the answer leaves: whoever has read it finds it there.
A deed without an outcome was cut off by a crash or its deadline; what it did is then told by the records.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, cast

import msgspec
import structlog
from litestar.connection import ASGIConnection

from vivamarket.accounts.model import Staff
from vivamarket.api.asgi import AsgiApp, Message, Receive, Scope, Send
from vivamarket.api.errors import PROBLEM_MEDIA_TYPE, Forbidden, status_of
from vivamarket.api.requests import request_id_of
from vivamarket.api.staff.ports import StaffServices
from vivamarket.api.staff.trail import actor_of
from vivamarket.audit_log import AuditLog, Change, Entry, Noted, Outcome, Phase
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable

_DEED = "viva.deed"

AnyConnection = ASGIConnection[Any, Any, Any, Any]

_log = structlog.get_logger("vivamarket.api")


@dataclass(slots=True)
class Deed:
    """A change by staff that is under way."""

    begun: Noted
    fields: tuple[str, ...] = ()
    changes: list[Change] = field(default_factory=list)

    def change(self, name: str, before: object, after: object) -> None:
        """Tell what one field was and is. Never a secret, never a customer's name, address or mail."""
        if str(before) != str(after):
            self.changes.append(Change(name, str(before), str(after)))


def deed_of(connection: AnyConnection) -> Deed:
    """Return the deed that the guard has begun for this change."""
    deed: Deed = cast(Scope, connection.scope)[_DEED]
    return deed


def note_sent(scope: Scope, body: bytes) -> None:
    """Keep the names of the fields of a JSON body for the deed, if there is one, without their values."""
    deed: Deed | None = scope.get(_DEED)
    if deed is None:
        return
    try:
        deed.fields = tuple(msgspec.json.decode(body, type=dict[str, msgspec.Raw]))
    except msgspec.DecodeError:
        deed.fields = ()


async def begin_deed(
    connection: AnyConnection, services: StaffServices, staff: Staff, operation: str
) -> None:
    """Write the intention down. Raise ``Unavailable``: what cannot be recorded is not done."""
    begun = await services.audit.begin(_entry(connection, services.clock, staff, operation))
    cast(Scope, connection.scope)[_DEED] = Deed(begun)


async def note_refusal(
    connection: AnyConnection, services: StaffServices, staff: Staff, operation: str, refusal: Forbidden
) -> None:
    """Write down what somebody who is known tried and may not."""
    outcome = Outcome(status_of(refusal), refusal.code)
    await services.audit.event(event_of(connection, services.clock, staff, operation, outcome))


def event_of(
    connection: AnyConnection, clock: Clock, staff: Staff, operation: str, outcome: Outcome
) -> Entry:
    """Return the entry of something that is whole by itself."""
    return replace(_entry(connection, clock, staff, operation), outcome=outcome)


class Trail:
    """Writes the outcome of each deed before its answer leaves."""

    def __init__(self, app: AsgiApp, log: AuditLog) -> None:
        self._app = app
        self._audit = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand on what is none."""
        await self._app(scope, receive, _Ending(scope, send, self._audit).send)


class _Ending:
    """Holds the head of an answer back until its deed has ended; a refusal's code stands in its body."""

    def __init__(self, scope: Scope, send: Send, log: AuditLog) -> None:
        self._scope = scope
        self._send = send
        self._audit = log
        self._head: Message | None = None

    async def send(self, message: Message) -> None:
        if _DEED not in self._scope:
            await self._send(message)
        elif message["type"] == "http.response.start":
            self._head = message
        else:
            if self._head is not None:
                head, self._head = self._head, None
                await self._end(self._scope[_DEED], _outcome(head, message.get("body", b"")))
                await self._send(head)
            await self._send(message)

    async def _end(self, deed: Deed, outcome: Outcome) -> None:
        try:
            await self._audit.end(deed.begun, outcome, fields=deed.fields, changes=tuple(deed.changes))
        except Unavailable:
            # It is done: to answer otherwise would be a lie. The intention stands, without an outcome.
            _log.warning("audit_outcome_lost", seq=deed.begun.seq, status=outcome.status)


def _outcome(head: Message, body: bytes) -> Outcome:
    status = int(head["status"])
    if (b"content-type", PROBLEM_MEDIA_TYPE.encode()) not in head["headers"]:
        return Outcome(status)
    try:
        return Outcome(status, msgspec.json.decode(body, type=_Code).code)
    except msgspec.DecodeError:
        return Outcome(status)


class _Code(msgspec.Struct):
    """As much of a problem body as the log keeps."""

    code: str = ""


def _entry(connection: AnyConnection, clock: Clock, staff: Staff, operation: str) -> Entry:
    client = connection.client
    return Entry(
        at=clock.now(),
        phase=Phase.EVENT,
        actor=actor_of(staff),
        operation=operation,
        resource="/".join(str(each) for each in connection.path_params.values()),
        address=client.host if client else "",
        user_agent=connection.headers.get("user-agent", ""),
        request_id=request_id_of(cast(Scope, connection.scope)),
    )
