"""Our request: strict JSON bodies, and the few things routes ask of the ASGI scope."""

from __future__ import annotations

from typing import Any, cast

import msgspec
from litestar import Request

from vivamarket.api.asgi import Scope
from vivamarket.api.errors import UnsupportedMediaType, body_error
from vivamarket.api.hot import PRODUCT_KEY
from vivamarket.api.requests import request_id_of
from vivamarket.api.trail import note_sent

JSON_MEDIA_TYPE = "application/json"


class ApiRequest(Request[Any, Any, Any]):
    """Litestar's request with our decoding: strict types, JSON pointers in refusals."""

    @property
    def request_id(self) -> str:
        """Return the name of this request, as the gate gave it."""
        return request_id_of(self._raw_scope)

    def is_about(self, product_id: str) -> None:
        """Tell the edge which product this answer shows, so that it is dropped when that changes."""
        self._raw_scope[PRODUCT_KEY] = product_id

    @property
    def _raw_scope(self) -> Scope:
        # Litestar types the scope as a TypedDict; ASGI allows keys of one's own.
        return cast(Scope, self.scope)

    async def json(self) -> Any:
        """Return the body as the route's declared type.

        Raise ``UnsupportedMediaType``, ``MalformedBody``, ``ValidationFailed``.
        """
        declared = self.route_handler.parsed_data_field
        media_type, _ = self.content_type
        if media_type.lower() != JSON_MEDIA_TYPE:
            raise UnsupportedMediaType("Send the body as application/json.")
        body = await self.body()
        note_sent(self._raw_scope, body)
        try:
            return msgspec.json.decode(body, type=declared.annotation if declared else Any)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise body_error(error) from None
