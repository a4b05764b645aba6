"""Every mutant can be planted in the shop as it is, changes what it says, and a few are hunted down."""

from __future__ import annotations

import ast
import json
import re
import shutil
import time
from pathlib import Path

import click
import pytest

import vivamarket
from vivamarket.cli.mutants import kill_mutants
from vivamarket.proof.mutants import PatchDoesNotApply, mutants
from vivamarket.proof.mutants.patch import read
from vivamarket.proof.mutants.run import Fate, run

PACKAGE = Path(vivamarket.__file__).parent
ALL = mutants()
MIGRATIONS = "adapters/postgres/migrations/"
_FUNCTION = re.compile(r"^CREATE (?:OR REPLACE )?FUNCTION (\w+)", re.MULTILINE)
#: The classes of the design that a mutant must stand for.
CLASSES = (
    "check-then-act stock",
    "lines of one stock item checked one by one",
    "no request idempotency",
    "response stored outside the transaction",
    "no key to the provider with a second tab",
    "two live payments",
    "settle without lock or dedupe",
    "dedupe committed before the effect",
    "release without confirmed cancel",
    "release twice by two workers",
    "refund without key",
    "refund above captured",
    "webhook and return page on two code paths",
    "order after payment",
    "amount not compared",
    "price re-read outside the lock",
    "coupon counter outside the transaction",
    "gift balance check-then-act",
    "outbox published before commit",
    "event deleted before its handler finished",
    "reconciler off",
    "hold never expires",
    "late payment ignored",
    "stale writer after failover",
)
#: Fast ones, one of each kind of hunter but the database's own.
HUNTED = ("two-live-payments-unchecked", "release-at-once", "order-shown-without-its-token")
PATCH = """Title: a bug
Class: a class
Expect: I1
Target: simulate --seeds 1

--- a/src/vivamarket/shop.py
+++ b/src/vivamarket/shop.py
@@ -1,2 +1,2 @@
 first
-second
+another
"""


def copy_of(files: tuple[str, ...], folder: Path) -> Path:
    """Copy what a mutant changes."""
    for name in files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PACKAGE / name, target)
    return folder


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: mutant.slug)
def test_every_mutant_can_still_be_planted_and_reads_as_python(mutant, tmp_path) -> None:
    package = copy_of(mutant.files, tmp_path)

    mutant.plant(package)

    for name in mutant.files:
        planted = (package / name).read_text()
        assert planted != (PACKAGE / name).read_text()
        if name.endswith(".py"):
            ast.parse(planted)


def functions_of(sql: str) -> dict[str, str]:
    """Return the functions that a migration makes, each with what stands before the next one."""
    parts = _FUNCTION.split(sql)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize(
    "mutant",
    [each for each in ALL if any(name.startswith(MIGRATIONS) for name in each.files)],
    ids=lambda mutant: mutant.slug,
)
def test_a_mutant_of_a_function_changes_the_newest_of_that_name(mutant, tmp_path) -> None:
    package = copy_of(mutant.files, tmp_path)
    mutant.plant(package)

    for name in mutant.files:
        if not name.startswith(MIGRATIONS):
            continue
        sound, planted = (functions_of((folder / name).read_text()) for folder in (PACKAGE, package))
        later = [path for path in (PACKAGE / MIGRATIONS).glob("*.sql") if path.name > Path(name).name]
        for changed in (key for key, body in planted.items() if sound[key] != body):
            assert [path.name for path in later if changed in functions_of(path.read_text())] == []


def test_every_class_of_the_design_has_a_mutant() -> None:
    assert len(ALL) >= 45
    missing = [kind for kind in CLASSES if not any(each.kind.startswith(kind) for each in ALL)]
    assert missing == []


def test_a_mutant_that_neither_explorer_nor_simulator_finds_says_why() -> None:
    assert [each.slug for each in ALL if (each.target[0] == "pytest") is not bool(each.why)] == []


def test_what_a_mutant_changes_stands_in_exactly_one_place(tmp_path) -> None:
    (tmp_path / "bug.patch").write_text(PATCH)
    mutant = read(tmp_path / "bug.patch")
    (tmp_path / "shop.py").write_text("zero\nfirst\nsecond\nthird\n")

    mutant.plant(tmp_path)

    assert (tmp_path / "shop.py").read_text() == "zero\nfirst\nanother\nthird\n"


@pytest.mark.parametrize("source", ["first\nthird\n", "first\nsecond\nfirst\nsecond\n", "first \nsecond\n"])
def test_a_mutant_that_does_not_fit_writes_nothing_and_says_so(tmp_path, source) -> None:
    (tmp_path / "bug.patch").write_text(PATCH)
    mutant = read(tmp_path / "bug.patch")
    (tmp_path / "shop.py").write_text(source)

    with pytest.raises(PatchDoesNotApply, match="first"):
        mutant.plant(tmp_path)

    assert (tmp_path / "shop.py").read_text() == source


@pytest.mark.parametrize(
    "broken",
    [
        PATCH.replace("Title", "Name"),
        PATCH.replace("simulate", "guess"),
        PATCH.replace("src/vivamarket/", "tests/"),
        PATCH.partition("---")[0],
    ],
)
def test_a_mutant_that_is_not_written_as_one_is_refused(tmp_path, broken) -> None:
    (tmp_path / "bug.patch").write_text(broken)

    with pytest.raises(ValueError, match=r"bug\.patch|shop's source"):
        read(tmp_path / "bug.patch")


@pytest.mark.parametrize("name", HUNTED)
def test_a_planted_bug_is_found(name) -> None:
    mutant = next(each for each in ALL if each.slug.endswith(name))

    outcome = run(mutant, time.monotonic)

    assert (outcome.fate, outcome.by in mutant.expect) == (Fate.KILLED, True), outcome.detail


def test_the_command_tells_by_whom_each_was_found(capsys) -> None:
    code = kill_mutants(["hold-released-when"], workers=1, as_json=True)

    (told,) = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (told["fate"], told["found_by"], told["mutant"][3:]) == (
        "killed",
        "I3",
        "hold-released-when-canceling-begins",
    )


def test_a_name_that_no_mutant_has_is_refused() -> None:
    with pytest.raises(click.UsageError, match="No mutant is named so"):
        kill_mutants(["no-such-bug"], workers=1, as_json=False)


def test_a_planted_line_that_does_not_run_is_no_kill(tmp_path) -> None:
    broken = PATCH.replace("shop.py", "checkout/batcher.py").replace(
        " first\n-second\n+another", "-BATCH_SIZE_MAX = 64\n+BATCH_SIZE_MAX = nothing"
    )
    (tmp_path / "bug.patch").write_text(broken)

    assert run(read(tmp_path / "bug.patch"), time.monotonic).fate is Fate.BROKEN
