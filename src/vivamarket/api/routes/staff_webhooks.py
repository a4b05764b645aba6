"""Merchant webhooks for staff: endpoints, their secrets, the log of deliveries."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, QueryParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff import delivery_out, endpoint_out
from vivamarket.api.routes.staff_words import CHANGES, READS, DeliveryIdPath, EndpointIdPath, staff_of
from vivamarket.api.schemas.staff import Done
from vivamarket.api.schemas.staff_webhooks import (
    DeliveryOut,
    DeliveryPage,
    DeliveryWithBody,
    EndpointOut,
    EndpointRequest,
    Endpoints,
    EndpointSecret,
    EventTypeOut,
    EventTypes,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CursorQuery, IdempotencyKey, LimitQuery
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.paging import PAGE_SIZE_DEFAULT
from vivamarket.webhooks.events import EVENT_TYPES
from vivamarket.webhooks.model import DeliveryStatus
from vivamarket.webhooks.service import EndpointWish


def webhook_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [
        _list_types(),
        _list_endpoints(services),
        _get_endpoint(services),
        _create(services),
        _update(services),
        _remove(services),
        _rotate(services),
        _test(services),
        _list_deliveries(services),
        _get_delivery(services),
        _replay(services),
    ]


def _list_types() -> HTTPRouteHandler:
    @get(
        "/webhook-event-types",
        operation_id="listWebhookEventTypes",
        summary="List the types of events",
        security=READS,
        responses=describes(401),
    )
    async def list_webhook_event_types() -> EventTypes:
        """Return what an endpoint may ask for."""
        return EventTypes(tuple(EventTypeOut(name, meaning) for name, meaning in EVENT_TYPES.items()))

    return list_webhook_event_types


def _list_endpoints(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/webhook-endpoints",
        operation_id="listWebhookEndpoints",
        summary="List webhook endpoints",
        security=READS,
        responses=describes(401),
    )
    async def list_webhook_endpoints() -> Endpoints:
        """Return all endpoints, oldest first."""
        return Endpoints(tuple(endpoint_out(each) for each in await services.staff.webhooks.endpoints()))

    return list_webhook_endpoints


def _get_endpoint(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/webhook-endpoints/{endpoint_id:str}",
        operation_id="getWebhookEndpoint",
        summary="Read a webhook endpoint",
        security=READS,
        responses=describes(400, 401, 404),
    )
    async def get_webhook_endpoint(endpoint_id: EndpointIdPath) -> EndpointOut:
        """Return the endpoint. Its secret is not shown again."""
        return endpoint_out(await services.staff.webhooks.endpoint(endpoint_id))

    return get_webhook_endpoint


def _create(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/webhook-endpoints",
        operation_id="createWebhookEndpoint",
        summary="Add a webhook endpoint",
        security=CHANGES,
        responses=describes_change(401, 403),
    )
    async def create_webhook_endpoint(
        request: ApiRequest, data: JSONBody[EndpointRequest], idempotency_key: IdempotencyKey
    ) -> Response[EndpointSecret]:
        """Add an endpoint at a public https address and return its secret, this once.

        Refusals: `bad_webhook_endpoint` (400), `webhook_receiver_refused` (422) for an address that is not
        public, `too_many_webhook_endpoints` (409).
        """
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            webhooks = services.staff.webhooks
            created = await webhooks.create(_wish(data), request_key=once.attempt.key)
            if not data.enabled:
                created = await webhooks.set_enabled(created.id, False)
            return render(201, EndpointSecret(endpoint_out(created), created.secret))

        return await once.in_steps(work)

    return create_webhook_endpoint


def _update(services: ApiServices) -> HTTPRouteHandler:
    @put(
        "/webhook-endpoints/{endpoint_id:str}",
        operation_id="updateWebhookEndpoint",
        summary="Change, enable or disable a webhook endpoint",
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def update_webhook_endpoint(
        request: ApiRequest,
        endpoint_id: EndpointIdPath,
        data: JSONBody[EndpointRequest],
        idempotency_key: IdempotencyKey,
    ) -> Response[EndpointOut]:
        """Set the endpoint as it is sent. What waits for a disabled one goes out once it is enabled."""
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            webhooks = services.staff.webhooks
            await webhooks.update(endpoint_id, _wish(data))
            return render(200, endpoint_out(await webhooks.set_enabled(endpoint_id, data.enabled)))

        return await once.in_steps(work)

    return update_webhook_endpoint


def _remove(services: ApiServices) -> HTTPRouteHandler:
    @delete(
        "/webhook-endpoints/{endpoint_id:str}",
        operation_id="deleteWebhookEndpoint",
        summary="Delete a webhook endpoint",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, has_body=False),
    )
    async def delete_webhook_endpoint(
        request: ApiRequest, endpoint_id: EndpointIdPath, idempotency_key: IdempotencyKey
    ) -> Response[Done]:
        """Delete the endpoint together with its log; one that is not there (any more) is fine."""
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            await services.staff.webhooks.remove(endpoint_id)
            return render(200, Done())

        return await once.in_steps(work)

    return delete_webhook_endpoint


def _rotate(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/webhook-endpoints/{endpoint_id:str}/rotate-secret",
        operation_id="rotateWebhookSecret",
        summary="Give an endpoint a new secret",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def rotate_webhook_secret(
        request: ApiRequest, endpoint_id: EndpointIdPath, idempotency_key: IdempotencyKey
    ) -> Response[EndpointSecret]:
        """Return a new secret, this once. For 24 hours the old one signs every webhook too."""
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            rotated = await services.staff.webhooks.rotate(endpoint_id, request_key=once.attempt.key)
            return render(200, EndpointSecret(endpoint_out(rotated), rotated.secret))

        return await once.in_steps(work)

    return rotate_webhook_secret


def _test(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/webhook-endpoints/{endpoint_id:str}/test",
        operation_id="testWebhookEndpoint",
        summary="Send a test webhook",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def test_webhook_endpoint(
        request: ApiRequest, endpoint_id: EndpointIdPath, idempotency_key: IdempotencyKey
    ) -> Response[Done]:
        """Send an event `webhook.test`; the log of deliveries shows what came of it."""
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            await services.staff.webhooks.send_test(endpoint_id, request_key=once.attempt.key)
            return render(200, Done())

        return await once.in_steps(work)

    return test_webhook_endpoint


def _list_deliveries(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/webhook-deliveries",
        operation_id="listWebhookDeliveries",
        summary="List webhook deliveries",
        security=READS,
        responses=describes(400, 401),
    )
    async def list_webhook_deliveries(
        endpoint_id: Annotated[
            str | None, QueryParameter(name="endpoint_id", max_length=64, description="Of one endpoint only.")
        ] = None,
        status: Annotated[
            DeliveryStatus | None, QueryParameter(name="status", description="In one state only.")
        ] = None,
        cursor: CursorQuery = None,
        limit: LimitQuery = PAGE_SIZE_DEFAULT,
    ) -> DeliveryPage:
        """Return a page of the log of 30 days, newest first."""
        page = await services.staff.webhooks.deliveries(endpoint_id, status, cursor, limit)
        return DeliveryPage(tuple(delivery_out(each) for each in page.items), page.next_cursor)

    return list_webhook_deliveries


def _get_delivery(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/webhook-deliveries/{delivery_id:str}",
        operation_id="getWebhookDelivery",
        summary="Read a webhook delivery",
        security=READS,
        responses=describes(400, 401, 404),
    )
    async def get_webhook_delivery(delivery_id: DeliveryIdPath) -> DeliveryWithBody:
        """Return the delivery with the bytes that are sent and its newest attempts."""
        log = await services.staff.webhooks.delivery(delivery_id)
        return DeliveryWithBody(delivery_out(log), log.delivery.body.decode())

    return get_webhook_delivery


def _replay(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/webhook-deliveries/{delivery_id:str}/replay",
        operation_id="replayWebhookDelivery",
        summary="Send a webhook again",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def replay_webhook_delivery(
        request: ApiRequest, delivery_id: DeliveryIdPath, idempotency_key: IdempotencyKey
    ) -> Response[DeliveryOut]:
        """Send it now under the same `webhook-id`, whatever became of it, with all its repeats."""
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            return render(200, delivery_out(await services.staff.webhooks.replay(delivery_id)))

        return await once.in_steps(work)

    return replay_webhook_delivery


def _wish(data: EndpointRequest) -> EndpointWish:
    return EndpointWish(url=data.url, description=data.description, event_types=data.event_types)
