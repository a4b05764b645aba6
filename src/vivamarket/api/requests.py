"""Request ids: taken from the caller when well-formed, else made here without touching randomness twice."""

from __future__ import annotations

import re
from itertools import count

from vivamarket.api.asgi import Scope
from vivamarket.kernel.ids import IdSource

REQUEST_ID_KEY = "viva.request_id"
_PREFIX_LENGTH = 10
_WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class RequestIds:
    """Names requests: one random prefix per process, then a counter. Costs under a microsecond."""

    def __init__(self, ids: IdSource) -> None:
        prefix = re.sub(r"[^A-Za-z0-9]", "", ids.token())[:_PREFIX_LENGTH]
        self._prefix = prefix.encode() + b"-"
        self._numbers = count(1)

    def new(self) -> bytes:
        """Return an id that this process has not given before."""
        return self._prefix + b"%08x" % next(self._numbers)

    def of(self, scope: Scope) -> bytes:
        """Return the request's id and keep it in the scope: the caller's own when it is well-formed."""
        known = scope.get(REQUEST_ID_KEY)
        if isinstance(known, bytes):
            return known
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), None)
        request_id = bytes(given) if given is not None and _WELL_FORMED.fullmatch(given) else self.new()
        scope[REQUEST_ID_KEY] = request_id
        return request_id


def request_id_of(scope: Scope) -> str:
    """Return the id that ``RequestIds.of`` gave this request, empty when it gave none."""
    known = scope.get(REQUEST_ID_KEY)
    return known.decode() if isinstance(known, bytes) else ""
