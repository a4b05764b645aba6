"""Connections that send a crowd away by themselves: uvicorn's own protocol, and a refusal before the work.

Under overload most requests are refused, and each refusal is paid for by those who are served. So it is
decided when the head of a request is read, before there is a task or a message for it: the answer is bytes
made ahead (``Shedding``), written straight to the connection, with those of others who are sent away at about
the same time. Everything unusual goes the normal way, where the gate refuses it with the same words.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from vivamarket.api.admission import Lane, lane_of
from vivamarket.api.asgi import Scope
from vivamarket.api.door import Door
from vivamarket.api.hot import hot_kind

#: Who is sent away waits so long, at most, for others to be told together with.
FAREWELL_SECONDS = 0.008

_API_PREFIX = b"/api/v1/"


class Farewells:
    """Connections that are told together that they are sent away.

    To write to a connection whose client sleeps is to wake it, which costs several times as much as all
    else about a refusal. Clients that are told together are woken for little more than one.
    """

    def __init__(self, later: Callable[[float, Callable[[], None]], object] | None = None) -> None:
        """``later`` calls after so many seconds; without it, the running event loop does."""
        self._later = later or _later
        self._waiting: list[DoorProtocol] = []

    def wait(self, connection: DoorProtocol) -> None:
        """Let the connection ``depart`` within ``FAREWELL_SECONDS``."""
        if not self._waiting:
            self._later(FAREWELL_SECONDS, self._say)
        self._waiting.append(connection)

    def _say(self) -> None:
        waiting, self._waiting = self._waiting, []
        for connection in waiting:
            connection.depart()


class DoorProtocol(HttpToolsProtocol):
    """One connection. The parser calls ``on_…``; bodies of requests that were sent away are read past."""

    door: ClassVar[Door]
    farewells: ClassVar[Farewells]

    def __init__(self, *arguments: Any, **named: Any) -> None:  # as the server calls its protocols
        super().__init__(*arguments, **named)
        self._is_sent_away = False
        self._farewell: bytes | None = None

    def on_headers_complete(self) -> None:
        """Let the request in, or send it away."""
        self.depart()  # in their order, when a client does not wait for its answers
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

    def shutdown(self) -> None:
        """End the connection as the server stops."""
        self.depart()
        super().shutdown()

    def depart(self) -> None:
        """Tell the client that it was sent away, if it was and has not been told yet."""
        answer, self._farewell = self._farewell, None
        if answer is None:
            return
        if not self.transport.is_closing():
            self.transport.write(answer)
        self.on_response_complete()

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
        self._farewell = self.door.shedding.raw_answer(
            self.door.request_ids.of(self._asgi_scope()),
            self.door.admission.limit,
            self.server_state.default_headers,
            head=self.parser.get_method() == b"HEAD",
        )
        self.farewells.wait(self)


def protocol_of(door: Door) -> type[asyncio.Protocol]:
    """Return the class of the connections that stand at this door."""
    return type("ShopProtocol", (DoorProtocol,), {"door": door, "farewells": Farewells()})


def _later(seconds: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, call)
