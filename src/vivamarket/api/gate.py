"""What every API request passes: admission, its id, limits, deadline, security headers, one log line."""

from __future__ import annotations

import asyncio
import math
import re
from http import HTTPStatus

import structlog
from structlog.contextvars import bound_contextvars

from vivamarket.api.admission import lane_of
from vivamarket.api.asgi import AsgiApp, Message, RawHeaders, Receive, Scope, Send, raw_headers, respond
from vivamarket.api.config import ApiConfig
from vivamarket.api.door import Door
from vivamarket.api.errors import (
    PROBLEM_MEDIA_TYPE,
    BadParameter,
    DeadlineExceeded,
    RateLimited,
    UriTooLong,
    problem_bytes,
    problem_headers,
    status_of,
)
from vivamarket.api.limits import LocalBuckets, SpareBuckets
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.rates import TokenBuckets
from vivamarket.kernel.telemetry import Telemetry

MUTATING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_WEBHOOKS_PREFIX = "/api/v1/webhooks/"
#: What staff send in or fetch as a file.
_FILES = re.compile(r"/api/v1/staff/(imports|media|transfers/[^/]+/file)")

_log = structlog.get_logger("vivamarket.api")


class Gate:
    """Wraps the API. Nothing that passes it is logged with addresses, bodies or tokens."""

    def __init__(
        self,
        app: AsgiApp,
        *,
        config: ApiConfig,
        clock: Clock,
        door: Door,
        telemetry: Telemetry,
        shared_buckets: TokenBuckets | None = None,
    ) -> None:
        self._app = app
        self._config = config
        self._clock = clock
        self._door = door
        self._telemetry = telemetry
        self._buckets: TokenBuckets | None = None
        if (rate := config.mutations_max) is not None:
            own = LocalBuckets(clock, rate, names_max=config.clients_max)
            self._buckets = SpareBuckets(shared_buckets, own) if shared_buckets is not None else own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; hand anything else on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        admission = self._door.admission
        request_id = self._door.request_ids.of(scope)
        lane = self._door.entered(scope)
        if lane is None:
            lane = lane_of(scope["method"], scope["path"])
            if lane is not None and not admission.enter(lane):
                await self._door.shedding.send_away(scope, send, request_id, admission.limit)
                return
        answer = _Answer(
            send, [*self._door.headers, (b"x-request-id", request_id)], head=scope["method"] == "HEAD"
        )
        if answer.head:
            scope["method"] = "GET"
        started_at = self._clock.monotonic()
        with bound_contextvars(request_id=request_id.decode()):
            try:
                if lane is not None:
                    await self._door.turns.take()
                await self._pass(scope, receive, answer)
            finally:
                seconds = self._clock.monotonic() - started_at
                if lane is not None:
                    admission.leave(lane, seconds)
                self._tell(scope, answer, seconds)

    async def _pass(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            self._check(scope)
            await self._limit(scope)
        except DomainError as refusal:
            await answer.refuse(refusal)
            return
        with self._telemetry.span("http.request", method=str(scope["method"])):
            try:
                async with asyncio.timeout(self._seconds_for(scope)):
                    await self._app(scope, receive, answer.send)
            except TimeoutError:
                if answer.status:
                    raise
                await answer.refuse(
                    DeadlineExceeded(
                        "This took too long. Send the same request again, with the same key.",
                        retry_after_seconds=2,
                    )
                )

    def _seconds_for(self, scope: Scope) -> float:
        is_file = _FILES.fullmatch(scope["path"]) is not None
        return self._config.file_timeout_seconds if is_file else self._config.request_timeout_seconds

    def _check(self, scope: Scope) -> None:
        path: str = scope["path"]
        query: bytes = scope["query_string"]
        if len(path) > self._config.path_bytes_max or len(query) > self._config.query_bytes_max:
            raise UriTooLong(
                "The address is too long.",
                path_bytes_max=self._config.path_bytes_max,
                query_bytes_max=self._config.query_bytes_max,
            )
        if not path.isprintable() or "\ufffd" in path or b"%00" in query:
            raise BadParameter("The address holds characters that no address of ours has.", errors=[])

    async def _limit(self, scope: Scope) -> None:
        """Raise ``RateLimited`` when the client changes something more often than it may."""
        if (
            self._buckets is None
            or scope["method"] not in MUTATING_METHODS
            or scope["path"].startswith(_WEBHOOKS_PREFIX)
        ):
            return
        client = scope.get("client")
        wait_seconds = math.ceil(await self._buckets.take(client[0] if client else ""))
        if wait_seconds > 0:
            raise RateLimited(
                f"Too many requests. Please wait {wait_seconds} s and try again.",
                retry_after_seconds=wait_seconds,
            )

    def _tell(self, scope: Scope, answer: _Answer, seconds: float) -> None:
        route = str(scope.get("path_template") or "unmatched")
        level = "warning" if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "info"
        getattr(_log, level)(
            "request",
            method=scope["method"],
            route=route,
            status=answer.status,
            ms=round(seconds * 1000, 1),
        )
        if self._telemetry.enabled:
            self._telemetry.observe(
                "http.server.request.duration",
                seconds,
                method=str(scope["method"]),
                route=route,
                status=answer.status,
            )


class _Answer:
    """Sends what the API answers, with the common headers, and remembers the status."""

    def __init__(self, send: Send, headers: RawHeaders, *, head: bool) -> None:
        self._send = send
        self._headers = headers
        self.head = head
        self.status = 0

    async def send(self, message: Message) -> None:
        """Pass one ASGI message on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = {name for name, _ in message["headers"]}
            headers = [*message["headers"], *(pair for pair in self._headers if pair[0] not in given)]
            message = {**message, "headers": headers}
        elif self.head:
            message = {
                "type": "http.response.body",
                "body": b"",
                "more_body": message.get("more_body", False),
            }
        await self._send(message)

    async def refuse(self, refusal: DomainError) -> None:
        """Answer with a problem."""
        request_id = next(value.decode() for name, value in self._headers if name == b"x-request-id")
        body = problem_bytes(refusal, request_id)
        headers = raw_headers(problem_headers(refusal))
        headers.append((b"content-type", PROBLEM_MEDIA_TYPE.encode()))
        headers.append((b"content-length", str(len(body)).encode()))
        await respond(self.send, status_of(refusal), headers, body)
