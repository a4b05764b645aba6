"""Reads the shop's profile file (TOML) into the values of `shop`, `tax` and `shipping`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import msgspec

from vivamarket.kernel.errors import Invalid
from vivamarket.shipping.carriers import Carrier, Carriers
from vivamarket.shipping.model import ShippingMethod, ShippingRules, ShippingZone, WeightStep
from vivamarket.shop.model import ShopProfile
from vivamarket.tax.model import CountryTax, TaxRules

#: A flat method's one step: heavier than any parcel.
_ANY_WEIGHT_GRAMS = 10**9


class BadShopFile(Invalid):
    """The profile file cannot be read; the message names the place."""

    code = "bad_shop_file"


class _ShopTable(msgspec.Struct, forbid_unknown_fields=True):
    """The file's ``[shop]``."""

    name: str
    email: str
    locales: tuple[str, ...]
    currencies: tuple[str, ...]
    home_country: str
    return_days: int = 30


class _TaxTable(msgspec.Struct, forbid_unknown_fields=True):
    """One ``[[tax]]``: countries that share a label and rates."""

    countries: tuple[str, ...]
    label: str
    included: bool
    rates_ppm: dict[str, int]


class _StepTable(msgspec.Struct, forbid_unknown_fields=True):
    """One weight step of a method."""

    up_to_grams: int
    price: dict[str, int]


class _MethodTable(msgspec.Struct, forbid_unknown_fields=True):
    """One ``[[shipping.methods]]``: either ``price`` (flat) or ``steps`` (by weight)."""

    key: str
    labels: dict[str, str]
    days: tuple[int, int]
    price: dict[str, int] = {}
    steps: tuple[_StepTable, ...] = ()
    free_from: dict[str, int] = {}


class _ZoneTable(msgspec.Struct, forbid_unknown_fields=True):
    """One ``[[shipping]]``."""

    name: str
    countries: tuple[str, ...]
    methods: tuple[_MethodTable, ...]


class _CarrierTable(msgspec.Struct, forbid_unknown_fields=True):
    """One ``[[carriers]]``."""

    key: str
    name: str
    tracking_url: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    shop: _ShopTable
    tax: tuple[_TaxTable, ...]
    shipping: tuple[_ZoneTable, ...]
    carriers: tuple[_CarrierTable, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopFile:
    """What the file says: who sells, the taxes, the shipping."""

    profile: ShopProfile
    tax: TaxRules
    shipping: ShippingRules
    carriers: Carriers


def read_shop_file(path: Path | None = None) -> ShopFile:
    """Read the file (None = the default one). Raise ``BadShopFile`` with what is wrong and where."""
    source = path if path is not None else resources.files("vivamarket.shop") / "default.toml"
    try:
        file = msgspec.toml.decode(source.read_text(encoding="utf-8"), type=_File)
    except (OSError, ValueError) as error:
        raise BadShopFile(f"The shop file {source} cannot be used: {error}") from error
    countries = tuple(country for zone in file.shipping for country in zone.countries)
    profile = ShopProfile(
        name=file.shop.name,
        email=file.shop.email,
        locales=file.shop.locales,
        currencies=file.shop.currencies,
        home_country=file.shop.home_country,
        countries=countries,
        return_days=file.shop.return_days,
    )
    return ShopFile(
        profile,
        _tax_rules(file.tax),
        ShippingRules(tuple(map(_zone, file.shipping))),
        Carriers(tuple(Carrier(each.key, each.name, each.tracking_url) for each in file.carriers)),
    )


def _tax_rules(tables: tuple[_TaxTable, ...]) -> TaxRules:
    return TaxRules(
        {
            country: CountryTax(country, table.label, table.included, table.rates_ppm)
            for table in tables
            for country in table.countries
        }
    )


def _zone(table: _ZoneTable) -> ShippingZone:
    return ShippingZone(table.name, frozenset(table.countries), tuple(map(_method, table.methods)))


def _method(table: _MethodTable) -> ShippingMethod:
    if bool(table.price) == bool(table.steps):
        raise BadShopFile(f"Shipping method {table.key!r} needs either a price or steps.")
    steps = tuple(WeightStep(step.up_to_grams, step.price) for step in table.steps)
    return ShippingMethod(
        key=table.key,
        labels=table.labels,
        steps=steps or (WeightStep(_ANY_WEIGHT_GRAMS, table.price),),
        days_min=table.days[0],
        days_max=table.days[1],
        free_from=table.free_from,
    )
