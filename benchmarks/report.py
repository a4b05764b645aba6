"""What a benchmark answers, and how the answers become RESULTS.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

FOLDER = Path(__file__).parent
RESULTS_JSON = FOLDER / "results.json"
RESULTS_MD = FOLDER / "RESULTS.md"

Better = Literal["higher", "lower"]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One measured thing. ``reference`` was measured in the same run and in the same unit."""

    bench: str
    work: str
    unit: str
    ours: float
    better: Better = "higher"
    reference: float | None = None
    reference_name: str = ""
    #: What architecture asks for, in the same unit; None when only the ratio is asked for.
    target: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    note: str = ""
    #: When it was measured; ``save`` writes it.
    measured: datetime | None = None

    @property
    def ratio(self) -> float | None:
        """Return ours ÷ reference."""
        return self.ours / self.reference if self.reference else None

    @property
    def reached(self) -> bool | None:
        """Return whether the target is reached; None without one."""
        if self.target is None:
            return None
        return self.ours >= self.target if self.better == "higher" else self.ours <= self.target


class _Results(msgspec.Struct):
    machine: dict[str, str]
    rows: list[Row]


def save(rows: Sequence[Row], *, quick: bool) -> None:
    """Replace the rows that were measured again, each in its place, keep the others, and write both files."""
    now = datetime.now(UTC).replace(microsecond=0)
    results = _Results(machine=machine(quick=quick), rows=merged(_load().rows, rows, now))
    RESULTS_JSON.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")
    RESULTS_MD.write_text(markdown(results.rows, results.machine), encoding="utf-8")


def merged(known: Iterable[Row], fresh: Iterable[Row], now: datetime) -> list[Row]:
    """Return the known rows with the fresh ones, dated ``now``, in their places or at the end."""
    by_name = {(row.bench, row.work): row for row in known}
    for row in fresh:
        by_name[row.bench, row.work] = msgspec.structs.replace(row, measured=now)
    return list(by_name.values())


def machine(*, quick: bool) -> dict[str, str]:
    """Return what the figures depend on."""
    return {
        "cores": str(os.cpu_count()),
        "processor": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "length": "quick" if quick else "full",
    }


def markdown(rows: Iterable[Row], about: dict[str, str]) -> str:
    """Return RESULTS.md: one table per bench."""
    facts = ", ".join(f"{key} {value}" for key, value in about.items())
    parts = [
        "# Results",
        "",
        "Written by `./viva bench`; do not edit. Absolute figures depend on the machine; the ratios to the",
        "reference measured in the same run are what travels.",
        "",
        f"Machine: {facts}.",
    ]
    by_bench: dict[str, list[Row]] = {}
    for row in rows:
        by_bench.setdefault(row.bench, []).append(row)
    for bench in sorted(by_bench):
        days = sorted({f"{row.measured:%Y-%m-%d}" for row in by_bench[bench] if row.measured is not None})
        at = " and ".join(days)
        parts += ["", f"## {bench}", "", f"`./viva bench {bench}`, measured {at}.", ""]
        parts += [
            "| Work | Ours | p50 ms | p99 ms | Reference | Ratio | Target | |",
            "|---|--:|--:|--:|---|--:|--:|---|",
        ]
        parts += [_table_row(row) for row in by_bench[bench]]
        notes = [f"- {row.work}: {row.note}" for row in by_bench[bench] if row.note]
        parts += ["", *notes] if notes else []
    return "\n".join(parts) + "\n"


def show(rows: Iterable[Row]) -> None:
    """Print the rows as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("Work", "Ours", "p50 ms", "p99 ms", "Reference", "Ratio", "Target", "")
    for row in rows:
        table.add_row(*_cells(row))
    Console().print(table)


def _table_row(row: Row) -> str:
    return "| " + " | ".join(_cells(row)) + " |"


def _cells(row: Row) -> list[str]:
    mark = {True: "reached", False: "**missed**", None: ""}[row.reached]
    bound = {"higher": "≥ ", "lower": "≤ "}[row.better]
    return [
        row.work,
        f"{number(row.ours)} {row.unit}",
        number(row.p50_ms),
        number(row.p99_ms),
        f"{row.reference_name} {number(row.reference)}".strip(),
        number(row.ratio),
        bound + number(row.target) if row.target is not None else "",
        mark,
    ]


def number(value: float | None) -> str:
    """Return the figure with three digits that matter."""
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _load() -> _Results:
    if not RESULTS_JSON.exists():
        return _Results({}, [])
    return msgspec.json.decode(RESULTS_JSON.read_bytes(), type=_Results)
