"""What an access token may not be, whoever issues it, and an issuer's own key to make the worst of them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import PyJWS

from vivamarket.accounts.identity.model import ACCESS_LIFE


@dataclass(frozen=True, kw_only=True)
class Genuine:
    """A living token, what it is made of, and its issuer's own key: more than any attacker has."""

    token: str
    #: The issuer signs claims.
    sign: Callable[[Mapping[str, object]], str]
    #: The public key, which everybody can read.
    public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
    now: int
    length_max: int
    #: The claim that says for whom the token is.
    audience: str = "aud"
    header: dict[str, Any] = field(init=False)
    claims: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        header, payload, _ = self.token.split(".")
        object.__setattr__(self, "header", json.loads(base64.urlsafe_b64decode(header + "==")))
        object.__setattr__(self, "claims", json.loads(base64.urlsafe_b64decode(payload + "==")))

    def signed(self, **claims: object) -> str:
        """Return what the issuer itself would sign with other claims; None leaves one out."""
        wanted = {**self.claims, **claims}
        return self.sign({name: value for name, value in wanted.items() if value is not None})

    def for_another(self, audience: object) -> str:
        """Return what the issuer would sign for somebody else."""
        return self.signed(**{self.audience: audience})

    def without(self, *names: str) -> dict[str, Any]:
        """Return the header without those names."""
        return {name: value for name, value in self.header.items() if name not in names}

    def assembled(self, header: object, signature: bytes = b"", payload: bytes | None = None) -> str:
        """Return a token put together by hand."""
        body = json.dumps(self.claims).encode() if payload is None else payload
        return ".".join(part64(part) for part in (json.dumps(header).encode(), body, signature))

    def foreign(self, algorithm: str, key: Any, **header: object) -> str:
        """Return the claims signed by somebody else."""
        return PyJWS().encode(
            json.dumps(self.claims).encode(),
            key,
            algorithm=algorithm,
            headers={**self.header, **header, "alg": algorithm},
        )


def part64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def hmac_with_the_public_key(genuine: Genuine) -> str:
    """The classic swap: our public key, which everybody knows, taken for a shared secret."""
    pem = genuine.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = part64(json.dumps({**genuine.header, "alg": "HS256"}).encode())
    signed = f"{header}.{part64(json.dumps(genuine.claims).encode())}"
    return f"{signed}.{part64(hmac.digest(pem, signed.encode(), hashlib.sha256))}"


def own_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def own_key_of(genuine: Genuine) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
    """Return a key of the attacker's, of the same kind as the issuer's."""
    if isinstance(genuine.public_key, rsa.RSAPublicKey):
        return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    return own_key()


def own_jwk() -> tuple[ec.EllipticCurvePrivateKey, dict[str, object]]:
    """Return a key pair of the attacker's, its public part as a header would bring it."""
    private = own_key()
    numbers = private.public_key().public_numbers()
    return private, {
        "kty": "EC",
        "crv": "P-256",
        "x": part64(numbers.x.to_bytes(32, "big")),
        "y": part64(numbers.y.to_bytes(32, "big")),
    }


def with_a_key_of_its_own(genuine: Genuine) -> str:
    private, jwk = own_jwk()
    return genuine.foreign("ES256", private, jwk=jwk)


def with_another_last_character(genuine: Genuine) -> str:
    """The signature's first byte is another one: the last character's low bits mean nothing."""
    head, _, signature = genuine.token.rpartition(".")
    return f"{head}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def with_other_claims(genuine: Genuine) -> str:
    head, _, signature = genuine.token.split(".")
    return f"{head}.{part64(json.dumps({**genuine.claims, 'sub': 'somebody-else'}).encode())}.{signature}"


LONG = int((ACCESS_LIFE + timedelta(minutes=1)).total_seconds())

