"""What the adapter sends again by itself."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.helpers.payment import BASE, SECRET_KEY, WEBHOOK_SECRET, CountingIds, ManualClock

from vivamarket.adapters.stripe import StripeGateway
from vivamarket.adapters.stripe.transport import TransportFailed
from vivamarket.payments.errors import GatewayBusy, GatewayUnavailable

CALLS = 100


class DeadTransport:
    """Nobody is there."""

    def __init__(self, *, timed_out: bool = False) -> None:
        self.sent = 0
        self._timed_out = timed_out

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[bytes, int, Mapping[str, str]]:
        self.sent += 1
        raise TransportFailed("nobody is there", timed_out=self._timed_out)

    async def close(self) -> None:
        pass


class AnsweringTransport(DeadTransport):
    """Somebody is there and answers with a status of an error."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self._status = status

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[bytes, int, Mapping[str, str]]:
        self.sent += 1
        return b'{"error": {"type": "api_error", "message": "no"}}', self._status, {}


def gateway(transport: DeadTransport) -> StripeGateway:
    return StripeGateway(
        api_base=BASE,
        secret_key=SECRET_KEY,
        webhook_secret=WEBHOOK_SECRET,
        clock=ManualClock(),
        ids=CountingIds(),
        transport=transport,
    )


class BreakingTransport(AnsweringTransport):
    """The provider lives, and every kept connection turns out to be broken at its next use."""

    def __init__(self) -> None:
        super().__init__(429)
        self._is_broken = False

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[bytes, int, Mapping[str, str]]:
        self._is_broken = not self._is_broken
        if self._is_broken:
            self.sent += 1
            raise TransportFailed("the connection was closed")
        return await super().request(method, url, headers, body)


async def test_broken_connections_are_repeated_within_a_budget() -> None:
    transport = BreakingTransport()
    living = gateway(transport)
    answered = 0

    for _ in range(CALLS):
        try:
            await living.retrieve("cs_1")
        except GatewayBusy:
            answered += 1
        except GatewayUnavailable:
            continue

    assert 10 <= transport.sent - CALLS <= CALLS // 10 + 10
    assert answered >= transport.sent - CALLS


async def test_who_was_not_answered_the_last_time_is_not_asked_twice() -> None:
    transport = DeadTransport()
    dead = gateway(transport)

    for _ in range(CALLS):
        with pytest.raises(GatewayUnavailable):
            await dead.retrieve("cs_1")

    assert transport.sent == CALLS + 1


async def test_what_timed_out_is_not_repeated() -> None:
    transport = DeadTransport(timed_out=True)

    with pytest.raises(GatewayUnavailable):
        await gateway(transport).retrieve("cs_1")

    assert transport.sent == 1


@pytest.mark.parametrize("status", [409, 429])
async def test_a_provider_that_asks_to_wait_is_busy_not_dead(status: int) -> None:
    transport = AnsweringTransport(status)

    with pytest.raises(GatewayBusy) as busy:
        await gateway(transport).retrieve("cs_1")

    assert (transport.sent, busy.value.retry_after_seconds) == (1, 1)


async def test_a_failure_of_the_provider_is_not_repeated() -> None:
    transport = AnsweringTransport(500)

    with pytest.raises(GatewayUnavailable) as failure:
        await gateway(transport).retrieve("cs_1")

    assert transport.sent == 1
    assert not isinstance(failure.value, GatewayBusy)
