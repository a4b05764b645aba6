from datetime import datetime

import pytest
from tests.helpers.catalog import StillClock

from vivamarket.inventory.errors import BadCount
from vivamarket.inventory.model import CountResult, MoveReason, StockCount, StockLevel
from vivamarket.inventory.ports import COUNTS_MAX
from vivamarket.inventory.service import StockService
from vivamarket.kernel.ids import LocationId, Sku


class CountsOnly:
    """Remembers batches of counts; nothing else of a store is needed here."""

    def __init__(self) -> None:
        self.batches: list[list[StockCount]] = []

    async def set_on_hand(
        self, location_id: LocationId, counts: list[StockCount], reason: MoveReason, at: datetime
    ) -> CountResult:
        self.batches.append(list(counts))
        return CountResult(len(counts), 0, ())


@pytest.fixture
def store() -> CountsOnly:
    return CountsOnly()


@pytest.fixture
def service(store: CountsOnly) -> StockService:
    return StockService(stock=store, clock=StillClock())  # type: ignore[arg-type]  # only counts are needed


async def test_many_counts_go_in_sorted_batches(service: StockService, store: CountsOnly) -> None:
    counts = [(Sku(f"SKU-{number:06}"), 1) for number in range(COUNTS_MAX + 5)]

    result = await service.set_on_hand(counts[::-1])

    assert result.changed == COUNTS_MAX + 5
    assert [len(batch) for batch in store.batches] == [COUNTS_MAX, 5]
    assert store.batches[0][0].sku == "SKU-000000"


@pytest.mark.parametrize("counts", [[("MUG", -1)], [("MUG", 10**9 + 1)], [("MUG", 1), ("MUG", 2)]])
async def test_a_bad_count_stops_everything_before_it_is_written(
    service: StockService, store: CountsOnly, counts: list[tuple[Sku, int]]
) -> None:
    with pytest.raises(BadCount):
        await service.set_on_hand([(Sku("TEA"), 1), *counts])

    assert store.batches == []


async def test_moving_nothing_is_refused(service: StockService) -> None:
    with pytest.raises(BadCount):
        await service.receive(Sku("MUG"), 0, reference="PO-1")
    with pytest.raises(BadCount):
        await service.adjust(Sku("MUG"), 0, reference="PO-1")


def test_available_is_what_is_neither_held_nor_claimed() -> None:
    level = StockLevel(
        sku=Sku("MUG"), location_id=LocationId("main"), on_hand=10, held=2, claimed=3, backordered=0
    )

    assert (level.reserved, level.available) == (5, 5)
