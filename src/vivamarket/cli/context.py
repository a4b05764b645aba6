"""What most commands begin with: settings, the clock, ids, and output for people or for scripts."""

from __future__ import annotations

import os
from pathlib import Path

import click

from vivamarket.settings import BadSetting, Settings, unknown_variables

CHECKOUT = Path(__file__).parents[3]

#: The options that win over a variable.
_OPTIONS = {"VIVA_PORT": "--port", "VIVA_HOST": "--host", "VIVA_DATA_DIR": "--data"}


def read_settings(**overrides: str | None) -> Settings:
    """Read the settings; an option of the command line (``port="9000"``) wins over its variable.

    Raise ``BadSetting``, which names what somebody typed: the option or the variable.
    """
    given = {f"VIVA_{name.upper()}": value for name, value in overrides.items() if value is not None}
    for name, meant in unknown_variables(os.environ).items():
        hint = f"; did you mean {meant}?" if meant else ""
        click.echo(f"Note: {name} is not a setting{hint}", err=True)
    try:
        return Settings.from_env({**os.environ, **given})
    except BadSetting as refused:
        variable = str(refused.fields["variable"])
        if variable not in given:
            raise
        why = refused.message.removeprefix(f"{variable}=")
        raise BadSetting(f"{_OPTIONS[variable]} {why}", variable=variable) from None


def print_json(value: object) -> None:
    """Print a value as indented JSON for scripts."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
