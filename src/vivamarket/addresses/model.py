"""A postal address as a pure value."""

from __future__ import annotations

from dataclasses import dataclass

FIELD_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One postal address. ``country`` is ISO 3166-1 alpha-2; ``region`` the country's own code for it."""

    name: str
    line1: str
    city: str
    country: str
    company: str = ""
    line2: str = ""
    region: str = ""
    postal_code: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """A state or province that an address may name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class AddressRules:
    """What one country asks of an address, for forms and for validation.

    ``required`` holds field names of ``Address``. ``region_from_postal_code`` tells that a missing
    region is derived from the postal code.
    """

    country: str
    required: tuple[str, ...]
    used: tuple[str, ...]
    regions: tuple[Region, ...]
    region_label: str
    postal_code_label: str
    postal_code_pattern: str
    postal_code_example: str
    region_from_postal_code: bool
