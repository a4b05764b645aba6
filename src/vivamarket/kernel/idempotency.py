"""Idempotency: one key, one effect, the same bytes again (draft-ietf-httpapi-idempotency-key-header)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from vivamarket.kernel.errors import Conflict, Invalid, Refused

KEY_LENGTH_MAX = 128
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
    """One caller's attempt: its key, and the fingerprint of what was asked."""

    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """An answer kept in the transaction of its effect and replayed byte for byte."""

    status: int
    body: bytes


def attempt(key: str | None, *, route: str, caller: str, body: bytes) -> Attempt:
    """Name an attempt. ``body`` is the canonical request body; ``caller`` scopes the key.

    Raise ``BadIdempotencyKey`` when the key is missing or malformed.
    """
    if key is None or not _KEY.fullmatch(key):
        raise BadIdempotencyKey(
            f"Send an Idempotency-Key header of 8 to {KEY_LENGTH_MAX} visible ASCII characters."
        )
    digest = hashlib.sha256()
    for part in (route.encode(), caller.encode(), body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return Attempt(key, digest.digest())
