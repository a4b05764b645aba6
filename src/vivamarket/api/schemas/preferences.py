"""Preferences, wishlists and consents: what is sent and what is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.api.words import LINE_PATTERN, CurrencyCode, LocaleCode
from vivamarket.catalog.present import ProductCard
from vivamarket.preferences.model import (
    CONSENTS_MAX,
    FAVOURITES_MAX,
    SEEN_MAX,
    TEXT_VERSION_LENGTH_MAX,
    WISHES_MAX,
    ConsentPurpose,
)

ID_LENGTH = 36

RecordId = Annotated[str, Meta(min_length=ID_LENGTH, max_length=ID_LENGTH, pattern=r"^[0-9a-f-]*\Z")]
TextVersion = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=TEXT_VERSION_LENGTH_MAX,
        pattern=LINE_PATTERN,
        description="Which text was shown, such as `2026-11`.",
    ),
]


class MailChoicesOut(Struct, frozen=True, forbid_unknown_fields=True):
    """Which mails are wanted beside those that an order needs."""

    stock_alerts: Annotated[bool, Meta(description="Off: alerts wait, and none is mailed.")]


class PreferencesOut(Struct, frozen=True):
    """A customer's preferences."""

    version: int
    locale: str | None
    currency: str | None
    favourites: tuple[str, ...]
    mails: MailChoicesOut
    wished: Annotated[tuple[str, ...], Meta(description="Ids of the products on the wishlist, newest first.")]


class PreferencePatch(Struct, frozen=True, forbid_unknown_fields=True):
    """What to set; null or left out stays as it is."""

    version: Annotated[
        int, Meta(ge=0, description="The version that was shown; 409 when it is not the newest.")
    ]
    locale: LocaleCode | None = None
    currency: CurrencyCode | None = None
    favourites: (
        Annotated[
            tuple[RecordId, ...],
            Meta(max_length=FAVOURITES_MAX, description="Ids of categories, the dearest first."),
        ]
        | None
    ) = None
    mails: MailChoicesOut | None = None


class MarkedProduct(Struct, frozen=True, forbid_unknown_fields=True):
    """A product that was wished for or looked at, and when."""

    product_id: RecordId
    at: datetime


class GuestConsent(Struct, frozen=True, forbid_unknown_fields=True):
    """What a guest decided about one purpose."""

    purpose: ConsentPurpose
    text_version: TextVersion
    given: bool
    at: datetime


class GuestPreferencesIn(Struct, frozen=True, forbid_unknown_fields=True):
    """What a guest's browser has kept."""

    locale: LocaleCode | None = None
    currency: CurrencyCode | None = None
    wishlist: Annotated[tuple[MarkedProduct, ...], Meta(max_length=WISHES_MAX)] = ()
    seen: Annotated[tuple[MarkedProduct, ...], Meta(max_length=SEEN_MAX)] = ()
    consents: Annotated[tuple[GuestConsent, ...], Meta(max_length=SEEN_MAX)] = ()


class MergeOut(Struct, frozen=True):
    """What came of it."""

    preferences: PreferencesOut
    left: Annotated[
        tuple[MarkedProduct, ...],
        Meta(description="Wishes that the full list had no room for; keep them in the browser."),
    ]
    seen: Annotated[
        tuple[MarkedProduct, ...],
        Meta(max_length=SEEN_MAX, description="What the customer looked at on any device, newest first."),
    ]


class WishOut(Struct, frozen=True):
    """A wish. A product that is not sold any more has no card."""

    product_id: str
    at: datetime
    card: ProductCard | None


class WishlistOut(Struct, frozen=True):
    """The customer's wishlist, newest first."""

    items: Annotated[tuple[WishOut, ...], Meta(max_length=WISHES_MAX)]
    link_token: Annotated[
        str | None,
        Meta(description="Token of the link under which anybody may read the list; null: it is not shared."),
    ]


class WishlistLink(Struct, frozen=True):
    """The token of a shared wishlist."""

    token: str


class CardList(Struct, frozen=True):
    """Products as lists show them, in the order they were asked for; those not sold are left out."""

    items: tuple[ProductCard, ...]


class ConsentOut(Struct, frozen=True):
    """One decision."""

    purpose: ConsentPurpose
    text_version: str
    given: bool
    at: datetime


class ConsentList(Struct, frozen=True):
    """Every decision, newest first: the first of a purpose counts."""

    items: Annotated[tuple[ConsentOut, ...], Meta(max_length=CONSENTS_MAX)]


class ConsentIn(Struct, frozen=True, forbid_unknown_fields=True):
    """One decision to add."""

    purpose: ConsentPurpose
    text_version: TextVersion
    given: bool
