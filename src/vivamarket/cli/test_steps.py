"""What ``viva test`` runs: each step's command, and how its output is counted."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vivamarket.cli.context import CHECKOUT

WEB = CHECKOUT / "web"
PYTHON = (sys.executable, "-m")
E2E = "tests/e2e"
#: Two cores are what every machine has.
PYTEST_WORKERS = 2
PYTEST_NOTHING_COLLECTED = 5


@dataclass(frozen=True, slots=True)
class Counts:
    """What a test runner counted."""

    passed: int
    failed: int
    line: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must hold: a name, its command, and where it runs."""

    name: str
    command: tuple[str, ...]
    cwd: Path = CHECKOUT
    timeout_seconds: int = 300
    #: Reads the runner's summary out of the output; ``None`` for a step that only passes or fails.
    count: Callable[[str], Counts | None] | None = None
    #: Left out by ``--fast``.
    slow: bool = False
    #: The step that must run before, also when only this one was asked for.
    needs: str | None = None


def count_pytest(output: str) -> Counts | None:
    """Read pytest's last line: ``3 failed, 120 passed in 12.3s``."""
    lines = [line.strip("= ") for line in output.splitlines() if re.search(r"\d+ \w+.* in [\d.]+s", line)]
    if not lines:
        return None
    found = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|errors?)", lines[-1])}
    failed = found.get("failed", 0) + found.get("error", 0) + found.get("errors", 0)
    return Counts(found.get("passed", 0), failed, lines[-1])


def count_vitest(output: str) -> Counts | None:
    """Read vitest's ``Tests  2 failed | 40 passed (42)``."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    lines = [line.strip() for line in plain.splitlines() if re.match(r"\s*Tests\s+\d", line)]
    if not lines:
        return None
    found = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed)", lines[-1])}
    return Counts(found.get("passed", 0), found.get("failed", 0), " ".join(lines[-1].split()))


def steps(pattern: str | None = None) -> tuple[Step, ...]:
    """Return every step, the quick ones first; a pattern leaves only the tests whose names match it."""
    chosen = () if pattern is None else ("-k", pattern)
    tests = (
        Step(
            "python tests",
            (*PYTHON, "pytest", "-n", str(PYTEST_WORKERS), "--dist=worksteal", f"--ignore={E2E}", *chosen),
            timeout_seconds=540,
            count=count_pytest,
        ),
    )
    e2e = (
        Step(
            "storefront build",
            (sys.executable, str(CHECKOUT / "viva"), "prepare", "storefront"),
            slow=True,
        ),
        Step(
            "end to end",
            (*PYTHON, "pytest", E2E, *chosen),
            timeout_seconds=600,
            count=count_pytest,
            slow=True,
            needs="storefront build",
        ),
    )
    if pattern is not None:
        return tests + e2e
    return (
        Step("format", (*PYTHON, "ruff", "format", "--check", ".")),
        Step("lint", (*PYTHON, "ruff", "check", ".")),
        Step("import rule", (str(Path(sys.executable).with_name("lint-imports")), "--no-logo")),
        Step("generated files", (*PYTHON, "vivamarket.cli", "generate", "--check")),
        Step("infra templates", (*PYTHON, "vivamarket.cli", "cloud", "synth", "--check")),
        Step("infra lint", (str(Path(sys.executable).with_name("cfn-lint")),)),
        Step("types", (*PYTHON, "mypy")),
        Step("web lint", ("npm", "run", "--silent", "lint"), cwd=WEB),
        Step("web types", ("npm", "run", "--silent", "typecheck"), cwd=WEB),
        Step("web tests", ("npm", "run", "--silent", "test"), cwd=WEB, count=count_vitest),
        *tests,
        *e2e,
    )
