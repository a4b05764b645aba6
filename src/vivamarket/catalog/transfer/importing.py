"""The import: reads a file in batches, decides product by product, writes what changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from vivamarket.catalog.model import Product
from vivamarket.catalog.ports import GET_MANY_MAX, CatalogStore, Write
from vivamarket.catalog.transfer.categories import CategoryDirectory
from vivamarket.catalog.transfer.cells import BadCell
from vivamarket.catalog.transfer.columns import Layout
from vivamarket.catalog.transfer.merging import Merger, Wanted
from vivamarket.catalog.transfer.ports import Aside, StockReceiver, at_once
from vivamarket.catalog.transfer.reading import Group, Inspection, Reader, Source, inspect
from vivamarket.catalog.transfer.report import (
    ImportReport,
    Issue,
    Outcome,
    OutcomeKind,
    Progress,
    RowRefused,
)
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import CategoryId, IdSource, ProductId, Sku
from vivamarket.kernel.tasks import TaskSpawner

BATCH_PRODUCTS = 500
BATCH_ROWS = 5_000
PRODUCTS_BETWEEN_PAUSES = 8
#: An import stops for nobody: a product that another writer changed meanwhile is read and merged again.
ATTEMPTS_MAX = 3

_COMPARED = tuple(
    field.name for field in fields(Product) if field.name not in ("id", "version", "updated_at")
)


#: Hears after every batch that everything up to its row is written and told; False ends the import there.
GoOn = Callable[[Progress, ImportReport], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Resume:
    """Where an import that was interrupted goes on."""

    #: Everything up to this row is done.
    row_done: int
    #: When the import began: what has been written since, and is as the file wants it, was written by it.
    began_at: datetime


async def _always(_progress: Progress, _report: ImportReport) -> bool:
    return True


@dataclass(slots=True)
class _Candidate:
    """One product of the batch on its way."""

    group: Group
    existing: Product | None
    wanted: Wanted | None = None
    outcome: Outcome | None = None

    @property
    def is_refused(self) -> bool:
        """Return whether the product was refused."""
        return self.outcome is not None and self.outcome.kind is OutcomeKind.REFUSED


class CatalogImporter:
    """Imports product files. Repeating an import changes nothing; after a kill, repeat it to go on."""

    def __init__(
        self,
        store: CatalogStore,
        stock: StockReceiver | None,
        clock: Clock,
        ids: IdSource,
        *,
        locale: str,
        currency: str,
        tasks: TaskSpawner | None = None,
        aside: Aside = at_once,
    ) -> None:
        """``currency`` is that of plain price columns; with ``tasks``, writing overlaps reading.

        Without ``stock``, quantities are left out. ``aside`` runs the first reading of the file where it
        holds nobody up.
        """
        self._store = store
        self._stock = stock
        self._tasks = tasks
        self._clock = clock
        self._ids = ids
        self._locale = locale
        self._currency = currency
        self._aside = aside

    async def run(
        self,
        source: Source,
        *,
        dry_run: bool = False,
        resume: Resume | None = None,
        go_on: GoOn = _always,
        on_progress: Callable[[Progress], None] = lambda _: None,
        on_outcome: Callable[[Outcome], None] = lambda _: None,
    ) -> ImportReport:
        """Import the file; in a dry run, write nothing and report what would happen.

        Raise ``FileRefused`` before anything is written when the file as a whole is unfit. Each product is
        written whole or refused; memory stays bounded by ``BATCH_PRODUCTS``. ``on_outcome`` hears of every
        product, ``on_progress`` of every batch. With ``resume``, rows that are done are passed over, and the
        report tells of the others.
        """
        found = await self._aside(lambda: inspect(source))
        report = ImportReport(dry_run=dry_run)
        directory = CategoryDirectory(self._store, self._ids, locale=self._locale, dry_run=dry_run)
        await directory.load()
        merger = Merger(
            found.layout, locale=self._locale, currency=self._currency, repeated_skus=found.repeated_skus
        )
        with source.open() as stream:
            reader = Reader(stream)
            beside = _Beside(self._tasks)
            batch = _Batch(
                self._store,
                self._clock,
                self._ids,
                inspection=found,
                merger=merger,
                directory=directory,
                locale=self._locale,
                resume=resume,
            )
            written: Sequence[_Candidate] = ()
            progress = Progress(0, 0, source.size_bytes)
            for groups in _batches(_left(reader.groups(), resume)):
                candidates = await batch.decide(groups)
                await beside.end()
                _tell(written, report, on_outcome)
                report.categories_created = directory.created
                if written and not await go_on(progress, report):
                    written, report.is_stopped = (), True
                    break
                await beside.start(self._write(batch, candidates, report))
                written = candidates
                progress = Progress(groups[-1].rows[-1].number - 1, reader.bytes_read(), source.size_bytes)
                on_progress(progress)
            await beside.end()
            _tell(written, report, on_outcome)
        report.rows = found.rows - 1
        report.categories_created = directory.created
        return report

    async def _write(self, batch: _Batch, candidates: Sequence[_Candidate], report: ImportReport) -> None:
        """Write the batch, and hand the stock of what was not refused over."""
        await batch.write(candidates, dry_run=report.dry_run)
        if self._stock is None:
            return
        quantities = [
            quantity
            for candidate in candidates
            if candidate.wanted is not None and not candidate.is_refused
            for quantity in candidate.wanted.quantities
        ]
        report.stock_set += len(quantities)
        if quantities and not report.dry_run:
            await self._stock.set_on_hand(quantities)


def _tell(
    candidates: Sequence[_Candidate], report: ImportReport, on_outcome: Callable[[Outcome], None]
) -> None:
    """Count what became of the products of a batch, and pass it on."""
    for candidate in candidates:
        if candidate.outcome is None:
            raise AssertionError("every product of a batch has an outcome")
        report.add(candidate.outcome)
        on_outcome(candidate.outcome)
        if candidate.wanted is not None and not candidate.is_refused:
            product = candidate.wanted.product
            if any(image.media_id is None for image in product.images):
                report.unfetched.append(product.id)


class _Beside:
    """At most one piece of work that goes on beside the caller's; without tasks it is done at once."""

    def __init__(self, tasks: TaskSpawner | None) -> None:
        self._tasks = tasks
        self._ended: asyncio.Event | None = None
        self._error: DomainError | None = None
        self._is_done = True

    async def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Start the work; only when nothing is under way."""
        if self._tasks is None:
            await work
            return
        self._ended = asyncio.Event()
        self._is_done = False
        self._tasks.spawn("import-write", self._run(work, self._ended))

    async def end(self) -> None:
        """Wait until nothing is under way; raise what the work raised."""
        if self._ended is not None:
            await self._ended.wait()
        if self._error is not None:
            raise self._error
        if not self._is_done:
            raise RuntimeError("writing a batch failed; the log says why")

    async def _run(self, work: Coroutine[Any, Any, None], ended: asyncio.Event) -> None:
        try:
            await work
            self._is_done = True
        except DomainError as error:
            self._error = error
        finally:
            ended.set()


class _Batch:
    """Some hundred products: looked up together, decided one by one, written together."""

    def __init__(
        self,
        store: CatalogStore,
        clock: Clock,
        ids: IdSource,
        *,
        inspection: Inspection,
        merger: Merger,
        directory: CategoryDirectory,
        locale: str,
        resume: Resume | None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._inspection = inspection
        self._merger = merger
        self._directory = directory
        self._locale = locale
        self._resume = resume

    async def decide(self, groups: Sequence[Group]) -> list[_Candidate]:
        """Look the products up and merge them; the outcome of what is to be written stays open."""
        existing = await self._existing([group.handle for group in groups])
        candidates = [_Candidate(group, existing.get(group.handle)) for group in groups]
        for place, candidate in enumerate(candidates):
            await self._decide(candidate)
            if place % PRODUCTS_BETWEEN_PAUSES == 0:
                # Let the batch that is being written come to its next statement.
                await asyncio.sleep(0)
        return candidates

    async def write(self, candidates: Sequence[_Candidate], *, dry_run: bool) -> None:
        """Give every product its outcome: written, or foretold in a dry run."""
        waiting = [candidate for candidate in candidates if candidate.outcome is None]
        if dry_run:
            await self._foresee(waiting)
            return
        for attempt in range(1, ATTEMPTS_MAX + 1):
            again = await self._write(waiting, is_last=attempt == ATTEMPTS_MAX)
            for candidate in again:
                await self._decide(candidate)
            waiting = [candidate for candidate in again if candidate.outcome is None]
            if not waiting:
                return

    async def _existing(self, handles: Sequence[str]) -> dict[str, Product]:
        """Return the products that have these handles, also by an old one."""
        matches = await self._store.by_slugs(self._locale, handles)
        ids = list({ProductId(match.id) for match in matches.values()})
        products = await self._store.get_many(ids)
        return {
            handle: products[ProductId(match.id)]
            for handle, match in matches.items()
            if ProductId(match.id) in products
        }

    async def _decide(self, candidate: _Candidate) -> None:
        """Merge one product; leave the outcome open when it is to be written."""
        group = candidate.group
        try:
            if group.handle in self._inspection.repeated_handles:
                raise RowRefused(
                    "handle_repeated",
                    "This handle stands in several places of the file; its rows must follow one another.",
                    row=group.rows[0].number,
                    column=self._inspection.layout.name("handle"),
                )
            now = self._clock.now()
            wanted = self._merger.merge(
                group,
                candidate.existing,
                new_id=lambda: ProductId(self._ids.uuid7()),
                now=now,
                category_ids=await self._categories(candidate),
            )
        except RowRefused as refused:
            candidate.outcome = _refused(group, refused.issue)
            return
        candidate.wanted = wanted
        if candidate.existing is not None:
            changed = _changed(candidate.existing, wanted.product)
            if not changed:
                kind = self._kind_of_same(candidate.existing)
                candidate.outcome = Outcome(kind, group.rows[0].number, group.handle)
                return
        candidate.wanted = replace(wanted, product=replace(wanted.product, updated_at=now))

    def _kind_of_same(self, existing: Product) -> OutcomeKind:
        """Say what a product that is as the file wants it was before this import began."""
        if self._resume is None or existing.updated_at < self._resume.began_at:
            return OutcomeKind.UNCHANGED
        is_new = existing.created_at >= self._resume.began_at
        return OutcomeKind.CREATED if is_new else OutcomeKind.CHANGED

    async def _categories(self, candidate: _Candidate) -> tuple[CategoryId, ...] | None:
        """Return the product's categories as the file says; None when it says nothing about them."""
        layout, row = self._inspection.layout, candidate.group.rows[0]
        if candidate.group.defect is not None:
            return None
        field = "category_tree"
        try:
            tree = _cell(layout, row.cells, field)
            if tree:
                await self._directory.read_tree(tree)
            field = "categories"
            if field in layout.fields:
                return await self._directory.by_slug_paths(_cell(layout, row.cells, field))
            field = "product_category"
            title_path = _cell(layout, row.cells, field)
            before = (
                candidate.existing.extra.get("Product category", "") if candidate.existing is not None else ""
            )
            # What staff have arranged since stays, as long as the file says the same as last time.
            if title_path != before:
                return await self._directory.by_titles(title_path)
        except BadCell as error:
            raise RowRefused(error.code, error.reason, row=row.number, column=layout.name(field)) from error
        return None

    async def _write(self, writing: Sequence[_Candidate], *, is_last: bool) -> list[_Candidate]:
        """Write the batch; return those that another writer changed meanwhile, to be decided again."""
        writes = [Write(_product(candidate), _version(candidate)) for candidate in writing]
        again: list[_Candidate] = []
        results = await self._store.put_many(writes)
        for candidate, result in zip(writing, results, strict=True):
            if result.refusal is None:
                candidate.outcome = _written(candidate)
            elif result.refusal.code == "stale_version" and not is_last:
                candidate.existing = await self._store.get(_product(candidate).id)
                again.append(candidate)
            else:
                candidate.outcome = _refused(
                    candidate.group, self._store_issue(candidate.group, result.refusal)
                )
        return again

    async def _foresee(self, writing: Sequence[_Candidate]) -> None:
        """Tell what writing would do, by asking who has the SKUs and slugs now."""
        skus = [variant.sku for candidate in writing for variant in _product(candidate).variants]
        owners: dict[Sku, ProductId] = {}
        for start in range(0, len(skus), GET_MANY_MAX):
            owners |= await self._store.sku_owners(skus[start : start + GET_MANY_MAX])
        for candidate in writing:
            product = _product(candidate)
            taken = [v.sku for v in product.variants if owners.get(v.sku, product.id) != product.id]
            if taken:
                issue = self._issue(
                    candidate.group, "sku", "sku_taken", f"Another product sells {taken[0]!r}."
                )
                candidate.outcome = _refused(candidate.group, issue)
            else:
                candidate.outcome = _written(candidate)

    def _store_issue(self, group: Group, refusal: DomainError) -> Issue:
        """Say a store's refusal in terms of the file."""
        field = {"sku_taken": "sku", "slug_taken": "handle"}.get(refusal.code, "")
        sku = refusal.fields.get("sku")
        layout = self._inspection.layout
        row = next(
            (row.number for row in group.rows if field == "sku" and _cell(layout, row.cells, "sku") == sku),
            group.rows[0].number,
        )
        return Issue(row, layout.name(field) if field else "", refusal.code, refusal.message)

    def _issue(self, group: Group, field: str, code: str, reason: str) -> Issue:
        return Issue(group.rows[0].number, self._inspection.layout.name(field), code, reason)


