"""Settings say clearly what they want, and the table is the documentation."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from vivamarket.settings import VARIABLES, BadSetting, Settings, unknown_variables


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.from_env({})

    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.database_url is None
    assert settings.sandbox
    assert not settings.webhooks_local


def test_every_field_has_its_row_and_every_row_its_field() -> None:
    assert {field.name for field in fields(Settings)} == {variable.field for variable in VARIABLES}


def test_the_public_address_follows_host_and_port() -> None:
    settings = Settings.from_env({"VIVA_HOST": "0.0.0.0", "VIVA_PORT": "9000"})

    assert settings.public_url == "http://127.0.0.1:9000"


def test_this_machine_reaches_the_shop_whatever_shoppers_call_it() -> None:
    named = Settings.from_env({"VIVA_PUBLIC_URL": "https://shop.example"})
    everywhere = Settings.from_env({"VIVA_HOST": "::", "VIVA_PORT": "9000"})

    assert named.local_url == "http://127.0.0.1:8000"
    assert everywhere.local_url == "http://[::1]:9000"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VIVA_PORT", "eighty"),
        ("VIVA_PORT", "70000"),
        ("VIVA_SANDBOX", "maybe"),
        ("VIVA_PUBLIC_URL", "shop.example"),
        ("VIVA_DATABASE_URL", "mysql://localhost/shop"),
        ("VIVA_VALKEY_URL", "memcached://localhost"),
        ("VIVA_TRUSTED_PROXIES", "10.0.0.1, everybody"),
        ("VIVA_LOG_LEVEL", "loud"),
        ("VIVA_PROFILE", "azure"),
        ("VIVA_AWS_BUCKET", "My Bucket"),
        ("VIVA_AWS_TABLE_PREFIX", "viva/"),
    ],
)
def test_a_value_that_makes_no_sense_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name}={value}"):
        Settings.from_env({name: value})


def test_an_empty_variable_counts_as_absent() -> None:
    assert Settings.from_env({"VIVA_PORT": ""}).port == 8000


def test_real_payments_need_the_providers_keys() -> None:
    with pytest.raises(BadSetting, match="VIVA_STRIPE_SECRET_KEY"):
        Settings.from_env({"VIVA_SANDBOX": "off"})


def test_a_misspelled_variable_is_found_with_the_name_that_was_meant() -> None:
    assert unknown_variables({"VIVA_PROT": "1", "PATH": "/bin"}) == {"VIVA_PROT": "VIVA_PORT"}


def test_folders_lie_in_the_data_folder(tmp_path: Path) -> None:
    settings = Settings.from_env({"VIVA_DATA_DIR": str(tmp_path)})

    assert settings.postgres_dir.parent == settings.media_dir.parent == tmp_path


@pytest.mark.parametrize("missing", ["VIVA_AWS_REGION", "VIVA_AWS_BUCKET", "VIVA_AWS_TABLE_PREFIX"])
def test_the_profile_of_aws_says_what_it_needs(missing: str) -> None:
    given = {
        "VIVA_PROFILE": "aws",
        "VIVA_AWS_REGION": "eu-central-1",
        "VIVA_AWS_BUCKET": "viva-files",
        "VIVA_AWS_TABLE_PREFIX": "viva-",
    }
    assert Settings.from_env(given).aws.bucket == "viva-files"

    with pytest.raises(BadSetting, match=f"{missing} is needed when VIVA_PROFILE is aws"):
        Settings.from_env({**given, missing: ""})


@pytest.mark.parametrize("value", ["hidden", "pool:client:hidden", "eu-central-1_pool:client:hidden:more"])
def test_a_pool_that_cannot_be_one_is_refused_without_telling_its_secret(value: str) -> None:
    with pytest.raises(BadSetting, match=r"^VIVA_COGNITO_STAFF_SECRET=…") as refusal:
        Settings.from_env({"VIVA_COGNITO_STAFF_SECRET": value})

    assert "hidden" not in str(refusal.value)


def test_pools_are_read_as_they_are() -> None:
    value = "eu-central-1_aB3:client:secret"

    assert Settings.from_env({"VIVA_COGNITO_STAFF_SECRET": value}).cognito_staff_secret == value
