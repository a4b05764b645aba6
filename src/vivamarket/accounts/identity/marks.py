"""Secrets that are derived instead of kept: message authentication codes under the shop's own key.

Who reads our database, a backup or a dead letter finds no code, no refresh token and no challenge there, and
a mail that is written again carries the same code. HMAC-SHA256 (RFC 2104), one purpose each.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from vivamarket.kernel.ids import CustomerId

TOKEN_LENGTH_MAX = 256


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What a refresh token says, once its mark has been found right."""

    session_id: str
    generation: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a challenge says, once its mark has been found right."""

    customer_id: CustomerId
    epoch: int
    expires_at: datetime


class Marks:
    """Makes and reads marked texts. Changing the key makes all of them worthless."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def code(self, code_id: str) -> str:
        """Return the one-time code of that id: 43 URL-safe characters, 256 bits."""
        return self._mark("code", code_id)

    def csrf(self, session_id: str) -> str:
        """Return what changes within this session must carry; it tells nothing else about the session."""
        return self._mark("csrf", session_id)

    def refresh_token(self, session_id: str, generation: int) -> str:
        """Return the session's refresh token of that generation."""
        return self._marked("refresh", session_id, str(generation))

    def read_refresh_token(self, token: str) -> RefreshToken | None:
        """Return what the token says, None when it is not ours."""
        parts = self._read("refresh", token, 2)
        return None if parts is None else RefreshToken(parts[0], int(parts[1]))

    def challenge(self, customer_id: CustomerId, epoch: int, expires_at: datetime) -> str:
        """Return a challenge for the second factor."""
        return self._marked("challenge", customer_id, str(epoch), str(int(expires_at.timestamp())))

    def read_challenge(self, text: str) -> Challenge | None:
        """Return what the challenge says, None when it is not ours; its age is for the caller to judge."""
        parts = self._read("challenge", text, 3)
        if parts is None:
            return None
        return Challenge(CustomerId(parts[0]), int(parts[1]), datetime.fromtimestamp(int(parts[2]), UTC))

    def _marked(self, purpose: str, *parts: str) -> str:
        return ".".join((*parts, self._mark(purpose, *parts)))

    def _read(self, purpose: str, text: str, count: int) -> list[str] | None:
        if len(text) > TOKEN_LENGTH_MAX or not text.isascii():
            return None
        *parts, mark = text.split(".")
        if len(parts) != count or not hmac.compare_digest(mark, self._mark(purpose, *parts)):
            return None
        return parts

    def _mark(self, purpose: str, *parts: str) -> str:
        message = b"\0".join(part.encode() for part in ("identity", purpose, *parts))
        code = hmac.digest(self._key, message, hashlib.sha256)
        return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def digest_of(text: str) -> bytes:
    """Return what is kept of a secret that is random, so that a plain hash is enough."""
    return hashlib.sha256(text.encode()).digest()
