"""Who gets in, for how long, and how often one may try."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import asyncpg
import pytest
from tests.helpers.accounts import QuickHasher
from tests.helpers.payment import CountingIds, ManualClock

from vivamarket.accounts import (
    AccountService,
    BadStaff,
    NotSignedIn,
    SignInRefused,
    StaffExists,
    StaffRole,
    TooManySignIns,
    csrf_token,
)
from vivamarket.accounts.errors import SecondFactorKept, SecondFactorNeeded, StaffNotFound
from vivamarket.accounts.identity.limits import PASSWORDS, STAFF, Attempts
from vivamarket.accounts.model import (
    SESSION_LIFE_MAX,
)
from vivamarket.accounts.service import SecondFactors
from vivamarket.adapters.local.box import AesBox
from vivamarket.adapters.local.passwords import Argon2Hasher
from vivamarket.adapters.postgres.accounts import PostgresStaffStore
from vivamarket.adapters.postgres.sessions import PostgresAttemptStore

EMAIL = "jo@example.com"
HOUR = 3_600
PASSWORD, HERE = "a long password", "10.0.0.1"


class Rig:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self.store = PostgresStaffStore(pool)
        self.clock = ManualClock()
        self.ids = CountingIds()
        self.hasher = QuickHasher()
        self.attempts = Attempts(PostgresAttemptStore(pool), self.clock, self.ids)
        self.accounts = AccountService(self.store, self.hasher, self.clock, self.ids, attempts=self.attempts)

    async def sign_in(self, password: str, *, email: str = EMAIL, address: str = "10.0.0.1") -> str:
        return await self.accounts.sign_in(email, password, address=address)


@pytest.fixture
def rig(pool: asyncpg.Pool) -> Rig:
    return Rig(pool)


async def test_the_told_password_lets_in_and_the_session_names_the_person(rig: Rig) -> None:
    password = await rig.accounts.add_staff(" Jo@Example.com ", name="Jo  Doe")

    token = await rig.sign_in(password, email="JO@example.com")

    staff = await rig.accounts.verify(token)
    assert (staff.email, staff.name, staff.role) == (EMAIL, "Jo Doe", StaffRole.STAFF)


async def test_wrong_password_and_unknown_account_are_refused_alike_after_the_same_work(rig: Rig) -> None:
    await rig.accounts.add_staff(EMAIL)

    with pytest.raises(SignInRefused) as wrong:
        await rig.sign_in("wrong password")
    with pytest.raises(SignInRefused) as unknown:
        await rig.sign_in("wrong password", email="nobody@example.com")

    assert str(wrong.value) == str(unknown.value)
    assert rig.hasher.checks == 2


async def test_a_session_lives_on_with_use_and_ends_without(rig: Rig) -> None:
    token = await rig.sign_in(await rig.accounts.add_staff(EMAIL))
    for _ in range(3):
        rig.clock.turn(11 * HOUR)
        await rig.accounts.verify(token)

    rig.clock.turn(12 * HOUR)

    with pytest.raises(NotSignedIn):
        await rig.accounts.verify(token)


async def test_no_session_outlives_a_week(rig: Rig) -> None:
    token = await rig.sign_in(await rig.accounts.add_staff(EMAIL))
    for _ in range(int(SESSION_LIFE_MAX / timedelta(hours=8)) - 1):
        rig.clock.turn(8 * HOUR)
        await rig.accounts.verify(token)

    rig.clock.turn(8 * HOUR)

    with pytest.raises(NotSignedIn):
        await rig.accounts.verify(token)


async def test_signing_out_ends_the_session(rig: Rig) -> None:
    token = await rig.sign_in(await rig.accounts.add_staff(EMAIL))

    await rig.accounts.sign_out(token)

    with pytest.raises(NotSignedIn):
        await rig.accounts.verify(token)


@pytest.mark.parametrize("token", [None, "", "unknown", "x" * 10_000])
async def test_nonsense_is_no_session(rig: Rig, token: str | None) -> None:
    with pytest.raises(NotSignedIn):
        await rig.accounts.verify(token)


async def test_guessing_one_account_is_stopped_even_for_the_right_password_until_later(rig: Rig) -> None:
    password = await rig.accounts.add_staff(EMAIL)
    for number in range(STAFF.per_account_max):
        with pytest.raises(SignInRefused):
            await rig.sign_in("wrong password", address=f"10.0.0.{number}")

    with pytest.raises(TooManySignIns):
        await rig.sign_in(password)
    rig.clock.turn(STAFF.window.total_seconds() + 1)

    assert await rig.sign_in(password)


async def test_trying_on_while_locked_does_not_prolong_the_lock(rig: Rig) -> None:
    password = await rig.accounts.add_staff(EMAIL)
    for _ in range(STAFF.per_account_max):
        with pytest.raises(SignInRefused):
            await rig.sign_in("wrong password")
    rig.clock.turn(STAFF.window.total_seconds() - 1)
    with pytest.raises(TooManySignIns):
        await rig.sign_in("wrong password")
    rig.clock.turn(2)

    assert await rig.sign_in(password)


async def test_guessing_many_accounts_from_one_address_is_stopped(rig: Rig) -> None:
    for number in range(STAFF.per_address_max):
        with pytest.raises(SignInRefused):
            await rig.sign_in("wrong password", email=f"p{number}@example.com")

    with pytest.raises(TooManySignIns):
        await rig.sign_in("wrong password", email="another@example.com")


async def test_guesses_at_once_do_not_slip_under_the_limit(rig: Rig) -> None:
    await rig.accounts.add_staff(EMAIL)

    await asyncio.gather(
        *(rig.sign_in(f"guess number {number}") for number in range(40)), return_exceptions=True
    )

    assert rig.hasher.checks <= STAFF.per_account_max


async def test_good_sign_ins_never_lock(rig: Rig) -> None:
    password = await rig.accounts.add_staff(EMAIL)

    for _ in range(STAFF.per_address_max + 1):
        assert await rig.sign_in(password)


async def test_the_first_owner_is_made_once(rig: Rig) -> None:
    assert await rig.accounts.ensure_owner(EMAIL, "a long password")
    assert not await rig.accounts.ensure_owner("other@example.com", "a long password")

    assert [(staff.email, staff.role) for staff in await rig.accounts.staff()] == [(EMAIL, StaffRole.OWNER)]
    assert await rig.sign_in("a long password")


async def test_a_reset_password_replaces_the_old_one_and_ends_sessions(rig: Rig) -> None:
    old = await rig.accounts.add_staff(EMAIL)
    token = await rig.sign_in(old)

    new = await rig.accounts.reset_password(EMAIL)

    with pytest.raises(NotSignedIn):
        await rig.accounts.verify(token)
    with pytest.raises(SignInRefused):
        await rig.sign_in(old)
    assert await rig.sign_in(new)


async def test_accounts_are_refused_for_good_reasons(rig: Rig) -> None:
    await rig.accounts.add_staff(EMAIL)

    with pytest.raises(StaffExists):
        await rig.accounts.add_staff(EMAIL)
    with pytest.raises(StaffNotFound):
        await rig.accounts.reset_password("nobody@example.com")
    for email, name, password in (("jo", "Jo", None), ("a@b.c", " ", None), ("a@b.c", "Jo", "short")):
        with pytest.raises(BadStaff):
            await rig.accounts.add_staff(email, name=name, password=password)


async def test_an_outdated_hash_is_renewed_at_sign_in(rig: Rig) -> None:
    password = await rig.accounts.add_staff(EMAIL)
    newer = AccountService(rig.store, QuickHasher("v2"), rig.clock, rig.ids, attempts=rig.attempts)

    await newer.sign_in(EMAIL, password, address="10.0.0.1")

    staff = await rig.store.by_email(EMAIL)
    assert staff is not None
    assert staff.password_hash == f"v2:{password}"


async def test_old_sessions_are_forgotten(rig: Rig) -> None:
    await rig.sign_in(await rig.accounts.add_staff(EMAIL))
    rig.clock.turn(13 * HOUR)

    assert await rig.accounts.forget() == 1


async def test_what_an_older_release_noted_of_attempts_is_cleaned_up(rig: Rig, pool: asyncpg.Pool) -> None:
    await pool.execute(
        "INSERT INTO staff_sign_in_attempts (attempt_id, key, at) SELECT gen_random_uuid(), 'account:jo', $1",
        rig.clock.now(),
    )
    rig.clock.turn(HOUR + 1)

    await rig.accounts.forget()

    assert await pool.fetchval("SELECT count(*) FROM staff_sign_in_attempts") == 0


async def test_argon2_hashes_are_salted_and_checked() -> None:
    hasher = Argon2Hasher()
    first, second = await asyncio.gather(hasher.hash("a long password"), hasher.hash("a long password"))

    assert first != second
    assert first.startswith("$argon2id$")
    assert await hasher.verify(first, "a long password")
    assert not await hasher.verify(first, "another password")
    assert not hasher.outdated(first)
    hasher.close()


def test_the_form_token_belongs_to_one_session_and_does_not_tell_it() -> None:
    assert csrf_token("one") == csrf_token("one") != csrf_token("two")
    assert "one" not in csrf_token("one")


class EasyCodes:
    """``TotpCodes`` whose code is the number of the minute."""

    def new_secret(self) -> str:
        return "SECRET"

    def step_of(self, secret: str, code: str, now: datetime) -> int | None:
        step = int(now.timestamp()) // 60
        return step if (secret, code) == ("SECRET", str(step)) else None


def with_factors(rig: Rig, *, are_required: bool = False) -> AccountService:
    factors = SecondFactors(totp=EasyCodes(), box=AesBox("a key"), are_required=are_required)
    return AccountService(rig.store, rig.hasher, rig.clock, rig.ids, factors, attempts=rig.attempts)


async def test_a_second_factor_is_asked_for_beside_the_password_and_works_once(rig: Rig) -> None:
    accounts = with_factors(rig)
    await accounts.add_staff(EMAIL, password=PASSWORD)
    old = await accounts.sign_in(EMAIL, PASSWORD, address=HERE)
    assert await accounts.new_totp(EMAIL) == "SECRET"
    code = str(int(rig.clock.now().timestamp()) // 60)

    with pytest.raises(NotSignedIn):
        await accounts.verify(old)
    with pytest.raises(SecondFactorNeeded):
        await accounts.sign_in(EMAIL, PASSWORD, address=HERE)
    for wrong in (("another password", code), (PASSWORD, "0")):
        with pytest.raises(SignInRefused):
            await accounts.sign_in(EMAIL, wrong[0], address=HERE, code=wrong[1])
    assert (
        await accounts.verify(await accounts.sign_in(EMAIL, PASSWORD, address=HERE, code=code))
    ).email == EMAIL
    with pytest.raises(SignInRefused):
        await accounts.sign_in(EMAIL, PASSWORD, address=HERE, code=code)
    await accounts.remove_totp(EMAIL)

    assert await accounts.sign_in(EMAIL, PASSWORD, address=HERE)


async def test_the_right_password_forgives_nothing_before_the_second_factor(rig: Rig) -> None:
    accounts = with_factors(rig)
    await accounts.add_staff(EMAIL, password=PASSWORD)
    await accounts.new_totp(EMAIL)
    code = str(int(rig.clock.now().timestamp()) // 60)

    for guess in range(STAFF.per_account_max):
        missing = guess % 2 == 0
        with pytest.raises(SecondFactorNeeded if missing else SignInRefused):
            await accounts.sign_in(EMAIL, PASSWORD, address=HERE, code="" if missing else "0")

    with pytest.raises(TooManySignIns):
        await accounts.sign_in(EMAIL, PASSWORD, address=HERE, code=code)


async def test_attempts_of_staff_and_of_customers_do_not_count_together(rig: Rig) -> None:
    password = await rig.accounts.add_staff(EMAIL)
    for _ in range(PASSWORDS.per_account_max):
        await rig.attempts.count(PASSWORDS, EMAIL, HERE)

    assert await rig.sign_in(password)


async def test_where_the_shop_asks_for_it_a_second_factor_is_lacking_until_it_is_set_up(rig: Rig) -> None:
    accounts = with_factors(rig, are_required=True)
    await accounts.add_staff(EMAIL, password=PASSWORD)
    code = str(int(rig.clock.now().timestamp()) // 60)

    staff = await accounts.verify(await accounts.sign_in(EMAIL, PASSWORD, address=HERE))
    assert accounts.lacks_factor(staff)
    with pytest.raises(SignInRefused):
        await accounts.set_own_factor(staff, "SECRET", "0")
    token = await accounts.set_own_factor(staff, "SECRET", code)

    equipped = await accounts.verify(token)
    assert not accounts.lacks_factor(equipped)
    with pytest.raises(SecondFactorKept):
        await accounts.remove_own_factor(equipped)
    assert not with_factors(rig).lacks_factor(staff)


async def test_a_new_password_ends_all_sessions_but_the_one_it_begins(rig: Rig) -> None:
    await rig.accounts.add_staff(EMAIL, password=PASSWORD)
    old = await rig.accounts.sign_in(EMAIL, PASSWORD, address=HERE)
    staff = await rig.accounts.verify(old)

    with pytest.raises(SignInRefused):
        await rig.accounts.confirm(staff, "another password", address=HERE)
    await rig.accounts.confirm(staff, PASSWORD, address=HERE)
    token = await rig.accounts.set_own_password(staff, "quite another password")

    with pytest.raises(NotSignedIn):
        await rig.accounts.verify(old)
    assert (await rig.accounts.verify(token)).email == EMAIL


async def test_the_second_factor_cannot_be_guessed(rig: Rig) -> None:
    accounts = with_factors(rig)
    await accounts.add_staff(EMAIL, password=PASSWORD)
    await accounts.new_totp(EMAIL)
    for _ in range(STAFF.per_account_max):
        with pytest.raises(SignInRefused):
            await accounts.sign_in(EMAIL, PASSWORD, address=HERE, code="0")

    with pytest.raises(TooManySignIns):
        await accounts.sign_in(EMAIL, PASSWORD, address=HERE, code="0")
