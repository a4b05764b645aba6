"""What an import hands over to others; bootstrap plugs inventory and media in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from vivamarket.kernel.ids import MediaId, Sku

T = TypeVar("T")


class Aside(Protocol):
    """Runs work that takes its time, such as reading a whole file."""

    async def __call__(self, work: Callable[[], T], /) -> T:
        """Return what the work returns; raise what it raises."""
        ...


async def at_once(work: Callable[[], T], /) -> T:
    """Run it here and now, where nobody else waits."""
    return work()


class StockReceiver(Protocol):
    """Takes the counted stock that a file states."""

    async def set_on_hand(self, counts: Sequence[tuple[Sku, int]], /) -> object:
        """Set the counted quantity of each SKU at the shop's main location; the answer is not looked at.

        Setting the quantity that is already counted changes nothing.
        """
        ...


@dataclass(frozen=True, slots=True)
class FetchedPicture:
    """A picture that media has stored."""

    media_id: MediaId
    width: int
    height: int
    widths: tuple[int, ...]
    color: str


class MediaImporter(Protocol):
    """Fetches and stores pictures."""

    async def import_url(self, url: str) -> FetchedPicture:
        """Fetch, check and store the picture at that address.

        Raise a ``DomainError`` with a reason when there is none or it is not taken.
        """
        ...


class StockTeller(Protocol):
    """Tells the counted stock that an export states."""

    async def on_hand(self, skus: Sequence[Sku]) -> dict[Sku, int]:
        """Return the counted quantity of each SKU that is counted; any number of SKUs."""
        ...
