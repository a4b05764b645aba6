"""Keyset pages over integer columns, and over scores within a bounded depth."""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tantivy import DocAddress, FieldType, Occur, Order, Query, Schema, Searcher

from vivamarket.adapters.tantivy.layout import TIE
from vivamarket.search.model import RELEVANCE_DEPTH_MAX

#: How much further than a page to look at once, for equal scores at its end; 200 hits cost 5 µs more.
TIES_AHEAD = 175
#: The same where many scores are equal and a second search would cost more than further hits.
MANY_TIES_AHEAD = RELEVANCE_DEPTH_MAX

_FLOAT = struct.Struct("<f")
_UNSIGNED = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Ranked:
    """One product in an order: where it is, and the key a page can continue after."""

    address: DocAddress
    key: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScoredPage:
    """A page by score, and of how many it is one: counting on the way costs nothing."""

    ranked: list[Ranked]
    total: int


def by_columns(
    searcher: Searcher,
    query: Query,
    *,
    schema: Schema,
    columns: Sequence[str],
    after: tuple[int, ...] | None,
    limit: int,
) -> list[Ranked]:
    """Return the next ``limit`` products in ascending order of the columns, exactly, over all ties.

    Costs one search, and one more for each column in which a page begins or ends among equals.
    """
    first, *rest = columns
    if after is None:
        return _ordered(searcher, query, schema=schema, columns=columns, limit=limit)
    found = []
    if rest:
        equal = _within(schema, query, first, lower=after[0], upper=after[0])
        among = by_columns(searcher, equal, schema=schema, columns=rest, after=after[1:], limit=limit)
        found = _prefixed(after[0], among)
    if len(found) < limit:
        beyond = _within(schema, query, first, lower=after[0] + 1)
        found += _ordered(searcher, beyond, schema=schema, columns=columns, limit=limit - len(found))
    return found


def by_score(
    searcher: Searcher,
    query: Query,
    *,
    after: tuple[int, ...] | None,
    depth: int,
    limit: int,
    ahead: int = TIES_AHEAD,
) -> ScoredPage:
    """Return the next ``limit`` products by score, then tie; ``after`` is the last one's key.

    ``depth`` products came before. Equal scores at the end of what is fetched are fetched whole, so
    that their order by tie is complete; nothing beyond ``RELEVANCE_DEPTH_MAX`` is reached.
    """
    window = min(depth + limit + ahead, RELEVANCE_DEPTH_MAX)
    result = searcher.search(query, window + 1, count=True)
    hits, total = result.hits, result.count  # type: ignore[attr-defined]  # the stubs of tantivy 0.27 forget it
    page_end = min(depth + limit, RELEVANCE_DEPTH_MAX)
    if window < min(len(hits), RELEVANCE_DEPTH_MAX) and hits[-1][0] == hits[page_end - 1][0]:
        window = RELEVANCE_DEPTH_MAX
        hits = searcher.search(query, window, count=False).hits
    hits = _candidates(hits[:window], None if after is None else bits_score(-after[0]), limit)
    ties = searcher.fast_field_values(TIE, [address for _, address in hits])
    # The place in ``hits`` comes third, so that sorting never compares addresses.
    ordered = sorted(
        (-score, _whole(tie), place) for place, ((score, _), tie) in enumerate(zip(hits, ties, strict=True))
    )
    if after is not None:
        last = (-bits_score(-after[0]), after[1])
        ordered = [one for one in ordered if one[:2] > last]
    ranked = [Ranked(hits[place][1], (-score_bits(-score), tie)) for score, tie, place in ordered[:limit]]
    return ScoredPage(ranked, total)


def _candidates(
    hits: list[tuple[float, DocAddress]], after_score: float | None, limit: int
) -> list[tuple[float, DocAddress]]:
    """Return the hits among which the page is: whole groups of equal scores, from ``after_score`` on."""
    falling = [-score for score, _ in hits]
    start = 0 if after_score is None else bisect_left(falling, -after_score)
    beyond = 0 if after_score is None else bisect_right(falling, -after_score)
    end = min(len(hits), beyond + limit)
    if 0 < end < len(hits):
        end = bisect_right(falling, falling[end - 1])
    return hits[start:end]


def score_bits(score: float) -> int:
    """Return a positive 32-bit score as the integer that orders alike (IEEE 754 bit pattern)."""
    return int(_UNSIGNED.unpack(_FLOAT.pack(score))[0])


def bits_score(bits: int) -> float:
    """Return the score of ``score_bits``."""
    return float(_FLOAT.unpack(_UNSIGNED.pack(bits & 0xFFFF_FFFF))[0])


def _ordered(
    searcher: Searcher, query: Query, *, schema: Schema, columns: Sequence[str], limit: int
) -> list[Ranked]:
    """Return the first ``limit`` products in the order of the columns."""
    first, *rest = columns
    hits = searcher.search(query, limit + 1, count=False, order_by_field=first, order=Order.Asc).hits
    page = hits[:limit]
    cut = page[-1][0] if rest and len(hits) > limit and hits[limit][0] == page[-1][0] else None
    if cut is not None:
        page = [hit for hit in page if hit[0] != cut]
    addresses = [address for _, address in page]
    further = [searcher.fast_field_values(column, addresses) for column in rest]
    ranked = [
        Ranked(address, (number, *(_whole(values[place]) for values in further)))
        for place, (number, address) in enumerate(page)
    ]
    ranked.sort(key=lambda one: one.key)
    if cut is not None:
        equal = _within(schema, query, first, lower=cut, upper=cut)
        among = _ordered(searcher, equal, schema=schema, columns=rest, limit=limit - len(ranked))
        ranked += _prefixed(cut, among)
    return ranked


def _prefixed(number: int, ranked: list[Ranked]) -> list[Ranked]:
    return [Ranked(one.address, (number, *one.key)) for one in ranked]


def _within(
    schema: Schema, query: Query, column: str, *, lower: int | None = None, upper: int | None = None
) -> Query:
    span = Query.range_query(schema, column, FieldType.Integer, lower_bound=lower, upper_bound=upper)
    return Query.boolean_query([(Occur.Must, query), (Occur.Must, span)])


def _whole(value: float | None) -> int:
    """Return a value of an integer column that every product has."""
    if not isinstance(value, int):
        raise ValueError("a sort column of the index holds no integer")
    return value
