"""Figures keep the day on which they were measured, and their place in the table."""

from __future__ import annotations

from datetime import UTC, datetime

from benchmarks.report import Row, markdown, merged

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def row(work: str, ours: float) -> Row:
    return Row(bench="http", work=work, unit="/s", ours=ours)


def test_a_row_that_is_not_measured_again_keeps_its_day() -> None:
    known = merged([], [row("lists", 1), row("details", 2)], MONDAY)

    rows = merged(known, [row("lists", 3)], TUESDAY)

    assert [(each.work, each.ours, each.measured) for each in rows] == [
        ("lists", 3, TUESDAY),
        ("details", 2, MONDAY),
    ]


def test_the_table_names_every_day_on_which_its_rows_were_measured() -> None:
    known = merged([], [row("lists", 1), row("details", 2)], MONDAY)
    rows = merged(known, [row("lists", 3)], TUESDAY)

    assert "measured 2026-11-23 and 2026-11-24." in markdown(rows, {})
    assert "measured 2026-11-23." in markdown(known, {})
