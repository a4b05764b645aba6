"""The shop's profile as a pure value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vivamarket.kernel.errors import Invalid


class UnknownLocale(Invalid):
    """The shop does not speak this language."""

    code = "unknown_locale"


class UnknownCurrency(Invalid):
    """The shop has no prices in this currency."""

    code = "unknown_currency"


class CaptureMode(StrEnum):
    """When a shop takes the money of its orders."""

    #: As soon as it is paid.
    AUTOMATIC = "automatic"
    #: When staff say so; until then the provider only holds it.
    MANUAL = "manual"


def edition_base(locale: str, currency: str, main_currency: str) -> str:
    """Return how addresses begin in that language and currency: ``/en/``, or ``/en/usd/``.

    The shop's first currency has no part in the address, so a shop with one currency shows none.
    """
    return f"/{locale}/" if currency == main_currency else f"/{locale}/{currency.lower()}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProfile:
    """Who sells, in which languages and currencies. The first of each list is the default."""

    name: str
    locales: tuple[str, ...]
    currencies: tuple[str, ...]
    home_country: str
    email: str
    #: Where orders go; ISO 3166-1 alpha-2.
    countries: tuple[str, ...]
    #: How long after the last parcel customers may ask to send something back.
    return_days: int = 30
    #: As invoices name the seller; empty: the shop's name.
    legal_name: str = ""
    address_lines: tuple[str, ...] = ()
    tax_number: str = ""
    #: Of payments that begin from now on.
    capture: CaptureMode = CaptureMode.AUTOMATIC

    @property
    def default_locale(self) -> str:
        """Return the language of a shopper who named none."""
        return self.locales[0]

    @property
    def default_currency(self) -> str:
        """Return the currency of a shopper who named none."""
        return self.currencies[0]

    def check_locale(self, locale: str) -> str:
        """Return the locale; raise ``UnknownLocale`` when the shop does not speak it."""
        if locale not in self.locales:
            raise UnknownLocale(f"Choose a language: {', '.join(self.locales)}.", locale=locale[:16])
        return locale

    def check_currency(self, currency: str) -> str:
        """Return the currency; raise ``UnknownCurrency`` when the shop has no prices in it."""
        if currency not in self.currencies:
            raise UnknownCurrency(f"Choose a currency: {', '.join(self.currencies)}.", currency=currency[:16])
        return currency


@dataclass(frozen=True, slots=True)
class StillShop:
    """A ``CurrentShop`` that nobody renames."""

    profile: ShopProfile
