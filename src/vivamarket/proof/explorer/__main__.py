"""``python -m vivamarket.proof.explorer``: the explorer for scripts and for the mutants."""

from __future__ import annotations

import argparse
import json
import sys

from vivamarket.proof.explorer.report import explore
from vivamarket.proof.explorer.scopes import SHORT


def main() -> int:
    """Visit the named scopes of the short form, print what is wrong, return 1 when something is."""
    options = _options().parse_args()
    wanted = [scope for scope in SHORT if scope.slug in options.scope] if options.scope else list(SHORT)
    found: list[dict[str, str]] = []
    for scope in wanted:
        found += [
            {"invariant": flaw.invariant, "subject": scope.name, "detail": flaw.detail}
            for flaw in explore((scope,)).flaws
        ]
        if found and options.stop_first:
            break
    if options.json:
        sys.stdout.write(json.dumps({"violations": found}) + "\n")
    else:
        for each in found:
            sys.stdout.write("{subject}: {invariant} {detail}\n".format(**each))
    return 1 if found else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m vivamarket.proof.explorer", description=__doc__)
    parser.add_argument("scope", nargs="*", help="scopes of the short form, with dashes")
    parser.add_argument("--stop-first", action="store_true", help="end after the first scope with a flaw")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