def _left(groups: Iterator[Group], resume: Resume | None) -> Iterator[Group]:
    """Pass over what is done already."""
    row_done = resume.row_done if resume is not None else 0
    return (group for group in groups if group.rows[0].number > row_done)


def _batches(groups: Iterator[Group]) -> Iterator[list[Group]]:
    """Gather groups up to the limits; a handle never stands twice in one batch."""
    batch: list[Group] = []
    handles: set[str] = set()
    rows = 0
    for group in groups:
        if batch and (
            len(batch) >= BATCH_PRODUCTS or rows + len(group.rows) > BATCH_ROWS or group.handle in handles
        ):
            yield batch
            batch, handles, rows = [], set(), 0
        batch.append(group)
        handles.add(group.handle)
        rows += len(group.rows)
    if batch:
        yield batch


def _cell(layout: Layout, cells: Sequence[str], field: str) -> str:
    index = layout.fields.get(field)
    return cells[index].strip() if index is not None else ""


def _product(candidate: _Candidate) -> Product:
    if candidate.wanted is None:
        raise AssertionError("only merged products are written")
    return candidate.wanted.product


def _version(candidate: _Candidate) -> int:
    return candidate.existing.version if candidate.existing is not None else 0


def _changed(before: Product, after: Product) -> tuple[str, ...]:
    """Return the names of the fields that differ."""
    return tuple([name for name in _COMPARED if getattr(before, name) != getattr(after, name)])


def _written(candidate: _Candidate) -> Outcome:
    row, handle = candidate.group.rows[0].number, candidate.group.handle
    if candidate.existing is None:
        return Outcome(OutcomeKind.CREATED, row, handle)
    changed = _changed(candidate.existing, _product(candidate))
    return Outcome(OutcomeKind.CHANGED, row, handle, changed=changed)


def _refused(group: Group, issue: Issue) -> Outcome:
    told = replace(issue, handle=group.handle)
    return Outcome(OutcomeKind.REFUSED, issue.row, group.handle, told)
