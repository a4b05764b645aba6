"""A refusal names what somebody typed: the option, or the variable."""

from __future__ import annotations

import pytest

from vivamarket.cli.context import read_settings
from vivamarket.settings import BadSetting


def test_an_option_that_makes_no_sense_is_named_as_it_was_typed() -> None:
    with pytest.raises(BadSetting) as refusal:
        read_settings(port="abc")

    assert refusal.value.message == "--port abc: give a whole number from 1 to 65535"


def test_a_variable_that_makes_no_sense_is_named_beside_good_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_POOL_SIZE_MAX", "0")

    with pytest.raises(BadSetting, match=r"^VIVA_POOL_SIZE_MAX=0: "):
        read_settings(port="9000")
