"""The official ``stripe`` library on our transport, clock and timeouts.

Importing the library takes about 0.2–0.4 s, so this module is imported at the first call, or ahead of it
by ``StripeGateway.warm``.
"""

from __future__ import annotations

from collections.abc import Mapping

import stripe

from vivamarket.adapters.stripe.transport import Transport, TransportFailed
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import IdSource
from vivamarket.kernel.retries import RetryBudget, jittered

REPEAT_DELAY_SECONDS_MAX = 0.2

# The library reports timings of earlier calls to Stripe unless told not to; the shop sends no telemetry.
stripe.enable_telemetry = False


class _Http(stripe.HTTPClient):
    """The library's way to the network: our transport, and at most one repeat of a broken connection.

    The library's own retries are off: they would also repeat timeouts and 5xx answers and so outlast the
    caller's patience. One repeat is safe, for every POST carries an idempotency key. It is for a connection
    that broke while the provider lives, so it is made only when the last call was answered: a provider that
    is gone is not asked twice, and who finds out that it still is does not wait for a repeat. A budget keeps
    the repeats of a process to a tenth of its calls all the same.
    """

    name = "vivamarket"

    def __init__(self, transport: Transport, clock: Clock, ids: IdSource) -> None:
        super().__init__()
        self._transport = transport
        self._clock = clock
        self._ids = ids
        self._repeats = RetryBudget()
        self._is_answered = True

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send one request."""
        body = post_data.encode() if post_data else b""
        self._repeats.earn()
        try:
            return await self._sent(method.upper(), url, headers, body)
        except TransportFailed as failure:
            raise stripe.APIConnectionError(  # type: ignore[no-untyped-call]  # the library leaves it untyped
                str(failure), should_retry=False
            ) from failure

    async def _sent(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[bytes, int, Mapping[str, str]]:
        try:
            return await self._answered(method, url, headers, body)
        except TransportFailed as failure:
            if failure.timed_out or not self._is_answered or not self._repeats.spend():
                self._is_answered = False
                raise
        self._is_answered = False
        await self._clock.sleep(jittered(REPEAT_DELAY_SECONDS_MAX, self._ids))
        return await self._answered(method, url, headers, body)

    async def _answered(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[bytes, int, Mapping[str, str]]:
        answer = await self._transport.request(method, url, headers, body)
        self._is_answered = True
        return answer


def create_client(
    api_base: str, secret_key: str, transport: Transport, *, clock: Clock, ids: IdSource
) -> stripe.StripeClient:
    """Return a client of the API at ``api_base`` (without ``/v1``)."""
    return stripe.StripeClient(
        secret_key,
        base_addresses={"api": api_base},
        http_client=_Http(transport, clock, ids),
        max_network_retries=0,
    )
