"""A device that keeps passkeys, in software: honest as it comes, and telling whatever lie a test asks for."""

from __future__ import annotations

import hashlib
import json
import struct
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from vivamarket.accounts.identity.passkeys import MadePasskey, PasskeyProof, RelyingParty

#: Somebody is there (bit 0), it is the owner (bit 2); a key follows (bit 6).
PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40
AAGUID = b"\0" * 16


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Device:
    """Holds one key pair, and says what it is told to say."""

    party: RelyingParty
    credential_id: bytes = b"credential-1"
    flags: int = PRESENT | VERIFIED
    sign_count: int = 0
    origin: str = ""
    host: str = ""
    user_handle: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, challenge: str, user_handle: bytes = b"") -> MadePasskey:
        """Answer ``navigator.credentials.create``."""
        self.user_handle = user_handle
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        size = len(self.credential_id).to_bytes(2, "big")
        data = self._data(HAS_KEY) + AAGUID + size + self.credential_id + cbor2.dumps(cose)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return MadePasskey(
            credential_id=self.credential_id,
            client_data=self._client_data("webauthn.create", challenge),
            attestation=attestation,
        )

    def answer(self, challenge: str, kind: str = "webauthn.get") -> PasskeyProof:
        """Answer ``navigator.credentials.get``."""
        client_data, data = self._client_data(kind, challenge), self._data()
        signed = data + hashlib.sha256(client_data).digest()
        return PasskeyProof(
            credential_id=self.credential_id,
            client_data=client_data,
            authenticator_data=data,
            signature=self.key.sign(signed, ec.ECDSA(SHA256())),
            user_handle=self.user_handle,
        )

    def _data(self, more_flags: int = 0) -> bytes:
        host = (self.host or self.party.id).encode()
        return hashlib.sha256(host).digest() + struct.pack(">BI", self.flags | more_flags, self.sign_count)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        told = {
            "type": kind,
            "challenge": base64url(challenge.encode()),
            "origin": self.origin or self.party.origin,
            "crossOrigin": False,
        }
        return json.dumps(told).encode()
