"""The shop's settings: who sells, what tax, what shipping."""

from __future__ import annotations

from litestar import Response, get, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.routes.staff_words import CHANGES, READS, staff_of
from vivamarket.api.schemas.staff_settings import SettingsChange, SettingsOut
from vivamarket.api.services import ApiServices
from vivamarket.api.trail import deed_of
from vivamarket.api.words import IdempotencyKey
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.shop.model import ShopProfile
from vivamarket.shop_settings.document import SettingsDocument, ShopTable, differences
from vivamarket.shop_settings.model import SettingsVersion


def settings_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""

    @get(
        "/settings",
        operation_id="getShopSettings",
        summary="Read the shop's settings",
        security=READS,
        responses=describes(401, 403),
    )
    async def get_shop_settings() -> SettingsOut:
        """Return what holds now."""
        document, version = await services.settings.read()
        return _out(document, version, services.shop)

    @put(
        "/settings",
        operation_id="changeShopSettings",
        summary="Change the shop's settings",
        security=CHANGES,
        responses=describes_change(401, 403),
    )
    async def change_shop_settings(
        request: ApiRequest, data: JSONBody[SettingsChange], idempotency_key: IdempotencyKey
    ) -> Response[SettingsOut]:
        """Put these settings in the place of the version they were made from. They hold within seconds.

        A shopper whose quote was made before confirms the new sums. Refusals: `bad_settings` (400) with the
        place in `pointer`, `stale_version` (409) when somebody was faster.
        """
        staff_id = staff_of(request).id
        once = Once(services, request, idempotency_key, data, caller=staff_id)

        async def work() -> StoredResponse:
            done = await services.settings.change(data.settings, version=data.version, staff_id=staff_id)
            for place, before, after in differences(done.before, done.after.document):
                deed_of(request).change(place, before, after)
            return render(200, _out(done.after.document, done.after, services.shop))

        return await once.in_steps(work)

    return [get_shop_settings, change_shop_settings]


def _out(document: SettingsDocument, version: SettingsVersion | None, started: ShopProfile) -> SettingsOut:
    return SettingsOut(
        version=0 if version is None else version.version,
        settings=document,
        changed_at=None if version is None else version.changed_at,
        needs_restart=_differs(document.shop, started),
    )


def _differs(shop: ShopTable, started: ShopProfile) -> bool:
    now = (shop.name, shop.email, shop.currencies)
    return now != (started.name, started.email, started.currencies)
