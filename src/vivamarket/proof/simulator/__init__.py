"""Deterministic simulation of the whole checkout: the real domain code in virtual time, under seeded faults.

``run_seed`` plays one seed and returns its report; the same seed gives the same run everywhere. Every
decision of a run comes from one choice tape, so a failing run can be replayed and shrunk.
"""

from vivamarket.proof.simulator.run import Config, Report, run_seed, run_tape
from vivamarket.proof.simulator.swarm import Path

__all__ = ["Config", "Path", "Report", "run_seed", "run_tape"]
