"""What every route's documentation repeats: its problem answers."""

from __future__ import annotations

from collections.abc import Mapping

from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example

from vivamarket.api.errors import PROBLEM_MEDIA_TYPE, PROBLEM_TYPE_BASE, Problem

_MEANINGS: Mapping[int, tuple[str, str]] = {
    400: ("A parameter is malformed.", "bad_parameter"),
    401: ("The token is missing.", "unauthenticated"),
    403: ("This is not allowed to you.", "forbidden"),
    404: ("There is no such record, or you may not know that there is.", "not_found"),
    409: ("Somebody was faster, or the same key is being answered right now.", "conflict"),
    413: ("The body is too large.", "payload_too_large"),
    415: ("The body is not `application/json`.", "unsupported_media_type"),
    422: (
        "The body has the wrong shape, a rule forbids it, or the key was used before.",
        "validation_failed",
    ),
    429: ("Too many requests; wait as long as `Retry-After` says.", "rate_limited"),
    500: ("Our mistake; the request id finds it.", "internal_error"),
    503: ("Something is away for a moment; come back after `Retry-After`.", "unavailable"),
}
_ALWAYS = (429, 500, 503)
_WITH_BODY = (400, 409, 413, 415, 422)


def describes(*statuses: int) -> dict[int, ResponseSpec]:
    """Return the documentation of the problem answers a reading route gives, beside the common ones."""
    return {status: _spec(status) for status in sorted({*statuses, 500, 503})}


def describes_change(*statuses: int, has_body: bool = True) -> dict[int, ResponseSpec]:
    """As ``describes``, for a mutating route: keys, bodies and rate limits have refusals of their own."""
    body = _WITH_BODY if has_body else (400, 409, 422)
    return {status: _spec(status) for status in sorted({*statuses, *body, *_ALWAYS})}


def _spec(status: int) -> ResponseSpec:
    meaning, code = _MEANINGS[status]
    example = Problem(
        type=PROBLEM_TYPE_BASE + code.replace("_", "-"),
        title=meaning.split(",")[0].rstrip("."),
        status=status,
        detail=meaning,
        code=code,
        request_id="k3Jx81Qz0a-000004d2",
    )
    return ResponseSpec(
        Problem,
        description=meaning,
        media_type=PROBLEM_MEDIA_TYPE,
        generate_examples=False,
        examples=[Example(summary=code, value=_as_dict(example))],
    )


def _as_dict(problem: Problem) -> dict[str, object]:
    return {name: getattr(problem, name) for name in problem.__struct_fields__}
