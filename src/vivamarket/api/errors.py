"""Every refusal on the wire: one table from kinds to statuses, and RFC 9457 problem bodies.

The core raises ``DomainError`` kinds and knows no HTTP; the refusals that only the edge can make
(no such route, wrong media type, too many requests) are kinds of the same family, defined here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from litestar.exceptions import HTTPException

from vivamarket.api.present.refusals import refusal_fields
from vivamarket.api.words import IDEMPOTENCY_HEADER
from vivamarket.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused, Unavailable
from vivamarket.kernel.idempotency import (
    KEY_LENGTH_MAX,
    BadIdempotencyKey,
    IdempotencyKeyReused,
    RequestInFlight,
)

PROBLEM_TYPE_BASE = "https://vivamarket.dev/errors/"
PROBLEM_MEDIA_TYPE = "application/problem+json"

#: Litestar names parameters as the handler spells them.
_WIRE_NAMES = {"idempotency_key": IDEMPOTENCY_HEADER, "signature": "Stripe-Signature"}
_BODY = "data"
_MISSING = re.compile(r"Missing required \w+ parameter '(?P<name>[^']+)'")
_encoder = msgspec.json.Encoder(enc_hook=str)
_PATH_IN_MESSAGE = re.compile(r" - at `(?:key in )?\$?(?P<path>.*)`$")
_PATH_PART = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>\d+|\.\.\.)\]")


class Unauthenticated(DomainError):
    """The request says not, or not convincingly, who is asking."""

    code = "unauthenticated"


class Forbidden(DomainError):
    """Who is asking is known and may not do this."""

    code = "forbidden"


class RouteNotFound(NotFound):
    """There is no such address in this API."""

    code = "route_not_found"


class MethodNotAllowed(DomainError):
    """The address exists and does not take this method."""

    code = "method_not_allowed"


class MalformedBody(Invalid):
    """The body is not JSON."""

    code = "malformed_json"


class ValidationFailed(Invalid):
    """The body is JSON of the wrong shape; ``errors`` lists JSON pointers (RFC 6901) and reasons."""

    code = "validation_failed"


class BadParameter(Invalid):
    """A path, query or header parameter is missing or malformed; ``errors`` names them."""

    code = "bad_parameter"


class PayloadTooLarge(DomainError):
    """The body is larger than this route takes; ``bytes_max`` says how much it does."""

    code = "payload_too_large"


class UriTooLong(DomainError):
    """The address or its query is longer than we read."""

    code = "uri_too_long"


class UnsupportedMediaType(DomainError):
    """The body must be ``application/json``."""

    code = "unsupported_media_type"


class RateLimited(DomainError):
    """This client asks more often than it may; ``retry_after_seconds`` says when to come back."""

    code = "rate_limited"


class DeadlineExceeded(Unavailable):
    """The answer took longer than a request may; the same request may be sent again with its key."""

    code = "deadline_exceeded"


class Overloaded(Unavailable):
    """The process works on as much as it can; nothing was done, and the same request may be sent again."""

    code = "overloaded"


class InternalError(DomainError):
    """We made a mistake; the request id finds it in our logs."""

    code = "internal_error"


#: The one table: the first kind that fits decides the status.
STATUS_BY_KIND: tuple[tuple[type[DomainError], int], ...] = (
    (ValidationFailed, 422),
    (IdempotencyKeyReused, 422),
    (RequestInFlight, 409),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (MethodNotAllowed, 405),
    (PayloadTooLarge, 413),
    (UriTooLong, 414),
    (UnsupportedMediaType, 415),
    (RateLimited, 429),
    (NotFound, 404),
    (Invalid, 400),
    (Conflict, 409),
    (Refused, 422),
    (Unavailable, 503),
    (DomainError, 500),
)

#: Refusals of features that are about who is asking; named by code, since each feature owns its classes.
STATUS_BY_CODE: Mapping[str, int] = {
    "unauthenticated": 401,
    "sign_in_failed": 401,
    "forbidden": 403,
    "rate_limited": 429,
    "too_many_attempts": 429,
    "too_many_sign_ins": 429,
}

#: Answers that say nothing about the request itself: repeating it may end otherwise, so they are not kept.
STATUSES_NOT_STORED = frozenset({401, 403, 429, 500, 503})

_RETRY_IN_FLIGHT_SECONDS = 1


class Problem(msgspec.Struct, frozen=True):
    """An error answer (RFC 9457). Some codes add fields of their own, listed where they occur."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str


