"""What a shop's customers notice of their passwords moving into a pool: nothing, also while it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.identity import (
    EMAIL,
    HOME,
    NEW_PASSWORD,
    PARTY,
    PASSWORD,
    IdentityHouse,
    IdentityStores,
    memory_stores,
    postgres_stores,
)
from tests.helpers.passkeys import Device

from vivamarket.accounts.identity.errors import SignInFailed
from vivamarket.accounts.identity.letters import LetterKind
from vivamarket.accounts.identity.limits import PASSWORDS
from vivamarket.accounts.identity.model import SecondStep, SignedIn
from vivamarket.accounts.ports import PasswordPool
from vivamarket.adapters.memory.password_pool import MemoryPasswordPool
from vivamarket.kernel.errors import Unavailable

if TYPE_CHECKING:
    from tests.helpers.cloud import Cloud


@pytest.fixture(params=["postgres to cognito", "memory to memory"])
def stores(request: pytest.FixtureRequest, clock: StillClock) -> IdentityStores:
    """The records, which stay where they are."""
    if "postgres" in request.param:
        return postgres_stores(request.getfixturevalue("pool"))
    return memory_stores(clock)


@pytest.fixture
def before(stores: IdentityStores, clock: StillClock) -> IdentityHouse:
    """The shop that keeps passwords itself."""
    return IdentityHouse(stores, clock)


@pytest.fixture
def after(request: pytest.FixtureRequest, stores: IdentityStores, clock: StillClock) -> IdentityHouse:
    """The same shop with a pool."""
    if "cognito" in request.node.name:
        cloud: Cloud = request.getfixturevalue("cloud")
        return IdentityHouse(stores, clock, cloud.customer_passwords)
    return IdentityHouse(stores, clock, MemoryPasswordPool())


async def kept(house: IdentityHouse) -> str:
    """Return what the record keeps of the customer's password."""
    customer = await house.stores.customers.by_email(EMAIL)
    assert customer is not None
    return customer.password_hash


async def test_sessions_go_on_and_the_next_sign_in_moves_the_password(
    before: IdentityHouse, after: IdentityHouse
) -> None:
    joined = await before.joined()
    assert (await after.caller(joined)).customer.email == EMAIL
    with pytest.raises(SignInFailed):
        await after.provider.sign_in(EMAIL, NEW_PASSWORD, address=HOME)
    assert not (await kept(after)).startswith("pool:")

    for _ in range(2):
        assert isinstance(await after.provider.sign_in(EMAIL, PASSWORD, address=HOME), SignedIn)

    assert (await kept(after)).startswith("pool:")
    assert (await after.caller(joined)).customer.email == EMAIL
    with pytest.raises(SignInFailed):
        await after.provider.sign_in(EMAIL, NEW_PASSWORD, address=HOME)


async def test_second_factor_and_passkey_come_along(before: IdentityHouse, after: IdentityHouse) -> None:
    signed_in, shown = await before.with_totp()
    caller, device = await before.caller(signed_in), Device(PARTY)
    wish = await before.provider.passkeys.begin(caller, PASSWORD, address=HOME)
    made = device.make(wish.challenge, wish.customer_id.encode())
    await before.provider.passkeys.finish(caller, wish.challenge, made, name="Phone")
    after.clock.time += PASSWORDS.window

    step = await after.provider.sign_in(EMAIL, PASSWORD, address=HOME)
    assert isinstance(step, SecondStep)
    assert (await after.provider.second_step(step.challenge, shown(), address=HOME)).customer.email == EMAIL
    device.sign_count += 1
    question = await after.provider.passkeys.ask(address=HOME)
    entered = await after.provider.passkeys.sign_in(question.challenge, device.answer(question.challenge))

    assert entered.customer.email == EMAIL


async def test_whoever_never_came_gets_in_by_a_reset(before: IdentityHouse, after: IdentityHouse) -> None:
    await before.joined()
    assert await after.stores.customers.forget_hashes(10) == 1
    with pytest.raises(SignInFailed):
        await after.provider.sign_in(EMAIL, PASSWORD, address=HOME)

    await after.provider.begin_reset(EMAIL, address=HOME)
    code = await after.code(LetterKind.RESET)
    await after.provider.finish_reset(EMAIL, code, NEW_PASSWORD, address=HOME)

    assert isinstance(await after.provider.sign_in(EMAIL, NEW_PASSWORD, address=HOME), SignedIn)
    assert (await kept(after)).startswith("pool:")


class LamePool(MemoryPasswordPool):
    """A pool of which a test says what it does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = True
        self.takes = True

    async def matches(self, holder_id: str, password: str) -> bool:
        if not self.answers:
            raise Unavailable("away")
        return await super().matches(holder_id, password)

    async def keep(self, holder_id: str, password: str) -> bool:
        if not self.takes:
            raise Unavailable("away")
        return await super().keep(holder_id, password)


@pytest.fixture
def lame() -> LamePool:
    return LamePool()


def house_with(pool: PasswordPool, stores: IdentityStores, clock: StillClock) -> IdentityHouse:
    return IdentityHouse(stores, clock, pool)


async def test_an_account_begins_while_the_pool_takes_nothing(
    lame: LamePool, stores: IdentityStores, clock: StillClock
) -> None:
    lame.takes = False
    house = house_with(lame, stores, clock)
    await house.joined()
    assert isinstance(await house.provider.sign_in(EMAIL, PASSWORD, address=HOME), SignedIn)
    assert not (await kept(house)).startswith("pool:")

    lame.takes = True
    await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)

    assert (await kept(house)).startswith("pool:")


async def test_a_new_password_ends_the_old_one_while_the_pool_takes_nothing(
    lame: LamePool, stores: IdentityStores, clock: StillClock
) -> None:
    house = house_with(lame, stores, clock)
    caller = await house.caller(await house.joined())
    lame.takes = False

    await house.provider.change_password(caller, PASSWORD, NEW_PASSWORD, address=HOME)

    with pytest.raises(SignInFailed):
        await house.provider.sign_in(EMAIL, PASSWORD, address=HOME)
    assert isinstance(await house.provider.sign_in(EMAIL, NEW_PASSWORD, address=HOME), SignedIn)


async def test_while_the_pool_is_away_nobody_signs_in_or_is_locked_out_and_sessions_go_on(
    lame: LamePool, stores: IdentityStores, clock: StillClock
) -> None:
    house = house_with(lame, stores, clock)
    joined = await house.joined()
    lame.answers = False
    for email in (EMAIL, "stranger@example.com"):
        for _ in range(PASSWORDS.per_account_max + 1):
            with pytest.raises(Unavailable):
                await house.provider.sign_in(email, PASSWORD, address=HOME)
    assert (await house.provider.refresh(joined.refresh_token)).customer.email == EMAIL

    lame.answers = True

    assert isinstance(await house.provider.sign_in(EMAIL, PASSWORD, address=HOME), SignedIn)
