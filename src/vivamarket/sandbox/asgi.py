"""The sandbox behind ASGI: API under ``/v1/``, hosted pages under ``/pay/``, faults under ``/_control/``."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, NoReturn

import msgspec
import structlog

from vivamarket.kernel.clock import Clock
from vivamarket.sandbox.api import ApiHandler, ApiRequest, ApiResponse
from vivamarket.sandbox.cards import card_by_key
from vivamarket.sandbox.deliveries import Deliverer
from vivamarket.sandbox.errors import ApiError
from vivamarket.sandbox.faults import CallRule, FaultPlan, WebhookRule
from vivamarket.sandbox.pages import HostedPages
from vivamarket.sandbox.params import BODY_BYTES_MAX

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

_log = structlog.get_logger(__name__)


class AnswerDropped(ConnectionError):
    """A fault that was asked for: the connection ends without a whole answer."""


class FaultOrder(msgspec.Struct, forbid_unknown_fields=True):
    """The body of ``POST /_control/faults``."""

    calls: list[CallRule] = []
    webhooks: list[WebhookRule] = []


class PayOrder(msgspec.Struct, forbid_unknown_fields=True):
    """The body of ``POST /_control/sessions/{id}/pay``; ``approve`` answers 3-D Secure at once."""

    card: str = "visa"
    approve: bool | None = None


def create_sandbox_app(
    handler: ApiHandler,
    deliverer: Deliverer,
    clock: Clock,
    *,
    faults: FaultPlan | None = None,
    mount_path: str = "/sandbox",
    merchant_name: str = "VivaMarket",
) -> AsgiApp:
    """Return the ASGI application; ``mount_path`` is taken off the front of every path.

    ``merchant_name`` is who the shopper pays on the hosted page.

    ``faults`` switches the control API on; give the same plan to the deliverer. The control API wants the
    account's secret key, as the API does.
    """
    pages = HostedPages(handler.provider, mount_path=mount_path, merchant_name=merchant_name)
    return _SandboxApp(handler, deliverer, clock, faults, pages=pages, mount_path=mount_path)


class _SandboxApp:
    def __init__(
        self,
        handler: ApiHandler,
        deliverer: Deliverer,
        clock: Clock,
        faults: FaultPlan | None,
        *,
        pages: HostedPages,
        mount_path: str,
    ) -> None:
        self._handler = handler
        self._deliverer = deliverer
        self._clock = clock
        self._faults = faults
        self._mount_path = mount_path
        self._pages = pages

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = str(scope["path"]).removeprefix(self._mount_path)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        body = await _read_body(receive)
        request = ApiRequest(
            method=scope["method"],
            path=path,
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=body,
        )
        try:
            await self._answer(request, send)
        except sqlite3.Error:
            # A full or broken disk: nothing was kept, so the same call may be sent again.
            _log.exception("sandbox_store_failed", path=path)
            await _send(send, _provider_failure(500))

    async def _answer(self, request: ApiRequest, send: Send) -> None:
        if request.path.startswith("/v1/"):
            await self._api(request, send)
        elif request.path.startswith("/_control/") and self._faults is not None:
            await _send(send, self._control(request, self._faults))
        else:
            answer = self._pages.answer(request)
            self._deliverer.wake()
            await _send(send, answer)

    async def _api(self, request: ApiRequest, send: Send) -> None:
        refusal = self._handler.claim(request)
        if refusal is not None:
            await _send(send, refusal)
            return
        try:
            rule = self._faults.for_call(request.method, request.path) if self._faults else None
            if rule is not None and rule.fault == "error":
                await _send(send, _provider_failure(rule.status))
                return
            if rule is not None and rule.fault == "drop_before":
                await _cut(send)
            if rule is not None and rule.fault == "slow":
                await self._clock.sleep(rule.seconds)
            answer = self._handler.handle(request)
            if request.method != "GET":
                self._deliverer.wake()
            if rule is not None and rule.fault == "drop_after":
                await _cut(send)
            await _send(send, answer)
        finally:
            self._handler.release(request)

    def _control(self, request: ApiRequest, faults: FaultPlan) -> ApiResponse:
        if not self._handler.authorized(request):
            return _json(401, {"error": "The control API wants the account's secret key."})
        parts = request.path.removeprefix("/_control/").split("/")
        try:
            match (request.method, *parts):
                case ("POST", "faults"):
                    order = msgspec.json.decode(request.body or b"{}", type=FaultOrder)
                    faults.set(order.calls, order.webhooks)
                    return _json(200, {"calls": len(order.calls), "webhooks": len(order.webhooks)})
                case ("POST", "sessions", session_id, "pay"):
                    pay = msgspec.json.decode(request.body or b"{}", type=PayOrder)
                    return self._pay(session_id, pay)
        except (msgspec.ValidationError, msgspec.DecodeError, ValueError) as error:
            return _json(400, {"error": str(error)})
        except ApiError as error:
            return _json(error.status, error.body)
        return _json(404, {"error": "No such control."})

    def _pay(self, session_id: str, order: PayOrder) -> ApiResponse:
        test_card = card_by_key(order.card)
        if test_card is None:
            raise ValueError(f"no such test card: {order.card[:40]}")
        provider = self._handler.provider
        outcome = provider.pay(session_id, test_card)
        if outcome.intent.status == "requires_action" and order.approve is not None:
            outcome = provider.answer_challenge(session_id, approved=order.approve)
        self._deliverer.wake()
        body: dict[str, object] = {
            "session_status": outcome.session.status,
            "payment_intent": outcome.intent.id,
            "payment_intent_status": outcome.intent.status,
        }
        return _json(200, body)


async def _read_body(receive: Receive) -> bytes:
    """Return the body, cut one byte past ``BODY_BYTES_MAX`` so that its reader sees the excess."""
    body = b""
    while True:
        message = await receive()
        chunk: bytes = message.get("body", b"")
        body += chunk[: BODY_BYTES_MAX + 1 - len(body)]
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return body


async def _send(send: Send, answer: ApiResponse) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _cut(send: Send) -> NoReturn:
    """Promise more bytes than are sent, then fail: the server closes the connection in the middle."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
    raise AnswerDropped("the sandbox was told to drop this answer")


def _provider_failure(status: int) -> ApiResponse:
    return _json(status, {"error": {"type": "api_error", "message": "The sandbox cannot answer."}})


def _json(status: int, content: Mapping[str, object]) -> ApiResponse:
    return ApiResponse(status, msgspec.json.encode(content), {"content-type": "application/json"})
