"""What PostgreSQL does with operations at the same time is what some serial order would have done."""

import pytest
from tests.differential.concurrent import describe, run_seed
from tests.differential.sides import Server

BATCHES = 105
BATCHES_PER_SEED = 15


async def test_every_batch_is_explained_by_a_serial_order(server: Server, asked: dict[str, int]) -> None:
    first = asked.get("seed", 1)
    seeds = -(-asked.get("batches", BATCHES) // BATCHES_PER_SEED)
    for seed in range(first, first + seeds):
        found = await run_seed(server, seed, BATCHES_PER_SEED)
        if found is not None:
            pytest.fail(describe(found, seed), pytrace=False)
