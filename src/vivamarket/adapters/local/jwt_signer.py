"""Access tokens as JSON Web Tokens, signed with ES256: ECDSA on P-256 with SHA-256 (RFC 7518 §3.4).

One algorithm, which the key decides and never the token: whatever else a header says is refused.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from vivamarket.accounts.identity.errors import TokenRefused
from vivamarket.accounts.identity.keys import SigningKey
from vivamarket.accounts.ports import SecretBox

ALGORITHM = "ES256"
#: All that a header of ours holds; ``jwk``, ``jku``, ``x5u`` or ``crit`` would be somebody else's.
HEADER_NAMES = frozenset({"alg", "kid", "typ"})
_BOX = "signing-key"
_COORDINATE_BYTES = 32
_COMPACT = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){2}")


class JwtSigner:
    """A ``TokenSigner``. Private keys are opened once per process; signing takes about 50 µs."""

    def __init__(self, box: SecretBox) -> None:
        self._box = box
        self._jws = jwt.PyJWS(algorithms=[ALGORITHM])
        self._private: dict[str, ec.EllipticCurvePrivateKey] = {}

    def new_key(self, now: datetime) -> SigningKey:
        """See ``TokenSigner``. The key's name is its thumbprint (RFC 7638)."""
        private = ec.generate_private_key(ec.SECP256R1())
        numbers = private.public_key().public_numbers()
        members = {"crv": "P-256", "kty": "EC", "x": _coordinate(numbers.x), "y": _coordinate(numbers.y)}
        canonical = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
        kid = _base64url(hashlib.sha256(canonical).digest())
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return SigningKey(
            kid=kid,
            public={**members, "kid": kid, "alg": ALGORITHM, "use": "sig"},
            sealed_private=self._box.seal(_BOX, pem),
            created_at=now,
        )

    def sign(self, key: SigningKey, claims: Mapping[str, object]) -> str:
        """See ``TokenSigner``."""
        private = self._private.get(key.kid)
        if private is None:
            opened = load_pem_private_key(self._box.open(_BOX, key.sealed_private).encode(), None)
            if not isinstance(opened, ec.EllipticCurvePrivateKey):
                raise RuntimeError("a signing key is of another kind")
            private = self._private[key.kid] = opened
        payload = json.dumps(claims, separators=(",", ":")).encode()
        return self._jws.encode(payload, private, algorithm=ALGORITHM, headers={"kid": key.kid, "typ": "JWT"})

    def read(self, token: str, keys: Mapping[str, SigningKey]) -> Mapping[str, object]:
        """See ``TokenSigner``."""
        if not _COMPACT.fullmatch(token):  # base 64 would be read past letters that are none of its own
            raise TokenRefused("not three parts")
        try:
            header = self._jws.get_unverified_header(token)
            key = self._key_of(header, keys)
            payload = self._jws.decode(token, jwt.PyJWK(dict(key.public)), algorithms=[ALGORITHM])
            claims = json.loads(payload)
        except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
            raise TokenRefused(f"unreadable: {type(error).__name__}") from None
        if not isinstance(claims, dict):
            raise TokenRefused("no claims")
        return claims

    def _key_of(self, header: Mapping[str, object], keys: Mapping[str, SigningKey]) -> SigningKey:
        if header.keys() != HEADER_NAMES or header["alg"] != ALGORITHM or header["typ"] != "JWT":
            raise TokenRefused("a header of another make")
        kid = header["kid"]
        key = keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise TokenRefused("an unknown key")
        return key


def _coordinate(number: int) -> str:
    return _base64url(number.to_bytes(_COORDINATE_BYTES, "big"))


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
