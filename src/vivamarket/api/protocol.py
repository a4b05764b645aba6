"""Connections that send a crowd away by themselves: uvicorn's own protocol, and a refusal before the work.

Under overload most requests are refused, and each refusal is paid for by those who are served. So it is
decided when the head of a request is read, before there is a task or a message for it: the answer is bytes
made ahead (``Shedding``), written straight to the connection. Everything unusual goes the normal way, where
the gate refuses it with the same words.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from vivamarket.api.admission import Lane, lane_of
from vivamarket.api.asgi import Scope
from vivamarket.api.door import Door
from vivamarket.api.hot import hot_kind

_API_PREFIX = b"/api/v1/"


class DoorProtocol(HttpToolsProtocol):
    """One connection. The parser calls ``on_…``; bodies of requests that were sent away are read past."""

    door: ClassVar[Door]

    def __init__(self, *arguments: Any, **named: Any) -> None:  # as the server calls its protocols
        super().__init__(*arguments, **named)
        self._is_sent_away = False

    def on_headers_complete(self) -> None:
        """Let the request in, or send it away at once."""
        lane = self._lane()
        if lane is None:
            super().on_headers_complete()
        elif self.door.admission.has_place(lane):
            super().on_headers_complete()
            self.door.enter_ahead(self._asgi_scope(), lane)
        else:
            self._send_away()

    def on_body(self, body: bytes) -> None:
        """Collect the body of a request that came in."""
        if not self._is_sent_away:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request."""
        if self._is_sent_away:
            self._is_sent_away = False
        else:
            super().on_message_complete()

    def _lane(self) -> Lane | None:
        """Return the lane, None when it is not decided here.

        Not decided here: what may be answered from memory; what waits behind an answer of the same
        connection; what ends or changes the connection, or waits to be asked for its body; a client that
        does not read; an address that is written in an unusual way.
        """
        if not self.url.startswith(_API_PREFIX):
            return None
        path = self.url.partition(b"?")[0].decode("ascii", "replace")
        method = self.parser.get_method()
        if method in (b"GET", b"HEAD") and hot_kind(path) is not None:
            return None
        waits_behind = self.cycle is not None and not self.cycle.response_complete
        unusual = (
            waits_behind
            or "%" in path
            or not path.isascii()
            or self.expect_100_continue
            or self.flow.write_paused
            or self.parser.should_upgrade()
            or not self.parser.should_keep_alive()
        )
        return None if unusual else lane_of(method.decode("ascii"), path)

    def _asgi_scope(self) -> Scope:
        return cast("Scope", self.scope)  # the server types the same dictionary key by key

    def _send_away(self) -> None:
        self._is_sent_away = True
        answer = self.door.shedding.raw_answer(
            self.door.request_ids.of(self._asgi_scope()),
            self.door.admission.limit,
            self.server_state.default_headers,
            head=self.parser.get_method() == b"HEAD",
        )
        self.transport.write(answer)
        self.on_response_complete()


def protocol_of(door: Door) -> type[asyncio.Protocol]:
    """Return the class of the connections that stand at this door."""
    return type("ShopProtocol", (DoorProtocol,), {"door": door})
