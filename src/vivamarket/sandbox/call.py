"""One call of the API as its operations see it."""

from __future__ import annotations

from dataclasses import dataclass

from vivamarket.sandbox.book import Book
from vivamarket.sandbox.model import Record
from vivamarket.sandbox.params import Params
from vivamarket.sandbox.provider import Provider
from vivamarket.sandbox.wire import Wire, wire

PAGE_LIMIT_DEFAULT = 10
PAGE_LIMIT_MAX = 100


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API, ready to be carried out inside the book's transaction."""

    provider: Provider
    book: Book
    params: Params
    #: The ids in the path, in order.
    ids: tuple[str, ...]

    def render(self, record: Record) -> Wire:
        """Return the record's wire form."""
        return wire(record, page_url=self.book.page_url)

    def page(self, kind: type[Record], url: str, *, parent: str | None = None) -> Wire:
        """Return Stripe's list object for one page of records."""
        limit = self.params.integer("limit", minimum=1, maximum=PAGE_LIMIT_MAX) or PAGE_LIMIT_DEFAULT
        created_from = created_to = None
        created = self.params.child("created")
        if created is not None:
            created_from = created.integer("gte", minimum=0, maximum=2**40)
            created_to = created.integer("lte", minimum=0, maximum=2**40)
            created.finish()
        starting_after = self.params.text("starting_after")
        ending_before = self.params.text("ending_before")
        for param, anchor in (("starting_after", starting_after), ("ending_before", ending_before)):
            if anchor is not None:
                self.book.get(kind, anchor, param=param)
        self.params.finish()
        records, more = self.book.store.page(
            kind,
            limit=limit,
            parent=parent,
            starting_after=starting_after,
            ending_before=ending_before,
            created_from=created_from,
            created_to=created_to,
        )
        return {
            "object": "list",
            "url": url,
            "has_more": more,
            "data": [self.render(record) for record in records],
        }
