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
        common = shared(by_bench[bench])
        told = f", at {common}" if common else ""
        parts += ["", f"## {bench}", "", f"`./viva bench {bench}`, measured {at}{told}.", ""]
        columns, lines = table(by_bench[bench])
        parts += [_line(columns), _line(["---" if name in _LEFT else "--:" for name in columns])]
        parts += [_line(cells) for cells in lines]
        notes = [f"- {_own(row, common)}: {row.note}" for row in by_bench[bench] if _is_long(row.note)]
        parts += ["", *notes] if notes else []
    return "\n".join(parts) + "\n"


def show(rows: Sequence[Row]) -> None:
    """Print the rows as a table that fits 80 columns; long notes stand below it."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    common = shared(rows)
    columns, lines = table(rows)
    shown = Table(title=f"at {common}" if common else None, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in columns:
        shown.add_column(name, justify="left" if name in _LEFT else "right", overflow="fold")
    for cells in lines:
        shown.add_row(*(cell.strip("*") for cell in cells))
    console = Console()
    console.print(shown)
    for row in rows:
        if _is_long(row.note):
            console.print(f"{_own(row, common)}: {row.note}", markup=False, highlight=False)


def shared(rows: Sequence[Row]) -> str:
    """Return what the work of all rows ends with, such as how much data there was; nothing for one row."""
    endings = [row.work.split(", ")[1:] for row in rows]
    length = min((len(ending) for ending in endings), default=0) if len(rows) > 1 else 0
    while length and any(ending[-length:] != endings[0][-length:] for ending in endings):
        length -= 1
    return ", ".join(endings[0][-length:]) if length else ""


def table(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """Return the names of the columns in which anything stands, and their cells row by row."""
    common = shared(rows)
    lines = [_cells(row, common) for row in rows]
    used = [at for at, _ in enumerate(_COLUMNS) if at == 0 or any(line[at] for line in lines)]
    return [_COLUMNS[at] for at in used], [[line[at] for at in used] for line in lines]


_COLUMNS = ("Work", "Ours", "p50 ms", "p99 ms", "Reference", "Ratio", "Target", "Reached", "Note")
_LEFT = ("Work", "Reference", "Reached", "Note")
#: A longer note stands below the table.
NOTE_LETTERS_MAX = 12


def _is_long(note: str) -> bool:
    return len(note) > NOTE_LETTERS_MAX


def _own(row: Row, common: str) -> str:
    return row.work.removesuffix(f", {common}")


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cells(row: Row, common: str) -> list[str]:
    mark = {True: "yes", False: "**missed**", None: ""}[row.reached]
    bound = {"higher": "≥ ", "lower": "≤ "}[row.better]
    return [
        _own(row, common),
        f"{number(row.ours)} {row.unit}".strip(),
        number(row.p50_ms),
        number(row.p99_ms),
        f"{row.reference_name} {number(row.reference)}".strip(),
        number(row.ratio),
        bound + number(row.target) if row.target is not None else "",
        mark,
        "" if _is_long(row.note) else row.note,
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
