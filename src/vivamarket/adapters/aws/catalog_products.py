"""Products in DynamoDB, item by item: whole documents read, single writes decided and committed.

The product's own item is the truth, everything else leads to it. A usual write is one transaction. One
that needs more writes than a transaction holds (``TRANSACTION_MAX``) goes in three steps:

1. *Claim*: a sign ``CLAIM`` is put, then the SKUs wanted, marked with it, and a long document in parts.
2. *Commit*: one transaction puts the product and takes the sign away. Without the sign it fails.
3. *Finish*: lists are brought to what the product says, a batch at a time, each only while the product is
   still at that version. Whoever writes next finishes what a crash left.

Whoever meets a mark of another write removes the sign first, so that one of the two is decided: the mark then
belongs to a product that sells the SKU, or to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vivamarket.adapters.aws.catalog_feed import Feed
from vivamarket.adapters.aws.catalog_items import (
    UNFINISHED,
    Places,
    claim_key,
    entry_of,
    fields_of,
    named_key,
    packed_document,
    part_key,
    product_key,
    sku_key,
    slug_write,
    unpacked_document,
)
from vivamarket.adapters.aws.catalog_tree import Tree
from vivamarket.adapters.aws.dynamo import (
    TRANSACTION_MAX,
    ConditionFailed,
    Item,
    Items,
    ItemWrite,
    Key,
    add,
    check,
    delete,
    put,
)
from vivamarket.catalog.codec import decode_product
from vivamarket.catalog.entries import Prepared
from vivamarket.catalog.model import ChangeKind, Product
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import IdSource, ProductId

#: A document up to this size stands in the product's item, a longer one beside it: an item holds 400 kB.
INLINE_BYTES_MAX = 100_000
PART_BYTES_MAX = 300_000
#: Parts of a document are replaced when it changes; a reader who meets that moment reads again.
READS_MAX = 5
#: Writes of one step that are not the step's own: the check of the version.
STEP_MAX = TRANSACTION_MAX - 1


class Products:
    """The products of one table."""

    def __init__(self, items: Items, feed: Feed, ids: IdSource) -> None:
        self._items = items
        self._feed = feed
        self._ids = ids

    async def read(self, product_ids: Iterable[str]) -> dict[ProductId, Product]:
        """Return the products that are there."""
        wanted = list(product_ids)
        found: dict[ProductId, Product] = {}
        for _ in range(READS_MAX):
            items = await self.read_items(wanted)
            parts = await self._items.get_many(key for item in items.values() for key in _part_keys(item))
            wanted = []
            for product_id, item in items.items():
                if item["gone"]:
                    continue
                packed = item["document"] or _joined(item, parts)
                if packed is None:
                    wanted.append(product_id)
                else:
                    found[ProductId(product_id)] = decode_product(unpacked_document(packed))
            if not wanted:
                return found
        raise Unavailable("The product changes all the time; try again shortly.")

    async def read_items(self, product_ids: Iterable[str]) -> dict[str, Item]:
        """Return the products' own items, those of products that are being removed too."""
        items = await self._items.get_many(map(product_key, product_ids))
        return {item["id"]: item for item in items.values()}

    async def sku_owners(self, skus: Iterable[str]) -> dict[str, str]:
        """Return which product sells each SKU. What a long write has only claimed, nobody sells."""
        items = (await self._items.get_many(map(sku_key, skus))).values()
        claimed = await self.read_items({item["product_id"] for item in items if item["claim"]})
        owners = {}
        for item in items:
            sku, owner = item["pk"].removeprefix("SKU#"), item["product_id"]
            if not item["claim"] or _sells(claimed.get(owner), sku):
                owners[sku] = owner
        return owners

    async def give_up_claims(self, skus: Iterable[str]) -> dict[str, str]:
        """End long writes that hold one of the SKUs undecided; return the marks that bind nobody now."""
        items = (await self._items.get_many(map(sku_key, skus))).values()
        for claim in {item["claim"] for item in items if item["claim"]}:
            await self._items.delete_all([claim_key(claim)])
        sold = await self.sku_owners(item["pk"].removeprefix("SKU#") for item in items)
        marks = ((item["pk"].removeprefix("SKU#"), item["claim"]) for item in items if item["claim"])
        return {sku: claim for sku, claim in marks if sku not in sold}

    async def store(self, write: Prepared, before: Item | None, tree: Tree, marks: Mapping[str, str]) -> None:
        """Put the product and all that leads to it. Raise ``ConditionFailed`` when others were faster."""
        old, new = Places.of(entry_of(before) if before else None), Places.of(write.entry)
        packed = packed_document(write.document)
        fields = fields_of(write.entry)
        head = await self._feed.head()
        told = self._feed.tell(head, ChangeKind.PRODUCT_PUT, write.entry.id, write.entry.version)
        decided = [
            tree.stands(),
            *told,
            *_slug_writes(old, new, write.entry.id),
            *(add(named_key(each), "writes") for each in sorted(new.category_ids - old.category_ids)),
        ]
        gained = _sku_claims(new.skus - old.skus, write.entry.id, marks)
        late = _late_writes(old, new, write.entry.id)
        stale_parts = list(_part_keys(before)) if before else []
        is_short = len(packed) <= INLINE_BYTES_MAX and not stale_parts
        if is_short and 1 + len(decided) + len(gained) + len(late) <= TRANSACTION_MAX:
            item = _product_item(fields, document=packed)
            await self._items.write([_put_product(item, before), *decided, *gained, *late])
            return
        claim = self._ids.uuid7()
        await self._claim(claim, write.entry.id, packed, new.skus - old.skus, marks)
        item = _product_item(
            fields,
            document=packed if len(packed) <= INLINE_BYTES_MAX else None,
            parts=0 if len(packed) <= INLINE_BYTES_MAX else -(-len(packed) // PART_BYTES_MAX),
            write_id=claim,
            before=_before(before),
        )
        mark = put({"pk": UNFINISHED, "sk": write.entry.id})
        taken = delete(claim_key(claim), "attribute_exists(pk)")
        await self._items.write([_put_product(item, before), *decided, mark, taken])
        await self.finish(item)

    async def remove(self, before: Item) -> None:
        """Remove the product and all that leads to it; its slugs stay and lead nowhere."""
        entry = entry_of(before)
        old, nothing = Places.of(entry), Places()
        head = await self._feed.head()
        told = self._feed.tell(head, ChangeKind.PRODUCT_REMOVED, entry.id, entry.version)
        decided = [*told, *_slug_writes(old, nothing, entry.id)]
        late = _late_writes(old, nothing, entry.id)
        parts = list(_part_keys(before))
        if len(decided) + len(late) + len(parts) < TRANSACTION_MAX:
            gone = delete(product_key(entry.id), "version = :version", version=entry.version)
            await self._items.write([gone, *decided, *late, *map(delete, parts)])
            return
        item = {**before, "gone": True, "unfinished": True, "before": _before(before)}
        mark = put({"pk": UNFINISHED, "sk": entry.id})
        await self._items.write([_put_product(item, before), *decided, mark])
        await self.finish(item)

    async def finish(self, item: Item) -> None:
        """Bring the lists to what the product says. Raise ``ConditionFailed`` when it has moved on."""
        before = item["before"]
        old = Places.of(entry_of(before) if before else None)
        new = Places.of(None if item["gone"] else entry_of(item))
        late = [*_late_writes(old, new, item["id"]), *map(delete, before["part_keys"] if before else ())]
        for step in _steps(late):
            await self._items.write([_is_at(item), *step])
        now = {"version": item["version"], "yes": True}
        as_left = "version = :version AND unfinished = :yes"
        if item["gone"]:
            last = delete(product_key(item["id"]), as_left, **now)
        else:
            last = put({**item, "before": None, "unfinished": False}, as_left, **now)
        await self._items.write([last, delete((UNFINISHED, item["id"]))])

    async def finish_others(self, limit: int = 10) -> None:
        """Finish long writes that a crash has left; one that somebody else finishes is fine."""
        left = [item["sk"] async for item in self._items.query(UNFINISHED, limit=limit)]
        for product_id, item in (await self.read_items(left)).items():
            if not item["unfinished"]:
                await self._items.delete_all([(UNFINISHED, product_id)])
                continue
            try:
                await self.finish(item)
            except ConditionFailed:
                continue

    async def shelve(self, item: Item, shelves: Sequence[str], tree: Tree) -> None:
        """Put the product on other shelves, as a moved category wants it; its version stays."""
        before = entry_of(item)
        moved = {**item, "shelves": list(shelves)}
        late = _late_writes(Places.of(before), Places.of(entry_of(moved)), before.id)
        steps = list(_steps(late))
        for step in steps[:-1]:
            await self._items.write([_is_at(item), *step])
        stays = put(
            moved,
            "version = :version AND shelves = :shelves AND unfinished = :no",
            version=item["version"],
            shelves=list(before.shelves),
            no=False,
        )
        last = steps[-1] if steps else []
        if len(last) + 2 > TRANSACTION_MAX:
            await self._items.write([_is_at(item), *last])
            last = []
        await self._items.write([stays, tree.stands(), *last])

    async def _claim(
        self, claim: str, product_id: str, packed: bytes, skus: Iterable[str], marks: Mapping[str, str]
    ) -> None:
        await self._items.put({"pk": claim_key(claim)[0], "sk": claim_key(claim)[1]})
        if len(packed) > INLINE_BYTES_MAX:
            for number, start in enumerate(range(0, len(packed), PART_BYTES_MAX)):
                pk, sk = part_key(product_id, claim, number)
                await self._items.put({"pk": pk, "sk": sk, "bytes": packed[start : start + PART_BYTES_MAX]})
        for step in _steps(_sku_claims(skus, product_id, marks, claim)):
            await self._items.write(step)


def _product_item(
    fields: Mapping[str, Any],
    *,
    document: bytes | None,
    parts: int = 0,
    write_id: str = "",
    before: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    pk, sk = product_key(fields["id"])
    return {
        "pk": pk,
        "sk": sk,
        **fields,
        "document": document,
        "parts": parts,
        "write_id": write_id,
        "unfinished": bool(write_id),
        "gone": False,
        "before": before,
    }


def _sells(item: Item | None, sku: str) -> bool:
    return item is not None and not item["gone"] and sku in item["skus"]


def _before(item: Item | None) -> dict[str, Any] | None:
    """Return what finishing needs of the version before."""
    if item is None:
        return None
    return {**fields_of(entry_of(item)), "part_keys": [list(key) for key in _part_keys(item)]}


def _put_product(item: Mapping[str, Any], before: Item | None) -> ItemWrite:
    if before is None:
        return put(item, "attribute_not_exists(pk)")
    return put(
        item,
        "version = :version AND shelves = :shelves AND unfinished = :no",
        version=before["version"],
        shelves=before["shelves"],
        no=False,
    )


def _is_at(item: Item) -> ItemWrite:
    return check(product_key(item["id"]), "version = :version", version=item["version"])


def _slug_writes(old: Places, new: Places, product_id: str) -> list[ItemWrite]:
    """Retire slugs that the product leaves, claim those it takes: free, its own, or left by another."""
    left = [(key, False) for key in sorted(old.slugs - new.slugs)]
    taken = [(key, True) for key in sorted(new.slugs - old.slugs)]
    return [
        slug_write("PRODUCT", key, product_id, is_current=is_current) for key, is_current in [*left, *taken]
    ]


def _sku_claims(
    skus: Iterable[str], product_id: str, marks: Mapping[str, str], claim: str = ""
) -> list[ItemWrite]:
    """Take SKUs that nobody has: no item, one of its own, or the mark of a write that came to nothing."""
    writes = []
    for sku in sorted(skus):
        pk, sk = sku_key(sku)
        item = {"pk": pk, "sk": sk, "product_id": product_id, "claim": claim}
        free = "attribute_not_exists(pk) OR product_id = :me"
        if sku in marks:
            writes.append(put(item, f"{free} OR claim = :mark", me=product_id, mark=marks[sku]))
        else:
            writes.append(put(item, free, me=product_id))
    return writes


def _late_writes(old: Places, new: Places, product_id: str) -> list[ItemWrite]:
    """Return what a long write may do after it is decided: lists, and SKUs that it gives up."""
    lost = [delete(key) for key in sorted(old.listed - new.listed)]
    gained = [put({"pk": pk, "sk": sk, "id": product_id}) for pk, sk in sorted(new.listed - old.listed)]
    free = [
        delete(sku_key(sku), "attribute_not_exists(pk) OR product_id = :me", me=product_id)
        for sku in sorted(old.skus - new.skus)
    ]
    return [*lost, *gained, *free]


def _steps(writes: Sequence[ItemWrite]) -> Iterable[list[ItemWrite]]:
    for start in range(0, len(writes), STEP_MAX):
        yield list(writes[start : start + STEP_MAX])


def _part_keys(item: Item) -> list[Key]:
    return [part_key(item["id"], item["write_id"], number) for number in range(int(item["parts"]))]


def _joined(item: Item, parts: Mapping[Key, Item]) -> bytes | None:
    keys = _part_keys(item)
    if any(key not in parts for key in keys):
        return None
    return b"".join(parts[key]["bytes"] for key in keys)
