"""Access tokens: made, judged, and their keys turned over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vivamarket.accounts.identity.errors import TokenRefused
from vivamarket.accounts.identity.keys import SigningKey, is_rotation_due, retired, signs
from vivamarket.accounts.identity.model import ACCESS_LIFE, Session
from vivamarket.accounts.identity.ports import SigningKeyStore, TokenSigner
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import BadId, CustomerId, parse_uuid

AUDIENCE = "vivamarket-customer"
TOKEN_LENGTH_MAX = 2_048
#: Clocks of our own machines differ by so much at most.
LEEWAY = timedelta(seconds=5)
#: The key set is read again this often …
KEYS_AGE_MAX = timedelta(minutes=1)
#: … and for a token that names a key we do not know, at most this often.
KEYS_AGE_MIN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What a token that was found good says."""

    customer_id: CustomerId
    session_id: str
    expires_at: datetime


class AccessTokens:
    """Issues and verifies the tokens of one issuer. The keys are read from their store and remembered."""

    def __init__(self, keys: SigningKeyStore, signer: TokenSigner, clock: Clock, *, issuer: str) -> None:
        self._store = keys
        self._signer = signer
        self._clock = clock
        self._issuer = issuer
        self._keys: tuple[SigningKey, ...] = ()
        self._read_at: datetime | None = None

    async def issue(self, session: Session) -> tuple[str, datetime]:
        """Return a token for the session and its end. Makes the very first key when there is none yet."""
        now = self._clock.now()
        expires_at = min(now + ACCESS_LIFE, session.expires_at)
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": session.customer_id,
            "sid": session.id,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "token_use": "access",
        }
        return self._signer.sign(await self._signing_key(now), claims), expires_at

    async def verify(self, token: str) -> AccessClaims:
        """Return what the token says. Raise ``TokenRefused`` unless all of it is as ``issue`` writes it."""
        if len(token) > TOKEN_LENGTH_MAX:
            raise TokenRefused("oversize")
        now = self._clock.now()
        keys = await self._known(now, age_max=KEYS_AGE_MAX)
        try:
            claims = self._signer.read(token, keys)
        except TokenRefused:
            # It may be signed with a key that is newer than our memory; asking again has a limit.
            fresh = await self._known(now, age_max=KEYS_AGE_MIN)
            if fresh.keys() == keys.keys():
                raise
            claims = self._signer.read(token, fresh)
        return self._judged(claims, now)

    async def public_keys(self) -> tuple[Mapping[str, str], ...]:
        """Return the JSON Web Keys that verify our tokens now."""
        keys = await self._known(self._clock.now(), age_max=KEYS_AGE_MIN)
        return tuple(key.public for key in keys.values())

    async def rotate(self) -> int:
        """Make a new key when one is due and remove retired ones; return how many changed.

        Safe for several workers at once: only one of them adds the next key.
        """
        now = self._clock.now()
        keys = await self._store.all()
        changed = 0
        if is_rotation_due(keys, now):
            newest = keys[-1].kid if keys else None
            changed += await self._store.add(self._signer.new_key(now), newest)
        gone = retired(keys, now)
        if gone:
            await self._store.remove([key.kid for key in gone])
        return changed + len(gone)

    async def _signing_key(self, now: datetime) -> SigningKey:
        keys = tuple((await self._known(now, age_max=KEYS_AGE_MAX)).values())
        if not keys:
            await self.rotate()
            keys = tuple((await self._known(now, age_max=timedelta(0))).values())
        key = signs(keys, now)
        assert key is not None  # a first key was just made, here or elsewhere
        return key

    async def _known(self, now: datetime, *, age_max: timedelta) -> dict[str, SigningKey]:
        if self._read_at is None or not timedelta(0) <= now - self._read_at < age_max:
            self._keys = await self._store.all()
            self._read_at = now
        return {key.kid: key for key in self._keys}

    def _judged(self, claims: Mapping[str, object], now: datetime) -> AccessClaims:
        if claims.get("iss") != self._issuer or claims.get("aud") != AUDIENCE:
            raise TokenRefused("foreign issuer or audience")
        if claims.get("token_use") != "access":
            raise TokenRefused("no access token")
        expires_at, begins_at = _moment(claims, "exp"), _moment(claims, "nbf")
        issued_at = _moment(claims, "iat")
        if expires_at + LEEWAY <= now or expires_at - issued_at > ACCESS_LIFE:
            raise TokenRefused("expired, or meant to live too long")
        if begins_at > now + LEEWAY or issued_at > now + LEEWAY:
            raise TokenRefused("not valid yet")
        return AccessClaims(CustomerId(_id(claims, "sub")), _id(claims, "sid"), expires_at)


def _id(claims: Mapping[str, object], name: str) -> str:
    try:
        return parse_uuid(str(claims.get(name)))
    except BadId:
        raise TokenRefused(f"no {name}") from None


def _moment(claims: Mapping[str, object], name: str) -> datetime:
    seconds = claims.get(name)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 <= seconds < 2**33:
        raise TokenRefused(f"no {name}")
    return datetime.fromtimestamp(seconds, UTC)
