"""The shop's database in memory: every store of the checkout, as exact as the PostgreSQL adapters.

Promise: the same calls in the same order give the same answers, the same refusals and the same records
as the adapters of ``adapters/postgres``. The contract suites run on both, and seeded differential runs
(``tests/differential``) compare them operation by operation.

One transaction is one call without an ``await`` inside, so transactions are serial by construction. Two
things of a real database are therefore missing on purpose: waiting for locks, and the answers that only
exist because two transactions overlap (``RequestInFlight`` while the other one has not committed). What
a crash of the server forgets is there: see ``MemoryDatabase.crash``.
"""

from vivamarket.adapters.memory.database import MemoryDatabase

__all__ = ["MemoryDatabase"]
