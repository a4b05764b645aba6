"""A circuit breaker around the payment provider: what is known to be dead is not waited for again."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import structlog

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import IdSource, PaymentId
from vivamarket.kernel.paging import Page
from vivamarket.kernel.retries import jittered
from vivamarket.payments.errors import GatewayBusy, GatewayUnavailable
from vivamarket.payments.model import (
    Payment,
    ProviderDispute,
    ProviderEvent,
    ProviderPayment,
    ProviderRefund,
    Refund,
    SessionRequest,
)
from vivamarket.payments.ports import PaymentGateway
from vivamarket.payments.statement import ProviderStatement

T = TypeVar("T")

#: So many calls in a row without an answer open the circuit.
FAILURES_MAX = 5
#: How long an open circuit asks nobody; twice as long after each probe that failed, jittered.
WAIT_SECONDS_FIRST = 1.0
#: Short enough for the repairs: an order put off by an open circuit is settled within two of their rounds.
WAIT_SECONDS_MAX = 10.0
#: Who is refused is told to come 0, 1 or 2 s after the next probe, in turn, so that not all come together.
SPREAD_SECONDS = 3
#: So that the shopper has the refusal within the 6 s that the port promises, also where one call of the port
#: is several to the provider.
CALL_TIMEOUT_SECONDS = 5.5

_log = structlog.get_logger("vivamarket.payments")


class CircuitBreaker:
    """Counts calls that got no answer. Closed: all pass. Open: none. Then one probe at a time decides.

    Calls that began before the circuit last opened or closed say nothing about the present and are not
    counted. One breaker belongs to one process; processes find out by themselves.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        ids: IdSource,
        failures_max: int = FAILURES_MAX,
        wait_seconds_first: float = WAIT_SECONDS_FIRST,
        wait_seconds_max: float = WAIT_SECONDS_MAX,
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._failures_max = failures_max
        self._wait_seconds_first = wait_seconds_first
        self._wait_seconds_max = wait_seconds_max
        self._failures = 0
        self._era = 0
        self._wait_seconds = wait_seconds_first
        #: When the next probe may go; None while the circuit is closed.
        self._probe_at: float | None = None
        self._probing = False
        self._refused = 0

    @property
    def is_open(self) -> bool:
        """Return whether calls are refused, probes aside."""
        return self._probe_at is not None

    def enter(self) -> int:
        """Let a call pass and return its era, to be told with its outcome.

        Raise ``GatewayUnavailable`` at once while the circuit is open or its probe is under way.
        """
        if self._probe_at is not None:
            left_seconds = self._probe_at - self._clock.monotonic()
            if self._probing or left_seconds > 0:
                later_seconds = self._refused % SPREAD_SECONDS
                self._refused += 1
                raise GatewayUnavailable(
                    "The payment provider does not answer at this moment; nothing was charged.",
                    retry_after_seconds=max(1, math.ceil(left_seconds)) + later_seconds,
                )
            self._probing = True
        return self._era

    def answered(self, era: int) -> None:
        """The provider answered, be it with a refusal: it lives."""
        if era != self._era:
            return
        self._failures = 0
        if self._probe_at is not None:
            self._era += 1
            self._probe_at, self._probing = None, False
            self._wait_seconds = self._wait_seconds_first
            _log.warning("payment_circuit_closed")

    def failed(self, era: int) -> None:
        """No answer came."""
        if era != self._era:
            return
        self._failures += 1
        if self._probe_at is not None:
            self._wait_seconds = min(2 * self._wait_seconds, self._wait_seconds_max)
        elif self._failures < self._failures_max:
            return
        self._era += 1
        wait_seconds = jittered(self._wait_seconds, self._ids)
        self._probe_at, self._probing = self._clock.monotonic() + wait_seconds, False
        _log.warning("payment_circuit_open", failures=self._failures, wait_seconds=round(wait_seconds, 2))

    def left(self, era: int) -> None:
        """The caller went away before there was an outcome; a probe may be sent again."""
        if era == self._era:
            self._probing = False


