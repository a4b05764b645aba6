"""How many requests are worked on at once: more than that is sent away at once, with a time to come back.

A process can do so much in a second; what it takes in beyond that only waits, in the event loop, for a
connection, for a batch, until its client has given up and all work on it was for nothing. So there is no
queue in front: the requests in work are the queue, and their number follows the latency they have.
Answers from memory (``hot``), pages and files do not pass here.
"""

from __future__ import annotations

from enum import Enum, auto
from http import HTTPStatus

import structlog

from vivamarket.api.asgi import RawHeaders, Scope, Send, raw_headers, respond
from vivamarket.api.config import ApiConfig
from vivamarket.api.errors import PROBLEM_MEDIA_TYPE, Overloaded, problem_bytes, problem_headers, status_of
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.telemetry import Telemetry

#: Who is sent away is told one of these in turn, so that they do not all come back at once.
RETRY_AFTER_SECONDS = (1, 2, 3)
#: The limit is thought over when a window is at least so long and holds at least so many answers.
WINDOW_SECONDS = 0.25
WINDOW_ANSWERS_MIN = 16
REPORT_SECONDS = 1.0
#: What of the limit may go to shoppers who have not even a cart: who has begun goes before who begins.
BEGINNING_SHARE = 0.75

_API_PREFIX = "/api/v1/"
_CARTS = ("/api/v1/carts", "/api/v1/carts/")
_PAYING_ENDS = ("/payment", "/settle", "/cancel", "/refunds")
_ID_PLACE = "@request-id@"

_log = structlog.get_logger("vivamarket.api")


class Lane(Enum):
    """What kind of work a request is. Each kind has its own limit."""

    #: Asks the payment provider, and so may wait for seconds without working. Its own compartment: a
    #: provider that is slow or dead never takes the places of others.
    PAYING = auto()
    #: Begins a cart.
    BEGINNING = auto()
    ORDINARY = auto()


def lane_of(method: str, path: str) -> Lane | None:
    """Return the request's lane; None when it always passes (is the process alive?)."""
    if not path.startswith(_API_PREFIX):
        return None
    if method != "POST":
        return Lane.ORDINARY
    if path.endswith(_PAYING_ENDS):
        return Lane.PAYING
    return Lane.BEGINNING if path in _CARTS else Lane.ORDINARY


