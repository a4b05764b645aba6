"""Mutants: bugs that other shops have shipped, planted one at a time to see whether the proof finds them.

Owns the patches, how they are applied to a copy of the shop's source, and the runs that must kill them.
Does not own what finds them: simulator, explorer, and the tests that races and PostgreSQL need.
"""

from vivamarket.proof.mutants.patch import Mutant, PatchDoesNotApply, mutants
from vivamarket.proof.mutants.run import Outcome, run_all

__all__ = ["Mutant", "Outcome", "PatchDoesNotApply", "mutants", "run_all"]
