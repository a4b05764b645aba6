"""What every route of one order repeats: the token that opens it."""

from __future__ import annotations

from typing import Annotated

from litestar.params import PathParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.errors import Unauthenticated
from vivamarket.api.words import TOKEN_LENGTH_MAX

_BEARER = "bearer"
GUEST: list[dict[str, list[str]]] = [{"orderToken": []}]
InvoiceNumberPath = Annotated[
    str, PathParameter(max_length=64, description="The invoice's number, such as `INV-2026-000042`.")
]


def token_of(request: ApiRequest) -> str:
    """Return the order's token as the caller sent it. Raise ``Unauthenticated`` without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != _BEARER or not 0 < len(token.strip()) <= TOKEN_LENGTH_MAX:
        raise Unauthenticated("Send the order's token: Authorization: Bearer <token>.")
    return token.strip()
