"""Tax as pure arithmetic on minor units: one rounding per rate, then shares that sum exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vivamarket.kernel.money import PARTS_PER_MILLION, allocate, divide_half_even

STANDARD = "standard"
EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class CountryTax:
    """One country's tax: rates in parts per million by tax class; whether prices contain it."""

    country: str
    label: str
    included: bool
    rates_ppm: Mapping[str, int]

    def rate_ppm(self, tax_class: str) -> int:
        """Return the class's rate; an unknown class is taxed at the standard rate, exempt at none."""
        if tax_class == EXEMPT:
            return 0
        return self.rates_ppm.get(tax_class, self.rates_ppm.get(STANDARD, 0))


@dataclass(frozen=True, slots=True)
class TaxRules:
    """All countries' taxes; a country without an entry pays none and gets ``untaxed`` prices."""

    countries: Mapping[str, CountryTax]

    def of(self, country: str) -> CountryTax:
        """Return the country's tax, an empty one where the shop collects none."""
        return self.countries.get(country) or CountryTax(country, "", included=True, rates_ppm={})


@dataclass(frozen=True, slots=True)
class Taxable:
    """One amount to tax, in minor units, with its tax class."""

    amount: int
    tax_class: str


@dataclass(frozen=True, slots=True)
class TaxedRate:
    """The sum of one rate: ``base`` is what was taxed without the tax, ``amount`` the tax on it."""

    label: str
    rate_ppm: int
    base: int
    amount: int


@dataclass(frozen=True, slots=True)
class TaxResult:
    """Tax of every input, in its order, and per rate, highest rate first. Both sum to the same."""

    taxes: tuple[int, ...]
    rates: tuple[TaxedRate, ...]

    @property
    def total(self) -> int:
        """Return all tax in minor units."""
        return sum(self.taxes)


def tax_of(taxables: Sequence[Taxable], country: CountryTax) -> TaxResult:
    """Return the tax of each amount and of each rate.

    Amounts of one rate are summed, the tax of the sum is rounded once, half to even, and shared by
    largest remainder: line taxes sum to the rate's tax to the unit (EN 16931-1 rounds per VAT
    category in the same way, rule BR-CO-17).
    """
    by_rate: dict[int, list[int]] = {}
    for index, taxable in enumerate(taxables):
        by_rate.setdefault(country.rate_ppm(taxable.tax_class), []).append(index)
    taxes = [0] * len(taxables)
    rates: list[TaxedRate] = []
    for rate_ppm in sorted(by_rate, reverse=True):
        indexes = by_rate[rate_ppm]
        amounts = [taxables[index].amount for index in indexes]
        whole = sum(amounts)
        tax = _tax_of_sum(whole, rate_ppm, included=country.included)
        for index, share in zip(indexes, allocate(tax, amounts), strict=True):
            taxes[index] = share
        if rate_ppm:
            base = whole - tax if country.included else whole
            rates.append(TaxedRate(country.label, rate_ppm, base, tax))
    return TaxResult(tuple(taxes), tuple(rates))


def _tax_of_sum(amount: int, rate_ppm: int, *, included: bool) -> int:
    if included:
        return divide_half_even(amount * rate_ppm, PARTS_PER_MILLION + rate_ppm)
    return divide_half_even(amount * rate_ppm, PARTS_PER_MILLION)
