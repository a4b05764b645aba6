"""The sandbox's books in the checkout's words, for the audit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from vivamarket.adapters.stripe.reading import ORDER_KEY
from vivamarket.checkout.invariants import ProviderBooks
from vivamarket.kernel.ids import OrderId
from vivamarket.sandbox.books import SandboxBooks, open_books


class SandboxBooksReader:
    """The ``BooksReader`` over the sandbox's file."""

    def __init__(self, books: SandboxBooks) -> None:
        self._books = books

    def refresh(self) -> None:
        """Look at the books as they are now."""
        self._books.refresh()

    def of(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, ProviderBooks]:
        """Return what the sandbox took and gave back for these orders."""
        return {
            OrderId(name): ProviderBooks(sums.taken, sums.given_back)
            for name, sums in self._books.of(order_ids).items()
        }

    def with_money(self, after: OrderId | None, limit: int) -> Sequence[OrderId]:
        """Return the next orders for which money was taken, by id."""
        return [OrderId(name) for name in self._books.with_money(after, limit)]


@contextmanager
def sandbox_books(path: Path) -> Iterator[SandboxBooksReader | None]:
    """Lend the sandbox's books; None when this shop never had a sandbox."""
    if not path.exists():
        yield None
        return
    with open_books(path, metadata_key=ORDER_KEY) as books:
        yield SandboxBooksReader(books)
