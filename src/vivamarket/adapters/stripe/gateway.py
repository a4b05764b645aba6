"""``PaymentGateway`` by Checkout Sessions: the hosted page takes the card, we never see it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

import structlog

from vivamarket.adapters.stripe.reading import (
    ORDER_KEY,
    PAYMENT_KEY,
    REFUND_KEY,
    metadata_value,
    read_dispute,
    read_refund,
    read_session,
    read_statement,
)
from vivamarket.adapters.stripe.transport import HttpTransport, Transport
from vivamarket.kernel.clock import CLOCK_AHEAD_SECONDS, Clock
from vivamarket.kernel.ids import IdSource, PaymentId
from vivamarket.kernel.paging import Page
from vivamarket.payments.errors import (
    AlreadySucceeded,
    GatewayBusy,
    GatewayRefused,
    GatewayUnavailable,
    ProviderRecordNotFound,
    StillProcessing,
)
from vivamarket.payments.model import (
    Payment,
    ProviderDispute,
    ProviderEvent,
    ProviderPayment,
    ProviderRefund,
    ProviderStatus,
    Refund,
    SessionRequest,
)
from vivamarket.payments.ports import PROVIDER_KEY_RETENTION_HOURS
from vivamarket.payments.statement import ProviderStatement

if TYPE_CHECKING:
    import stripe
    from stripe.checkout import Session
    from stripe.params import PaymentIntentListParams
    from stripe.params.checkout import (
        SessionCreateParams,
        SessionCreateParamsLineItem,
        SessionListParams,
    )

T = TypeVar("T")

#: What the shop asks to be told; more is not needed, each of them makes it read the session again.
WEBHOOK_EVENTS = (
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "payment_intent.canceled",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
CALL_TIMEOUT_SECONDS = 6.0
#: Stripe wants a session to live half an hour at least, our hold on the stock is shorter.
#: The languages of Stripe's hosted page; in any other shop language it goes by the browser's.
#: https://docs.stripe.com/js/appendix/supported_locales
HOSTED_PAGE_LOCALES = frozenset(
    {
        "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr",
        "fr-CA", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl",
        "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
    }
)  # fmt: skip
SESSION_LIFE_ADDED = timedelta(minutes=31)
FIND_PAGE_SIZE = 100
#: Of each part of the time in which a session may have been made: 10,000 sessions.
FIND_PAGES_MAX = 100
#: Mostly a session was made at once, so the first hour is looked through before the rest of the time.
FIND_SOON = timedelta(hours=1)
SESSION_NAME_PREFIX = "cs_"
LINES_MAX = 100
NAME_LENGTH_MAX = 250
_EXPAND = ["payment_intent.latest_charge"]
_RETRY_AFTER_SECONDS = 5
_BUSY_RETRY_AFTER_SECONDS = 1
#: A wrong, expired or restricted key says nothing about the payment, and somebody will mend it.
_NOT_ADMITTED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})

_log = structlog.get_logger("vivamarket.payments")


class StripeGateway:
    """Payments through Stripe's API at ``api_base``; which Stripe that is, it does not know."""

    def __init__(
        self,
        *,
        api_base: str,
        secret_key: str,
        webhook_secret: str,
        clock: Clock,
        ids: IdSource,
        transport: Transport | None = None,
    ) -> None:
        """``api_base`` has no trailing ``/v1``; ``transport`` defaults to HTTP."""
        self._api_base = api_base.rstrip("/")
        self._secret_key = secret_key
        self._webhook_secret = webhook_secret
        self._clock = clock
        self._ids = ids
        self._transport = transport
        self._client: stripe.StripeClient | None = None

    async def warm(self) -> None:
        """Import the library in a thread, so that the first shopper does not wait for it."""
        await asyncio.to_thread(self._stripe)

    async def close(self) -> None:
        """Close the connections."""
        if self._transport is not None:
            await self._transport.close()

    async def create_session(self, request: SessionRequest, idempotency_key: str) -> ProviderPayment:
        """See ``PaymentGateway``."""
        session = await self._call(
            lambda client: client.v1.checkout.sessions.create_async(
                _session_params(request), {"idempotency_key": idempotency_key}
            )
        )
        return read_session(session)

    async def retrieve(self, provider_ref: str) -> ProviderPayment:
        """See ``PaymentGateway``."""
        session = await self._call(
            lambda client: client.v1.checkout.sessions.retrieve_async(provider_ref, {"expand": _EXPAND})
        )
        return read_session(session)

    async def find(self, payment_id: PaymentId, since: datetime) -> ProviderPayment | None:
        """See ``PaymentGateway``. Sessions cannot be searched by metadata, so they are looked through."""
        first = since - timedelta(seconds=CLOCK_AHEAD_SECONDS)
        last = since + timedelta(hours=PROVIDER_KEY_RETENTION_HOURS, seconds=CLOCK_AHEAD_SECONDS)
        soon = first + FIND_SOON
        for begin, end in ((first, soon), (soon + timedelta(seconds=1), last)):
            found = await self._find_between(payment_id, begin, end)
            if found is not None:
                return found
        return None

    async def look_up(self, provider_ref: str) -> ProviderPayment:
        """See ``PaymentGateway``."""
        if provider_ref.startswith(SESSION_NAME_PREFIX):
            return await self.retrieve(provider_ref)
        page = await self._call(
            lambda client: client.v1.checkout.sessions.list_async(
                {"payment_intent": provider_ref, "limit": 1, "expand": ["data.payment_intent.latest_charge"]}
            )
        )
        if not page.data:
            raise ProviderRecordNotFound("The payment provider knows no page of this payment.")
        return read_session(page.data[0])

    async def cancel(self, provider_ref: str) -> ProviderPayment:
        """See ``PaymentGateway``. Expires the open page; voids money that is only held."""
        try:
            session = await self._call(
                lambda client: client.v1.checkout.sessions.expire_async(
                    provider_ref, {"expand": _EXPAND}, {"idempotency_key": self._once()}
                )
            )
            payment = read_session(session)
        except GatewayRefused:
            # Only open pages expire: look at what has become of this one.
            payment = await self.retrieve(provider_ref)
        if payment.status is ProviderStatus.AUTHORIZED:
            payment = await self._void(payment)
        if payment.status is ProviderStatus.SUCCEEDED:
            raise AlreadySucceeded("The payment has gone through.", provider_ref=provider_ref)
        if payment.status not in {ProviderStatus.CANCELED, ProviderStatus.FAILED}:
            raise StillProcessing("The payment is still being processed.", provider_ref=provider_ref)
        return payment

    async def capture(self, provider_ref: str, idempotency_key: str) -> ProviderPayment:
        """See ``PaymentGateway``."""
        payment = await self.retrieve(provider_ref)
        intent_ref = payment.provider_payment_ref
        if payment.status is ProviderStatus.AUTHORIZED and intent_ref is not None:
            await self._call(
                lambda client: client.v1.payment_intents.capture_async(
                    intent_ref, {}, {"idempotency_key": idempotency_key}
                )
            )
            return await self.retrieve(provider_ref)
        if payment.status is ProviderStatus.SUCCEEDED:
            return payment
        raise GatewayRefused("There is no held money to take.", failure_code=payment.status.value)

    async def refund(self, payment: Payment, refund: Refund, idempotency_key: str) -> ProviderRefund:
        """See ``PaymentGateway``."""
        intent_ref = payment.provider_payment_ref
        if intent_ref is None:
            raise GatewayRefused("The payment has no money to give back.", failure_code="not_captured")
        made = await self._call(
            lambda client: client.v1.refunds.create_async(
                {
                    "payment_intent": intent_ref,
                    "amount": refund.amount.minor_units,
                    "metadata": {
                        REFUND_KEY: refund.id,
                        PAYMENT_KEY: payment.id,
                        ORDER_KEY: refund.order_id,
                    },
                },
                {"idempotency_key": idempotency_key},
            )
        )
        return read_refund(made)

    async def retrieve_refund(self, provider_ref: str) -> ProviderRefund:
        """See ``PaymentGateway``."""
        return read_refund(await self._call(lambda client: client.v1.refunds.retrieve_async(provider_ref)))

    async def find_refund(self, payment: Payment, refund: Refund) -> ProviderRefund | None:
        """See ``PaymentGateway``. A payment has few refunds: one page holds them all."""
        intent_ref = payment.provider_payment_ref
        if intent_ref is None:
            return None
        page = await self._call(
            lambda client: client.v1.refunds.list_async(
                {"payment_intent": intent_ref, "limit": FIND_PAGE_SIZE}
            )
        )
        for made in page.data:
            if metadata_value(made.metadata, REFUND_KEY) == refund.id:
                return read_refund(made)
        return None

    async def disputes(self, payment: Payment) -> tuple[ProviderDispute, ...]:
        """See ``PaymentGateway``."""
        intent_ref = payment.provider_payment_ref
        if intent_ref is None:
            return ()
        page = await self._call(
            lambda client: client.v1.disputes.list_async(
                {"payment_intent": intent_ref, "limit": FIND_PAGE_SIZE}
            )
        )
        return tuple(read_dispute(each) for each in reversed(page.data))

    async def list_payments(self, since: datetime, cursor: str | None, limit: int) -> Page[ProviderStatement]:
        """See ``PaymentGateway``. Lists PaymentIntents, which exist from the first attempt to pay on."""
        params: PaymentIntentListParams = {
            "limit": limit,
            "created": {"gte": int(since.timestamp())},
            "expand": ["data.latest_charge"],
        }
        if cursor is not None:
            params["starting_after"] = cursor
        page = await self._call(lambda client: client.v1.payment_intents.list_async(params))
        statements = tuple(read_statement(each) for each in page.data)
        return Page(statements, page.data[-1].id if page.has_more and page.data else None)

    async def statement(self, provider_payment_ref: str) -> ProviderStatement:
        """See ``PaymentGateway``."""
        return read_statement(
            await self._call(
                lambda client: client.v1.payment_intents.retrieve_async(
                    provider_payment_ref, {"expand": ["latest_charge"]}
                )
            )
        )

    def read_event(self, body: bytes, signature: str, now: datetime) -> ProviderEvent:
        """See ``PaymentGateway``."""
        from vivamarket.adapters.stripe.webhooks import read_event

        return read_event(body, signature, self._webhook_secret, now)

    async def _find_between(
        self, payment_id: PaymentId, begin: datetime, end: datetime
    ) -> ProviderPayment | None:
        starting_after: str | None = None
        for _ in range(FIND_PAGES_MAX):
            page = await self._list_sessions(begin, end, starting_after)
            for session in page.data:
                if metadata_value(session.metadata, PAYMENT_KEY) == payment_id:
                    return read_session(session)
            if not page.has_more or not page.data:
                return None
            starting_after = page.data[-1].id
        _log.error("payment_session_not_looked_for_to_the_end", payment_id=payment_id)
        raise GatewayBusy("The payment provider has too many pages of that time to look through.")

    async def _list_sessions(
        self, begin: datetime, end: datetime, after: str | None
    ) -> stripe.ListObject[Session]:
        params: SessionListParams = {
            "limit": FIND_PAGE_SIZE,
            "created": {"gte": int(begin.timestamp()), "lte": int(end.timestamp())},
            "expand": ["data.payment_intent.latest_charge"],
        }
        if after is not None:
            params["starting_after"] = after
        return await self._call(lambda client: client.v1.checkout.sessions.list_async(params))

    async def _void(self, payment: ProviderPayment) -> ProviderPayment:
        intent_ref = payment.provider_payment_ref
        if intent_ref is not None:
            await self._call(
                lambda client: client.v1.payment_intents.cancel_async(
                    intent_ref, {}, {"idempotency_key": self._once()}
                )
            )
        return await self.retrieve(payment.provider_ref)

    def _once(self) -> str:
        """Return a key for a call that is idempotent by itself, whose refusal must not be replayed."""
        return self._ids.uuid7()

    def _stripe(self) -> stripe.StripeClient:
        if self._client is None:
            from vivamarket.adapters.stripe.client import create_client

            self._transport = self._transport or HttpTransport()
            self._client = create_client(
                self._api_base, self._secret_key, self._transport, clock=self._clock, ids=self._ids
            )
        return self._client

    async def _call(self, call: Callable[[stripe.StripeClient], Awaitable[T]]) -> T:
        """Carry out one call of the library and translate how it fails."""
        client = self._stripe()
        import stripe

        try:
            async with asyncio.timeout(CALL_TIMEOUT_SECONDS):
                return await call(client)
        except TimeoutError as error:
            raise _unavailable("The payment provider is too slow.") from error
        except stripe.StripeError as error:
            raise _translated(error) from error


