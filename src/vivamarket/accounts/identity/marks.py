"""Secrets that are derived instead of kept: message authentication codes under the shop's own key.

Who reads our database, a backup or a dead letter finds no code, no refresh token and no challenge there, and
a mail that is written again carries the same code (``kernel.seals``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from vivamarket.kernel.ids import CustomerId
from vivamarket.kernel.seals import SEALED_LENGTH_MAX, Seals, digest_of

TOKEN_LENGTH_MAX = SEALED_LENGTH_MAX
__all__ = ["TOKEN_LENGTH_MAX", "Challenge", "Marks", "RefreshToken", "digest_of"]


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
        self._seals = Seals(key, "identity")

    def code(self, code_id: str) -> str:
        """Return the one-time code of that id: 43 URL-safe characters, 256 bits."""
        return self._seals.of("code", code_id)

    def csrf(self, session_id: str) -> str:
        """Return what changes within this session must carry; it tells nothing else about the session."""
        return self._seals.of("csrf", session_id)

    def refresh_token(self, session_id: str, generation: int) -> str:
        """Return the session's refresh token of that generation."""
        return self._seals.sealed("refresh", session_id, str(generation))

    def read_refresh_token(self, token: str) -> RefreshToken | None:
        """Return what the token says, None when it is not ours."""
        parts = self._seals.read("refresh", token, 2)
        return None if parts is None else RefreshToken(parts[0], int(parts[1]))

    def challenge(self, customer_id: CustomerId, epoch: int, expires_at: datetime) -> str:
        """Return a challenge for the second factor."""
        return self._seals.sealed("challenge", customer_id, str(epoch), str(int(expires_at.timestamp())))

    def read_challenge(self, text: str) -> Challenge | None:
        """Return what the challenge says, None when it is not ours; its age is for the caller to judge."""
        parts = self._seals.read("challenge", text, 3)
        if parts is None:
            return None
        return Challenge(CustomerId(parts[0]), int(parts[1]), datetime.fromtimestamp(int(parts[2]), UTC))
