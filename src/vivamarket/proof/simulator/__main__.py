"""``python -m vivamarket.proof.simulator``: the simulator for scripts and for the mutants, without colors."""

from __future__ import annotations

import argparse
import json
import sys

from vivamarket.proof.simulator.campaign import Tally, campaign
from vivamarket.proof.simulator.run import Config
from vivamarket.proof.simulator.swarm import Path


def main() -> int:
    """Play seeds; print what was found; return 1 when a promise was broken."""
    options = _options().parse_args()
    paths = frozenset(Path(each) for each in options.paths) if options.paths else None
    total = Tally()
    for tally in campaign(
        options.seed,
        options.seeds,
        Config(paths=paths),
        workers=options.workers,
        stop_first=options.stop_first,
    ):
        total.add(tally)
    found = [
        {"seed": seed, "invariant": each.invariant, "subject": each.subject, "detail": each.detail}
        for seed, each in total.violations
    ]
    if options.json:
        sys.stdout.write(json.dumps({"seeds": total.seeds, "violations": found}) + "\n")
    else:
        for each in found:
            sys.stdout.write("seed {seed}: {invariant} {subject}: {detail}\n".format(**each))
        sys.stdout.write(f"{total.seeds} seeds, {len(found)} violations\n")
    return 1 if found else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m vivamarket.proof.simulator", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1_000, help="how many seeds")
    parser.add_argument("--seed", type=int, default=1, help="the first one")
    parser.add_argument("--paths", nargs="*", choices=[path.value for path in Path], help="ways to settle")
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--stop-first", action="store_true", help="end at the first violation")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
