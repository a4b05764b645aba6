"""Runs added up."""

from __future__ import annotations

from pathlib import Path

from vivamarket.checkout.invariants import Violation
from vivamarket.proof.chaos.model import Fault, Plan, Tally, Verdict
from vivamarket.proof.chaos.report import add_up, append, summary


def _run(folder: Path, *, web_kills: int, recoveries: list[float], lost: int = 0) -> dict[str, object]:
    plan = Plan(seconds=30, clients=4, seed=1, faults=frozenset({Fault.KILL}), hurry=False, folder=folder)
    tally = Tally()
    tally.kills.update({"web": web_kills, "postgres": 1, "postgres backend": 2})
    tally.recoveries["web"] = recoveries
    tally.outcomes["placed"] = 10
    verdict = Verdict(
        violations=tuple(Violation("I12", f"VM-{number}", "lost") for number in range(lost)),
        orders={"paid": 9},
        settled_seconds=4.0,
        replayed=50,
        mails=18,
        unchecked=("fault clock: no library",),
    )
    return summary(plan, tally, verdict)


def test_runs_add_up_and_recovery_is_told_as_median_and_worst(tmp_path: Path) -> None:
    runs = [_run(tmp_path, web_kills=3, recoveries=[1.0, 2.0]), _run(tmp_path, web_kills=4, recoveries=[9.0])]

    totals = add_up(runs)

    assert totals["server_kills"] == 7
    assert totals["database_crashes"] == 6
    assert totals["recovery_seconds"]["web"] == {"median": 2.0, "worst": 9.0}
    assert totals["outcomes"] == {"placed": 20}
    assert totals["unchecked"] == ["fault clock: no library"]


def test_a_report_file_keeps_every_run(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    append(file, _run(tmp_path, web_kills=1, recoveries=[]))

    runs = append(file, _run(tmp_path, web_kills=2, recoveries=[1.0], lost=1))

    assert [run["kills"]["web"] for run in runs] == [1, 2]
    assert add_up(runs)["acknowledged_orders_lost"] == 1
    assert add_up(runs)["violations"] == 1
