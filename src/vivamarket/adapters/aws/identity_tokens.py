"""Access tokens of a Cognito user pool, verified by the keys that the pool publishes (JWKS).

A token is a JSON Web Token signed with RS256; its header holds ``alg`` and ``kid`` and nothing else. Whom it
is for stands in ``client_id``, as Cognito's access tokens have no audience.
https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from vivamarket.accounts.identity.errors import TokenRefused
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable

ALGORITHM = "RS256"
HEADER_NAMES = frozenset({"alg", "kid"})
KEY_BITS_MIN = 2_048
#: A pool publishes two keys, one for each kind of token; twice as many while they change.
KEYS_MAX = 10
#: With many groups a token grows; ours have one.
TOKEN_LENGTH_MAX = 4_096
#: What our pools are set to give, and some room.
TOKEN_LIFE_MAX = timedelta(minutes=10)
#: AWS's clocks and ours differ by so much at most.
LEEWAY = timedelta(seconds=10)
#: The keys are read again this often …
KEYS_AGE_MAX = timedelta(hours=1)
#: … for a token that names a key we do not know, or after a failure, at most this often …
KEYS_AGE_MIN = timedelta(minutes=1)
#: … and while they cannot be read, the old ones are believed for so long.
KEYS_STALE_MAX = timedelta(days=1)
_COMPACT = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){2}")


class KeySetSource(Protocol):
    """Reads a pool's published keys."""

    async def read(self) -> bytes:
        """Return the JSON Web Key Set (RFC 7517 §5). Raise ``Unavailable``."""
        ...


@dataclass(frozen=True, slots=True)
class PoolClaims:
    """What a pool's token that was found good says."""

    #: The user's name in the pool.
    username: str
    groups: frozenset[str]
    expires_at: datetime


class PoolKeys:
    """The keys of a pool, remembered, and read again when they change: seldom, whoever sends what."""

    def __init__(self, source: KeySetSource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._reading = asyncio.Lock()
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._read_at: datetime | None = None
        self._tried_at: datetime | None = None

    async def get(self, kid: str) -> jwt.PyJWK:
        """Return the key of that name.

        Raise ``TokenRefused`` when the pool publishes no such key, ``Unavailable`` when that cannot be known.
        """
        if kid in self._keys and self._age(self._read_at) < KEYS_AGE_MAX:
            return self._keys[kid]
        async with self._reading:  # many tokens at once read the keys once
            if self._age(self._tried_at) >= KEYS_AGE_MIN:
                await self._read(kid)
        if self._age(self._read_at) >= KEYS_STALE_MAX:
            raise Unavailable("The identity service's keys cannot be read; try again shortly.")
        if kid not in self._keys:
            raise TokenRefused("an unknown key")
        return self._keys[kid]

    async def _read(self, kid: str) -> None:
        self._tried_at = self._clock.now()
        try:
            self._keys = _key_set(await self._source.read())
        except Unavailable:
            if kid not in self._keys:
                raise
            return
        self._read_at = self._tried_at

    def _age(self, since: datetime | None) -> timedelta:
        return timedelta.max if since is None else self._clock.now() - since


class PoolTokens:
    """Judges access tokens of one app client of one pool."""

    def __init__(self, keys: PoolKeys, clock: Clock, *, issuer: str, client_id: str) -> None:
        self._keys = keys
        self._clock = clock
        self._issuer = issuer
        self._client_id = client_id
        self._jws = jwt.PyJWS(algorithms=[ALGORITHM])

    async def verify(self, token: str) -> PoolClaims:
        """Return what the token says.

        Raise ``TokenRefused`` for whatever is not a living access token of the client, ``Unavailable`` when
        the pool's keys cannot be read.
        """
        if len(token) > TOKEN_LENGTH_MAX or not _COMPACT.fullmatch(token):
            raise TokenRefused("oversize, or not three parts")
        key = await self._keys.get(self._kid_of(token))
        try:
            claims = json.loads(self._jws.decode(token, key, algorithms=[ALGORITHM]))
        except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
            raise TokenRefused(f"unreadable: {type(error).__name__}") from None
        if not isinstance(claims, dict):
            raise TokenRefused("no claims")
        return self._judged(claims)

    def _kid_of(self, token: str) -> str:
        try:
            header = self._jws.get_unverified_header(token)
        except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
            raise TokenRefused(f"unreadable: {type(error).__name__}") from None
        kid = header.get("kid")
        if header.keys() != HEADER_NAMES or header["alg"] != ALGORITHM or not isinstance(kid, str):
            raise TokenRefused("a header of another make")
        return kid

    def _judged(self, claims: Mapping[str, object]) -> PoolClaims:
        if claims.get("iss") != self._issuer or claims.get("client_id") != self._client_id:
            raise TokenRefused("foreign issuer or client")
        if claims.get("token_use") != "access":
            raise TokenRefused("no access token")
        now, expires_at, issued_at = self._clock.now(), _moment(claims, "exp"), _moment(claims, "iat")
        if expires_at + LEEWAY <= now or expires_at - issued_at > TOKEN_LIFE_MAX:
            raise TokenRefused("expired, or meant to live too long")
        begins_at = _moment(claims, "nbf") if "nbf" in claims else issued_at
        if max(begins_at, issued_at) > now + LEEWAY:
            raise TokenRefused("not valid yet")
        username, groups = claims.get("username"), claims.get("cognito:groups", [])
        if not isinstance(username, str) or not username:
            raise TokenRefused("no user")
        if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
            raise TokenRefused("groups of another make")
        return PoolClaims(username, frozenset(groups), expires_at)


def _key_set(document: bytes) -> dict[str, jwt.PyJWK]:
    """Return the keys that may sign tokens. Raise ``Unavailable`` for what is no set of keys."""
    try:
        told = json.loads(document)
        listed = told["keys"] if isinstance(told, dict) else None
        if not isinstance(listed, list):
            raise ValueError("no list of keys")
        found = [jwt.PyJWK(key) for key in listed[:KEYS_MAX] if isinstance(key, dict) and _is_signing(key)]
    except (jwt.PyJWTError, ValueError, KeyError, RecursionError) as error:
        raise Unavailable("The identity service's keys cannot be understood.") from error
    return {str(key.key_id): key for key in found if _is_strong(key.key)}


def _is_signing(key: Mapping[str, object]) -> bool:
    names = (key.get("kty"), key.get("alg"), key.get("use"))
    return names == ("RSA", ALGORITHM, "sig") and isinstance(key.get("kid"), str)


def _is_strong(key: object) -> bool:
    return isinstance(key, RSAPublicKey) and key.key_size >= KEY_BITS_MIN


def _moment(claims: Mapping[str, object], name: str) -> datetime:
    seconds = claims.get(name)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 <= seconds < 2**33:
        raise TokenRefused(f"no {name}")
    return datetime.fromtimestamp(seconds, UTC)
