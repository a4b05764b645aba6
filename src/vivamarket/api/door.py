"""The door of the web process: where it is decided, once for gate and connections, who comes in.

The gate asks here for every API request. Connections (``protocol``) ask before, so that who is sent away
costs no task, no scope and no message; whom they let in, they hand to the gate as already counted.
"""

from __future__ import annotations

from vivamarket.api.admission import Lane, Shedding, admission_of
from vivamarket.api.asgi import RawHeaders, Scope, raw_headers
from vivamarket.api.config import API_HEADERS, ApiConfig
from vivamarket.api.requests import RequestIds
from vivamarket.api.turns import Turns
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.telemetry import Telemetry

NO_STORE = (b"cache-control", b"no-store")
#: Where a connection leaves the lane of a request that it has counted as in work.
_ENTERED_KEY = "viva.entered"


class Door:
    """Admission, the answers to those who are not admitted, the turns of those who are, and all names."""

    def __init__(
        self, *, config: ApiConfig, clock: Clock, request_ids: RequestIds, telemetry: Telemetry
    ) -> None:
        #: Sent with every answer of the API.
        self.headers: RawHeaders = [*raw_headers(API_HEADERS), NO_STORE]
        self.request_ids = request_ids
        self.admission = admission_of(clock, config)
        self.turns = Turns()
        self.shedding = Shedding(clock, telemetry, self.headers)

    def enter_ahead(self, scope: Scope, lane: Lane) -> None:
        """Count a request as in work before the gate sees it, if there is a place.

        Only for a request that reaches the gate in any case, since only the gate counts it out again.
        """
        if self.admission.enter(lane):
            scope[_ENTERED_KEY] = lane

    @staticmethod
    def entered(scope: Scope) -> Lane | None:
        """Return the lane in which the request was counted already, or None."""
        lane = scope.get(_ENTERED_KEY)
        return lane if isinstance(lane, Lane) else None