class Admission:
    """Counts what is in work and says whether one more is taken.

    The limit moves between ``at_once_min`` and ``at_once_max``: a fifth down when the mean latency of a
    window was above ``latency_seconds_target``, a tenth up when it was not and all places were taken. Paying
    has a fixed limit, for its latency is the provider's.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        at_once_min: int,
        at_once_first: int,
        at_once_max: int,
        paying_at_once_max: int,
        latency_seconds_target: float,
    ) -> None:
        self._clock = clock
        self._at_once_min = at_once_min
        self._at_once_max = at_once_max
        self._paying_at_once_max = paying_at_once_max
        self._latency_seconds_target = latency_seconds_target
        self._limit = at_once_first
        self._in_work = 0
        self._paying = 0
        self._begin_window(clock.monotonic())

    @property
    def limit(self) -> int:
        """Return how many requests, paying aside, may be in work now."""
        return self._limit

    def has_place(self, lane: Lane) -> bool:
        """Return whether one more would be taken now."""
        if lane is Lane.PAYING:
            return self._paying < self._paying_at_once_max
        limit = int(self._limit * BEGINNING_SHARE) if lane is Lane.BEGINNING else self._limit
        if self._in_work < limit:
            return True
        self._full = True
        return False

    def enter(self, lane: Lane) -> bool:
        """Take one request into work; return False, with nothing counted, when there is no place."""
        if not self.has_place(lane):
            return False
        if lane is Lane.PAYING:
            self._paying += 1
        else:
            self._in_work += 1
        return True

    def leave(self, lane: Lane, seconds: float) -> None:
        """Count one request as answered; it took that long."""
        if lane is Lane.PAYING:
            self._paying -= 1
            return
        self._in_work -= 1
        self._answers += 1
        self._seconds += seconds
        now = self._clock.monotonic()
        if now - self._window_began >= WINDOW_SECONDS and self._answers >= WINDOW_ANSWERS_MIN:
            self._think_over()
            self._begin_window(now)

    def _think_over(self) -> None:
        if self._seconds / self._answers > self._latency_seconds_target:
            self._limit = max(self._at_once_min, self._limit - self._limit // 5)
        elif self._full:
            self._limit = min(self._at_once_max, self._limit + self._limit // 10 + 1)

    def _begin_window(self, now: float) -> None:
        self._window_began = now
        self._answers = 0
        self._seconds = 0.0
        self._full = False


class Shedding:
    """Sends requests away for almost nothing: answers made ahead, and one log line a second for all.

    Measured by ``benchmarks/bench_overload.py``: whatever a refusal costs is taken from those served.
    """

    def __init__(self, clock: Clock, telemetry: Telemetry, common: RawHeaders) -> None:
        """``common`` are the headers of every answer."""
        self._clock = clock
        self._telemetry = telemetry
        self._answers = tuple(_answer(seconds, common) for seconds in RETRY_AFTER_SECONDS)
        self._status = status_of(Overloaded(""))
        self._server_headers: RawHeaders | None = None
        self._heads: tuple[bytes, ...] = ()
        self._shed = 0
        self._told = 0
        self._told_at = clock.monotonic()

    async def send_away(self, scope: Scope, send: Send, request_id: bytes, limit: int) -> None:
        """Answer 503 with ``Retry-After``."""
        headers, before, after = self._answers[self._turn(limit)]
        body = before + request_id + after
        length = (b"content-length", b"%d" % len(body))
        await respond(
            send,
            self._status,
            [*headers, length, (b"x-request-id", request_id)],
            body,
            head=scope["method"] == "HEAD",
        )

    def raw_answer(
        self, request_id: bytes, limit: int, server_headers: RawHeaders, *, head: bool = False
    ) -> bytes:
        """Return the same answer as it goes over an HTTP/1.1 connection, ``server_headers`` first.

        The heads are made again only when the server brings another list: once a second, for the date.
        """
        if server_headers is not self._server_headers:
            self._heads = tuple(
                _raw_head(self._status, [*server_headers, *headers]) for headers, _, _ in self._answers
            )
            self._server_headers = server_headers
        turn = self._turn(limit)
        _, before, after = self._answers[turn]
        length = len(before) + len(request_id) + len(after)
        start = b"%bcontent-length: %d\r\nx-request-id: %b\r\n\r\n" % (self._heads[turn], length, request_id)
        return start if head else b"%b%b%b%b" % (start, before, request_id, after)

    def _turn(self, limit: int) -> int:
        turn = self._shed % len(self._answers)
        self._shed += 1
        now = self._clock.monotonic()
        if now - self._told_at >= REPORT_SECONDS:
            self._tell(now, limit)
        return turn

    def _tell(self, now: float, limit: int) -> None:
        count = self._shed - self._told
        _log.warning("requests_shed", count=count, seconds=round(now - self._told_at, 1), limit=limit)
        if self._telemetry.enabled:
            self._telemetry.count("http.server.requests.shed", count)
        self._told, self._told_at = self._shed, now


def admission_of(clock: Clock, config: ApiConfig) -> Admission:
    """Build the admission that the configuration asks for."""
    return Admission(
        clock,
        at_once_min=config.requests_at_once_min,
        at_once_first=config.requests_at_once_first,
        at_once_max=config.requests_at_once_max,
        paying_at_once_max=config.paying_at_once_max,
        latency_seconds_target=config.latency_seconds_target,
    )


def _answer(seconds: int, common: RawHeaders) -> tuple[RawHeaders, bytes, bytes]:
    refusal = Overloaded(
        "Too many requests for the shop at this moment. Send the same request again, with the same key.",
        retry_after_seconds=seconds,
    )
    before, _, after = problem_bytes(refusal, _ID_PLACE).partition(_ID_PLACE.encode())
    headers = [*raw_headers(problem_headers(refusal)), (b"content-type", PROBLEM_MEDIA_TYPE.encode())]
    return [*headers, *common], before, after


def _raw_head(status: int, headers: RawHeaders) -> bytes:
    lines = [b"HTTP/1.1 %d %b" % (status, HTTPStatus(status).phrase.encode())]
    lines += [b"%b: %b" % pair for pair in headers]
    return b"".join(b"%b\r\n" % line for line in lines)
