"""Money as integers of the ISO 4217 minor unit. No float ever enters or leaves this module."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from vivamarket.kernel.errors import Invalid

#: Decimal places per currency where they are not 2 (ISO 4217:2015, table A.1).
_EXPONENTS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0,
    "PYG": 0, "RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip

#: Amounts stay well inside a signed 64-bit column and JavaScript's exact integers.
MINOR_UNITS_MAX = 10**12
PARTS_PER_MILLION = 1_000_000
#: Every amount asks for its currency, so those asked for are remembered; there are about 180 in the world.
CURRENCIES_KEPT_MAX = 256

_CURRENCY = re.compile(r"[A-Z]{3}")
_DECIMAL = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,15}))?")


class BadAmount(Invalid):
    """The text is not an amount of this currency."""

    code = "bad_amount"


class CurrencyMismatch(Invalid):
    """Two amounts of different currencies were combined."""

    code = "currency_mismatch"


@lru_cache(maxsize=CURRENCIES_KEPT_MAX)
def exponent(currency: str) -> int:
    """Return the number of decimal places of the currency's minor unit (JPY 0, EUR 2, KWD 3)."""
    if not _CURRENCY.fullmatch(currency):
        raise BadAmount("A currency is three capital letters, such as EUR.", currency=currency)
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount: integer minor units of one currency. Arithmetic never mixes currencies."""

    minor_units: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor_units) is not int:
            raise TypeError("minor_units must be an int")
        exponent(self.currency)
        if not -MINOR_UNITS_MAX <= self.minor_units <= MINOR_UNITS_MAX:
            raise BadAmount("The amount is too large.", minor_units=self.minor_units)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return nothing, in that currency."""
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Read a plain decimal such as ``12.50``.

        Raise ``BadAmount`` for anything else: more decimals than the currency has, exponents,
        thousands separators, white space inside, signs other than a leading minus.
        """
        places = exponent(currency)
        match = _DECIMAL.fullmatch(text.strip())
        if match is None:
            raise BadAmount(
                f"{text[:40]!r} is not an amount: write digits and a point, such as 12.50.",
                text=text[:40],
            )
        sign, whole, decimals = match.group(1), match.group(2), match.group(3) or ""
        if len(decimals) > places and decimals[places:].strip("0"):
            raise BadAmount(
                f"{text[:40]!r} has more than {places} decimals, which {currency} does not have.",
                text=text[:40],
            )
        units = int(whole + decimals[:places].ljust(places, "0"))
        return cls(-units if sign else units, currency)

    def decimal(self) -> str:
        """Return the plain decimal text that ``parse`` reads back, such as ``12.50``."""
        places = exponent(self.currency)
        sign = "-" if self.minor_units < 0 else ""
        digits = str(abs(self.minor_units)).rjust(places + 1, "0")
        if places == 0:
            return sign + digits
        return f"{sign}{digits[:-places]}.{digits[-places:]}"

    def __str__(self) -> str:
        """Return it for people to read, in any language: ``12.50 EUR``."""
        return f"{self.decimal()} {self.currency}"

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor_units + other.minor_units, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor_units - other.minor_units, self.currency)

    def __mul__(self, quantity: int) -> Money:
        if type(quantity) is not int:
            raise TypeError("money is multiplied by whole quantities only")
        return Money(self.minor_units * quantity, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.minor_units < other.minor_units

    def __le__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.minor_units <= other.minor_units

    def __bool__(self) -> bool:
        return self.minor_units != 0

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(
                f"{self.currency} and {other.currency} cannot be combined.",
                left=self.currency,
                right=other.currency,
            )


def total(amounts: Sequence[Money], currency: str) -> Money:
    """Return the sum of the amounts, zero of that currency when there are none."""
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result


def divide_half_even(numerator: int, denominator: int) -> int:
    """Return numerator / denominator rounded half to even: the one rounding rule for money.

    The denominator is positive. Half-even is the rounding of IEEE 754-2008 §4.3.1 and has no bias.
    """
    if denominator <= 0:
        raise ValueError("denominator must be positive")
    quotient, remainder = divmod(numerator, denominator)
    if 2 * remainder > denominator or (2 * remainder == denominator and quotient % 2):
        quotient += 1
    return quotient


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Split ``amount`` minor units by weight so that the parts sum to it exactly.

    Largest remainder method (Hamilton); ties go to the earlier part. Weights are not negative;
    when all are zero the split is even. Every part lies within one unit of its exact share.
    Raise ``ValueError`` when there is nothing to split over or a weight is negative.
    """
    if not weights:
        raise ValueError("allocate needs at least one weight")
    if min(weights) < 0:
        raise ValueError("weights must not be negative")
    if not any(weights):
        weights = [1] * len(weights)
    weight_total = sum(weights)
    sign = -1 if amount < 0 else 1
    shares = [divmod(abs(amount) * weight, weight_total) for weight in weights]
    parts = [quotient for quotient, _ in shares]
    missing = abs(amount) - sum(parts)
    by_remainder = sorted(range(len(shares)), key=lambda index: (-shares[index][1], index))
    for index in by_remainder[:missing]:
        parts[index] += 1
    return [sign * part for part in parts]
