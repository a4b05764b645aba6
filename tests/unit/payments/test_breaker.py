"""When the provider dies, when it comes back, and what meanwhile does not count."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from tests.helpers.catalog import CountedIds, StillClock
from tests.helpers.provider import LittleProvider, fails

from vivamarket.kernel.ids import PaymentId
from vivamarket.payments.breaker import (
    FAILURES_MAX,
    WAIT_SECONDS_FIRST,
    WAIT_SECONDS_MAX,
    CircuitBreaker,
    GuardedGateway,
)
from vivamarket.payments.errors import GatewayBusy, GatewayUnavailable, ProviderRecordNotFound

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Guarded:
    """A provider that can be killed, behind a breaker."""

    def __init__(self) -> None:
        self.clock = StillClock()
        self.provider = LittleProvider()
        self.circuit = CircuitBreaker(clock=self.clock, ids=CountedIds())
        self.gateway = GuardedGateway(self.provider, self.circuit)

    async def call(self) -> None:
        """Ask for a session that does not exist: any answer is a refusal, and a sign of life."""
        try:
            await self.gateway.retrieve("cs_none")
        except ProviderRecordNotFound:
            return

    async def fail(self, times: int) -> None:
        for _ in range(times):
            with pytest.raises(GatewayUnavailable):
                await self.call()

    def kill(self, error: Callable[[str], BaseException] = GatewayUnavailable) -> None:
        self.provider.before = fails({"retrieve": 1_000_000}, error)

    def revive(self) -> None:
        self.provider.before = lambda call: None

    @property
    def asked(self) -> int:
        return self.provider.calls["retrieve"]


@pytest.fixture
def guarded() -> Guarded:
    return Guarded()


async def test_a_dead_provider_is_asked_a_few_times_and_then_no_more(guarded: Guarded) -> None:
    guarded.kill()

    await guarded.fail(FAILURES_MAX + 20)

    assert guarded.asked == FAILURES_MAX
    assert guarded.circuit.is_open


async def test_the_refusal_says_when_to_come_back(guarded: Guarded) -> None:
    guarded.kill()
    await guarded.fail(FAILURES_MAX)

    with pytest.raises(GatewayUnavailable) as refusal:
        await guarded.call()

    assert refusal.value.retry_after_seconds == 1


async def test_who_is_refused_at_the_same_time_comes_back_spread_out(guarded: Guarded) -> None:
    guarded.kill()
    await guarded.fail(FAILURES_MAX)

    told: list[float | None] = []
    for _ in range(6):
        with pytest.raises(GatewayUnavailable) as refusal:
            await guarded.call()
        told.append(refusal.value.retry_after_seconds)

    assert told == [1, 2, 3, 1, 2, 3]


async def test_failures_that_answers_interrupt_never_open_the_circuit(guarded: Guarded) -> None:
    for _ in range(10):
        guarded.kill()
        await guarded.fail(FAILURES_MAX - 1)
        guarded.revive()
        await guarded.call()

    assert not guarded.circuit.is_open


@pytest.mark.parametrize("error", [ProviderRecordNotFound, GatewayBusy])
async def test_refusals_and_a_busy_provider_are_signs_of_life(
    guarded: Guarded, error: Callable[[str], BaseException]
) -> None:
    guarded.kill(error)
    for _ in range(FAILURES_MAX * 3):
        with pytest.raises((ProviderRecordNotFound, GatewayBusy)):
            await guarded.gateway.retrieve("cs_none")

    assert not guarded.circuit.is_open


async def test_after_the_wait_one_call_probes_and_its_answer_opens_the_way_for_all(guarded: Guarded) -> None:
    guarded.kill()
    await guarded.fail(FAILURES_MAX)
    guarded.revive()

    await guarded.fail(1)
    await guarded.clock.sleep(WAIT_SECONDS_FIRST)
    await guarded.call()
    await guarded.call()

    assert not guarded.circuit.is_open
    assert guarded.asked == FAILURES_MAX + 2


async def test_waits_grow_with_every_failed_probe_up_to_a_limit_and_start_over_after_an_answer(
    guarded: Guarded,
) -> None:
    guarded.kill()
    await guarded.fail(FAILURES_MAX)
    waits = [await seconds_until_probe(guarded) for _ in range(8)]
    guarded.revive()
    await seconds_until_probe(guarded)
    guarded.kill()
    await guarded.fail(FAILURES_MAX)

    assert all(half(wait, limit) for wait, limit in zip(waits, [1, 2, 4, 8, 10, 10, 10, 10], strict=True))
    assert half(await seconds_until_probe(guarded), WAIT_SECONDS_FIRST)


async def test_while_one_probes_all_others_are_refused_at_once(guarded: Guarded) -> None:
    guarded.kill()
    await guarded.fail(FAILURES_MAX)
    await guarded.clock.sleep(WAIT_SECONDS_FIRST)
    answer = asyncio.Event()
    slow = GuardedGateway(Waiting(answer), guarded.circuit)

    probe = asyncio.gather(*(slow.retrieve("cs_1") for _ in range(64)), return_exceptions=True)
    await asyncio.sleep(0)
    answer.set()
    results = await probe

    assert sum(isinstance(each, ProviderRecordNotFound) for each in results) == 1
    assert sum(isinstance(each, GatewayUnavailable) for each in results) == 63
    assert not guarded.circuit.is_open


async def test_a_probe_whose_caller_goes_away_lets_the_next_one_probe(guarded: Guarded) -> None:
    guarded.kill()
    await guarded.fail(FAILURES_MAX)
    await guarded.clock.sleep(WAIT_SECONDS_FIRST)
    probe = asyncio.gather(GuardedGateway(Waiting(asyncio.Event()), guarded.circuit).retrieve("cs_1"))
    await asyncio.sleep(0)

    probe.cancel()
    await asyncio.gather(probe, return_exceptions=True)
    guarded.revive()
    await guarded.call()

    assert not guarded.circuit.is_open


async def test_a_call_from_before_the_outage_says_nothing_about_the_present(guarded: Guarded) -> None:
    answer = asyncio.Event()
    early = asyncio.gather(
        GuardedGateway(Waiting(answer), guarded.circuit).retrieve("cs_1"), return_exceptions=True
    )
    await asyncio.sleep(0)
    guarded.kill()
    await guarded.fail(FAILURES_MAX)

    answer.set()
    await early

    assert guarded.circuit.is_open


async def test_webhooks_are_read_while_the_circuit_is_open(guarded: Guarded) -> None:
    guarded.kill()
    await guarded.fail(FAILURES_MAX)
    body = guarded.provider.event("evt_1", PaymentId("pay-1"), LONG_AGO)

    assert guarded.gateway.read_event(body, "signed", LONG_AGO).event_id == "evt_1"


class Waiting(LittleProvider):
    """Answers when it is told to, and then knows no such session."""

    def __init__(self, answer: asyncio.Event) -> None:
        super().__init__()
        self._answer = answer

    async def retrieve(self, provider_ref: str):
        await self._answer.wait()
        return await super().retrieve(provider_ref)


async def seconds_until_probe(guarded: Guarded) -> float:
    """Let time pass in small steps until a call gets through to the provider."""
    before, waited = guarded.asked, 0.0
    while guarded.asked == before:
        await guarded.clock.sleep(0.05)
        waited += 0.05
        try:
            await guarded.call()
        except GatewayUnavailable:
            assert waited <= WAIT_SECONDS_MAX + 0.1
    return waited


def half(wait: float, limit: float) -> bool:
    """Return whether the wait is between half the limit and the limit."""
    return limit / 2 - 0.06 <= wait <= limit + 0.06
