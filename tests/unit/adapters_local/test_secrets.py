"""Secrets are made once, stay the same, and are for their owner only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.ids import SystemIds
from vivamarket.adapters.local.secrets import SecretsUnreadable, load_or_create_secrets

IDS = SystemIds(SystemClock())


def test_the_second_look_finds_the_first_secrets(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"

    assert load_or_create_secrets(path, IDS) == load_or_create_secrets(path, IDS)


def test_only_the_owner_may_read_them(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"

    load_or_create_secrets(path, IDS)

    assert path.stat().st_mode & 0o777 == 0o600


def test_a_secret_that_an_older_release_did_not_know_is_added(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({"token_key": "kept"}))

    secrets = load_or_create_secrets(path, IDS)

    assert secrets.token_key == "kept"
    assert secrets.staff_password


def test_a_damaged_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text('{"token_key": ')

    with pytest.raises(SecretsUnreadable):
        load_or_create_secrets(path, IDS)

    assert path.read_text() == '{"token_key": '
