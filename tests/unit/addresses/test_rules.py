from dataclasses import replace

import pytest

from vivamarket.addresses.errors import BadAddress, UnknownCountry
from vivamarket.addresses.model import Address
from vivamarket.addresses.rules import rules_of, validated

MADRID = Address(name="Jo Pérez", line1="Calle Mayor 1", city="Madrid", country="ES", postal_code="28013")


def problems_of(**changes):
    with pytest.raises(BadAddress) as refused:
        validated(replace(MADRID, **changes))
    return refused.value.fields["problems"]


def test_a_province_is_derived_from_the_spanish_postal_code():
    assert validated(MADRID).region == "M"


def test_spaces_are_tidied_and_codes_capitalised():
    tidy = validated(
        Address(name="  Jo   B ", line1="1 High St", city="Bath", country="gb", postal_code="ba1 1aa")
    )

    assert (tidy.name, tidy.country, tidy.postal_code) == ("Jo B", "GB", "BA1 1AA")


def test_every_problem_is_told_at_once():
    assert problems_of(name="", city=" ", postal_code="123") == {
        "name": "required",
        "city": "required",
        "postal_code": "invalid",
    }


def test_a_country_that_does_not_exist_is_refused():
    assert problems_of(country="XX") == {"country": "invalid"}
    with pytest.raises(UnknownCountry):
        rules_of("../e")


def test_a_region_may_be_named_or_coded():
    boston = Address(
        name="Jo", line1="1 Main St", city="Boston", country="US", postal_code="02108", region="massachusetts"
    )

    assert validated(boston).region == "MA"


def test_an_unknown_region_is_refused():
    assert problems_of(region="Mordor") == {"region": "invalid"}


def test_too_long_and_control_characters_are_refused():
    assert problems_of(line1="x" * 201, name="J\x00o") == {"line1": "too_long", "name": "invalid"}
