"""Which key signs, which keys verify, and when a new one is due: rotation without a moment of refusal.

A new key is published for a while before it signs, so that whoever caches our key set knows it in time, and
stays published until the last token it signed has ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from vivamarket.accounts.identity.model import ACCESS_LIFE

KEY_LIFE = timedelta(days=30)
#: Longer than anybody may cache the key set (``JWKS_MAX_AGE_SECONDS``).
PUBLISHED_AHEAD = timedelta(hours=1)
JWKS_MAX_AGE_SECONDS = 600
#: For clocks that differ between our machines.
RETIRED_AFTER = ACCESS_LIFE + timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """One key pair. The public part is a JSON Web Key (RFC 7517), the private part is sealed."""

    kid: str
    public: Mapping[str, str]
    sealed_private: str = field(repr=False)
    created_at: datetime


def signs(keys: Sequence[SigningKey], now: datetime) -> SigningKey | None:
    """Return the key that signs now: the newest that has been published for long enough, or the first."""
    known_long = [key for key in keys if key.created_at + PUBLISHED_AHEAD <= now]
    return known_long[-1] if known_long else next(iter(keys), None)


def is_rotation_due(keys: Sequence[SigningKey], now: datetime) -> bool:
    """Return whether a new key must be made: there is none, or the newest has served its time."""
    return not keys or keys[-1].created_at + KEY_LIFE <= now


def retired(keys: Sequence[SigningKey], now: datetime) -> tuple[SigningKey, ...]:
    """Return the keys whose last token has ended: their successor has signed for ``RETIRED_AFTER``."""
    return tuple(
        key
        for key, successor in pairwise(keys)
        if successor.created_at + PUBLISHED_AHEAD + RETIRED_AFTER <= now
    )
