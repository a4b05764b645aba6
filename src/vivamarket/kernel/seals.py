"""Secrets that are derived instead of kept: message authentication codes under the shop's own key.

Who reads our database, a backup or a dead letter finds no link and no code there, and a mail that is written
again carries the same one. HMAC-SHA256 (RFC 2104), one area and one purpose each, so that no seal is good
for anything but what it was made for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

SEALED_LENGTH_MAX = 256


class Seals:
    """Makes and reads sealed texts of one area. Changing the key makes all of them worthless."""

    def __init__(self, key: str, area: str) -> None:
        self._key = key.encode()
        self._area = area

    def of(self, purpose: str, *parts: str) -> str:
        """Return the seal of the parts: 43 URL-safe characters, 256 bits."""
        message = b"\0".join(part.encode() for part in (self._area, purpose, *parts))
        code = hmac.digest(self._key, message, hashlib.sha256)
        return base64.urlsafe_b64encode(code).rstrip(b"=").decode()

    def sealed(self, purpose: str, *parts: str) -> str:
        """Return the parts, which must hold no dot, and their seal as one text."""
        return ".".join((*parts, self.of(purpose, *parts)))

    def read(self, purpose: str, text: str, count: int) -> list[str] | None:
        """Return the ``count`` parts of a sealed text, None when it is not ours."""
        if len(text) > SEALED_LENGTH_MAX or not text.isascii():
            return None
        *parts, seal = text.split(".")
        if len(parts) != count or not hmac.compare_digest(seal, self.of(purpose, *parts)):
            return None
        return parts


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret that is random, so that a plain hash is enough."""
    return hashlib.sha256(secret.encode()).digest()
