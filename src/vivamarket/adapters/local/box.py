"""Texts sealed for storage with AES-256-GCM (NIST SP 800-38D), under a key of their purpose."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class AesBox:
    """A ``SecretBox`` under the shop's own key. With another key, what was sealed is lost."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def seal(self, purpose: str, text: str) -> str:
        """See ``SecretBox``."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + self._cipher(purpose).encrypt(nonce, text.encode(), None)
        return base64.urlsafe_b64encode(sealed).decode()

    def open(self, purpose: str, sealed: str) -> str:
        """See ``SecretBox``."""
        try:
            raw = base64.urlsafe_b64decode(sealed)
            return self._cipher(purpose).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None).decode()
        except (InvalidTag, ValueError) as error:
            raise RuntimeError(f"a sealed {purpose} is damaged, or the shop's key is another one") from error

    def _cipher(self, purpose: str) -> AESGCM:
        return AESGCM(hmac.digest(self._key, b"box:" + purpose.encode(), hashlib.sha256))
