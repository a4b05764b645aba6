"""The catalogue's change feed in DynamoDB: dense positions, each written with what it tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vivamarket.adapters.aws.catalog_items import FEED, FEED_HEAD, FEED_TRIMMED
from vivamarket.adapters.aws.dynamo import ConditionFailed, Item, Items, ItemWrite, put
from vivamarket.catalog.cursors import feed_position, require_at_most
from vivamarket.catalog.errors import ChangesForgotten
from vivamarket.catalog.model import Change, ChangeKind
from vivamarket.kernel.clock import Clock

CHANGES_MAX = 10_000
TRIM_ATTEMPTS_MAX = 5


class Feed:
    """Tells changes in the transactions that make them. Positions have no gaps."""

    def __init__(self, items: Items, clock: Clock) -> None:
        self._items = items
        self._clock = clock

    async def head(self) -> int:
        """Return the newest position."""
        item = await self._items.get(*FEED_HEAD)
        return int(item["head"]) if item is not None else 0

    def tell(self, head: int, kind: ChangeKind, record_id: str, version: int) -> list[ItemWrite]:
        """Return the writes that add a change behind that head, and fail when it is no longer the newest."""
        position = head + 1
        entry = {
            "pk": FEED,
            "sk": _place(position),
            "kind": kind.value,
            "id": record_id,
            "version": version,
            "at": self._clock.now().isoformat(),
        }
        newest = {"pk": FEED_HEAD[0], "sk": FEED_HEAD[1], "head": position}
        if head == 0:
            return [put(entry), put(newest, "attribute_not_exists(pk)")]
        return [put(entry), put(newest, "head = :head", head=head)]

    async def changes(self, after: str | None, limit: int) -> tuple[Change, ...]:
        """Return entries after that position; see ``CatalogStore``.

        A query is no snapshot: it may meet an entry whose predecessor was not there when it passed. Positions
        are dense, so the answer ends before the first gap.
        """
        require_at_most("limit", limit, CHANGES_MAX)
        position = feed_position(after) if after is not None else await self._trimmed()
        found = [item async for item in self._items.query(FEED, after=_place(position), limit=limit)]
        # Read after the entries: what was trimmed meanwhile is noticed.
        trimmed = await self._trimmed()
        if position < trimmed:
            if after is None:
                return await self.changes(None, limit)
            raise ChangesForgotten("The feed no longer keeps what follows that position.", after=after)
        return _dense(found, position)

    async def trim(self, keep: int) -> int:
        """Forget all entries but the newest ``keep``; return how many went."""
        trimmed = await self._advance(max(await self.head() - keep, 0))
        old = [
            (FEED, item["sk"])
            async for item in self._items.query(FEED, limit=CHANGES_MAX)
            if int(item["sk"]) <= trimmed
        ]
        await self._items.delete_all(old)
        return len(old)

    async def _advance(self, position: int) -> int:
        """Say that everything up to the position is forgotten; never less than was said before."""
        for _ in range(TRIM_ATTEMPTS_MAX):
            item = {"pk": FEED_TRIMMED[0], "sk": FEED_TRIMMED[1], "trimmed": position}
            try:
                await self._items.put(
                    item, "attribute_not_exists(pk) OR trimmed < :position", position=position
                )
            except ConditionFailed:
                known = await self._trimmed()
                if known >= position:
                    return known
                continue
            return position
        return await self._trimmed()

    async def _trimmed(self) -> int:
        item = await self._items.get(*FEED_TRIMMED)
        return max(int(item["trimmed"]), 0) if item is not None else 0


def _place(position: int) -> str:
    return f"{position:018}"


def _dense(found: Sequence[Item], position: int) -> tuple[Change, ...]:
    changes = []
    for expected, item in enumerate(found, position + 1):
        if int(item["sk"]) != expected:
            break
        changes.append(
            Change(
                str(expected),
                ChangeKind(item["kind"]),
                item["id"],
                int(item["version"]),
                datetime.fromisoformat(item["at"]),
            )
        )
    return tuple(changes)
