"""The baseline of placing orders is the function that the shop calls today."""

import asyncpg
from benchmarks.bench_placement import statement


async def test_the_baseline_calls_the_shops_own_function_of_today(pool: asyncpg.Pool):
    await pool.execute("CREATE SEQUENCE bench_cart")
    plan = await pool.fetch("EXPLAIN " + statement("{}", "HOT"))
    assert any("place_orders" in row[0] for row in plan)
