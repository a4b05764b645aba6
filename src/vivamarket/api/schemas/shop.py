"""The shop's own description, and health."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.kernel.money import Money


class Country(Struct, frozen=True):
    """A country the shop sends to."""

    code: Annotated[str, Meta(description="ISO 3166-1 alpha-2.")]
    name: str


class Shop(Struct, frozen=True):
    """Who sells, in which languages and currencies, and where to."""

    name: str
    email: str
    locales: tuple[str, ...]
    default_locale: str
    currencies: tuple[str, ...]
    default_currency: str
    home_country: str
    countries: Annotated[tuple[Country, ...], Meta(description="Named in the asked language, in its order.")]
    free_shipping_threshold: Annotated[
        Money | None, Meta(description="Subtotal from which shipping within the home country is free.")
    ]
    build: str


class RegionChoice(Struct, frozen=True):
    """A state or province."""

    code: str
    name: str


class AddressForm(Struct, frozen=True):
    """What one country asks of an address."""

    country: str
    required: Annotated[tuple[str, ...], Meta(description="Fields that must be filled.")]
    used: Annotated[tuple[str, ...], Meta(description="Fields worth showing, in their order.")]
    regions: tuple[RegionChoice, ...]
    region_label: str
    region_from_postal_code: bool
    postal_code_label: str
    postal_code_pattern: Annotated[str, Meta(description="Regular expression; empty when there is none.")]
    postal_code_example: str


class Live(Struct, frozen=True):
    """The process answers."""

    status: str


class Ready(Struct, frozen=True):
    """Whether requests may be sent here, and what each check says: `ok` or `failing`."""

    status: str
    checks: dict[str, str]
