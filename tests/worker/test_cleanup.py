from datetime import datetime, timedelta

from tests.helpers.catalog import NOON, StillClock

from vivamarket.worker.cleanup import BATCH_MAX, Cleanup


class Records:
    """So many old records."""

    def __init__(self, old: int) -> None:
        self.old = old
        self.before: datetime | None = None

    async def forget(self, before: datetime, limit: int) -> int:
        self.before = before
        gone = min(self.old, limit)
        self.old -= gone
        return gone


async def test_each_kind_is_kept_for_its_own_time_and_goes_in_batches() -> None:
    keys, inbox, carts = Records(BATCH_MAX + 1), Records(3), Records(0)
    cleanup = Cleanup(keys=keys, inbox=inbox, carts=carts, clock=StillClock())

    assert [await cleanup.run_once() for _ in range(3)] == [BATCH_MAX + 3, 1, 0]

    assert (keys.before, inbox.before, carts.before) == (
        NOON - timedelta(hours=48),
        NOON - timedelta(days=30),
        NOON - timedelta(days=90),
    )