#: Refused by everybody who verifies tokens.
CORPUS: dict[str, Callable[[Genuine], str]] = {
    "empty": lambda _: "",
    "a word": lambda _: "token",
    "two dots": lambda _: "..",
    "four dots": lambda genuine: f"{genuine.token}.x.y",
    "no signature": lambda genuine: genuine.token.rpartition(".")[0] + ".",
    "two parts": lambda genuine: genuine.token.rpartition(".")[0],
    "a NUL": lambda genuine: genuine.token + "\x00",
    "letters from elsewhere": lambda genuine: genuine.token + "é",
    "a surrogate": lambda genuine: genuine.token + "\ud800",
    "a space in front": lambda genuine: " " + genuine.token,
    "not base 64": lambda _: "!!.!!.!!",
    "a header that is no object": lambda genuine: genuine.assembled([genuine.header["alg"]]),
    "a header that is no JSON": lambda _: f"{part64(b'{')}.{part64(b'{}')}.{part64(b'x')}",
    "deep JSON": lambda _: f"{part64(b'[' * 700 + b']' * 700)}.e30.e30",
    "oversize": lambda genuine: genuine.signed(filler="x" * genuine.length_max),
    "alg none": lambda genuine: genuine.assembled({**genuine.header, "alg": "none"}),
    "alg None": lambda genuine: genuine.assembled({**genuine.header, "alg": "None"}),
    "alg empty": lambda genuine: genuine.assembled({**genuine.header, "alg": ""}),
    "alg null": lambda genuine: genuine.assembled({**genuine.header, "alg": None}),
    "no alg": lambda genuine: genuine.assembled(genuine.without("alg")),
    "alg none with our signature": lambda genuine: genuine.assembled(
        {**genuine.header, "alg": "none"}, base64.urlsafe_b64decode(genuine.token.rpartition(".")[2] + "==")
    ),
    "HS256 with our public key": hmac_with_the_public_key,
    "HS256 with an empty key": lambda genuine: genuine.assembled(
        {**genuine.header, "alg": "HS256"}, hmac.digest(b"", b"", hashlib.sha256)
    ),
    "RS256 with a key of their own": lambda genuine: genuine.foreign(
        "RS256", rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    ),
    "ES384 with a key of their own": lambda genuine: genuine.foreign(
        "ES384", ec.generate_private_key(ec.SECP384R1())
    ),
    "ES256 with a key of their own": lambda genuine: genuine.foreign("ES256", own_key()),
    "a key in the header": with_a_key_of_its_own,
    "a key set elsewhere": lambda genuine: genuine.foreign(
        "ES256", own_key(), jku="https://evil.example/jwks.json"
    ),
    "a certificate elsewhere": lambda genuine: genuine.foreign(
        "ES256", own_key(), x5u="https://evil.example/x.pem"
    ),
    "a certificate in the header": lambda genuine: genuine.foreign("ES256", own_key(), x5c=["MIIB"]),
    "our kid, their key": lambda genuine: genuine.foreign("ES256", own_key()),
    "our kid, their key, our algorithm": lambda genuine: genuine.foreign(
        genuine.header["alg"], own_key_of(genuine)
    ),
    "kid of a file": lambda genuine: genuine.foreign("ES256", own_key(), kid="../../../dev/null"),
    "kid of SQL": lambda genuine: genuine.foreign("ES256", own_key(), kid="' UNION SELECT 'x' --"),
    "kid empty": lambda genuine: genuine.foreign("ES256", own_key(), kid=""),
    "kid that is a list": lambda genuine: genuine.assembled(
        {**genuine.header, "kid": [genuine.header["kid"]]}
    ),
    "kid that is an object": lambda genuine: genuine.assembled({**genuine.header, "kid": {"a": 1}}),
    "kid null": lambda genuine: genuine.assembled({**genuine.header, "kid": None}),
    "no kid": lambda genuine: genuine.assembled(genuine.without("kid")),
    "a critical extension": lambda genuine: genuine.assembled(
        {**genuine.header, "crit": ["b64"], "b64": False}
    ),
    "a refresh token's type": lambda genuine: genuine.assembled({**genuine.header, "typ": "refresh+jwt"}),
    "another signature": with_another_last_character,
    "a signature of zeros": lambda genuine: genuine.assembled(genuine.header, bytes(64)),
    "other claims under our signature": with_other_claims,
    "claims that are no object": lambda genuine: genuine.assembled(genuine.header, b"x", b"[]"),
    "another issuer": lambda genuine: genuine.signed(iss="https://evil.example"),
    "an issuer that begins alike": lambda genuine: genuine.signed(
        iss=f"{genuine.claims['iss']}.evil.example"
    ),
    "issuers": lambda genuine: genuine.signed(iss=[genuine.claims["iss"]]),
    "no issuer": lambda genuine: genuine.signed(iss=None),
    "another audience": lambda genuine: genuine.for_another("vivamarket-staff"),
    "audiences": lambda genuine: genuine.for_another([genuine.claims[genuine.audience], "another"]),
    "no audience": lambda genuine: genuine.for_another(None),
    "another use": lambda genuine: genuine.signed(token_use="id"),
    "no use": lambda genuine: genuine.signed(token_use=None),
    "expired": lambda genuine: genuine.signed(exp=genuine.now - 60, iat=genuine.now - 120),
    "no end": lambda genuine: genuine.signed(exp=None),
    "an end far away": lambda genuine: genuine.signed(exp=genuine.now + LONG),
    "an end that is text": lambda genuine: genuine.signed(exp="9999999999"),
    "an end that is true": lambda genuine: genuine.signed(exp=True),
    "an end without bounds": lambda genuine: genuine.signed(exp=10**30),
    "an end that is infinite": lambda genuine: genuine.signed(exp=float("inf")),
    "not yet valid": lambda genuine: genuine.signed(nbf=genuine.now + 60),
    "issued in the future": lambda genuine: genuine.signed(iat=genuine.now + 60),
}
