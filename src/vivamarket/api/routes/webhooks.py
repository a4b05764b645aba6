"""The payment provider's messages. Signed, so they need no key of ours; their own id deduplicates."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, post
from litestar.params import HeaderParameter, RawBody

from vivamarket.api.config import ApiConfig
from vivamarket.api.documents import describes
from vivamarket.api.schemas.orders import Received
from vivamarket.api.services import ApiServices


def webhook_routes(services: ApiServices, config: ApiConfig) -> Router:
    """Build the webhook route."""

    @post(
        "/stripe",
        operation_id="receiveStripeEvent",
        summary="Take an event of the payment provider",
        status_code=200,
        request_max_body_size=config.webhook_body_bytes_max,
        responses=describes(400, 413),
    )
    async def receive_stripe_event(
        body: RawBody,
        signature: Annotated[
            str,
            HeaderParameter(
                name="Stripe-Signature", max_length=2_048, description="`t=…,v1=…` over the exact body."
            ),
        ],
    ) -> Received:
        """Keep a signed event durably; the worker gives it its effect. A repeated one is kept once."""
        await services.checkout.receive_event(body, signature)
        return Received()

    return Router("/api/v1/webhooks", route_handlers=[receive_stripe_event], tags=["Webhooks"])
