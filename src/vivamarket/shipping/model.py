"""Shipping zones and methods as pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vivamarket.kernel.errors import NotFound
from vivamarket.kernel.money import Money

#: The zone that takes every country no other zone names.
REST_OF_WORLD = "*"


class ShippingUnavailable(NotFound):
    """No method brings this parcel to this country."""

    code = "shipping_unavailable"


@dataclass(frozen=True, slots=True)
class WeightStep:
    """The price of parcels up to and including ``up_to_grams``, minor units per currency."""

    up_to_grams: int
    price: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingMethod:
    """One way to send. A flat method has one step without a weight limit worth naming."""

    key: str
    labels: Mapping[str, str]
    steps: tuple[WeightStep, ...]
    days_min: int
    days_max: int
    #: Free from this subtotal on, minor units per currency; a currency left out is never free.
    free_from: Mapping[str, int] = field(default_factory=dict)

    def label(self, locale: str) -> str:
        """Return the method's name in that locale, else in its first one."""
        return self.labels.get(locale) or next(iter(self.labels.values()))

    def price(self, *, weight_grams: int, subtotal: Money) -> Money | None:
        """Return the price, or None when the parcel is too heavy or the currency has no price."""
        threshold = self.free_from.get(subtotal.currency)
        for step in self.steps:
            if weight_grams <= step.up_to_grams and subtotal.currency in step.price:
                if threshold is not None and subtotal.minor_units >= threshold:
                    return Money.zero(subtotal.currency)
                return Money(step.price[subtotal.currency], subtotal.currency)
        return None


@dataclass(frozen=True, slots=True)
class ShippingOption:
    """A method offered for one parcel at its price."""

    method: ShippingMethod
    price: Money


@dataclass(frozen=True, slots=True)
class ShippingZone:
    """Countries that share methods; ``*`` stands for all not named elsewhere."""

    name: str
    countries: frozenset[str]
    methods: tuple[ShippingMethod, ...]


@dataclass(frozen=True, slots=True)
class ShippingRules:
    """All zones of the shop."""

    zones: tuple[ShippingZone, ...]

    def methods_to(self, country: str) -> tuple[ShippingMethod, ...]:
        """Return the methods that reach the country, none when the shop does not ship there."""
        for zone in self.zones:
            if country in zone.countries:
                return zone.methods
        for zone in self.zones:
            if REST_OF_WORLD in zone.countries:
                return zone.methods
        return ()

    def options(self, country: str, *, weight_grams: int, subtotal: Money) -> tuple[ShippingOption, ...]:
        """Return what is offered, cheapest first."""
        offered = [
            ShippingOption(method, price)
            for method in self.methods_to(country)
            if (price := method.price(weight_grams=weight_grams, subtotal=subtotal)) is not None
        ]
        return tuple(sorted(offered, key=lambda option: (option.price.minor_units, option.method.key)))

    def free_from(self, country: str, currency: str) -> Money | None:
        """Return the lowest subtotal from which some method to that country is free."""
        thresholds = [
            method.free_from[currency] for method in self.methods_to(country) if currency in method.free_from
        ]
        return Money(min(thresholds), currency) if thresholds else None
