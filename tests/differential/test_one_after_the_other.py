"""The double answers as PostgreSQL does, whatever is asked in whatever order."""

import pytest
from tests.differential.sequential import describe, run_seed
from tests.differential.sides import Server

OPERATIONS = 10_000
OPERATIONS_PER_SEED = 400


async def test_ten_thousand_operations_have_the_same_answers_and_leave_the_same_records(
    server: Server, asked: dict[str, int]
) -> None:
    first = asked.get("seed", 1)
    seeds = -(-asked.get("operations", OPERATIONS) // OPERATIONS_PER_SEED)
    for seed in range(first, first + seeds):
        found = await run_seed(server, seed, OPERATIONS_PER_SEED)
        if found is not None:
            pytest.fail(describe(found, seed), pytrace=False)
