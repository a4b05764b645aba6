"""Which tokens of a user pool are believed, and how often its keys are read."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt import PyJWS
from tests.helpers.catalog import StillClock
from tests.helpers.hostile_tokens import CORPUS, Genuine

from vivamarket.accounts.identity.errors import TokenRefused
from vivamarket.adapters.aws.identity_tokens import (
    KEYS_AGE_MAX,
    KEYS_AGE_MIN,
    KEYS_STALE_MAX,
    LEEWAY,
    TOKEN_LENGTH_MAX,
    PoolKeys,
    PoolTokens,
)
from vivamarket.kernel.errors import Unavailable

ISSUER = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_pool"
CLIENT = "client-of-the-shop"
#: Keys are dear to make: each test takes them from here.
KEYS = [rsa.generate_private_key(public_exponent=65_537, key_size=2_048) for _ in range(2)]
LIFE = timedelta(minutes=5)


def jwk_of(kid: str, key: rsa.RSAPrivateKey, **other: object) -> dict[str, object]:
    numbers = key.public_key().public_numbers()
    raw = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
    modulus = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "n": modulus, "e": "AQAB", **other}


def key_set(*keys: Mapping[str, object]) -> bytes:
    return json.dumps({"keys": keys}).encode()


@dataclass
class Pool:
    """A user pool that publishes what a test says."""

    document: bytes = key_set(jwk_of("first", KEYS[0]))
    is_away: bool = False
    reads: int = 0
    clock: StillClock = field(default_factory=StillClock)

    async def read(self) -> bytes:
        self.reads += 1
        await asyncio.sleep(0)
        if self.is_away:
            raise Unavailable("away")
        return self.document

    def tokens(self) -> PoolTokens:
        return PoolTokens(PoolKeys(self, self.clock), self.clock, issuer=ISSUER, client_id=CLIENT)

    def token(
        self,
        kid: str = "first",
        key: rsa.RSAPrivateKey = KEYS[0],
        more: Mapping[str, object] = MappingProxyType({}),
        **claims: object,
    ) -> str:
        now = int(self.clock.now().timestamp())
        said = {
            "sub": "a-name-of-amazon",
            "iss": ISSUER,
            "client_id": CLIENT,
            "token_use": "access",
            "username": "jo",
            "auth_time": now,
            "iat": now,
            "exp": now + int(LIFE.total_seconds()),
        }
        return signed({**said, **claims, **more}, kid, key)


def signed(claims: Mapping[str, object], kid: str = "first", key: rsa.RSAPrivateKey = KEYS[0]) -> str:
    headers = {"kid": kid, "typ": None}
    return PyJWS().encode(json.dumps(claims).encode(), key, algorithm="RS256", headers=headers)


async def test_a_living_token_says_who_and_in_which_groups() -> None:
    pool = Pool()

    claims = await pool.tokens().verify(pool.token(more={"cognito:groups": ["owner"]}))

    assert (claims.username, claims.groups) == ("jo", frozenset({"owner"}))
    assert claims.expires_at == pool.clock.now() + LIFE


async def test_every_hostile_token_is_refused() -> None:
    pool = Pool()
    tokens = pool.tokens()
    genuine = Genuine(
        token=pool.token(),
        sign=signed,
        public_key=KEYS[0].public_key(),
        now=int(pool.clock.now().timestamp()),
        length_max=TOKEN_LENGTH_MAX,
        audience="client_id",
    )
    assert (await tokens.verify(genuine.token)).username == "jo"
    assert (await tokens.verify(genuine.signed())).username == "jo"

    believed = [name for name, make in CORPUS.items() if not await is_refused(tokens, make(genuine))]

    assert believed == []
    assert pool.reads == 1


async def is_refused(tokens: PoolTokens, token: str) -> bool:
    try:
        await tokens.verify(token)
    except TokenRefused:
        return True
    return False


@pytest.mark.parametrize(
    "claims",
    [
        {"username": None},
        {"username": ""},
        {"username": 1},
        {"cognito:groups": "owner"},
        {"cognito:groups": [1]},
    ],
)
async def test_a_token_of_nobody_or_of_odd_groups_is_refused(claims: dict[str, object]) -> None:
    pool = Pool()

    with pytest.raises(TokenRefused):
        await pool.tokens().verify(pool.token(more=claims))


async def test_clocks_may_differ_a_little() -> None:
    pool = Pool()
    tokens, ahead = pool.tokens(), int((pool.clock.now() + LEEWAY).timestamp())

    assert (await tokens.verify(pool.token(iat=ahead))).username == "jo"
    with pytest.raises(TokenRefused):
        await tokens.verify(pool.token(iat=ahead + 1))


async def test_a_new_key_is_believed_once_it_is_published_and_the_old_one_no_longer() -> None:
    pool = Pool()
    tokens = pool.tokens()
    await tokens.verify(pool.token())
    pool.document = key_set(jwk_of("second", KEYS[1]))
    pool.clock.time += KEYS_AGE_MIN

    assert (await tokens.verify(pool.token("second", KEYS[1]))).username == "jo"
    with pytest.raises(TokenRefused):
        await tokens.verify(pool.token("first"))


async def test_strangers_cannot_make_us_read_the_keys_again_and_again() -> None:
    pool = Pool()
    tokens = pool.tokens()
    await tokens.verify(pool.token())

    for number in range(5):
        assert await is_refused(tokens, pool.token(f"made-up-{number}"))
    assert pool.reads == 1
    pool.clock.time += KEYS_AGE_MIN
    for number in range(5):
        assert await is_refused(tokens, pool.token(f"made-up-{number}"))

    assert pool.reads == 2


async def test_many_tokens_at_once_read_the_keys_once() -> None:
    pool = Pool()
    tokens = pool.tokens()

    await asyncio.gather(*(tokens.verify(pool.token()) for _ in range(8)))

    assert pool.reads == 1


async def test_while_the_keys_cannot_be_read_the_old_ones_are_believed_for_a_day() -> None:
    pool = Pool()
    tokens = pool.tokens()
    await tokens.verify(pool.token())
    pool.is_away = True

    pool.clock.time += KEYS_AGE_MAX
    assert (await tokens.verify(pool.token())).username == "jo"
    assert pool.reads == 2
    with pytest.raises(TokenRefused):
        await tokens.verify(pool.token("second", KEYS[1]))
    pool.clock.time += KEYS_STALE_MAX

    with pytest.raises(Unavailable):
        await tokens.verify(pool.token())


async def test_without_any_key_nothing_is_known_and_the_pool_is_not_pressed() -> None:
    pool = Pool(is_away=True)
    tokens = pool.tokens()

    for _ in range(3):
        with pytest.raises(Unavailable):
            await tokens.verify(pool.token())

    assert pool.reads == 1


@pytest.mark.parametrize(
    "document", [b"", b"[]", b"{}", b'{"keys": 1}', b"[" * 5_000, b'{"keys": [{"kty": "RSA"']
)
async def test_what_is_no_set_of_keys_is_an_outage(document: bytes) -> None:
    with pytest.raises(Unavailable):
        await Pool(document).tokens().verify(Pool().token())


WEAK = rsa.generate_private_key(public_exponent=65_537, key_size=1_024)


@pytest.mark.parametrize(
    "key",
    [
        jwk_of("first", KEYS[0], use="enc"),
        jwk_of("first", KEYS[0], alg="RS512"),
        jwk_of("first", KEYS[0], kty="oct", k="c2VjcmV0"),
        jwk_of("first", WEAK),
    ],
)
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_only_strong_keys_for_signatures_are_believed(key: dict[str, object]) -> None:
    pool = Pool(key_set(key))
    private = WEAK if key == jwk_of("first", WEAK) else KEYS[0]

    with pytest.raises(TokenRefused):
        await pool.tokens().verify(pool.token(key=private))
