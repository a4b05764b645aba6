"""What a run is worth to others: a summary as plain values, and a file that adds runs up."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from vivamarket.proof.chaos.model import Plan, Tally, Verdict

VIOLATIONS_KEPT_MAX = 100
#: Kinds of kills that are a crash of the database.
DATABASE_CRASHES = ("postgres", "postgres backend")


def summary(plan: Plan, tally: Tally, verdict: Verdict) -> dict[str, Any]:
    """Return one run as values that JSON can hold."""
    return {
        "seed": plan.seed,
        "seconds": round(plan.seconds, 1),
        "clients": plan.clients,
        "faults": sorted(plan.faults),
        "hurry": plan.hurry,
        "careless": plan.careless,
        "kills": dict(sorted(tally.kills.items())),
        "other_faults": dict(sorted(tally.faults.items())),
        "recovery_seconds": {
            role: [round(each, 3) for each in seconds] for role, seconds in sorted(tally.recoveries.items())
        },
        "failed_starts": dict(sorted(tally.failed_starts.items())),
        "outcomes": dict(sorted(tally.outcomes.items())),
        "sent_again": dict(sorted(tally.again.items())),
        "orders": dict(sorted(verdict.orders.items())),
        "settled_seconds": round(verdict.settled_seconds, 1),
        "answers_replayed": verdict.replayed,
        "mails": verdict.mails,
        "acknowledged_orders_lost": sum(each.invariant == "I12" for each in verdict.violations),
        "violations": [asdict(each) for each in verdict.violations[:VIOLATIONS_KEPT_MAX]],
        "violations_count": len(verdict.violations),
        "unchecked": list(verdict.unchecked),
    }


def add_up(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the sums over several runs; recovery times as median and worst."""
    seconds: dict[str, list[float]] = {}
    for run in runs:
        for role, times in run["recovery_seconds"].items():
            seconds.setdefault(role, []).extend(times)
    kills = _sums(runs, "kills")
    return {
        "runs": len(runs),
        "minutes": round(sum(run["seconds"] for run in runs) / 60, 1),
        "kills": kills,
        "server_kills": kills.get("web", 0),
        "database_crashes": sum(kills.get(kind, 0) for kind in DATABASE_CRASHES),
        "other_faults": _sums(runs, "other_faults"),
        "recovery_seconds": {
            role: {"median": round(statistics.median(times), 2), "worst": round(max(times), 2)}
            for role, times in sorted(seconds.items())
            if times
        },
        "outcomes": _sums(runs, "outcomes"),
        "sent_again": sum(sum(run["sent_again"].values()) for run in runs),
        "orders": _sums(runs, "orders"),
        "settled_seconds_worst": max(run["settled_seconds"] for run in runs),
        "answers_replayed": sum(run["answers_replayed"] for run in runs),
        "mails": sum(run["mails"] for run in runs),
        "acknowledged_orders_lost": sum(run["acknowledged_orders_lost"] for run in runs),
        "violations": sum(run["violations_count"] for run in runs),
        "unchecked": sorted({told for run in runs for told in run["unchecked"]}),
    }


def append(file: Path, run: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Add the run to the file's and return all of them; the file holds the sums as well."""
    runs: list[dict[str, Any]] = []
    if file.exists():
        runs = msgspec.json.decode(file.read_bytes())["runs"]
    runs.append(dict(run))
    content = msgspec.json.encode({"totals": add_up(runs), "runs": runs})
    fresh = file.with_suffix(".new")
    fresh.write_bytes(msgspec.json.format(content, indent=1))
    fresh.replace(file)
    return runs


def _sums(runs: Sequence[Mapping[str, Any]], name: str) -> dict[str, int]:
    sums: dict[str, int] = {}
    for run in runs:
        for kind, count in run[name].items():
            sums[kind] = sums.get(kind, 0) + count
    return dict(sorted(sums.items()))
