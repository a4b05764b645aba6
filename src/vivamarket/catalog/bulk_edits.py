"""The use cases of bulk edits: shown before, done, undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vivamarket.catalog.bulk import BULK_PRODUCTS_MAX, UNDO_LIFE, BulkEdit, BulkWish, FieldChange, changes
from vivamarket.catalog.errors import AlreadyUndone, BadBulkEdit, ProductNotFound, UndoExpired
from vivamarket.catalog.model import Product
from vivamarket.catalog.ports import BulkEditStore, Write
from vivamarket.catalog.service import CatalogService, same_content
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import DomainError, StaleVersion
from vivamarket.kernel.ids import ProductId, StaffId, named_uuid

FORGET_MAX = 100


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a bulk edit would do to one product."""

    product: Product
    changes: tuple[FieldChange, ...]
    #: Why it would be refused, as far as the product alone tells.
    refusal: DomainError | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one product. ``version`` is its version now; None when it was refused."""

    product_id: ProductId
    version: int | None
    refusal: DomainError | None


@dataclass(frozen=True, slots=True)
class Done:
    """A bulk edit and what became of each product, in the order asked."""

    edit: BulkEdit
    outcomes: tuple[Outcome, ...]


class BulkEdits:
    """Each product is written whole or not at all; what is refused is told per product.

    Every call may be repeated: what a repeat finds done, it leaves.
    """

    def __init__(self, *, catalog: CatalogService, edits: BulkEditStore, clock: Clock) -> None:
        self._catalog = catalog
        self._edits = edits
        self._clock = clock

    async def preview(self, wish: BulkWish, product_ids: Sequence[ProductId]) -> tuple[Previewed, ...]:
        """Return what would change, in the order asked, and write nothing. Unknown products are left out.

        Raise ``BadBulkEdit`` for too many products, or one named twice.
        """
        found = await self._read(product_ids)
        return tuple(self._previewed(wish, found[each]) for each in product_ids if each in found)

    async def make(
        self,
        wish: BulkWish,
        versions: Mapping[ProductId, int],
        *,
        staff_id: StaffId,
        request_key: str,
    ) -> Done:
        """Change the products that still have these versions; the same ``request_key`` is the same edit.

        A product in which nothing changes keeps its version.
        Raise ``BadBulkEdit`` for too many products.
        """
        now = self._clock.now()
        found = await self._read(list(versions))
        edit = await self._edits.begin(
            BulkEdit(
                id=named_uuid(f"bulk-edit:{request_key}"),
                staff_id=staff_id,
                made_at=now,
                expires_at=now + UNDO_LIFE,
                befores=tuple(found[each] for each in versions if _is_at(found, each, versions[each])),
            )
        )
        outcomes = {each: _refused(each, found.get(each)) for each in versions}
        outcomes.update((each.id, Outcome(each.id, each.version, None)) for each in edit.befores)
        writes = [Write(wanted, each.version) for each in edit.befores if (wanted := wish.of(each)) != each]
        written = await self._write(writes)
        outcomes.update(written)
        await self._edits.finish(
            edit.id, [each.product_id for each in written.values() if each.version is not None]
        )
        return Done(await self._edits.get(edit.id), tuple(outcomes.values()))

    async def undo(self, edit_id: str) -> Done:
        """Write the earlier products back where nobody has changed them since.

        Raise ``BulkEditNotFound``, ``UndoExpired`` ``UNDO_MINUTES`` after the edit, ``AlreadyUndone``.
        """
        edit = await self._edits.get(edit_id)
        now = self._clock.now()
        if edit.undone_at is not None:
            raise AlreadyUndone("This was undone before.", undone_at=edit.undone_at)
        if now >= edit.expires_at:
            raise UndoExpired("It is too late to undo this.", expired_at=edit.expires_at)
        befores = {each.id: each for each in edit.befores}
        # An edit raised the version by one; what is at another version now, somebody has changed.
        writes = [Write(befores[each], befores[each].version + 1) for each in edit.written]
        outcomes = await self._write(writes)
        await self._edits.set_undone(edit.id, now)
        return Done(edit, tuple(outcomes[each] for each in edit.written))

    async def forget(self) -> int:
        """Forget edits that can no longer be undone; return how many went."""
        return await self._edits.forget(self._clock.now(), FORGET_MAX)

    async def _write(self, writes: Sequence[Write]) -> dict[ProductId, Outcome]:
        """Write each; one that a repeat finds written already counts as written."""
        results = await self._catalog.put_many(writes)
        outcomes = {}
        for write, result in zip(writes, results, strict=True):
            product_id, refusal = write.product.id, result.refusal
            version = result.product.version if result.product is not None else None
            if isinstance(refusal, StaleVersion) and await self._is_written(write):
                version, refusal = write.expected_version + 1, None
            outcomes[product_id] = Outcome(product_id, version, refusal)
        return outcomes

    async def _is_written(self, write: Write) -> bool:
        try:
            stored = await self._catalog.get(write.product.id)
        except ProductNotFound:
            return False
        wanted = self._catalog.checked(write.product)
        return stored.version == write.expected_version + 1 and same_content(stored, wanted)

    async def _read(self, product_ids: Sequence[ProductId]) -> dict[ProductId, Product]:
        if not 0 < len(product_ids) <= BULK_PRODUCTS_MAX or len(set(product_ids)) != len(product_ids):
            raise BadBulkEdit(
                f"Choose 1 to {BULK_PRODUCTS_MAX} products, each once.", field="products", reason="bad_count"
            )
        return await self._catalog.get_many(product_ids)

    def _previewed(self, wish: BulkWish, product: Product) -> Previewed:
        wanted = wish.of(product)
        try:
            wanted = self._catalog.checked(wanted)
        except DomainError as refusal:
            return Previewed(product, changes(product, wanted), refusal)
        return Previewed(product, changes(product, wanted), None)


def _is_at(found: Mapping[ProductId, Product], product_id: ProductId, version: int) -> bool:
    return product_id in found and found[product_id].version == version


def _refused(product_id: ProductId, product: Product | None) -> Outcome:
    if product is None:
        return Outcome(product_id, None, ProductNotFound("There is no such product.", product_id=product_id))
    stale = StaleVersion("Somebody changed the product since you saw it.", version=product.version)
    return Outcome(product_id, None, stale)
