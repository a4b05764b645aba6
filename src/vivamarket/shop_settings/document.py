"""The settings as a document: read from the shop file (TOML), kept in PostgreSQL and sent by staff (JSON)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from vivamarket.kernel.money import MINOR_UNITS_MAX, PARTS_PER_MILLION
from vivamarket.shipping.model import REST_OF_WORLD, ShippingMethod, ShippingRules, ShippingZone, WeightStep
from vivamarket.shop.model import CaptureMode, ShopProfile
from vivamarket.shop_settings.errors import BadSettings
from vivamarket.tax.model import STANDARD, CountryTax, TaxRules

COUNTRIES_MAX = 250
TABLES_MAX = 250
METHODS_MAX = 20
STEPS_MAX = 20
CURRENCIES_MAX = 30
ADDRESS_LINES_MAX = 6
CLASSES_MAX = 20
DAYS_MAX = 365
#: A flat method's one step: heavier than any parcel.
ANY_WEIGHT_GRAMS = 10**9

#: As strict as the mailer, which would send nothing from an address that it refuses.
_EMAIL = r"^[^\s\x00-\x1f\x7f\"(),:;<>@\[\\\]]{1,64}@[^\s\x00-\x1f\x7f\"(),:;<>@\[\\\]]{1,189}\Z"
_LINE = r"^[^\x00-\x1f\x7f]*\Z"
Text = Annotated[str, Meta(max_length=200, pattern=_LINE)]
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=_LINE)]
CountryCode = Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")]
ZoneCountry = Annotated[str, Meta(pattern=r"^(?:[A-Z]{2}|\*)\Z", description="`*` is every other country.")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]
Amount = Annotated[int, Meta(ge=0, le=MINOR_UNITS_MAX, description="Minor units.")]
Prices = Annotated[dict[Currency, Amount], Meta(max_length=CURRENCIES_MAX)]
Key = Annotated[
    str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}\Z", description="Its name in orders; never reuse one.")
]


class ShopTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who sells."""

    name: Name
    email: Annotated[str, Meta(max_length=254, pattern=_EMAIL)]
    locales: Annotated[tuple[str, ...], Meta(min_length=1, max_length=30)]
    currencies: Annotated[tuple[Currency, ...], Meta(min_length=1, max_length=CURRENCIES_MAX)]
    home_country: CountryCode
    return_days: Annotated[
        int, Meta(ge=0, le=DAYS_MAX, description="How long after the last parcel things may come back.")
    ] = 30
    legal_name: Annotated[Text, Meta(description="As invoices name the seller; empty: the shop's name.")] = ""
    address_lines: Annotated[tuple[Text, ...], Meta(max_length=ADDRESS_LINES_MAX)] = ()
    tax_number: Text = ""


class TaxTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Countries that share a label and rates."""

    countries: Annotated[tuple[CountryCode, ...], Meta(min_length=1, max_length=COUNTRIES_MAX)]
    label: Name
    included: Annotated[bool, Meta(description="Whether prices shown there contain the tax.")]
    rates_ppm: Annotated[
        dict[str, Annotated[int, Meta(ge=0, le=PARTS_PER_MILLION)]],
        Meta(max_length=CLASSES_MAX, description="By tax class, parts per million: 21 % is 210000."),
    ]


class StepTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The price of parcels up to that weight."""

    up_to_grams: Annotated[int, Meta(ge=1, le=ANY_WEIGHT_GRAMS)]
    price: Prices


class MethodTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way to send: either ``price`` (flat) or ``steps`` (by weight)."""

    key: Key
    labels: Annotated[dict[str, Name], Meta(min_length=1, max_length=30, description="By language.")]
    days: Annotated[
        tuple[Annotated[int, Meta(ge=0, le=DAYS_MAX)], ...],
        Meta(min_length=2, max_length=2, description="At least, at most."),
    ]
    price: Prices = msgspec.field(default_factory=dict)
    steps: Annotated[tuple[StepTable, ...], Meta(max_length=STEPS_MAX)] = ()
    free_from: Prices = msgspec.field(default_factory=dict)


class ZoneTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Countries that share methods."""

    name: Name
    countries: Annotated[tuple[ZoneCountry, ...], Meta(min_length=1, max_length=COUNTRIES_MAX)]
    methods: Annotated[tuple[MethodTable, ...], Meta(min_length=1, max_length=METHODS_MAX)]


class PaymentsTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the shop is paid."""

    capture: Annotated[
        CaptureMode, Meta(description="When the money of payments is taken that begin from now on.")
    ] = CaptureMode.AUTOMATIC


class SettingsDocument(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings of the shop."""

    shop: ShopTable
    tax: Annotated[tuple[TaxTable, ...], Meta(max_length=TABLES_MAX)]
    shipping: Annotated[tuple[ZoneTable, ...], Meta(min_length=1, max_length=TABLES_MAX)]
    payments: Annotated[PaymentsTable | None, Meta(description="null: as the shop file says.")] = None


