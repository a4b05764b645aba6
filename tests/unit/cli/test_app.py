"""The command line reads like a good tool's and fails in plain words."""

from __future__ import annotations

import importlib

import click
import pytest

from vivamarket.cli.app import root, run, run_safely
from vivamarket.cli.commands import COMMANDS
from vivamarket.cli.errors import CommandFailed, EnvironmentFailed, ExitCode
from vivamarket.cli.test_steps import count_pytest, count_vitest
from vivamarket.kernel.errors import NotFound


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_is_there_and_explains_itself(name: str) -> None:
    command = importlib.import_module(f"vivamarket.cli.{COMMANDS[name].module}").command

    assert isinstance(command, click.Command)
    assert command.help


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == ExitCode.DONE

    said = capsys.readouterr().out
    assert all(entry.summary in said for entry in COMMANDS.values())


def test_a_misspelled_command_is_answered_with_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["improt"]) == ExitCode.USAGE

    assert "Did you mean import?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CommandFailed("No.", advice="Try this."), 1),
        (EnvironmentFailed("Missing."), 3),
        (NotFound("There is no such order."), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_expected_failure_is_a_sentence_and_an_exit_code(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    assert run_safely(fail) == code

    assert "Traceback" not in capsys.readouterr().err


def test_a_programmers_mistake_is_not_hidden() -> None:
    def stumble() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_safely(stumble)


def test_the_root_is_a_group() -> None:
    assert isinstance(root, click.Group)


def test_pytests_last_line_is_counted() -> None:
    counts = count_pytest("....\n2 failed, 120 passed, 1 error in 12.34s\n")

    assert counts is not None
    assert (counts.passed, counts.failed) == (120, 3)


def test_vitests_last_line_is_counted() -> None:
    counts = count_vitest(" Test Files  1 passed (1)\n      Tests  1 failed | 40 passed (41)\n")

    assert counts is not None
    assert (counts.passed, counts.failed) == (40, 1)


def test_no_last_line_is_no_count() -> None:
    assert count_pytest("Segmentation fault") is None
    assert count_vitest("") is None
