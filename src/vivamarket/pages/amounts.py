"""Amounts as the storefront's browser code shows them, so that live prices change nothing in looks."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency

from vivamarket.kernel.money import Money

#: Browsers group digits in Spanish only from five on (CLDR's minimumGroupingDigits), Babel always.
_FIVE_DIGITS = {"es", "pt", "pl"}


@lru_cache(maxsize=65_536)
def _formatted(minor_units: int, currency: str, locale: str) -> str:
    amount = Decimal(Money(minor_units, currency).decimal())
    grouped = locale not in _FIVE_DIGITS or abs(amount) >= 10_000
    return format_currency(amount, currency, locale=locale, group_separator=grouped)


def format_money(amount: Money, locale: str) -> str:
    """Return the amount in the locale's way: ``€12.50`` in English, ``12,50 €`` in Spanish."""
    return _formatted(amount.minor_units, amount.currency, locale)
