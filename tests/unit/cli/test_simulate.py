"""``viva simulate`` in this process: what it prints and how it ends. The seeds are tested elsewhere."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from vivamarket.cli.errors import CommandFailed, ExitCode
from vivamarket.cli.simulate import command


def simulate(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, standalone_mode=False, catch_exceptions=False)


def test_the_summary_names_seeds_faults_and_what_no_crash_has_hit() -> None:
    told = simulate("--seeds", "3", "--workers", "1")

    assert told.return_value == ExitCode.DONE
    assert "kill -9" in told.output
    assert "no promise broken" in told.output
    assert "never hit: checkout/" in told.output


def test_a_script_is_told_the_same_as_json() -> None:
    told = simulate("--seeds", "3", "--seed", "40", "--paths", "webhook", "--workers", "1", "--json")

    result = json.loads(told.stdout)
    assert (result["seeds"], result["violations"]) == (3, [])
    assert 0 < result["await_points"]["hit"] < result["await_points"]["all"]
    assert result["faults"]["kill -9"] > 0


def test_a_tape_is_played_and_told() -> None:
    told = simulate("--replay", "webhook.eNoDAAAAAAE")

    assert told.return_value == ExitCode.DONE
    assert "settled by webhook" in told.output
    assert "place order: 201" in told.output
    assert "--replay webhook." in told.output


def test_what_is_no_tape_is_refused_in_words() -> None:
    with pytest.raises(CommandFailed, match="not a tape"):
        simulate("--replay", "webhook.nonsense")
