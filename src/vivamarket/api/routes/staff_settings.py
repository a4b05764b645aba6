"""The shop's settings: who sells, what tax, what shipping."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from litestar import Response, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.cart import shipping_out, tax_out
from vivamarket.api.routes.staff_words import CHANGES, READS, VersionPath, staff_of, version_number
from vivamarket.api.schemas.staff_settings import (
    ChangedSetting,
    ExampleSums,
    SettingsAt,
    SettingsChange,
    SettingsDraft,
    SettingsOut,
    SettingsPreview,
    SettingsVersionOut,
    SettingsVersionPage,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.trail import deed_of
from vivamarket.api.words import CursorQuery, IdempotencyKey, LimitQuery
from vivamarket.checkout.example import ExampleWish, SettingsExample
from vivamarket.checkout.quote import Quote
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.paging import PAGE_SIZE_DEFAULT
from vivamarket.shop.model import ShopProfile
from vivamarket.shop_settings.document import SettingsDocument, differences, rules_of
from vivamarket.shop_settings.model import SellingRules, SettingsVersion
from vivamarket.shop_settings.service import CHANGES_MAX


def settings_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [*_current(services), *_earlier(services), _preview(services)]


def _current(services: ApiServices) -> list[HTTPRouteHandler]:
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


def _earlier(services: ApiServices) -> list[HTTPRouteHandler]:
    @get(
        "/settings/versions",
        operation_id="listShopSettingsVersions",
        summary="Read who changed which setting",
        security=READS,
        responses=describes(400, 401, 403),
    )
    async def list_shop_settings_versions(
        cursor: CursorQuery = None, limit: LimitQuery = PAGE_SIZE_DEFAULT
    ) -> SettingsVersionPage:
        """Return a page of versions with what each of them changed, newest first."""
        page = await services.settings.versions(cursor, limit)
        names = {each.id: each.name for each in await services.staff.roster.all()}
        items = (
            SettingsVersionOut(
                version=step.version.version,
                changed_at=step.version.changed_at,
                author=names.get(step.version.staff_id, step.version.staff_id),
                changes=_changes(step.changes),
            )
            for step in page.items
        )
        return SettingsVersionPage(tuple(items), page.next_cursor)

    @get(
        "/settings/versions/{version:str}",
        operation_id="getShopSettingsVersion",
        summary="Read the settings as they were",
        security=READS,
        responses=describes(400, 401, 403, 404),
    )
    async def get_shop_settings_version(version: VersionPath) -> SettingsAt:
        """Return a version, 0 for the shop file's, and what going back to it would change.

        To go back, put its `settings` in the place of the version that holds: that makes a new one.
        """
        number = version_number(version)
        document = await services.settings.at(number)
        now, _ = await services.settings.read()
        changes = tuple(islice(differences(now, document), CHANGES_MAX))
        return SettingsAt(number, document, _changes(changes))

    return [list_shop_settings_versions, get_shop_settings_version]


def _preview(services: ApiServices) -> HTTPRouteHandler:
    example = SettingsExample(services.pricing, services.catalog, services.clock)

    @post(
        "/settings/preview",
        operation_id="previewShopSettings",
        summary="See what other settings do to an example",
        status_code=200,
        security=CHANGES,
        responses=describes(400, 401, 403, 404),
    )
    async def preview_shop_settings(data: JSONBody[SettingsDraft]) -> SettingsPreview:
        """Return an example purchase under the settings that hold and under these. Nothing is kept.

        Refusals: `bad_settings` (400), `no_example` (404) when nothing like that is on sale.
        """
        rules = SellingRules(*rules_of(services.settings.checked(data.settings)))
        wanted = data.example
        wish = ExampleWish(
            country=wanted.country,
            currency=wanted.currency,
            locale=services.shop.default_locale,
            sku=wanted.sku,
            quantity=wanted.quantity,
        )
        shown = await example.compare(wish, rules)
        return SettingsPreview(
            sku=shown.sold.sku,
            title=shown.sold.title,
            quantity=wanted.quantity,
            before=_sums(shown.before),
            after=_sums(shown.after),
        )

    return preview_shop_settings


def _sums(quote: Quote) -> ExampleSums:
    return ExampleSums(
        subtotal=quote.subtotal,
        shipping=shipping_out(quote.shipping),
        taxes=tuple(map(tax_out, quote.taxes)),
        tax_total=quote.tax_total,
        tax_included=quote.tax_included,
        total=quote.total,
    )


def _changes(changes: Iterable[tuple[str, str, str]]) -> tuple[ChangedSetting, ...]:
    return tuple(ChangedSetting(*change) for change in changes)


def _out(document: SettingsDocument, version: SettingsVersion | None, started: ShopProfile) -> SettingsOut:
    return SettingsOut(
        version=0 if version is None else version.version,
        settings=document,
        changed_at=None if version is None else version.changed_at,
        needs_restart=document.shop.currencies != started.currencies,
    )
