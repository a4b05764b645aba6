"""Idempotency: one key, one effect, the same bytes again (draft-ietf-httpapi-idempotency-key-header)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vivamarket.kernel.errors import Conflict, DomainError, Invalid, Refused, StaleVersion, Unavailable

KEY_LENGTH_MAX = 128
#: How long an answer can be asked for again.
RETENTION_HOURS = 48
#: A claim without an answer after this long belongs to a process that died.
CLAIM_SECONDS = 30
#: So many characters of a usual alphabet hold 119 random bits.
UNGUESSABLE_LENGTH_MIN = 20
_SCOPE_BYTES = 16
_KEY = re.compile(r"[!-~]{8,128}")


class BadIdempotencyKey(Invalid):
    """The ``Idempotency-Key`` is missing or not 8 to 128 visible ASCII characters."""

    code = "bad_idempotency_key"


class IdempotencyKeyReused(Refused):
    """The key was used before for another request."""

    code = "idempotency_key_reused"


class RequestInFlight(Conflict):
    """The first request with this key has not been answered yet; ask again shortly."""

    code = "request_in_flight"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One caller's attempt: its key, which no other caller shares, and the fingerprint of what was asked."""

    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """An answer kept in the transaction of its effect and replayed byte for byte."""

    status: int
    body: bytes


def attempt(key: str | None, *, route: str, caller: str, body: bytes) -> Attempt:
    """Name an attempt. ``body`` is the canonical request body.

    ``caller`` scopes the key: the same key of another caller is another key, so nobody can be shown, or be
    kept from, an answer by somebody else's choice of words. Without a caller the key stands alone. Raise
    ``BadIdempotencyKey`` when the key is missing or malformed.
    """
    if key is None or not _KEY.fullmatch(key):
        raise BadIdempotencyKey(
            f"Send an Idempotency-Key header of 8 to {KEY_LENGTH_MAX} visible ASCII characters."
        )
    digest = hashlib.sha256()
    for part in (route.encode(), caller.encode(), body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return Attempt(f"{_scope(caller)}:{key}" if caller else key, digest.digest())


def require_unguessable(key: str) -> None:
    """Accept the key of a caller whom nothing but the key names, such as one who begins a cart.

    Whoever sends such a key again is given its answer, and that holds a secret. Raise
    ``BadIdempotencyKey`` when the key is too short to be random; a UUID is long enough.
    """
    if len(key) < UNGUESSABLE_LENGTH_MIN:
        raise BadIdempotencyKey(
            f"Here the key alone says who asks: send a random one of at least {UNGUESSABLE_LENGTH_MIN} "
            "characters, such as a UUID."
        )


def _scope(caller: str) -> str:
    return hashlib.blake2b(caller.encode(), digest_size=_SCOPE_BYTES).hexdigest()


class IdempotencyStore(Protocol):
    """Keeps answers by key, at least ``RETENTION_HOURS`` long. Each method is one transaction."""

    async def begin(self, attempt: Attempt) -> StoredResponse | None:
        """Claim the key for work of several steps; return the stored answer when there already is one.

        Raise ``IdempotencyKeyReused`` when the key named another request, ``RequestInFlight`` while
        somebody else's claim is younger than ``CLAIM_SECONDS``. An older claim belongs to a process
        that died, one from the future to a clock that had jumped (``clock.CLOCK_AHEAD_SECONDS``); it is
        taken over, so the work must bear being done again from the start. A claim may be forgotten in a
        crash of the database, an answer never.
        """
        ...

    async def finish(self, attempt: Attempt, response: StoredResponse) -> StoredResponse:
        """Keep the answer and return the one to give: the stored one, should there already be one.

        Needs no ``begin`` before it. Raise ``IdempotencyKeyReused``, ``RequestInFlight``.
        """
        ...

    async def abandon(self, attempt: Attempt) -> None:
        """Give up an unanswered claim, so that the next request with this key starts at once."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` keys claimed before that moment, oldest first; return how many went."""
        ...


#: What is worth asking again with the same key; such an answer is never kept.
_NOT_KEPT = (Unavailable, StaleVersion, RequestInFlight, IdempotencyKeyReused, BadIdempotencyKey)


async def keep_refusals(
    store: IdempotencyStore,
    attempt: Attempt,
    work: Callable[[], Awaitable[StoredResponse]],
    refuse: Callable[[DomainError], StoredResponse],
) -> StoredResponse:
    """Do work that keeps its own answer together with its effect in one transaction; keep refusals too.

    ``refuse`` turns a refusal into the answer to keep. When the key was answered before, that answer
    wins, byte for byte. What may succeed later (``Unavailable``) is raised and not kept.
    """
    try:
        return await work()
    except _NOT_KEPT:
        raise
    except DomainError as refusal:
        return await store.finish(attempt, refuse(refusal))


async def answer_once(
    store: IdempotencyStore,
    attempt: Attempt,
    work: Callable[[], Awaitable[StoredResponse]],
    refuse: Callable[[DomainError], StoredResponse],
) -> StoredResponse:
    """Do work of several transactions, such as one that asks the payment provider, and keep its answer.

    The work's own steps must be idempotent (they are: each is a conditional transition): when the
    process dies halfway, the next request with this key does it again.
    """
    stored = await store.begin(attempt)
    if stored is not None:
        return stored
    try:
        response = await _or_give_up(store, attempt, work)
    except _NOT_KEPT:
        raise
    except DomainError as refusal:
        response = refuse(refusal)
    return await store.finish(attempt, response)


async def _or_give_up(
    store: IdempotencyStore, attempt: Attempt, work: Callable[[], Awaitable[StoredResponse]]
) -> StoredResponse:
    """Do the work. When it ends without an answer to keep, be it by our mistake, free its key at once."""
    is_answer = False
    try:
        response = await work()
        is_answer = True
        return response
    except DomainError as refusal:
        is_answer = not isinstance(refusal, _NOT_KEPT)
        raise
    finally:
        if not is_answer:
            await store.abandon(attempt)
