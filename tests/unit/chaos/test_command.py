"""``viva chaos`` before it starts anything."""

from __future__ import annotations

import pytest

from vivamarket.cli.app import run
from vivamarket.cli.chaos import FAULTS
from vivamarket.cli.errors import ExitCode
from vivamarket.proof.chaos.clocks import FalseClock, find_library
from vivamarket.proof.chaos.disk import SmallDisk
from vivamarket.proof.chaos.model import Fault


def test_the_command_offers_every_fault_there_is() -> None:
    assert set(FAULTS) == {fault.value for fault in Fault}


def test_an_unknown_fault_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["chaos", "--faults", "kill,meteor"]) == ExitCode.USAGE
    assert "there is no fault 'meteor'" in capsys.readouterr().err


def test_a_clock_is_told_its_offset_with_a_sign(tmp_path) -> None:
    clock = FalseClock(find_library() or tmp_path / "none.so", tmp_path / "clock")

    clock.jump(-90)

    assert (tmp_path / "clock").read_text() == "-90\n"
    assert clock.environ()["FAKETIME_TIMESTAMP_FILE"] == str(tmp_path / "clock")


def test_a_disk_that_nobody_may_mount_says_why(tmp_path) -> None:

    assert "only root" in (SmallDisk(tmp_path / "disk").mount(user_id=1_000) or "")
