"""For whom passkeys are made."""

from __future__ import annotations

import pytest

from vivamarket.accounts.identity.passkeys import RelyingParty


@pytest.mark.parametrize(
    ("public_url", "host", "origin"),
    [
        ("https://shop.example", "shop.example", "https://shop.example"),
        ("https://shop.example:8443", "shop.example", "https://shop.example:8443"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("http://127.0.0.1:8000", "localhost", "http://localhost:8000"),
        ("http://[::1]:8000", "localhost", "http://localhost:8000"),
        ("http://192.168.1.9", "192.168.1.9", "http://192.168.1.9"),
    ],
)
def test_passkeys_are_for_the_host_of_the_shop(public_url: str, host: str, origin: str) -> None:
    party = RelyingParty.at(public_url)

    assert (party.id, party.origin) == (host, origin)
