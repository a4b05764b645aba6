"""Entries of the log and the links of its chain, as pure values.

A link's hash is SHA-256 (FIPS 180-4) over the hash before it, its number (eight bytes, most significant
first) and its entry's text, so no entry can be changed, taken out or put in between without every later hash
changing with it (Schneier and Kelsey, "Secure Audit Logs to Support Computer Forensics", ACM TISSEC 2(2),
1999). The text is JSON in the canonical form of RFC 8785; its values are strings, integers, arrays and
objects, for which that form is sorted keys, no white space and no needless escapes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from vivamarket.audit_log.errors import BadAnchor

HASH_BYTES = 32
#: What stands before the first entry.
GENESIS = bytes(HASH_BYTES)

NAME_LENGTH_MAX = 100
OPERATION_LENGTH_MAX = 100
RESOURCE_LENGTH_MAX = 200
ADDRESS_LENGTH_MAX = 64
USER_AGENT_LENGTH_MAX = 200
VALUE_LENGTH_MAX = 200
CHANGES_MAX = 50
FIELDS_MAX = 50

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ANCHOR = re.compile(r"(?P<seq>[0-9]{1,18}):(?P<hash>[0-9a-f]{64})")


class Phase(StrEnum):
    """Where in a deed an entry stands."""

    #: Written before anything is done.
    INTENTION = "intention"
    #: What came of it. An intention without one was cut off: by a crash, or by its deadline.
    OUTCOME = "outcome"
    #: Whole by itself: a refusal, a sign-in.
    EVENT = "event"


class ActorKind(StrEnum):
    """What kind of somebody acts."""

    STAFF = "staff"
    #: Whoever has a shell on the machine; the name is that of the operating system's account.
    COMMAND_LINE = "command_line"
    #: Nobody known, such as a failed sign-in with an unknown address.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, as they were called then."""

    kind: ActorKind
    id: str = ""
    name: str = ""
    role: str = ""


NOBODY = Actor(kind=ActorKind.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is no secret and nobody's personal data, before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: a status as HTTP has it, and the refusal's code if there was one."""

    status: int
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that is recorded."""

    at: datetime
    phase: Phase
    actor: Actor
    operation: str
    #: The name of what it is about, such as an order's number; empty when it is about nothing in particular.
    resource: str = ""
    #: The names of what was sent, without the values.
    fields: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    address: str = ""
    user_agent: str = ""
    request_id: str = ""
    #: Of an outcome: the number of its intention.
    intention: int | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as it is kept: its number, its text, and the hash that binds it to all before."""

    seq: int
    text: str
    hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link's number and hash. Kept somewhere else, it is an anchor."""

    seq: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash.hex()}"


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry with its number, and what came of it where it is an intention."""

    seq: int
    entry: Entry
    outcome: Entry | None = None
    hash: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which deeds are looked for; None asks for all."""

    staff_id: str | None = None
    operation: str | None = None
    resource: str | None = None
    since: datetime | None = None
    before: datetime | None = None


def link_hash(previous: bytes, seq: int, text: str) -> bytes:
    """Return the hash of the link of that number after the one with the ``previous`` hash."""
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + text.encode()).digest()


def parse_anchor(text: str) -> Head:
    """Return the head that was written down as ``number:hash``. Raise ``BadAnchor``."""
    found = _ANCHOR.fullmatch(text.strip())
    if found is None:
        raise BadAnchor(
            "An anchor is the number and the hash that `viva audit anchor` prints.", anchor=text[:90]
        )
    return Head(int(found["seq"]), bytes.fromhex(found["hash"]))


def microseconds_of(at: datetime) -> int:
    """Return the time as microseconds since 1970 (UTC), exactly."""
    return (at - _EPOCH) // _MICROSECOND


def encode_entry(entry: Entry) -> str:
    """Return the entry's text: canonical JSON, the same for equal entries. Texts are cut to their limits."""
    actor = entry.actor
    document: dict[str, Any] = {
        "actor": {
            "id": _clean(actor.id, NAME_LENGTH_MAX),
            "kind": actor.kind.value,
            "name": _clean(actor.name, NAME_LENGTH_MAX),
            "role": _clean(actor.role, NAME_LENGTH_MAX),
        },
        "address": _clean(entry.address, ADDRESS_LENGTH_MAX),
        "at_us": microseconds_of(entry.at),
        "changes": [
            [_clean(part, VALUE_LENGTH_MAX) for part in (each.field, each.before, each.after)]
            for each in entry.changes[:CHANGES_MAX]
        ],
        "fields": [_clean(each, VALUE_LENGTH_MAX) for each in entry.fields[:FIELDS_MAX]],
        "operation": _clean(entry.operation, OPERATION_LENGTH_MAX),
        "phase": entry.phase.value,
        "request_id": _clean(entry.request_id, NAME_LENGTH_MAX),
        "resource": _clean(entry.resource, RESOURCE_LENGTH_MAX),
        "user_agent": _clean(entry.user_agent, USER_AGENT_LENGTH_MAX),
    }
    if entry.intention is not None:
        document["intention"] = entry.intention
    if entry.outcome is not None:
        document["outcome"] = {"code": entry.outcome.code, "status": entry.outcome.status}
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def decode_entry(text: str) -> Entry:
    """Return the entry of a text that ``encode_entry`` has made."""
    read: Mapping[str, Any] = json.loads(text)
    actor, outcome = read["actor"], read.get("outcome")
    return Entry(
        at=_EPOCH + read["at_us"] * _MICROSECOND,
        phase=Phase(read["phase"]),
        actor=Actor(kind=ActorKind(actor["kind"]), id=actor["id"], name=actor["name"], role=actor["role"]),
        operation=read["operation"],
        resource=read["resource"],
        fields=tuple(read["fields"]),
        changes=tuple(Change(*each) for each in read["changes"]),
        address=read["address"],
        user_agent=read["user_agent"],
        request_id=read["request_id"],
        intention=read.get("intention"),
        outcome=None if outcome is None else Outcome(outcome["status"], outcome["code"]),
    )


def _clean(text: str, length_max: int) -> str:
    """Return the text as the log can keep it: within its limit, printable, whole characters only."""
    shown = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text[:length_max])
    return shown.encode("utf-8", "replace").decode()
