"""Webhooks: which systems are told of what, whether it arrives, and sending it again."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.api.staff.ports import StaffServices
from vivamarket.api.staff.views import Views
from vivamarket.api.staff.visit import Visit
from vivamarket.api.staff.web import PageResponse, see
from vivamarket.kernel.errors import Conflict, Refused
from vivamarket.kernel.idempotency import Attempt, attempt
from vivamarket.webhooks.events import EVENT_TYPES
from vivamarket.webhooks.model import DeliveryStatus, Endpoint
from vivamarket.webhooks.service import EndpointWish

ROWS_MAX = 25
_TYPE_FIELD = "type."


class WebhookPages:
    """The section ``/webhooks``."""

    def __init__(self, services: StaffServices, views: Views, mount_path: str) -> None:
        self._webhooks = services.webhooks
        self._ids = services.ids
        self._views = views
        self._base = f"{mount_path}/webhooks"

    async def answer(self, visit: Visit, method: str, parts: tuple[str, ...]) -> PageResponse | None:
        """Answer for the path below ``/webhooks``; see ``Section``."""
        match (method, *parts):
            case ("GET",):
                return await self._list(visit)
            case ("GET", "new"):
                return self._form(visit, {})
            case ("POST", "new"):
                return await self._create(visit)
            case ("GET", "deliveries", delivery_id):
                log = await self._webhooks.delivery(delivery_id)
                return self._page(visit, "delivery.html", log=log, body=log.delivery.body.decode())
            case ("POST", "deliveries", delivery_id, "replay"):
                await self._webhooks.replay(delivery_id)
                return see(f"{self._base}/deliveries/{delivery_id}?done=sent")
            case ("GET", endpoint_id):
                return await self._endpoint(visit, await self._webhooks.endpoint(endpoint_id))
            case ("GET", endpoint_id, ("delete" | "rotate") as what):
                endpoint = await self._webhooks.endpoint(endpoint_id)
                key = self._ids.token()
                return self._page(visit, "webhook_question.html", endpoint=endpoint, what=what, key=key)
            case ("POST", endpoint_id, *action):
                return await self._do(visit, endpoint_id, tuple(action))
        return None

    async def _do(self, visit: Visit, endpoint_id: str, action: tuple[str, ...]) -> PageResponse | None:
        match action:
            case ():
                return await self._update(visit, endpoint_id)
            case (("enable" | "disable") as what,):
                await self._webhooks.set_enabled(endpoint_id, what == "enable")
                return see(f"{self._base}/{endpoint_id}?done={what}d")
            case ("test",):
                await self._webhooks.send_test(endpoint_id, request_key=_attempt(visit, "test").key)
                return see(f"{self._base}/{endpoint_id}?done=sent")
            case ("rotate",):
                key = _attempt(visit, "rotate").key
                endpoint = await self._webhooks.rotate(endpoint_id, request_key=key)
                return self._page(visit, "webhook_secret.html", endpoint=endpoint, is_new=False)
            case ("delete",):
                await self._webhooks.remove(endpoint_id)
                return see(f"{self._base}?done=deleted")
        return None

    async def _list(self, visit: Visit) -> PageResponse:
        query = visit.request.query
        status = query.get("status", "")
        known = DeliveryStatus(status) if status in set(DeliveryStatus) else None
        return self._page(
            visit,
            "webhooks.html",
            endpoints=await self._webhooks.endpoints(),
            page=await self._webhooks.deliveries(None, known, query.get("cursor"), ROWS_MAX),
            statuses=tuple(DeliveryStatus),
            chosen=known,
        )

    async def _endpoint(self, visit: Visit, endpoint: Endpoint, problem: str = "") -> PageResponse:
        return self._page(
            visit,
            "webhook.html",
            status=422 if problem else 200,
            endpoint=endpoint,
            problem=problem,
            values=visit.request.form if problem else _values(endpoint),
            types=EVENT_TYPES,
            key=self._ids.token(),
            page=await self._webhooks.deliveries(
                endpoint.id, None, visit.request.query.get("cursor"), ROWS_MAX
            ),
        )

    async def _create(self, visit: Visit) -> PageResponse:
        """Create the endpoint and show its secret. Sent again, the form shows the same endpoint."""
        try:
            key = _attempt(visit, "create").key
            endpoint = await self._webhooks.create(_wish(visit.request.form), request_key=key)
        except (Refused, Conflict) as refusal:
            return self._form(visit, visit.request.form, refusal.message)
        return self._page(visit, "webhook_secret.html", endpoint=endpoint, is_new=True)

    async def _update(self, visit: Visit, endpoint_id: str) -> PageResponse:
        try:
            await self._webhooks.update(endpoint_id, _wish(visit.request.form))
        except (Refused, Conflict) as refusal:
            return await self._endpoint(visit, await self._webhooks.endpoint(endpoint_id), refusal.message)
        return see(f"{self._base}/{endpoint_id}?done=saved")

    def _form(self, visit: Visit, values: Mapping[str, str], problem: str = "") -> PageResponse:
        chosen = values or {f"{_TYPE_FIELD}{name}": "on" for name in EVENT_TYPES}
        return self._page(
            visit,
            "webhook_new.html",
            status=422 if problem else 200,
            problem=problem,
            values=chosen,
            types=EVENT_TYPES,
            key=self._ids.token(),
        )

    def _page(self, visit: Visit, template: str, *, status: int = 200, **values: object) -> PageResponse:
        return self._views.page(template, status=status, section="webhooks", **values, **visit.common)


def _wish(form: Mapping[str, str]) -> EndpointWish:
    return EndpointWish(
        url=form.get("url", ""),
        description=form.get("description", ""),
        event_types=tuple(name.removeprefix(_TYPE_FIELD) for name in form if name.startswith(_TYPE_FIELD)),
    )


def _values(endpoint: Endpoint) -> Mapping[str, str]:
    """Return the endpoint as its form would send it."""
    chosen = {f"{_TYPE_FIELD}{name}": "on" for name in endpoint.event_types}
    return {"url": endpoint.url, "description": endpoint.description, **chosen}


def _attempt(visit: Visit, what: str) -> Attempt:
    """Name the attempt by the key in the form, so that a double click is one."""
    return attempt(visit.request.form.get("key"), route=f"staff {what}", caller=visit.staff.id, body=b"")