def _translated(error: stripe.StripeError) -> GatewayUnavailable | GatewayRefused | ProviderRecordNotFound:
    import stripe

    status = error.http_status or 0
    if status in {409, 429}:
        return GatewayBusy("The payment provider is busy.", retry_after_seconds=_BUSY_RETRY_AFTER_SECONDS)
    if isinstance(error, stripe.APIConnectionError) or status >= 500:
        return _unavailable("The payment provider does not answer.")
    if status in _NOT_ADMITTED:
        _log.error("payment_provider_refuses_our_key", status=status)
        return _unavailable("The payment provider cannot be reached at this moment.")
    if isinstance(error, stripe.InvalidRequestError) and error.code == "resource_missing":
        return ProviderRecordNotFound("The payment provider knows no such record.")
    decline = getattr(error.error, "decline_code", None) if error.error is not None else None
    code = decline or error.code or "refused"
    return GatewayRefused(
        f"The payment provider refuses: {error.user_message or code}", failure_code=code, status=status
    )


def _unavailable(message: str) -> GatewayUnavailable:
    return GatewayUnavailable(message, retry_after_seconds=_RETRY_AFTER_SECONDS)


def _session_params(request: SessionRequest) -> SessionCreateParams:
    # Nothing here may depend on the present: a repeat with the same key must ask for the same.
    ends_at = request.expires_at + SESSION_LIFE_ADDED
    metadata = {PAYMENT_KEY: request.payment_id, ORDER_KEY: request.order_id}
    return {
        "mode": "payment",
        "line_items": _line_items(request),
        "customer_email": request.email,
        "client_reference_id": request.order_id,
        "locale": request.locale if request.locale in HOSTED_PAGE_LOCALES else "auto",
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(ends_at.timestamp()),
        "metadata": dict(metadata),
        "payment_intent_data": {
            "metadata": dict(metadata),
            "description": str(request.order_number),
            **({"capture_method": "manual"} if request.manual_capture else {}),
        },
        "expand": list(_EXPAND),
    }


def _line_items(request: SessionRequest) -> list[SessionCreateParamsLineItem]:
    """Return lines that sum to the amount; one line with the order's number where they cannot be shown."""
    currency = request.amount.currency.lower()
    payable = [line for line in request.lines if line.total]
    fits = len(payable) <= LINES_MAX and all(line.total.minor_units > 0 for line in payable)
    if (
        not payable
        or not fits
        or sum(line.total.minor_units for line in payable) != request.amount.minor_units
    ):
        return [_line_item(str(request.order_number), request.amount.minor_units, 1, currency)]
    items: list[SessionCreateParamsLineItem] = []
    for line in payable:
        unit, rest = divmod(line.total.minor_units, line.quantity)
        if rest:
            items.append(_line_item(f"{line.quantity} × {line.title}", line.total.minor_units, 1, currency))
        else:
            items.append(_line_item(line.title, unit, line.quantity, currency))
    return items


def _line_item(name: str, unit_amount: int, quantity: int, currency: str) -> SessionCreateParamsLineItem:
    return {
        "price_data": {
            "currency": currency,
            "unit_amount": unit_amount,
            "product_data": {"name": name[:NAME_LENGTH_MAX]},
        },
        "quantity": quantity,
    }
