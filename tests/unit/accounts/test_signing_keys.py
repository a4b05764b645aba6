"""Keys turn over without a moment in which a good token is refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.identity import IdentityHouse, memory_stores

from vivamarket.accounts.identity.keys import KEY_LIFE, PUBLISHED_AHEAD, RETIRED_AFTER
from vivamarket.adapters.local.box import AesBox
from vivamarket.adapters.local.jwt_signer import JwtSigner


@pytest.fixture
def house() -> IdentityHouse:
    clock = StillClock()
    return IdentityHouse(memory_stores(clock), clock)


async def kids(house: IdentityHouse) -> list[str]:
    return [key["kid"] for key in await house.tokens.public_keys()]


async def test_the_first_key_signs_at_once(house: IdentityHouse) -> None:
    signed_in = await house.joined()

    assert (await house.caller(signed_in)).customer == signed_in.customer
    assert len(await kids(house)) == 1


async def test_a_key_serves_its_time(house: IdentityHouse) -> None:
    assert await house.tokens.rotate() == 1

    house.clock.time += KEY_LIFE - timedelta(seconds=1)

    assert await house.tokens.rotate() == 0


async def test_the_next_key_is_published_before_it_signs_and_the_old_one_stays_as_long_as_its_tokens(
    house: IdentityHouse,
) -> None:
    await house.tokens.rotate()
    (first,) = await kids(house)
    house.clock.time += KEY_LIFE
    signed_in = await house.joined()

    assert await house.tokens.rotate() == 1
    house.clock.time += timedelta(minutes=2)
    _, second = await kids(house)
    assert first != second
    house.clock.time += PUBLISHED_AHEAD - timedelta(minutes=3)
    signed_in = await house.provider.refresh(signed_in.refresh_token)
    assert kid_of(signed_in.access_token) == first
    house.clock.time += timedelta(minutes=2)
    assert (await house.caller(signed_in)).customer == signed_in.customer
    signed_in = await house.provider.refresh(signed_in.refresh_token)
    assert kid_of(signed_in.access_token) == second

    house.clock.time += RETIRED_AFTER
    assert await house.tokens.rotate() == 1
    house.clock.time += timedelta(minutes=2)
    assert await kids(house) == [second]


async def test_of_two_workers_one_makes_the_next_key(house: IdentityHouse) -> None:
    await asyncio.gather(house.tokens.rotate(), house.tokens.rotate())

    assert len(await kids(house)) == 1


def test_who_has_the_records_alone_cannot_sign() -> None:
    clock = StillClock()
    key = JwtSigner(AesBox("the shop's key")).new_key(clock.now())

    with pytest.raises(RuntimeError, match="the shop's key is another one"):
        JwtSigner(AesBox("another key")).sign(key, {})


def kid_of(token: str) -> str:
    import jwt

    kid: str = jwt.get_unverified_header(token)["kid"]
    return kid