class GuardedGateway:
    """A ``PaymentGateway`` that keeps all promises of the one inside, and answers at once while it is dead.

    Only calls without an answer count (``GatewayUnavailable``); refusals are answers, and so is
    ``GatewayBusy``. No call but the two searches lasts longer than ``CALL_TIMEOUT_SECONDS``.
    """

    def __init__(self, gateway: PaymentGateway, circuit: CircuitBreaker) -> None:
        self._gateway = gateway
        self._circuit = circuit

    async def create_session(self, request: SessionRequest, idempotency_key: str) -> ProviderPayment:
        """See ``PaymentGateway``."""
        return await self._guarded(lambda: self._gateway.create_session(request, idempotency_key))

    async def retrieve(self, provider_ref: str) -> ProviderPayment:
        """See ``PaymentGateway``."""
        return await self._guarded(lambda: self._gateway.retrieve(provider_ref))

    async def find(self, payment_id: PaymentId, since: datetime) -> ProviderPayment | None:
        """See ``PaymentGateway``. As slow as it must be."""
        return await self._guarded(lambda: self._gateway.find(payment_id, since), timeout_seconds=None)

    async def look_up(self, provider_ref: str) -> ProviderPayment:
        """See ``PaymentGateway``."""
        return await self._guarded(lambda: self._gateway.look_up(provider_ref))

    async def cancel(self, provider_ref: str) -> ProviderPayment:
        """See ``PaymentGateway``."""
        return await self._guarded(lambda: self._gateway.cancel(provider_ref))

    async def capture(self, provider_ref: str, idempotency_key: str) -> ProviderPayment:
        """See ``PaymentGateway``."""
        return await self._guarded(lambda: self._gateway.capture(provider_ref, idempotency_key))

    async def refund(self, payment: Payment, refund: Refund, idempotency_key: str) -> ProviderRefund:
        """See ``PaymentGateway``."""
        return await self._guarded(lambda: self._gateway.refund(payment, refund, idempotency_key))

    async def retrieve_refund(self, provider_ref: str) -> ProviderRefund:
        """See ``PaymentGateway``."""
        return await self._guarded(lambda: self._gateway.retrieve_refund(provider_ref))

    async def find_refund(self, payment: Payment, refund: Refund) -> ProviderRefund | None:
        """See ``PaymentGateway``. As slow as it must be."""
        return await self._guarded(lambda: self._gateway.find_refund(payment, refund), timeout_seconds=None)

    async def disputes(self, payment: Payment) -> tuple[ProviderDispute, ...]:
        """See ``PaymentGateway``."""
        return await self._guarded(lambda: self._gateway.disputes(payment))

    async def list_payments(self, since: datetime, cursor: str | None, limit: int) -> Page[ProviderStatement]:
        """See ``PaymentGateway``. As slow as it must be."""
        return await self._guarded(
            lambda: self._gateway.list_payments(since, cursor, limit), timeout_seconds=None
        )

    async def statement(self, provider_payment_ref: str) -> ProviderStatement:
        """See ``PaymentGateway``."""
        return await self._guarded(lambda: self._gateway.statement(provider_payment_ref))

    def read_event(self, body: bytes, signature: str, now: datetime) -> ProviderEvent:
        """See ``PaymentGateway``. Asks nobody, so it works while the circuit is open."""
        return self._gateway.read_event(body, signature, now)

    async def _guarded(
        self, call: Callable[[], Awaitable[T]], *, timeout_seconds: float | None = CALL_TIMEOUT_SECONDS
    ) -> T:
        era = self._circuit.enter()
        try:
            answer = await _within(timeout_seconds, call)
        except GatewayBusy:
            self._circuit.answered(era)
            raise
        except GatewayUnavailable:
            self._circuit.failed(era)
            raise
        except DomainError:
            self._circuit.answered(era)
            raise
        except BaseException:
            self._circuit.left(era)
            raise
        self._circuit.answered(era)
        return answer


async def _within(seconds: float | None, call: Callable[[], Awaitable[T]]) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await call()
    except TimeoutError as error:
        raise GatewayUnavailable("The payment provider is too slow.") from error
