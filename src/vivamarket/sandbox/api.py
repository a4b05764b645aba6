"""The wire format over the provider: keys, idempotency, routing, errors. Still no I/O.

``ApiHandler.handle`` is one synchronous step: the effect and the answer kept under the idempotency key
commit together, so a repeated call finds both or neither.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from vivamarket.sandbox.call import Call
from vivamarket.sandbox.errors import ApiError, unauthorized
from vivamarket.sandbox.model import Charge, Intent, Record, Refund, Session
from vivamarket.sandbox.operations import ROUTES, Operation
from vivamarket.sandbox.params import BODY_BYTES_MAX, Params, parse_form
from vivamarket.sandbox.ports import StoredAnswer
from vivamarket.sandbox.provider import ANSWER_LIFE_SECONDS, Provider
from vivamarket.sandbox.wire import API_VERSION, Wire, expand, wire

KEY_LENGTH_MAX = 255
_KINDS: dict[str, type[Record]] = {"pi_": Intent, "ch_": Charge, "re_": Refund, "cs_": Session}


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """One call as it came. ``path`` starts with ``/v1/``; header names are lower-case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def idempotency_key(self) -> str | None:
        """Return the key under which a POST is answered once."""
        return self.headers.get("idempotency-key") if self.method == "POST" else None


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """One answer: JSON bytes, and headers by their lower-case names."""

    status: int
    body: bytes
    headers: dict[str, str]


class ApiHandler:
    """Answers API calls for one account, whose key is ``secret_key``."""

    def __init__(self, provider: Provider, *, secret_key: str) -> None:
        self.provider = provider
        self._secret_key = secret_key
        self._in_flight: set[str] = set()
        self._encoder = msgspec.json.Encoder()

    def claim(self, request: ApiRequest) -> ApiResponse | None:
        """Mark the call's key as in flight; return the 409 when another call with it is.

        Only callers that do not answer within the same step need it; they call ``release`` at the end.
        """
        key = request.idempotency_key
        if key is None:
            return None
        if key in self._in_flight:
            error = ApiError(
                "There is currently another in-progress request using this Idempotent Key "
                f"({key[:KEY_LENGTH_MAX]}). Please try again later.",
                status=409,
                type="idempotency_error",
                code="idempotency_key_in_use",
                stored=False,
            )
            return self._refusal(error, self.provider.new_request_id())
        self._in_flight.add(key)
        return None

    def release(self, request: ApiRequest) -> None:
        """End ``claim``."""
        if request.idempotency_key is not None:
            self._in_flight.discard(request.idempotency_key)

    def authorized(self, request: ApiRequest) -> bool:
        """Return whether the call carries the account's secret key."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), self._secret_key.encode())

    def handle(self, request: ApiRequest) -> ApiResponse:
        """Carry out one call and answer it; every refusal is an answer."""
        request_id = self.provider.new_request_id()
        try:
            return self._handle(request, request_id)
        except ApiError as error:
            return self._refusal(error, request_id)

    def _handle(self, request: ApiRequest, request_id: str) -> ApiResponse:
        if not self.authorized(request):
            raise unauthorized(request.headers.get("authorization", "")[-4:])
        operation, ids = _route(request)
        text = _decoded(request.body) if request.method == "POST" else request.query
        key = request.idempotency_key
        if key is not None and len(key) > KEY_LENGTH_MAX:
            raise ApiError(f"An Idempotency-Key has at most {KEY_LENGTH_MAX} characters.", stored=False)
        fingerprint = hashlib.sha256(f"{request.method} {request.path}\n{text}".encode()).digest()
        kept = self._kept(key, fingerprint)
        if kept is not None:
            return self._answer(
                kept.status,
                kept.body,
                request_id,
                {
                    "idempotent-replayed": "true",
                    "original-request": kept.request_id,
                    "idempotency-key": kept.key,
                },
            )
        params = Params(parse_form(text))
        expansions = params.texts("expand", count_max=20)
        refusal: ApiError | None = None
        with self.provider.book(request_id=request_id, idempotency_key=key) as book:
            try:
                content = operation(Call(self.provider, book, params, ids))
                expand(content, expansions, self._lookup)
                status = 200
            except ApiError as error:
                if not error.stored:
                    raise
                refusal = error
                content, status = error.body, error.status
            body = self._encoder.encode(content)
            if key is not None:
                answer = StoredAnswer(key, fingerprint, status, body, request_id, book.now)
                book.store.keep_answer(answer)
        extra = {"idempotency-key": key} if key is not None else {}
        if refusal is not None:
            extra["stripe-should-retry"] = "false"
        return self._answer(status, body, request_id, extra)

    def _kept(self, key: str | None, fingerprint: bytes) -> StoredAnswer | None:
        if key is None:
            return None
        kept = self.provider.store.answer(key)
        if kept is None or kept.created + ANSWER_LIFE_SECONDS <= int(self.provider.now().timestamp()):
            return None
        if kept.fingerprint != fingerprint:
            raise ApiError(
                "Keys for idempotent requests can only be used with the same parameters they were first "
                f"used with. Try using a key other than '{key}' if you meant to execute a different request.",
                type="idempotency_error",
                stored=False,
            )
        return kept

    def _lookup(self, record_id: str) -> Wire | None:
        kind = _KINDS.get(record_id[:3])
        record = self.provider.store.get(kind, record_id) if kind is not None else None
        return None if record is None else wire(record, page_url=self.provider.page_url)

    def _refusal(self, error: ApiError, request_id: str) -> ApiResponse:
        return self._answer(error.status, self._encoder.encode(error.body), request_id, {})

    def _answer(self, status: int, body: bytes, request_id: str, extra: Mapping[str, str]) -> ApiResponse:
        headers = {
            "content-type": "application/json",
            "cache-control": "no-store",
            "request-id": request_id,
            "stripe-version": API_VERSION,
            **extra,
        }
        return ApiResponse(status, body, headers)


def _route(request: ApiRequest) -> tuple[Operation, tuple[str, ...]]:
    parts = request.path.removeprefix("/v1/").split("/")
    first_id = 2 if parts[0] == "checkout" else 1
    ids = tuple(parts[first_id : first_id + 1])
    pattern = "/".join("*" if index == first_id else part for index, part in enumerate(parts))
    operation = ROUTES.get((request.method, pattern))
    if operation is None or not request.path.startswith("/v1/"):
        raise ApiError(
            f"Unrecognized request URL ({request.method}: {request.path[:200]}).", status=404, stored=False
        )
    return operation, ids


def _decoded(body: bytes) -> str:
    if len(body) > BODY_BYTES_MAX:
        raise ApiError(f"The body is larger than {BODY_BYTES_MAX} bytes.", status=413, stored=False)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise ApiError("The body is not UTF-8.", stored=False) from None
