"""The identity provider with a real Valkey in front of PostgreSQL, which is killed in the middle."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from tests.helpers.catalog import NOON, CountedIds, StillClock
from tests.helpers.identity import EMAIL, HOME, NEW_PASSWORD, PASSWORD, IdentityHouse, copied_stores
from tests.helpers.valkey import ValkeyProcess

from vivamarket.accounts.identity.errors import NotAccepted, SignInFailed, TooManyAttempts
from vivamarket.accounts.identity.limits import PASSWORDS, WINDOW_MAX
from vivamarket.accounts.identity.model import SignedIn
from vivamarket.adapters.valkey.attempts import ValkeyAttemptStore
from vivamarket.adapters.valkey.server import PAUSE_SECONDS, ValkeyServer
from vivamarket.adapters.valkey.sessions import ValkeySessionCopy
from vivamarket.bootstrap.quick import attempts_in
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import uuid7


class Rig:
    def __init__(
        self, process: ValkeyProcess, valkey: ValkeyServer, valkey_clock: StillClock, pool: asyncpg.Pool
    ) -> None:
        self.process = process
        self.clock = StillClock()
        #: The pauses after an outage are measured by a clock of their own, so that windows stand still.
        self.valkey_clock = valkey_clock
        self.house = IdentityHouse(copied_stores(pool, valkey, self.clock), self.clock)
        self.provider = self.house.provider

    async def sign_in(self, password: str = PASSWORD) -> SignedIn:
        entry = await self.provider.sign_in(EMAIL, password, address=HOME)
        assert isinstance(entry, SignedIn)
        return entry

    def ask_valkey_again(self) -> None:
        """Let the pause after an outage pass."""
        self.valkey_clock.time += timedelta(seconds=PAUSE_SECONDS)

    async def guess_until_locked(self) -> int:
        """Return how many wrong passwords were listened to."""
        for tried in range(PASSWORDS.per_account_max + 1):
            try:
                await self.sign_in(NEW_PASSWORD)
            except SignInFailed:
                continue
            except TooManyAttempts:
                return tried
        raise AssertionError("nothing stops whoever guesses")


@pytest.fixture
def rig(
    valkey_process: ValkeyProcess, valkey: ValkeyServer, valkey_clock: StillClock, pool: asyncpg.Pool
) -> Rig:
    return Rig(valkey_process, valkey, valkey_clock, pool)


async def test_losing_valkey_signs_nobody_out_and_stops_nobody(rig: Rig) -> None:
    before = await rig.house.joined()
    await rig.provider.verify(before.access_token)

    rig.process.kill()

    assert (await rig.provider.verify(before.access_token)).customer.email == EMAIL
    during = await rig.sign_in()
    refreshed = await rig.provider.refresh(before.refresh_token)
    await rig.provider.sign_out(await rig.house.caller(during), everywhere=False)
    with pytest.raises(NotAccepted):
        await rig.provider.verify(during.access_token)
    assert (await rig.provider.verify(refreshed.access_token)).customer.email == EMAIL


async def test_limits_hold_while_valkey_is_away_and_when_it_is_back(rig: Rig) -> None:
    await rig.house.joined()
    assert await rig.guess_until_locked() == PASSWORDS.per_account_max

    rig.process.kill()
    assert await rig.guess_until_locked() == PASSWORDS.per_account_max

    rig.process.start()
    rig.ask_valkey_again()
    assert await rig.guess_until_locked() == PASSWORDS.per_account_max


async def test_a_valkey_that_is_back_is_used_again(rig: Rig, valkey: ValkeyServer) -> None:
    copy = ValkeySessionCopy(valkey)
    rig.process.kill()
    with pytest.raises(Unavailable):
        await copy.get(uuid7(1, 1))
    rig.process.start()

    with pytest.raises(Unavailable):
        await copy.get(uuid7(1, 1))
    rig.ask_valkey_again()

    assert await copy.get(uuid7(1, 1)) is None


async def test_a_restart_between_two_questions_is_no_outage(rig: Rig, valkey: ValkeyServer) -> None:
    attempts = ValkeyAttemptStore(valkey)
    await attempts.begin("first", (b"k",), NOON, NOON)
    rig.process.kill()
    rig.process.start()

    assert await attempts.begin("second", (b"k",), NOON, NOON) == (1,)


async def test_a_shop_with_valkey_counts_there_and_one_without_in_its_database(
    rig: Rig, valkey: ValkeyServer, pool: asyncpg.Pool
) -> None:
    await attempts_in(pool, valkey, rig.clock, CountedIds()).count(PASSWORDS, EMAIL, HOME)
    assert rig.process.keys() > 0
    assert await pool.fetchval("SELECT count(*) FROM identity_attempt") == 0

    await attempts_in(pool, None, rig.clock, CountedIds()).count(PASSWORDS, EMAIL, HOME)
    assert await pool.fetchval("SELECT count(*) FROM identity_attempt") == 2


async def test_nothing_stays_in_valkey_for_ever(rig: Rig) -> None:
    signed_in = await rig.house.joined()
    caller = await rig.provider.verify(signed_in.access_token)
    with pytest.raises(SignInFailed):
        await rig.sign_in(NEW_PASSWORD)
    await rig.provider.sign_out(caller, everywhere=False)

    assert rig.process.keys() > 3
    assert rig.process.keys_without_end() == []


async def test_what_is_forgotten_or_struck_leaves_no_key(rig: Rig, valkey: ValkeyServer) -> None:
    attempts = ValkeyAttemptStore(valkey)
    await asyncio.gather(
        *(attempts.begin(f"attempt-{n}", (b"account", b"address"), NOON, NOON) for n in range(4))
    )

    await attempts.strike("attempt-0")
    await attempts.forgive("attempt-1", b"account")
    assert await attempts.count((b"account", b"address"), NOON) == (0, 2)
    assert await attempts.forget(NOON + WINDOW_MAX, 100) == 2

    assert rig.process.keys() == 0
