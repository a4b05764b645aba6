"""The promises of ``Passkeys``, kept by every provider, and the lies that each of them refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.helpers.identity import EMAIL, HOME, PARTY, PASSWORD, IdentityHouse
from tests.helpers.passkeys import PRESENT, Device

from vivamarket.accounts.identity.errors import (
    BadCustomer,
    BadPasskey,
    NotAccepted,
    PasskeyNotFound,
    SignInFailed,
    TooManyAttempts,
    TooManyPasskeys,
)
from vivamarket.accounts.identity.letters import LetterKind
from vivamarket.accounts.identity.limits import PASSKEYS
from vivamarket.accounts.identity.model import CHALLENGE_LIFE, SignedIn
from vivamarket.accounts.identity.passkeys import PASSKEYS_MAX

ELSEWHERE = "https://shop.test.evil.example"


async def with_passkey(house: IdentityHouse) -> tuple[SignedIn, Device]:
    """Join and add a passkey; return the session and the device."""
    first = await house.joined()
    return await added(house, first, Device(PARTY))


async def added(house: IdentityHouse, signed_in: SignedIn, device: Device) -> tuple[SignedIn, Device]:
    caller = await house.caller(signed_in)
    wish = await house.provider.passkeys.begin(caller, PASSWORD, address=HOME)
    made = device.make(wish.challenge, wish.customer_id.encode())
    return await house.provider.passkeys.finish(caller, wish.challenge, made, name="Phone"), device


async def asked(house: IdentityHouse) -> str:
    return (await house.provider.passkeys.ask(address=HOME)).challenge


async def test_a_passkey_signs_its_owner_in_without_typing(house: IdentityHouse) -> None:
    _, device = await with_passkey(house)
    device.sign_count = 1
    challenge = await asked(house)

    signed_in = await house.provider.passkeys.sign_in(challenge, device.answer(challenge))

    caller = await house.caller(signed_in)
    assert caller.customer.email == EMAIL
    (passkey,) = await house.provider.passkeys.all(caller)
    assert (passkey.name, passkey.used_at) == ("Phone", house.clock.now())


async def test_a_new_passkey_renews_the_session_ends_all_others_and_is_told(house: IdentityHouse) -> None:
    first = await house.joined()
    elsewhere = await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)
    assert isinstance(elsewhere, SignedIn)

    renewed, _ = await added(house, first, Device(PARTY))

    assert renewed.session_id != first.session_id
    assert (await house.caller(renewed)).customer.email == EMAIL
    for ended in (first, elsewhere):
        with pytest.raises(NotAccepted):
            await house.caller(ended)
    assert LetterKind.FACTOR_CHANGED in [letter.kind for letter in await house.mail()]


async def test_a_passkey_is_added_with_the_password_only(house: IdentityHouse) -> None:
    caller = await house.caller(await house.joined())

    with pytest.raises(SignInFailed):
        await house.provider.passkeys.begin(caller, "wrong password", address=HOME)


async def test_a_passkey_needs_no_second_factor(house: IdentityHouse) -> None:
    signed_in, _ = await house.with_totp()
    _, device = await added(house, signed_in, Device(PARTY))
    challenge = await asked(house)

    signed_in = await house.provider.passkeys.sign_in(challenge, device.answer(challenge))

    assert (await house.caller(signed_in)).customer.second_factors == ("totp",)


async def test_an_answer_works_once(house: IdentityHouse) -> None:
    _, device = await with_passkey(house)
    challenge = await asked(house)
    answer = device.answer(challenge)
    await house.provider.passkeys.sign_in(challenge, answer)

    with pytest.raises(SignInFailed):
        await house.provider.passkeys.sign_in(challenge, answer)


async def test_a_question_ends_with_its_time(house: IdentityHouse) -> None:
    _, device = await with_passkey(house)
    challenge = await asked(house)
    house.clock.time += CHALLENGE_LIFE

    with pytest.raises(SignInFailed):
        await house.provider.passkeys.sign_in(challenge, device.answer(challenge))


async def test_a_question_that_we_never_asked_is_not_answered(house: IdentityHouse) -> None:
    _, device = await with_passkey(house)

    with pytest.raises(SignInFailed):
        await house.provider.passkeys.sign_in("made up", device.answer("made up"))


@pytest.mark.parametrize(
    "lie",
    [
        lambda device: replace(device, origin=ELSEWHERE),
        lambda device: replace(device, origin="http://shop.test"),
        lambda device: replace(device, host="evil.example"),
        lambda device: replace(device, flags=PRESENT),
        lambda device: replace(device, flags=0),
        lambda device: replace(device, key=ec.generate_private_key(ec.SECP256R1())),
        lambda device: replace(device, user_handle=b"somebody else"),
        lambda device: replace(device, user_handle=b""),
        lambda device: replace(device, credential_id=b"unknown"),
        lambda device: replace(device, sign_count=4),
        lambda device: replace(device, sign_count=5),
    ],
    ids=[
        "another origin",
        "plain http",
        "another host",
        "owner not checked",
        "nobody there",
        "another key",
        "another account",
        "no account",
        "unknown credential",
        "count fell behind",
        "count stood still",
    ],
)
async def test_a_lie_does_not_sign_in(house: IdentityHouse, lie: Callable[[Device], Device]) -> None:
    _, device = await with_passkey(house)
    device.sign_count = 5
    challenge = await asked(house)
    await house.provider.passkeys.sign_in(challenge, device.answer(challenge))
    liar = lie(replace(device, sign_count=6))
    challenge = await asked(house)

    with pytest.raises(SignInFailed):
        await house.provider.passkeys.sign_in(challenge, liar.answer(challenge))


async def test_an_answer_to_another_question_or_of_another_kind_is_refused(house: IdentityHouse) -> None:
    _, device = await with_passkey(house)
    first, second = await asked(house), await asked(house)

    for challenge, proof in (
        (first, device.answer(second)),
        (second, device.answer(second, kind="webauthn.create")),
    ):
        with pytest.raises(SignInFailed):
            await house.provider.passkeys.sign_in(challenge, proof)


async def test_garbage_is_refused_wherever_it_stands(house: IdentityHouse) -> None:
    _, device = await with_passkey(house)
    garbage = (b"", b"\xff", b"{}", b"null", b"[]", b'{"type": 1}', bytes(200), b"\xa1" * 64)

    for field in ("client_data", "authenticator_data", "signature"):
        for bytes_sent in garbage:
            challenge = await asked(house)
            proof = replace(device.answer(challenge), **{field: bytes_sent})
            with pytest.raises(SignInFailed):
                await house.provider.passkeys.sign_in(challenge, proof)
            house.clock.time += timedelta(minutes=1)


async def test_garbage_makes_no_passkey(house: IdentityHouse) -> None:
    caller = await house.caller(await house.joined())

    for field in ("client_data", "attestation", "credential_id"):
        for bytes_sent in (b"", b"\xff", b"{}", bytes(200), b"\xa1" * 64, b"\xa1hauthData\x01"):
            wish = await house.provider.passkeys.begin(caller, PASSWORD, address=HOME)
            made = replace(Device(PARTY).make(wish.challenge), **{field: bytes_sent})
            with pytest.raises(BadPasskey):
                await house.provider.passkeys.finish(caller, wish.challenge, made, name="Phone")

    assert await house.provider.passkeys.all(caller) == ()


@pytest.mark.parametrize(
    "lie",
    [
        lambda device: replace(device, origin=ELSEWHERE),
        lambda device: replace(device, host="evil.example"),
        lambda device: replace(device, flags=PRESENT),
    ],
    ids=["another origin", "another host", "owner not checked"],
)
async def test_a_lie_makes_no_passkey(house: IdentityHouse, lie: Callable[[Device], Device]) -> None:
    caller = await house.caller(await house.joined())
    wish = await house.provider.passkeys.begin(caller, PASSWORD, address=HOME)

    made = lie(Device(PARTY)).make(wish.challenge)
    with pytest.raises(BadPasskey):
        await house.provider.passkeys.finish(caller, wish.challenge, made, name="Phone")


async def test_a_passkey_is_made_in_the_session_that_asked_for_it(house: IdentityHouse) -> None:
    caller = await house.caller(await house.joined())
    other = await house.joined("other@example.com")
    wish = await house.provider.passkeys.begin(caller, PASSWORD, address=HOME)
    question = await asked(house)

    with pytest.raises(BadPasskey):
        await house.provider.passkeys.finish(
            await house.caller(other), wish.challenge, Device(PARTY).make(wish.challenge), name="Phone"
        )
    with pytest.raises(BadPasskey):
        await house.provider.passkeys.finish(caller, question, Device(PARTY).make(question), name="Phone")


async def test_a_question_for_a_new_passkey_signs_nobody_in(house: IdentityHouse) -> None:
    signed_in, device = await with_passkey(house)
    wish = await house.provider.passkeys.begin(await house.caller(signed_in), PASSWORD, address=HOME)

    with pytest.raises(SignInFailed):
        await house.provider.passkeys.sign_in(wish.challenge, device.answer(wish.challenge))


async def test_a_credential_belongs_to_one_account(house: IdentityHouse) -> None:
    _, device = await with_passkey(house)
    other = await house.joined("other@example.com")

    with pytest.raises(BadPasskey):
        await added(house, other, device)


async def test_a_removed_passkey_signs_nobody_in(house: IdentityHouse) -> None:
    signed_in, device = await with_passkey(house)
    caller = await house.caller(signed_in)
    (passkey,) = await house.provider.passkeys.all(caller)
    with pytest.raises(SignInFailed):
        await house.provider.passkeys.remove(caller, passkey.id, "wrong password", address=HOME)

    renewed = await house.provider.passkeys.remove(caller, passkey.id, PASSWORD, address=HOME)

    challenge = await asked(house)
    with pytest.raises(SignInFailed):
        await house.provider.passkeys.sign_in(challenge, device.answer(challenge))
    with pytest.raises(NotAccepted):
        await house.caller(signed_in)
    assert await house.provider.passkeys.all(await house.caller(renewed)) == ()


async def test_another_customers_passkey_is_not_found(house: IdentityHouse) -> None:
    signed_in, _ = await with_passkey(house)
    (passkey,) = await house.provider.passkeys.all(await house.caller(signed_in))
    other = await house.caller(await house.joined("other@example.com"))

    with pytest.raises(PasskeyNotFound):
        await house.provider.passkeys.remove(other, passkey.id, PASSWORD, address=HOME)

    assert await house.provider.passkeys.all(other) == ()


async def test_an_account_has_so_many_passkeys_and_no_more(house: IdentityHouse) -> None:
    signed_in = await house.joined()
    for number in range(PASSKEYS_MAX):
        signed_in, _ = await added(house, signed_in, Device(PARTY, credential_id=b"%d" % number))

    with pytest.raises(TooManyPasskeys):
        await house.provider.passkeys.begin(await house.caller(signed_in), PASSWORD, address=HOME)


async def test_a_passkey_has_a_name_that_can_be_shown(house: IdentityHouse) -> None:
    caller = await house.caller(await house.joined())

    for name in ("", "  ", "x" * 61):
        with pytest.raises(BadCustomer):
            await house.provider.passkeys.finish(caller, "x", Device(PARTY).make("x"), name=name)


async def test_questions_are_asked_so_often_and_no_more(house: IdentityHouse) -> None:
    for _ in range(PASSKEYS.per_address_max):
        await asked(house)

    with pytest.raises(TooManyAttempts):
        await asked(house)
    await house.provider.passkeys.ask(address="10.0.0.2")


async def test_a_copied_device_is_noticed_even_when_both_come_at_once(house: IdentityHouse) -> None:
    signed_in, _ = await with_passkey(house)
    (before,) = await house.provider.passkeys.all(await house.caller(signed_in))
    store = house.stores.passkeys

    assert await store.use(before, 1, house.clock.now())
    assert not await store.use(before, 1, house.clock.now())


async def test_only_the_hash_of_a_question_is_kept(house: IdentityHouse) -> None:
    challenge = await asked(house)

    assert await house.stores.passkeys.spend(challenge.encode(), house.clock.now()) is None


async def test_ended_questions_are_forgotten(house: IdentityHouse) -> None:
    for _ in range(3):
        await asked(house)
    ends = house.clock.now() + CHALLENGE_LIFE

    assert await house.stores.passkeys.forget(ends - timedelta(seconds=1), 10) == 0
    assert await house.stores.passkeys.forget(ends, 2) == 2
    assert await house.stores.passkeys.forget(ends, 10) == 1
