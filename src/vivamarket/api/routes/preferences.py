"""A customer's preferences and consents. Each says how things shall be, so twice leaves them the same."""

from __future__ import annotations

from litestar import get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.customers import caller_of
from vivamarket.api.documents import describes
from vivamarket.api.present.wishes import consents_out, marked_out, preferences_out
from vivamarket.api.routes.account_words import CHANGES, READS
from vivamarket.api.schemas.preferences import (
    ConsentIn,
    ConsentList,
    GuestPreferencesIn,
    MarkedProduct,
    MergeOut,
    PreferencePatch,
    PreferencesOut,
)
from vivamarket.api.services import ApiServices
from vivamarket.catalog.errors import CategoryNotFound
from vivamarket.kernel.ids import CategoryId, ProductId
from vivamarket.preferences.model import Consent, GuestPreferences, MailChoices, Marked
from vivamarket.preferences.service import PreferenceChange


def preference_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [
        _get_preferences(services),
        _set_preferences(services),
        _merge_preferences(services),
        _list_consents(services),
        _add_consent(services),
    ]


def _get_preferences(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/preferences",
        operation_id="getPreferences",
        summary="Read the customer's preferences",
        security=READS,
        responses=describes(401),
    )
    async def get_preferences(request: ApiRequest) -> PreferencesOut:
        """Return them; a customer who never set any has those of version 0."""
        customer = caller_of(request).customer
        return preferences_out(await services.account.preferences.get(customer.id))

    return get_preferences


def _set_preferences(services: ApiServices) -> HTTPRouteHandler:
    @patch(
        "/preferences",
        operation_id="setPreferences",
        summary="Change the customer's preferences",
        security=CHANGES,
        responses=describes(400, 401, 403, 404, 409, 413, 415, 422),
    )
    async def set_preferences(request: ApiRequest, data: JSONBody[PreferencePatch]) -> PreferencesOut:
        """Set what is named, on the version that was shown. Sent again, it answers the same."""
        customer = caller_of(request).customer
        if data.locale is not None:
            services.shop.check_locale(data.locale)
        if data.currency is not None:
            services.shop.check_currency(data.currency)
        change = PreferenceChange(
            locale=data.locale,
            currency=data.currency,
            favourites=await _known(services, data.favourites),
            mails=MailChoices(data.mails.stock_alerts) if data.mails is not None else None,
        )
        changed = await services.account.preferences.change(customer.id, data.version, change)
        return preferences_out(changed)

    return set_preferences


def _merge_preferences(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/preferences/merge",
        operation_id="mergePreferences",
        summary="Bring a guest's preferences along",
        status_code=200,
        security=CHANGES,
        responses=describes(401, 403, 413, 415, 422),
    )
    async def merge_preferences(request: ApiRequest, data: JSONBody[GuestPreferencesIn]) -> MergeOut:
        """Add what the browser has kept before sign-in; what the customer has set stays.

        Nothing is lost: wishes that the full list has no room for come back as `left`. Products and
        decisions that are there already change nothing, so it may be sent again: also while signed in, for
        products looked at since. These are kept only where the customer allows `marketing`.
        """
        customer = caller_of(request).customer
        shop = services.shop
        shown = await services.catalog.shown_many([ProductId(each.product_id) for each in data.wishlist])
        guest = GuestPreferences(
            locale=data.locale if data.locale in shop.locales else None,
            currency=data.currency if data.currency in shop.currencies else None,
            wishes=tuple(each for each in _marks(data.wishlist) if each.product_id in shown),
            seen=_marks(data.seen),
            consents=tuple(
                Consent(purpose=each.purpose, text_version=each.text_version, given=each.given, at=each.at)
                for each in data.consents
            ),
        )
        merged = await services.account.preferences.merge(customer.id, guest)
        return MergeOut(
            preferences=preferences_out(merged.preferences),
            left=marked_out(merged.left),
            seen=marked_out(merged.preferences.seen),
        )

    return merge_preferences


def _list_consents(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/consents",
        operation_id="listConsents",
        summary="Read what the customer has allowed",
        security=READS,
        responses=describes(401),
    )
    async def list_consents(request: ApiRequest) -> ConsentList:
        """Return every decision with the text it was about, newest first."""
        return consents_out(await services.account.preferences.consents(caller_of(request).customer.id))

    return list_consents


def _add_consent(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/consents",
        operation_id="addConsent",
        summary="Allow something, or take it back",
        status_code=200,
        security=CHANGES,
        responses=describes(401, 403, 413, 415, 422),
    )
    async def add_consent(request: ApiRequest, data: JSONBody[ConsentIn]) -> ConsentList:
        """Add a decision; the same one twice is one. Decisions are never changed, only followed by others."""
        consents = await services.account.preferences.decide(
            caller_of(request).customer.id, data.purpose, data.text_version, given=data.given
        )
        return consents_out(consents)

    return add_consent


async def _known(services: ApiServices, ids: tuple[str, ...] | None) -> tuple[CategoryId, ...] | None:
    """Return the categories. Raise ``CategoryNotFound`` for one that does not exist."""
    if ids is None:
        return None
    tree = await services.shelves.tree()
    favourites = tuple(CategoryId(each) for each in ids)
    for category_id in favourites:
        if category_id not in tree.by_id:
            raise CategoryNotFound("There is no such category.", category_id=category_id)
    return favourites


def _marks(marks: tuple[MarkedProduct, ...]) -> tuple[Marked, ...]:
    return tuple(Marked(ProductId(each.product_id), each.at) for each in marks)
