"""Reads the shop's profile file (TOML) into the values of `shop`, `tax` and `shipping`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import msgspec

from vivamarket.kernel.errors import Invalid
from vivamarket.shipping.carriers import Carrier, Carriers
from vivamarket.shipping.model import ShippingRules
from vivamarket.shop.model import ShopProfile
from vivamarket.shop_settings.document import (
    PaymentsTable,
    SettingsDocument,
    ShopTable,
    TaxTable,
    ZoneTable,
    check,
    rules_of,
)
from vivamarket.shop_settings.errors import BadSettings
from vivamarket.tax.model import TaxRules


class BadShopFile(Invalid):
    """The profile file cannot be read; the message names the place."""

    code = "bad_shop_file"


class _CarrierTable(msgspec.Struct, forbid_unknown_fields=True):
    """One ``[[carriers]]``."""

    key: str
    name: str
    tracking_url: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    shop: ShopTable
    tax: tuple[TaxTable, ...]
    shipping: tuple[ZoneTable, ...]
    carriers: tuple[_CarrierTable, ...] = ()
    payments: PaymentsTable = PaymentsTable()


@dataclass(frozen=True, slots=True)
class ShopFile:
    """What the file says: who sells, the taxes, the shipping, the carriers."""

    profile: ShopProfile
    tax: TaxRules
    shipping: ShippingRules
    carriers: Carriers
    document: SettingsDocument


def read_shop_file(path: Path | None = None) -> ShopFile:
    """Read the file (None = the default one). Raise ``BadShopFile`` with what is wrong and where."""
    source = path if path is not None else resources.files("vivamarket.shop") / "default.toml"
    try:
        file = msgspec.toml.decode(source.read_text(encoding="utf-8"), type=_File)
        document = check(
            SettingsDocument(shop=file.shop, tax=file.tax, shipping=file.shipping, payments=file.payments)
        )
    except (OSError, ValueError, BadSettings) as error:
        raise BadShopFile(f"The shop file {source} cannot be used: {error}") from error
    return ShopFile(
        *rules_of(document),
        Carriers(tuple(Carrier(each.key, each.name, each.tracking_url) for each in file.carriers)),
        document,
    )
