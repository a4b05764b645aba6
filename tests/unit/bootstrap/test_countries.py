"""Countries are named as the reader names them."""

from __future__ import annotations

import pytest

from vivamarket.addresses.model import Address
from vivamarket.bootstrap.bridges import address_lines
from vivamarket.bootstrap.countries import country_name


@pytest.mark.parametrize(
    ("code", "locale", "name"),
    [("DE", "de", "Deutschland"), ("DE", "es", "Alemania"), ("ES", "pt-BR", "Espanha"), ("QZ", "en", "QZ")],
)
def test_a_country_is_named_in_the_readers_language(code: str, locale: str, name: str) -> None:
    assert country_name(code, locale) == name


def test_a_mail_names_the_country_and_leaves_empty_lines_out() -> None:
    address = Address(name="Anna", line1="Lindenstraße 12", city="Köln", postal_code="50674", country="DE")

    assert address_lines(address, "de") == ("Anna", "Lindenstraße 12", "50674 Köln", "Deutschland")
