"""A large index is searched in a thread, a small one where the question is asked."""

from __future__ import annotations

import threading

import pytest

from vivamarket.bootstrap.bridges import DOCUMENTS_IN_LOOP_MAX, SearchBesideLoop, in_thread
from vivamarket.search.model import SearchQuery, SearchResult, Suggestion

QUESTION = SearchQuery(locale="en", currency="EUR")


class SizedReader:
    """A reader of an index of that size, which notes in which thread it was asked."""

    generation = "1"

    def __init__(self, documents_count: int) -> None:
        self.documents_count = documents_count
        self.threads: list[int] = []

    def search(self, query: SearchQuery) -> SearchResult:
        self.threads.append(threading.get_ident())
        return SearchResult(hits=(), total=0, next_cursor=None)

    def suggest(self, text: str, locale: str, limit: int, currency: str = "") -> tuple[Suggestion, ...]:
        self.threads.append(threading.get_ident())
        return (Suggestion(text),)

    def refresh(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("documents_count", "in_loop"),
    [(0, True), (DOCUMENTS_IN_LOOP_MAX, True), (DOCUMENTS_IN_LOOP_MAX + 1, False)],
)
async def test_only_a_large_index_is_asked_in_a_thread(documents_count: int, in_loop: bool) -> None:
    reader = SizedReader(documents_count)
    answers = SearchBesideLoop(reader, in_thread)

    await answers.search(QUESTION)
    suggested = await answers.suggest("mu", "en", 8)

    assert suggested == (Suggestion("mu"),)
    assert [thread == threading.get_ident() for thread in reader.threads] == [in_loop, in_loop]
