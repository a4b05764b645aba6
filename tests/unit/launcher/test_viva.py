"""The launcher prepares each thing once, notices what has changed, and says what is missing."""

from __future__ import annotations

import fcntl
import importlib.machinery
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "viva"


@pytest.fixture
def viva(tmp_path: Path) -> ModuleType:
    """The script as a module, in an empty checkout of its own."""
    copy = tmp_path / "viva"
    shutil.copy(SCRIPT, copy)
    loader = importlib.machinery.SourceFileLoader("viva_script", str(copy))
    spec = importlib.util.spec_from_loader("viva_script", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("arguments", "level"),
    [
        (["up"], "storefront"),
        (["up", "--port", "9000"], "storefront"),
        (["up", "--help"], "python"),
        (["test", "lint"], "npm"),
        (["import", "products.csv"], "python"),
        (["--help"], "python"),
        ([], "python"),
    ],
)
def test_a_command_prepares_only_what_it_needs(viva: ModuleType, arguments: list[str], level: str) -> None:
    assert viva.level_of(arguments) == level


def test_a_step_that_ended_well_is_remembered_with_its_inputs(viva: ModuleType) -> None:
    viva.write_stamp("python", inputs="abc")

    assert viva.stamp("python") == {"inputs": "abc"}


@pytest.mark.parametrize("damage", ["", "{", "[]"])
def test_a_damaged_stamp_counts_as_none(viva: ModuleType, damage: str) -> None:
    viva.write_stamp("python", inputs="abc")
    (viva.STAMPS / "python.json").write_text(damage)

    assert viva.stamp("python") == {}


def test_a_failing_step_shows_its_output_and_leaves_no_stamp(viva: ModuleType) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('the index does not answer')"]

    with pytest.raises(viva.Missing, match="the index does not answer"):
        viva.work("python", "Installing", [command])

    assert viva.stamp("python") == {}


def storefront(viva: ModuleType, text: str = "export {}") -> Path:
    source = Path(viva.WEB, "storefront", "src", "page.tsx")
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text)
    viva.STOREFRONT_OUT.mkdir(parents=True, exist_ok=True)
    return source


@pytest.fixture
def builds(viva: ModuleType, tmp_path: Path) -> Callable[[], int]:
    """Prepare the storefront with an npm that only counts; return how often it has been called."""
    npm = tmp_path / "node" / "npm"
    npm.parent.mkdir()
    npm.write_text(f"#!/bin/sh\necho built >> {tmp_path / 'builds'}\n")
    npm.chmod(0o755)

    def prepare() -> int:
        viva.prepare_build(npm.parent, *viva.BUILDS[0])
        return len((tmp_path / "builds").read_text().splitlines())

    return prepare


def test_the_storefront_is_built_once(viva: ModuleType, builds: Callable[[], int]) -> None:
    storefront(viva)

    assert [builds(), builds()] == [1, 1]


def test_the_staffs_application_is_built_beside_it(viva: ModuleType) -> None:
    assert [(name, out.relative_to(viva.WEB).as_posix()) for name, out, _ in viva.BUILDS] == [
        ("storefront", "storefront/out"),
        ("admin", "admin/dist"),
    ]


def test_a_changed_source_is_built_again(viva: ModuleType, builds: Callable[[], int]) -> None:
    storefront(viva)
    builds()

    storefront(viva, "export const changed = true")

    assert builds() == 2


def test_a_source_that_only_looks_newer_is_not(viva: ModuleType, builds: Callable[[], int]) -> None:
    source = storefront(viva)
    builds()

    os.utime(source, (1, 1))

    assert builds() == 1


def test_what_the_build_leaves_behind_is_no_source(viva: ModuleType, builds: Callable[[], int]) -> None:
    storefront(viva)
    builds()

    (viva.STOREFRONT_OUT / "index.html").write_text("<html>")

    assert builds() == 1


def test_a_build_that_was_cut_off_is_done_again(viva: ModuleType, builds: Callable[[], int]) -> None:
    storefront(viva)
    builds()

    viva.clear_stamp("storefront")

    assert builds() == 2


def run(checkout: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(checkout / "viva"), *arguments],
        env={"PATH": "/nowhere", "HOME": str(checkout), **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_second_viva_waits_for_the_first(viva: ModuleType) -> None:
    viva.PREPARED.mkdir()
    with (viva.PREPARED / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting: subprocess.Popen[Any] = subprocess.Popen(
            [sys.executable, str(viva.ROOT / "viva"), "prepare", "python"],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert waiting.stderr is not None

        said = waiting.stderr.readline()
        waiting.kill()
        waiting.wait()
        waiting.stderr.close()

    assert "waiting for it" in said


def test_prepare_knows_its_levels(viva: ModuleType) -> None:
    done = run(viva.ROOT, "prepare", "everything")

    assert done.returncode == 2
    assert "python|npm|storefront" in done.stderr
