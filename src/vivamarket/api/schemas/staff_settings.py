"""The shop's settings as the owner reads and changes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.api.schemas.cart import ShippingOut, TaxOut
from vivamarket.kernel.money import Money
from vivamarket.shop_settings.document import SettingsDocument


class SettingsOut(Struct, frozen=True):
    """The settings that hold, and their version."""

    version: Annotated[int, Meta(description="0 while those of the shop file hold.")]
    settings: SettingsDocument
    changed_at: datetime | None
    needs_restart: Annotated[
        bool,
        Meta(
            description="The currencies differ from those the shop has started with: pages and search are "
            "built with them and change at the next start. All else holds already."
        ),
    ]


class SettingsChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Settings to put in the place of a version."""

    version: Annotated[int, Meta(ge=0, le=2**31 - 2, description="The version they were made from.")]
    settings: SettingsDocument


class ChangedSetting(Struct, frozen=True):
    """One value that a version changed; lists of named things are told by their names."""

    place: Annotated[str, Meta(description="Such as `/shipping/Spain/standard/price/EUR`.")]
    before: Annotated[str, Meta(description="Amounts in minor units, rates in parts per million.")]
    after: str


class SettingsVersionOut(Struct, frozen=True):
    """Who changed what, when."""

    version: int
    changed_at: datetime
    author: Annotated[str, Meta(description="The name of the staff who did, else their id.")]
    changes: Annotated[tuple[ChangedSetting, ...], Meta(description="At most 200.")]


class SettingsVersionPage(Struct, frozen=True):
    """A page of versions, newest first."""

    items: tuple[SettingsVersionOut, ...]
    next_cursor: str | None


class SettingsAt(Struct, frozen=True):
    """The settings as they were, and what going back to them would change now."""

    version: int
    settings: SettingsDocument
    changes: tuple[ChangedSetting, ...]


class ExamplePurchase(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What somebody could buy, and where they live."""

    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z", description="ISO 3166-1 alpha-2.")]
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]
    sku: Annotated[str, Meta(max_length=64, description="Empty: something that the shop sells.")] = ""
    quantity: Annotated[int, Meta(ge=1, le=999)] = 1


class SettingsDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """Settings that are being written, and an example to show them by."""

    settings: SettingsDocument
    example: ExamplePurchase


class ExampleSums(Struct, frozen=True, kw_only=True):
    """What the example costs, sent the cheapest way."""

    subtotal: Money
    shipping: Annotated[ShippingOut | None, Meta(description="Null: nothing is sent there.")]
    taxes: tuple[TaxOut, ...]
    tax_total: Money
    tax_included: bool
    total: Money


class SettingsPreview(Struct, frozen=True, kw_only=True):
    """The example under the settings that hold and under the draft."""

    sku: str
    title: str
    quantity: int
    before: ExampleSums
    after: ExampleSums
