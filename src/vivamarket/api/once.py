"""Idempotent answers: from a request to its attempt, from a result to the bytes that are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from litestar import Response

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.errors import PROBLEM_MEDIA_TYPE, problem_bytes, problem_headers, status_of
from vivamarket.api.services import ApiServices
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.idempotency import (
    Attempt,
    StoredResponse,
    answer_once,
    attempt,
    keep_refusals,
)

Work = Callable[[], Awaitable[StoredResponse]]

_encoder = msgspec.json.Encoder(order="deterministic")
_answers = msgspec.json.Encoder()
_NO_BODY = b""


class Once:
    """One mutating request, done once however often it is sent."""

    def __init__(
        self,
        services: ApiServices,
        request: ApiRequest,
        key: str,
        body: msgspec.Struct | None = None,
        *,
        caller: str = "",
    ) -> None:
        canonical = _NO_BODY if body is None else _encoder.encode(body)
        route = f"{request.method} {request.scope['path']}"
        self.attempt: Attempt = attempt(key, route=route, caller=caller, body=canonical)
        self._keys = services.keys
        self._telemetry = services.telemetry
        self._name = f"api.{request.route_handler.handler_name}"
        self._request_id = request.request_id

    async def with_effect(self, work: Work) -> Response[Any]:
        """Do work that stores its answer in the transaction of its effect."""
        with self._telemetry.span(self._name):
            return _response(await keep_refusals(self._keys, self.attempt, work, self._refusal))

    async def in_steps(self, work: Work) -> Response[Any]:
        """Do work of several transactions, such as one that asks the payment provider."""
        with self._telemetry.span(self._name):
            return _response(await answer_once(self._keys, self.attempt, work, self._refusal))

    def _refusal(self, error: DomainError) -> StoredResponse:
        return StoredResponse(status_of(error), problem_bytes(error, self._request_id))


def render(status: int, body: msgspec.Struct) -> StoredResponse:
    """Return the answer as it is kept and sent."""
    return StoredResponse(status, _answers.encode(body))


def ready(body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response[Any]:
    """Return JSON that is already encoded."""
    return Response(body, status_code=status, media_type="application/json", headers=headers)


def refusal_response(error: DomainError, request_id: str) -> Response[Any]:
    """Return a problem answer with the headers that go with it."""
    return Response(
        problem_bytes(error, request_id),
        status_code=status_of(error),
        media_type=PROBLEM_MEDIA_TYPE,
        headers=problem_headers(error),
    )


def _response(stored: StoredResponse) -> Response[Any]:
    media_type = "application/json" if stored.status < 400 else PROBLEM_MEDIA_TYPE
    return Response(stored.body, status_code=stored.status, media_type=media_type)
