"""The promises of ``IdentityProvider``, kept by every provider. One joins in ``house`` of the conftest."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tests.helpers.identity import (
    EMAIL,
    HOME,
    NEW_PASSWORD,
    PASSWORD,
    IdentityHouse,
)

from vivamarket.accounts.identity.errors import (
    BadCode,
    BadCustomer,
    NotAccepted,
    SignInFailed,
    TooManyAttempts,
)
from vivamarket.accounts.identity.letters import LetterKind
from vivamarket.accounts.identity.limits import CODES, MAILS, PASSWORDS
from vivamarket.accounts.identity.model import (
    ACCESS_LIFE,
    CODE_LIFE,
    REUSE_GRACE,
    SESSION_IDLE,
    SESSION_LIFE_MAX,
    SignedIn,
)

SECOND = timedelta(seconds=1)
STRANGER = "stranger@example.com"


async def test_an_account_begins_with_its_confirmed_address(house: IdentityHouse) -> None:
    await house.ask(" Jo@Example.com ")
    with pytest.raises(SignInFailed):
        await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)

    code = await house.code(LetterKind.CONFIRM)
    signed_in = await house.provider.confirm(EMAIL, code, PASSWORD, address=HOME)

    assert signed_in.customer.email == EMAIL
    assert (await house.caller(signed_in)).customer == signed_in.customer
    assert isinstance(await house.provider.sign_in(EMAIL, PASSWORD, address=HOME), SignedIn)


async def test_a_confirmation_works_once(house: IdentityHouse) -> None:
    await house.ask()
    code = await house.code(LetterKind.CONFIRM)
    await house.provider.confirm(EMAIL, code, PASSWORD, address=HOME)

    with pytest.raises(BadCode):
        await house.provider.confirm(EMAIL, code, PASSWORD, address=HOME)


async def test_of_two_confirmations_at_once_one_makes_the_account(house: IdentityHouse) -> None:
    await house.ask()
    code = await house.code(LetterKind.CONFIRM)

    answers = await asyncio.gather(
        *(house.provider.confirm(EMAIL, code, PASSWORD, address=HOME) for _ in range(4)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in answers) == ["BadCode"] * 3 + ["SignedIn"]


async def test_a_confirmation_needs_the_password_that_was_chosen(house: IdentityHouse) -> None:
    await house.ask(password="a stranger chose this one")
    code = await house.code(LetterKind.CONFIRM)

    with pytest.raises(BadCode):
        await house.provider.confirm(EMAIL, code, PASSWORD, address=HOME)

    assert await house.stores.customers.by_email(EMAIL) is None


@pytest.mark.parametrize("email", [STRANGER, "", "no address"])
async def test_a_code_is_good_for_its_address_only(house: IdentityHouse, email: str) -> None:
    await house.ask()
    code = await house.code(LetterKind.CONFIRM)

    with pytest.raises(BadCode):
        await house.provider.confirm(email, code, PASSWORD, address=HOME)


async def test_a_code_ends_with_its_time(house: IdentityHouse) -> None:
    await house.ask()
    code = await house.code(LetterKind.CONFIRM)

    house.clock.time += CODE_LIFE

    with pytest.raises(BadCode):
        await house.provider.confirm(EMAIL, code, PASSWORD, address=HOME)


async def test_a_code_is_good_for_its_purpose_only(house: IdentityHouse) -> None:
    await house.joined()
    await house.provider.begin_reset(EMAIL, address=HOME)
    reset = await house.code(LetterKind.RESET)
    await house.ask(STRANGER)
    confirm = await house.code(LetterKind.CONFIRM)

    with pytest.raises(BadCode):
        await house.provider.confirm(EMAIL, reset, PASSWORD, address=HOME)
    with pytest.raises(BadCode):
        await house.provider.finish_reset(STRANGER, confirm, NEW_PASSWORD, address=HOME)


async def test_signing_up_twice_tells_the_owner_and_nobody_else(house: IdentityHouse) -> None:
    await house.joined()

    await house.ask(EMAIL, "somebody else's password")

    (letter,) = await house.mail()
    assert (letter.kind, letter.to, letter.code) == (LetterKind.KNOWN, EMAIL, "")


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [("nobody", PASSWORD, "email"), (EMAIL, "short", "password"), (EMAIL, "x" * 201, "password")],
)
async def test_what_cannot_be_an_account_is_refused_with_its_field(
    house: IdentityHouse, email: str, password: str, field: str
) -> None:
    with pytest.raises(BadCustomer) as refusal:
        await house.ask(email, password)

    assert refusal.value.fields["field"] == field


async def test_a_wrong_password_and_an_unknown_address_are_one_refusal_for_one_work(
    house: IdentityHouse,
) -> None:
    await house.joined()
    refusals = []
    for email in (EMAIL, STRANGER):
        before = house.hasher.checks
        with pytest.raises(SignInFailed) as refusal:
            await house.provider.sign_in(email, "wrong password", address=HOME)
        refusals.append((str(refusal.value), dict(refusal.value.fields), house.hasher.checks - before))

    assert refusals[0] == refusals[1]
    assert refusals[0][2] == 1


async def test_a_reset_wished_for_an_unknown_address_is_kept_alike_and_mailed_to_nobody(
    house: IdentityHouse,
) -> None:
    await house.provider.begin_reset(STRANGER, address=HOME)

    events = await house.stores.outbox.claim(house.clock.now(), 60, 10)
    assert [event.kind for event in events] == ["identity.code_requested"]
    assert STRANGER not in str(events[0].payload)
    assert await house.letters.of(events[0]) is None


async def test_no_event_holds_a_code(house: IdentityHouse) -> None:
    await house.ask()

    (event,) = await house.stores.outbox.claim(house.clock.now(), 60, 10)
    letter = await house.letters.of(event)
    assert letter is not None
    assert letter.code not in str(event)


async def test_a_reset_sets_the_password_and_ends_every_session(house: IdentityHouse) -> None:
    before = await house.joined()
    await house.provider.begin_reset(EMAIL, address=HOME)
    code = await house.code(LetterKind.RESET)

    await house.provider.finish_reset(EMAIL, code, NEW_PASSWORD, address=HOME)

    with pytest.raises(NotAccepted):
        await house.provider.verify(before.access_token)
    with pytest.raises(NotAccepted):
        await house.provider.refresh(before.refresh_token)
    with pytest.raises(SignInFailed):
        await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)
    assert isinstance(await house.provider.sign_in(EMAIL, NEW_PASSWORD, address=HOME), SignedIn)
    assert [letter.kind for letter in await house.mail()] == [LetterKind.PASSWORD_CHANGED]


async def test_one_reset_spends_the_others(house: IdentityHouse) -> None:
    await house.joined()
    codes = []
    for _ in range(2):
        await house.provider.begin_reset(EMAIL, address=HOME)
        codes.append(await house.code(LetterKind.RESET))

    await house.provider.finish_reset(EMAIL, codes[1], NEW_PASSWORD, address=HOME)

    with pytest.raises(BadCode):
        await house.provider.finish_reset(EMAIL, codes[0], PASSWORD, address=HOME)


async def test_a_new_password_ends_all_sessions_but_the_renewed_one(house: IdentityHouse) -> None:
    here = await house.joined()
    elsewhere = await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)
    assert isinstance(elsewhere, SignedIn)

    renewed = await house.provider.change_password(
        await house.caller(here), PASSWORD, NEW_PASSWORD, address=HOME
    )

    assert renewed.session_id != here.session_id
    assert (await house.caller(renewed)).customer.email == EMAIL
    for old in (here, elsewhere):
        with pytest.raises(NotAccepted):
            await house.provider.refresh(old.refresh_token)


async def test_a_new_password_needs_the_old_one(house: IdentityHouse) -> None:
    caller = await house.caller(await house.joined())

    with pytest.raises(SignInFailed):
        await house.provider.change_password(caller, "wrong password", NEW_PASSWORD, address=HOME)

    assert isinstance(await house.provider.sign_in(EMAIL, PASSWORD, address=HOME), SignedIn)


async def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told(
    house: IdentityHouse,
) -> None:
    first = await house.joined()
    caller = await house.caller(first)
    await house.provider.begin_email(caller, "new@example.com", PASSWORD, address=HOME)
    (letter,) = await house.mail()
    assert (letter.kind, letter.to) == (LetterKind.NEW_EMAIL, "new@example.com")
    assert isinstance(await house.provider.sign_in(EMAIL, PASSWORD, address=HOME), SignedIn)

    renewed = await house.provider.finish_email(caller, letter.code, address=HOME)

    assert renewed.customer.email == "new@example.com"
    assert renewed.session_id != first.session_id
    (told,) = await house.mail()
    assert (told.kind, told.to) == (LetterKind.EMAIL_CHANGED, EMAIL)
    with pytest.raises(SignInFailed):
        await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)


async def test_an_address_that_has_an_account_cannot_be_taken(house: IdentityHouse) -> None:
    await house.joined(STRANGER)
    caller = await house.caller(await house.joined())

    await house.provider.begin_email(caller, STRANGER, PASSWORD, address=HOME)

    (letter,) = await house.mail()
    assert (letter.kind, letter.to) == (LetterKind.KNOWN, STRANGER)


async def test_a_code_for_a_new_address_is_of_no_use_to_another_customer(house: IdentityHouse) -> None:
    caller = await house.caller(await house.joined())
    await house.provider.begin_email(caller, "new@example.com", PASSWORD, address=HOME)
    code = await house.code(LetterKind.NEW_EMAIL)
    other = await house.caller(await house.joined(STRANGER))

    with pytest.raises(BadCode):
        await house.provider.finish_email(other, code, address=HOME)


async def test_a_refresh_token_is_exchanged_again_and_again(house: IdentityHouse) -> None:
    signed_in = await house.joined()

    for _ in range(3):
        house.clock.time += ACCESS_LIFE + timedelta(minutes=1)
        with pytest.raises(NotAccepted):
            await house.provider.verify(signed_in.access_token)
        signed_in = await house.provider.refresh(signed_in.refresh_token)

    assert (await house.caller(signed_in)).customer.email == EMAIL


async def test_two_tabs_may_refresh_at_once(house: IdentityHouse) -> None:
    signed_in = await house.joined()

    answers = await asyncio.gather(*(house.provider.refresh(signed_in.refresh_token) for _ in range(4)))

    assert len({each.refresh_token for each in answers}) == 1
    assert (await house.provider.refresh(answers[0].refresh_token)).customer.email == EMAIL


async def test_a_refresh_token_used_again_later_ends_the_session(house: IdentityHouse) -> None:
    first = await house.joined()
    second = await house.provider.refresh(first.refresh_token)
    house.clock.time += REUSE_GRACE

    with pytest.raises(NotAccepted):
        await house.provider.refresh(first.refresh_token)

    with pytest.raises(NotAccepted):
        await house.provider.refresh(second.refresh_token)
    with pytest.raises(NotAccepted):
        await house.provider.verify(second.access_token)


async def test_a_much_older_refresh_token_is_not_forgiven_either(house: IdentityHouse) -> None:
    first = await house.joined()
    second = await house.provider.refresh(first.refresh_token)
    third = await house.provider.refresh(second.refresh_token)

    with pytest.raises(NotAccepted):
        await house.provider.refresh(first.refresh_token)

    with pytest.raises(NotAccepted):
        await house.provider.refresh(third.refresh_token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "a.0.c", "é.0.x", "x" * 10_000])
async def test_a_made_up_refresh_token_is_refused(house: IdentityHouse, token: str) -> None:
    with pytest.raises(NotAccepted):
        await house.provider.refresh(token)


async def test_a_refresh_token_of_another_generation_cannot_be_derived(house: IdentityHouse) -> None:
    session_id, _, mark = (await house.joined()).refresh_token.split(".")

    with pytest.raises(NotAccepted):
        await house.provider.refresh(f"{session_id}.1.{mark}")


async def test_a_session_ends_when_it_is_not_used(house: IdentityHouse) -> None:
    signed_in = await house.joined()
    house.clock.time += SESSION_IDLE

    with pytest.raises(NotAccepted):
        await house.provider.refresh(signed_in.refresh_token)


async def test_a_session_ends_at_last_however_much_it_is_used(house: IdentityHouse) -> None:
    signed_in = await house.joined()
    began = house.clock.now()
    while house.clock.now() + SESSION_IDLE / 2 < began + SESSION_LIFE_MAX:
        house.clock.time += SESSION_IDLE / 2
        signed_in = await house.provider.refresh(signed_in.refresh_token)
    assert signed_in.refresh_expires_at == began + SESSION_LIFE_MAX

    house.clock.time = began + SESSION_LIFE_MAX

    with pytest.raises(NotAccepted):
        await house.provider.refresh(signed_in.refresh_token)


async def test_signing_out_ends_this_session_only(house: IdentityHouse) -> None:
    here = await house.joined()
    elsewhere = await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)
    assert isinstance(elsewhere, SignedIn)

    await house.provider.sign_out(await house.caller(here), everywhere=False)

    with pytest.raises(NotAccepted):
        await house.provider.verify(here.access_token)
    assert (await house.caller(elsewhere)).customer.email == EMAIL


async def test_signing_out_everywhere_ends_all_sessions(house: IdentityHouse) -> None:
    here = await house.joined()
    elsewhere = await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)
    assert isinstance(elsewhere, SignedIn)

    await house.provider.sign_out(await house.caller(here), everywhere=True)

    for each in (here, elsewhere):
        with pytest.raises(NotAccepted):
            await house.provider.verify(each.access_token)
        with pytest.raises(NotAccepted):
            await house.provider.refresh(each.refresh_token)


async def test_too_many_wrong_passwords_lock_the_account_for_a_while(house: IdentityHouse) -> None:
    await house.joined()
    for number in range(PASSWORDS.per_account_max):
        with pytest.raises(SignInFailed):
            await house.provider.sign_in(EMAIL, "wrong password", address=f"10.0.1.{number}")

    with pytest.raises(TooManyAttempts) as refusal:
        await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)
    house.clock.time += PASSWORDS.window + SECOND

    assert refusal.value.fields["retry_after_seconds"] == PASSWORDS.window.total_seconds()
    assert isinstance(await house.provider.sign_in(EMAIL, PASSWORD, address=HOME), SignedIn)


async def test_unknown_addresses_lock_alike(house: IdentityHouse) -> None:
    for number in range(PASSWORDS.per_account_max):
        with pytest.raises(SignInFailed):
            await house.provider.sign_in(STRANGER, "wrong password", address=f"10.0.1.{number}")

    with pytest.raises(TooManyAttempts):
        await house.provider.sign_in(STRANGER, PASSWORD, address=HOME)


async def test_one_network_address_cannot_try_many_accounts(house: IdentityHouse) -> None:
    for number in range(PASSWORDS.per_address_max):
        with pytest.raises(SignInFailed):
            await house.provider.sign_in(f"jo{number}@example.com", "wrong password", address=HOME)

    with pytest.raises(TooManyAttempts):
        await house.provider.sign_in("jo@example.org", "wrong password", address=HOME)


async def test_mails_asked_for_are_limited_for_known_and_unknown_alike(house: IdentityHouse) -> None:
    await house.joined()
    for email, left in ((EMAIL, MAILS.per_account_max - 1), (STRANGER, MAILS.per_account_max)):
        for number in range(left):
            await house.provider.begin_reset(email, address=f"10.0.2.{number}")
        with pytest.raises(TooManyAttempts):
            await house.provider.begin_reset(email, address="10.0.3.1")


async def test_codes_cannot_be_tried_for_ever(house: IdentityHouse) -> None:
    await house.joined()
    for number in range(CODES.per_account_max):
        with pytest.raises(BadCode):
            await house.provider.finish_reset(
                EMAIL, f"guess-{number}", NEW_PASSWORD, address=f"10.0.1.{number}"
            )

    with pytest.raises(TooManyAttempts):
        await house.provider.finish_reset(EMAIL, "guess", NEW_PASSWORD, address=HOME)


async def test_the_owner_proves_to_be_there_by_the_password(house: IdentityHouse) -> None:
    caller = await house.caller(await house.joined())

    await house.provider.prove(caller, password=PASSWORD, code="", address=HOME)
    with pytest.raises(SignInFailed):
        await house.provider.prove(caller, password="not it", code="", address=HOME)


async def test_the_owner_proves_to_be_there_by_a_mailed_code_once(house: IdentityHouse) -> None:
    caller = await house.caller(await house.joined())
    await house.provider.begin_proof(caller, address=HOME)
    (letter,) = await house.mail()

    await house.provider.prove(caller, password="", code=letter.code, address=HOME)

    assert (letter.kind, letter.to) == (LetterKind.PROOF, EMAIL)
    for code in (letter.code, "guessed"):
        with pytest.raises(BadCode):
            await house.provider.prove(caller, password=PASSWORD, code=code, address=HOME)


async def test_a_code_for_something_else_proves_nothing(house: IdentityHouse) -> None:
    caller = await house.caller(await house.joined())
    await house.provider.begin_reset(EMAIL, address=HOME)
    reset = await house.code(LetterKind.RESET)
    stranger = await house.caller(await house.joined(STRANGER))
    await house.provider.begin_proof(stranger, address=HOME)

    for code in (reset, await house.code(LetterKind.PROOF)):
        with pytest.raises(BadCode):
            await house.provider.prove(caller, password="", code=code, address=HOME)
