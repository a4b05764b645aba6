"""The webhooks' refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Conflict, Invalid, NotFound, Refused


class EndpointNotFound(NotFound):
    """No such endpoint (any more)."""

    code = "webhook_endpoint_not_found"


class DeliveryNotFound(NotFound):
    """No such delivery (any more)."""

    code = "webhook_delivery_not_found"


class BadEndpoint(Invalid):
    """The address, the description or the event types cannot be ones; ``field`` says which."""

    code = "bad_webhook_endpoint"


class ReceiverRefused(Refused):
    """The address leads where no webhook may go; ``reason`` says why."""

    code = "webhook_receiver_refused"


class TooManyEndpoints(Conflict):
    """The shop has as many endpoints as it may; remove one first."""

    code = "too_many_webhook_endpoints"


class EndpointDisabled(Conflict):
    """Nothing is sent to a disabled endpoint; enable it first."""

    code = "webhook_endpoint_disabled"
