"""The promises of ``IdentityProvider`` about second factors, kept by every provider."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.helpers.identity import EMAIL, HOME, PASSWORD, IdentityHouse

from vivamarket.accounts.identity.errors import BadCode, SignInFailed, TooManyAttempts
from vivamarket.accounts.identity.letters import LetterKind
from vivamarket.accounts.identity.limits import CODES
from vivamarket.accounts.identity.model import CHALLENGE_LIFE, SecondStep, SignedIn


async def test_a_second_factor_is_asked_for_once_it_was_proved(house: IdentityHouse) -> None:
    _, shown = await house.with_totp()
    house.clock.time += timedelta(minutes=1)

    step = await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)
    assert isinstance(step, SecondStep)
    assert step.factors == ("totp",)
    signed_in = await house.provider.second_step(step.challenge, shown(), address=HOME)

    assert (await house.caller(signed_in)).customer.second_factors == ("totp",)
    assert LetterKind.FACTOR_CHANGED in [letter.kind for letter in await house.mail()]


async def test_a_second_factor_needs_its_first_code_and_the_password(house: IdentityHouse) -> None:
    caller = await house.caller(await house.joined())
    secret = await house.provider.begin_totp(caller)

    with pytest.raises(BadCode):
        await house.provider.finish_totp(caller, secret, "000000", PASSWORD, address=HOME)
    with pytest.raises(SignInFailed):
        await house.provider.finish_totp(caller, secret, "000000", "wrong password", address=HOME)

    assert isinstance(await house.provider.sign_in(EMAIL, PASSWORD, address=HOME), SignedIn)


async def test_a_code_of_the_second_factor_works_once(house: IdentityHouse) -> None:
    _, shown = await house.with_totp()
    house.clock.time += timedelta(minutes=1)
    step = await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)
    assert isinstance(step, SecondStep)
    await house.provider.second_step(step.challenge, shown(), address=HOME)

    with pytest.raises(SignInFailed):
        await house.provider.second_step(step.challenge, shown(), address=HOME)


async def test_a_challenge_ends_with_its_time_and_cannot_be_made_up(house: IdentityHouse) -> None:
    _, shown = await house.with_totp()
    step = await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)
    assert isinstance(step, SecondStep)
    house.clock.time += CHALLENGE_LIFE

    for challenge in (step.challenge, "", "made.up", step.challenge.replace(".1.", ".2.")):
        with pytest.raises(SignInFailed):
            await house.provider.second_step(challenge, shown(), address=HOME)


async def test_the_second_factor_cannot_be_guessed(house: IdentityHouse) -> None:
    await house.with_totp()
    step = await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)
    assert isinstance(step, SecondStep)
    for number in range(CODES.per_account_max):
        with pytest.raises(SignInFailed):
            await house.provider.second_step(step.challenge, "000000", address=f"10.0.1.{number}")

    with pytest.raises(TooManyAttempts):
        await house.provider.second_step(step.challenge, "000000", address="10.0.2.1")


async def test_the_second_factor_is_removed_with_the_password(house: IdentityHouse) -> None:
    signed_in, _ = await house.with_totp()
    caller = await house.caller(signed_in)
    with pytest.raises(SignInFailed):
        await house.provider.remove_totp(caller, "wrong password", address=HOME)

    renewed = await house.provider.remove_totp(caller, PASSWORD, address=HOME)

    assert renewed.customer.second_factors == ()
    assert isinstance(await house.provider.sign_in(EMAIL, PASSWORD, address=HOME), SignedIn)
