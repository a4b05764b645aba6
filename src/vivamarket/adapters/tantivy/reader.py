"""The reader: finds the newest whole generation, answers searches and suggestions from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from tantivy import Query, Searcher

from vivamarket.adapters.tantivy import paging, suggest
from vivamarket.adapters.tantivy.filters import Counts, Filters
from vivamarket.adapters.tantivy.layout import ID, IndexLayout, card_field
from vivamarket.adapters.tantivy.match import Asked, Level, Matcher
from vivamarket.adapters.tantivy.newest import NewestIndex
from vivamarket.adapters.tantivy.paging import Ranked
from vivamarket.adapters.tantivy.state_cache import StateCache
from vivamarket.adapters.tantivy.vendor import IndexBroken, tantivy_errors
from vivamarket.kernel.ids import ProductId
from vivamarket.kernel.paging import BadCursor, decode_cursor, encode_cursor, page_size
from vivamarket.search.errors import BadQuery
from vivamarket.search.model import (
    FILTERS_MAX,
    QUERY_LENGTH_MAX,
    RELEVANCE_DEPTH_MAX,
    SUGGESTIONS_MAX,
    SearchHit,
    SearchQuery,
    SearchResult,
    SearchSort,
    Suggestion,
)

#: About 15 MB.
CARDS_CACHED_MAX = 20_000
#: About 10 MB with all facets.
COUNTS_CACHED_MAX = 500


@dataclass(frozen=True, slots=True)
class _Plan:
    """A checked query: what was asked, what must hold, where the page begins."""

    query: SearchQuery
    sort: SearchSort
    asked: Asked
    limit: int
    scope: str
    columns: tuple[str, ...]
    clauses: list[Query]
    #: Facet key → any of its chosen values.
    chosen: dict[str, Query]


@dataclass(frozen=True, slots=True)
class _Page:
    """A page and one product more, if there is one; and how many there are, where that was counted."""

    ranked: list[Ranked]
    total: int | None = None


class TantivySearchReader:
    """``SearchReader`` on a local folder, made by ``TantivySearchWriter`` in this or another process.

    tantivy releases the GIL while it searches. Call it right in the event loop up to about 100,000
    products, from a thread beyond. Call ``refresh`` every 200 ms or so from a background task.
    """

    def __init__(self, folder: Path, layout: IndexLayout) -> None:
        self._layout = layout
        self._newest = NewestIndex(folder, layout)
        self._matcher = Matcher(layout)
        self._filters = Filters(layout)
        #: By field and tie: a stored document costs 5 to 30 µs.
        self._cards: StateCache[tuple[str, int], SearchHit] = StateCache(CARDS_CACHED_MAX)
        #: By question: pages after the first, and the questions everybody asks, are not counted again.
        self._counts: StateCache[tuple[str, Level, bool], Counts] = StateCache(COUNTS_CACHED_MAX)

    @property
    def generation(self) -> str:
        """Name the state that answers now; empty while there is no index."""
        return self._newest.name

    @property
    def documents_count(self) -> int:
        """Return how many documents answer: products, and the few that keep position and schedule."""
        return self._newest.documents_count

    def refresh(self) -> bool:
        """Look at the newest committed index; return whether it changed."""
        return self._newest.refresh()

    def search(self, query: SearchQuery) -> SearchResult:
        """Return one page."""
        plan = self._plan(query)
        searcher = self._newest.searcher()
        with self._damage_noted("searching"):
            return self._search(searcher, plan)

    def suggest(self, text: str, locale: str, limit: int, currency: str = "") -> tuple[Suggestion, ...]:
        """Return completions: at most half of them words, then products."""
        currency = currency or self._layout.currencies[0]
        self._check(text, locale, currency)
        limit = max(1, min(limit, SUGGESTIONS_MAX))
        searcher = self._newest.searcher()
        with self._damage_noted("suggesting"):
            words = suggest.phrases(searcher, self._layout, text, locale, limit // 2)
            found = [Suggestion(phrase) for phrase in words]
            title, card = self._layout.text_fields[locale].title, card_field(locale, currency)
            rest = limit - len(found)
            for address in suggest.products(searcher, self._matcher, text, locale, rest):
                document = searcher.doc(address)
                product_id = ProductId(str(document.get_first(ID)))
                found.append(
                    Suggestion(str(document.get_first(title)), product_id, document.get_first(card) or b"")
                )
            return tuple(found)

    def _plan(self, query: SearchQuery) -> _Plan:
        self._check(query.text, query.locale, query.currency)
        if sum(len(values) for values in query.facets.values()) > FILTERS_MAX:
            raise BadQuery(f"Choose at most {FILTERS_MAX} filters.")
        asked = self._matcher.ask(query.text, query.locale)
        has_words = bool(asked.words)
        sort = query.sort
        if sort is SearchSort.RELEVANCE and not has_words:
            sort = SearchSort.NEWEST
        return _Plan(
            query=query,
            sort=sort,
            asked=asked,
            limit=page_size(query.limit),
            scope=_scope(query),
            columns=self._layout.sort_columns(sort, query.locale, query.currency),
            clauses=self._filters.clauses(query),
            chosen=self._filters.facet_clauses(query.facets),
        )

    def _search(self, searcher: Searcher, plan: _Plan) -> SearchResult:
        query = plan.query
        if query.cursor is None:
            level, page = self._first_page(searcher, plan)
            depth = 0
        else:
            level, depth, after = _decode(plan, query.cursor)
            page = self._page(searcher, plan, level, depth, after)
        counts = self._count(searcher, plan, level, page)
        depth += plan.limit
        ranked = page.ranked
        return SearchResult(
            hits=tuple(self._hit(searcher, one, query) for one in ranked[: plan.limit]),
            total=counts.total,
            next_cursor=_next_cursor(plan, level, depth, ranked),
            facets=counts.facets,
            categories=counts.categories,
            price_min=counts.price_min,
            price_max=counts.price_max,
            corrected=level is not Level.EXACT and counts.total > 0,
        )

    def _first_page(self, searcher: Searcher, plan: _Plan) -> tuple[Level, _Page]:
        """Return the first page of the strictest level whose words are found at all.

        Filters do not loosen the words: when they leave nothing of what the words find, that is the answer.
        """
        has_filters = bool(plan.clauses or plan.chosen)
        level = Level.EXACT
        for level in _levels(plan.asked):
            page = self._page(searcher, plan, level, 0, None)
            if page.ranked or not plan.asked.words:
                return level, page
            if has_filters:
                matched = self._matcher.match(plan.asked, plan.query.locale, level, scored=False)
                if searcher.search(matched, 1, count=False).hits:
                    return level, page
        return level, _Page([], 0)

    def _page(
        self, searcher: Searcher, plan: _Plan, level: Level, depth: int, after: tuple[int, ...] | None
    ) -> _Page:
        is_scored = plan.sort is SearchSort.RELEVANCE
        matched = self._matched(searcher, plan, level, scored=is_scored)
        narrowed = self._filters.narrow(matched, [*plan.clauses, *plan.chosen.values()])
        limit = plan.limit + 1
        if is_scored:
            has_many = self._matcher.has_many_ties(plan.asked, plan.query.locale, searcher)
            ahead = paging.MANY_TIES_AHEAD if has_many else paging.TIES_AHEAD
            scored = paging.by_score(searcher, narrowed, after=after, depth=depth, limit=limit, ahead=ahead)
            return _Page(scored.ranked, scored.total)
        ranked = paging.by_columns(
            searcher, narrowed, schema=self._layout.schema, columns=plan.columns, after=after, limit=limit
        )
        is_whole = after is None and len(ranked) < limit
        return _Page(ranked, len(ranked) if is_whole else None)

    def _count(self, searcher: Searcher, plan: _Plan, level: Level, page: _Page) -> Counts:
        key = (plan.scope, level, plan.query.with_facets)
        kept = self._counts.get(searcher, key)
        if kept is not None:
            return kept
        if not plan.query.with_facets:
            if page.total is not None:
                return Counts(page.total)
            faceted = self._counts.get(searcher, (plan.scope, level, True))
            if faceted is not None:
                return Counts(faceted.total)
        kept = self._count_anew(searcher, plan, level)
        self._counts.keep(searcher, key, kept)
        return kept

    def _count_anew(self, searcher: Searcher, plan: _Plan, level: Level) -> Counts:
        query = plan.query
        matched = self._matched(searcher, plan, level, scored=False)
        if query.with_facets:
            return self._filters.count(searcher, matched, query, plan.clauses, plan.chosen)
        narrowed = self._filters.narrow(matched, [*plan.clauses, *plan.chosen.values()])
        counted = searcher.search(narrowed, 1, count=True)
        return Counts(counted.count)  # type: ignore[attr-defined]  # the stubs of tantivy 0.27 forget it

    def _matched(self, searcher: Searcher, plan: _Plan, level: Level, *, scored: bool) -> Query | None:
        if not plan.asked.words:
            return None
        found = self._matcher.match(plan.asked, plan.query.locale, level, scored=scored)
        return self._matcher.with_sku(found, plan.asked, searcher)

    def _hit(self, searcher: Searcher, one: Ranked, query: SearchQuery) -> SearchHit:
        field = card_field(query.locale, query.currency)
        kept = self._cards.get(searcher, (field, one.key[-1]))
        if kept is None:
            document = searcher.doc(one.address)
            kept = SearchHit(ProductId(str(document.get_first(ID))), document.get_first(field) or b"")
            self._cards.keep(searcher, (field, one.key[-1]), kept)
        return kept

    def _check(self, text: str, locale: str, currency: str) -> None:
        if len(text) > QUERY_LENGTH_MAX:
            raise BadQuery(f"Search for at most {QUERY_LENGTH_MAX} characters.", length=len(text))
        if locale not in self._layout.locales:
            raise BadQuery("The shop does not speak this language.", locale=locale[:16])
        if currency not in self._layout.currencies:
            raise BadQuery("The shop has no prices in this currency.", currency=currency[:16])

    @contextmanager
    def _damage_noted(self, doing: str) -> Iterator[None]:
        try:
            with tantivy_errors(doing):
                yield
        except IndexBroken:
            self._newest.note_failure()
            raise


def _levels(asked: Asked) -> list[Level]:
    """Return the levels worth trying, strictest first."""
    levels = [Level.EXACT]
    if asked.may_have_typos:
        levels.append(Level.TYPOS)
    if len(asked.words) > 1:
        levels.append(Level.SOME_WORDS)
    return levels


def _scope(query: SearchQuery) -> str:
    """Name the list that a cursor belongs to: everything of the query but cursor and page size."""
    facets = sorted((key, sorted(values)) for key, values in query.facets.items() if values)
    parts = (
        query.text,
        query.locale,
        query.currency,
        query.category_id,
        query.price_min,
        query.price_max,
        facets,
        query.available_only,
        query.sort.value,
    )
    return "search-" + blake2b(repr(parts).encode(), digest_size=9).hexdigest()


def _next_cursor(plan: _Plan, level: Level, depth: int, page: list[Ranked]) -> str | None:
    if len(page) <= plan.limit:
        return None
    if plan.sort is SearchSort.RELEVANCE and depth >= RELEVANCE_DEPTH_MAX:
        return None
    return encode_cursor(plan.scope, (level.value, depth, *page[plan.limit - 1].key))


def _decode(plan: _Plan, cursor: str) -> tuple[Level, int, tuple[int, ...]]:
    is_scored = plan.sort is SearchSort.RELEVANCE
    parts = decode_cursor(plan.scope, cursor, 4 if is_scored else 2 + len(plan.columns))
    numbers = [part for part in parts if isinstance(part, int)]
    level, depth, *key = numbers if len(numbers) == len(parts) else [-1, -1]
    if level not in list(Level) or depth < 0 or not all(abs(part) < 1 << 63 for part in key):
        raise BadCursor("The cursor is damaged; start again from the first page.")
    return Level(level), min(depth, RELEVANCE_DEPTH_MAX), tuple(key)