def status_of(error: DomainError) -> int:
    """Return the HTTP status of a refusal."""
    if error.code in STATUS_BY_CODE:
        return STATUS_BY_CODE[error.code]
    return next(status for kind, status in STATUS_BY_KIND if isinstance(error, kind))


def problem_bytes(error: DomainError, request_id: str) -> bytes:
    """Return the problem body; the error's fields stand beside the standard ones."""
    status = status_of(error)
    body: dict[str, object] = {
        "type": PROBLEM_TYPE_BASE + error.code.replace("_", "-"),
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": error.message,
        "code": error.code,
    }
    for name, value in refusal_fields(error).items():
        body.setdefault(name, value)
    body["request_id"] = request_id
    return _encoder.encode(body)


def problem_headers(error: DomainError) -> dict[str, str]:
    """Return the headers a refusal asks for: Retry-After, WWW-Authenticate, Allow."""
    headers: dict[str, str] = {}
    if isinstance(error, RequestInFlight):
        headers["retry-after"] = str(_RETRY_IN_FLIGHT_SECONDS)
    seconds = error.fields.get("retry_after_seconds")
    if isinstance(seconds, int):
        headers["retry-after"] = str(seconds)
    if status_of(error) == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    allowed = error.fields.get("allow")
    if isinstance(allowed, list):
        headers["allow"] = ", ".join(str(method) for method in allowed)
    return headers


def body_error(error: msgspec.DecodeError | RecursionError | UnicodeDecodeError) -> DomainError:
    """Turn a failed decoding into a refusal: not JSON at all, or JSON of the wrong shape."""
    if not isinstance(error, msgspec.ValidationError):
        return MalformedBody("The body is not valid JSON.")
    message = str(error)
    match = _PATH_IN_MESSAGE.search(message)
    reason = message[: match.start()] if match else message
    pointer = json_pointer(match.group("path")) if match else ""
    return ValidationFailed(
        "The body does not have the shape this route takes.",
        errors=[{"pointer": pointer, "detail": reason}],
    )


def json_pointer(path: str) -> str:
    """Turn msgspec's path (``.lines[0].sku``) into a JSON pointer (``/lines/0/sku``)."""
    parts = []
    for match in _PATH_PART.finditer(path):
        part = match.group("name") or match.group("index")
        parts.append(part.replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{part}" for part in parts)


def edge_error(error: HTTPException) -> DomainError:
    """Turn what Litestar refuses into our kinds."""
    match error.status_code:
        case 404:
            return RouteNotFound("There is no such address in this API.")
        case 405:
            listed = {name.lower(): value for name, value in (error.headers or {}).items()}.get("allow", "")
            allowed = sorted(part.strip() for part in listed.split(","))
            return MethodNotAllowed("This address does not take this method.", allow=allowed)
        case 413:
            return PayloadTooLarge("The body is too large.")
        case 400:
            return _parameter_error(error)
        case _:
            return InternalError("Something went wrong on our side. The request id helps us find it.")


def _parameter_error(error: HTTPException) -> DomainError:
    """Name each parameter that is missing or malformed as the caller spells it."""
    missing = _MISSING.search(error.detail)
    found = [(missing.group("name"), "missing")] if missing else []
    if isinstance(error.extra, list):
        found += [(str(each.get("key", "")), str(each.get("message", ""))) for each in error.extra]
    named = [(_WIRE_NAMES.get(name, name), reason) for name, reason in found]
    if any(name == IDEMPOTENCY_HEADER for name, _ in named):
        return BadIdempotencyKey(
            f"Send an {IDEMPOTENCY_HEADER} header of 8 to {KEY_LENGTH_MAX} visible ASCII characters."
        )
    if any(name == _BODY for name, _ in named):
        return MalformedBody("Send a JSON body.")
    return BadParameter(
        "A parameter is missing or malformed.",
        errors=[{"parameter": name, "detail": reason} for name, reason in named],
    )