def check(document: SettingsDocument) -> SettingsDocument:
    """Return the document. Raise ``BadSettings`` for what contradicts itself, at its first place."""
    _unique(document.shop.currencies, "/shop/currencies", "Name each currency once.")
    taxed = [country for table in document.tax for country in table.countries]
    _unique(taxed, "/tax", "A country has one tax table.")
    for index, table in enumerate(document.tax):
        if STANDARD not in table.rates_ppm:
            raise _bad(f"/tax/{index}/rates_ppm", "Each tax table needs a standard rate.")
    reached = [country for zone in document.shipping for country in zone.countries]
    _unique(reached, "/shipping", "A country is in one shipping zone.")
    if document.shop.home_country not in reached and REST_OF_WORLD not in reached:
        raise _bad("/shop/home_country", "Some shipping zone must reach the home country.")
    names = [zone.name for zone in document.shipping]
    _unique(names, "/shipping", "Each shipping zone needs a name of its own.")
    for index, zone in enumerate(document.shipping):
        _unique(
            [method.key for method in zone.methods],
            f"/shipping/{index}/methods",
            "Each method of a zone needs a key of its own.",
        )
        for position, method in enumerate(zone.methods):
            _check_method(method, f"/shipping/{index}/methods/{position}")
    return document


def completed(document: SettingsDocument, defaults: SettingsDocument) -> SettingsDocument:
    """Return the document with what it does not say: versions from before a table was known lack it."""
    return document if document.payments else replace(document, payments=defaults.payments)


def rules_of(document: SettingsDocument) -> tuple[ShopProfile, TaxRules, ShippingRules]:
    """Return what follows from a checked document."""
    shop = document.shop
    countries = tuple(country for zone in document.shipping for country in zone.countries)
    profile = ShopProfile(
        name=shop.name,
        email=shop.email,
        locales=shop.locales,
        currencies=shop.currencies,
        home_country=shop.home_country,
        countries=countries,
        return_days=shop.return_days,
        legal_name=shop.legal_name,
        address_lines=shop.address_lines,
        tax_number=shop.tax_number,
        capture=(document.payments or PaymentsTable()).capture,
    )
    taxes = {
        country: CountryTax(country, table.label, table.included, table.rates_ppm)
        for table in document.tax
        for country in table.countries
    }
    zones = tuple(
        ShippingZone(zone.name, frozenset(zone.countries), tuple(map(_method, zone.methods)))
        for zone in document.shipping
    )
    return profile, TaxRules(taxes), ShippingRules(zones)


def differences(before: SettingsDocument, after: SettingsDocument) -> Iterator[tuple[str, str, str]]:
    """Yield (place, before, after) of each value that differs, empty where there is none."""
    old, new = dict(_leaves("", msgspec.to_builtins(before))), dict(_leaves("", msgspec.to_builtins(after)))
    for place in sorted(old.keys() | new.keys()):
        if old.get(place) != new.get(place):
            yield place, old.get(place, ""), new.get(place, "")


def _leaves(place: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield every value with its place; lists of named things are told by their names."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(f"{place}/{name}", each)
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        for index, each in enumerate(value):
            name = each.get("key") or each.get("name") or "-".join(each.get("countries", ())) or index
            yield from _leaves(f"{place}/{name}", each)
    elif isinstance(value, bool):
        yield place, "true" if value else "false"
    else:
        yield place, ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _method(table: MethodTable) -> ShippingMethod:
    steps = tuple(WeightStep(step.up_to_grams, step.price) for step in table.steps)
    return ShippingMethod(
        key=table.key,
        labels=table.labels,
        steps=steps or (WeightStep(ANY_WEIGHT_GRAMS, table.price),),
        days_min=table.days[0],
        days_max=table.days[1],
        free_from=table.free_from,
    )


def _check_method(method: MethodTable, pointer: str) -> None:
    if bool(method.price) == bool(method.steps):
        raise _bad(pointer, f"Shipping method {method.key!r} needs either a price or steps.")
    if method.days[0] > method.days[1]:
        raise _bad(f"{pointer}/days", f"Shipping method {method.key!r} arrives before it leaves.")
    weights = [step.up_to_grams for step in method.steps]
    if weights != sorted(set(weights)):
        raise _bad(f"{pointer}/steps", f"The steps of {method.key!r} must grow heavier.")


def _unique(values: Iterable[str], pointer: str, message: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise _bad(pointer, f"{message} Twice: {value}.")
        seen.add(value)


def _bad(pointer: str, message: str) -> BadSettings:
    return BadSettings(message, pointer=pointer)
