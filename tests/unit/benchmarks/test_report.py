"""Figures keep the day on which they were measured, and their place in the table."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from benchmarks.report import Row, markdown, merged, shared, show

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


def at_a_million(work: str, note: str) -> Row:
    return Row(bench="admin", work=f"{work}, newest, 1,000 orders", unit="ms", ours=3, target=200, note=note)


def test_what_all_rows_end_with_is_told_once() -> None:
    text = markdown([at_a_million("orders", "9 /s"), at_a_million("products", "only every second page")], {})

    assert text.count("1,000 orders") == 1
    assert "| orders | 3 ms | ≥ 200 | **missed** | 9 /s |" in text
    assert "- products: only every second page" in text


def test_a_single_row_keeps_its_whole_name() -> None:
    assert shared([at_a_million("orders", "")]) == ""


def test_a_printed_table_gives_each_row_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    show([at_a_million(work, "9 /s") for work in ("orders", "products")])

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines if "9 /s" in line] == [
        ["orders", "3", "ms"],
        ["products", "3", "ms"],
    ]
    assert max(map(len, lines)) <= 80
