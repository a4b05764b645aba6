"""Stock alerts: a guest's, confirmed by mail, and a customer's. Asked twice, one waits."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, Router, delete, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter

from vivamarket.alerts.service import ShownAlert
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.customers import caller_of
from vivamarket.api.documents import describes
from vivamarket.api.routes.account_words import CHANGES, READS, address_of
from vivamarket.api.schemas.alerts import AlertLink, AlertList, AlertOut, CustomerAlert, GuestAlert
from vivamarket.api.services import ApiServices
from vivamarket.api.words import LocaleQuery
from vivamarket.kernel.ids import parse_sku, parse_uuid

AlertIdPath = Annotated[str, PathParameter(max_length=64, description="The alert's id.")]


def alert_routes(services: ApiServices) -> Router:
    """Build the routes of guests."""
    handlers = [_ask(services), _confirm(services), _stop(services)]
    return Router("/api/v1/stock-alerts", route_handlers=handlers, tags=["Catalogue"])


def alert_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers of customers."""
    return [_list_own(services), _add_own(services), _remove_own(services)]


def _ask(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "",
        operation_id="askStockAlert",
        summary="Ask to be told when a SKU is back",
        status_code=204,
        responses=describes(400, 403, 404, 413, 415, 422, 429),
    )
    async def ask_stock_alert(request: ApiRequest, data: JSONBody[GuestAlert]) -> None:
        """Mail the address whether it wants this; until it says so, nobody waits.

        The answer is the same whether or not the address waits already.
        """
        locale = services.shop.check_locale(data.locale)
        await services.account.alerts.ask(
            parse_sku(data.sku), data.email, locale, address=address_of(request)
        )

    return ask_stock_alert


def _confirm(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/confirm",
        operation_id="confirmStockAlert",
        summary="Confirm an alert by its mail",
        status_code=200,
        responses=describes(400, 403, 404, 413, 415, 422),
    )
    async def confirm_stock_alert(
        request: ApiRequest, data: JSONBody[AlertLink], locale: LocaleQuery = None
    ) -> AlertOut:
        """Let the alert wait, for a year at most."""
        return _out(services, await services.account.alerts.confirm(data.token), locale)

    return confirm_stock_alert


def _stop(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/stop",
        operation_id="stopStockAlert",
        summary="Take an alert back by its mail",
        status_code=204,
        responses=describes(403, 404, 413, 415, 422),
    )
    async def stop_stock_alert(request: ApiRequest, data: JSONBody[AlertLink]) -> None:
        """Forget the alert and its address; one that is gone already is fine."""
        await services.account.alerts.stop(data.token)

    return stop_stock_alert


def _list_own(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/stock-alerts",
        operation_id="listStockAlerts",
        summary="Read what the customer waits for",
        security=READS,
        responses=describes(400, 401),
    )
    async def list_stock_alerts(request: ApiRequest, locale: LocaleQuery = None) -> AlertList:
        """Return the customer's alerts, newest first."""
        shown = await services.account.alerts.of_customer(caller_of(request).customer.id)
        return AlertList(tuple(_out(services, each, locale) for each in shown))

    return list_stock_alerts


def _add_own(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/stock-alerts",
        operation_id="addStockAlert",
        summary="Be told when a SKU is back",
        status_code=200,
        security=CHANGES,
        responses=describes(400, 401, 403, 404, 413, 415, 422),
    )
    async def add_stock_alert(request: ApiRequest, data: JSONBody[CustomerAlert]) -> AlertList:
        """Wait with the customer's confirmed address; return all that the customer waits for."""
        customer, locale = caller_of(request).customer, services.shop.check_locale(data.locale)
        await services.account.alerts.ask_as_customer(customer.id, parse_sku(data.sku), locale)
        shown = await services.account.alerts.of_customer(customer.id)
        return AlertList(tuple(_out(services, each, locale) for each in shown))

    return add_stock_alert


def _remove_own(services: ApiServices) -> HTTPRouteHandler:
    @delete(
        "/stock-alerts/{alert_id:str}",
        operation_id="removeStockAlert",
        summary="Take an alert back",
        status_code=204,
        security=CHANGES,
        responses=describes(400, 401, 403),
    )
    async def remove_stock_alert(request: ApiRequest, alert_id: AlertIdPath) -> Response[None]:
        """Remove the customer's alert; one that is gone already is fine."""
        await services.account.alerts.stop_as_customer(caller_of(request).customer.id, parse_uuid(alert_id))
        return Response(None, status_code=204)

    return remove_stock_alert


def _out(services: ApiServices, shown: ShownAlert, locale: str | None) -> AlertOut:
    language = services.shop.check_locale(locale or services.shop.default_locale)
    text = shown.product.text(language) if shown.product is not None else None
    return AlertOut(
        id=shown.alert.id,
        sku=shown.alert.sku,
        title=text.title if text else None,
        slug=text.slug if text else None,
        asked_at=shown.alert.asked_at,
    )
