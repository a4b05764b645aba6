"""A worker that stands still in the middle of a transfer until it is killed: ``URL FOLDER KEEPS``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tests.helpers.catalog import CountedIds, StillClock
from tests.helpers.transfers import TransferDesk

from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.adapters.postgres.pool import create_pool
from vivamarket.adapters.postgres.transfers import PostgresTransferStore
from vivamarket.transfers.model import Transfer, TransferLine

#: Ids that the process which kills this one never reaches.
FIRST_ID = 1_000_000


class StuckStore(PostgresTransferStore):
    """Says so after so many changes of progress, and does not come back."""

    keeps_left = 0

    async def keep(
        self,
        transfer: Transfer,
        lines: Sequence[TransferLine],
        *,
        now: datetime,
        lease_seconds: float,
        lease: str,
    ) -> Transfer | None:
        if self.keeps_left == 0:
            sys.stdout.write("stuck\n")
            sys.stdout.flush()
            await asyncio.Event().wait()
        self.keeps_left -= 1
        return await super().keep(transfer, lines, now=now, lease_seconds=lease_seconds, lease=lease)


async def main(url: str, folder: Path, keeps: int) -> None:
    """Take up what waits."""
    CountedIds.begin_at(FIRST_ID)
    async with await create_pool(url, size_max=2, application_name="stuck worker") as pool:
        store = StuckStore(pool)
        store.keeps_left = keeps
        catalog = PostgresCatalogStore(pool, StillClock(), locales=("en", "es"))
        await TransferDesk.on(catalog, folder, store).runner.run_once()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
