"""Importing texts in tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from tests.helpers.catalog import CountedIds, StillClock

from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.catalog.ports import CatalogStore
from vivamarket.catalog.transfer.importing import CatalogImporter
from vivamarket.catalog.transfer.reading import Source
from vivamarket.catalog.transfer.report import ImportReport, Outcome
from vivamarket.kernel.ids import Sku


class FakeStock:
    """Keeps counts in memory, both ways."""

    def __init__(self, counts: dict[Sku, int] | None = None) -> None:
        self.counts = counts or {}

    async def set_on_hand(self, counts: Sequence[tuple[Sku, int]], /) -> None:
        self.counts.update(counts)

    async def on_hand(self, skus: Sequence[Sku]) -> dict[Sku, int]:
        return {sku: self.counts[sku] for sku in skus if sku in self.counts}


def source(content: str | bytes) -> Source:
    data = content.encode() if isinstance(content, str) else content
    return Source(lambda: io.BytesIO(data), len(data))


async def import_text(
    store: CatalogStore,
    content: str | bytes,
    *,
    dry_run: bool = False,
    stock: FakeStock | None = None,
    ids: CountedIds | None = None,
    on_outcome: Callable[[Outcome], None] = lambda _: None,
) -> ImportReport:
    importer = CatalogImporter(
        store,
        stock or FakeStock(),
        StillClock(),
        ids or CountedIds(),
        locale="en",
        currency="EUR",
        tasks=AsyncioTasks(),
    )
    return await importer.run(source(content), dry_run=dry_run, on_outcome=on_outcome)


def imported(report: ImportReport) -> dict[str, int]:
    """Return the outcomes that there are."""
    return {kind.value: count for kind, count in report.counts.items() if count}
