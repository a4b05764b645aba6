"""Filters, sorts, pages and counts, compared with the plainest program that could answer them."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.search import Shelf, document

from vivamarket.adapters.tantivy import keys
from vivamarket.kernel.ids import CategoryId
from vivamarket.search.model import SearchDocument, SearchQuery, SearchSort

WORDS = ["oak", "mug", "tea", "bag", "Ñandú", "ñu"]
COLORS = ["red", "blue", "sea green"]
SIZES = ["S", "M"]
SHELVES = [("home",), ("home", "home/lamps"), ("food",), ()]


@st.composite
def catalogues(draw: st.DrawFn) -> list[SearchDocument]:
    count = draw(st.integers(0, 30))
    return [
        document(
            f"p{number}",
            " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))),
            price=draw(st.sampled_from([None, 100, 200, 200, 300])),
            price_max=draw(st.sampled_from([300, 400])),
            categories=draw(st.sampled_from(SHELVES)),
            facets=draw(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "color": st.lists(st.sampled_from(COLORS), min_size=1, max_size=2, unique=True).map(
                            tuple
                        ),
                        "size": st.sampled_from(SIZES).map(lambda size: (size,)),
                    },
                )
            ),
            available=draw(st.booleans()),
            created_at_ms=draw(st.sampled_from([1, 2, 3])),
        )
        for number in range(count)
    ]


questions = st.builds(
    SearchQuery,
    text=st.sampled_from(["", "oak ", "mug ", "mug tea ", "ñu "]),
    locale=st.just("en"),
    currency=st.just("EUR"),
    category_id=st.sampled_from([None, CategoryId("home"), CategoryId("home/lamps"), CategoryId("none")]),
    price_min=st.sampled_from([None, 150, 300]),
    price_max=st.sampled_from([None, 150, 250]),
    facets=st.fixed_dictionaries(
        {},
        optional={
            "color": st.lists(st.sampled_from(COLORS), max_size=2, unique=True).map(tuple),
            "size": st.lists(st.sampled_from(SIZES), max_size=2, unique=True).map(tuple),
        },
    ),
    available_only=st.booleans(),
    sort=st.sampled_from([sort for sort in SearchSort if sort is not SearchSort.RELEVANCE]),
    limit=st.integers(1, 7),
)


def holds(one: SearchDocument, query: SearchQuery, facets: Mapping[str, tuple[str, ...]]) -> bool:
    low, high = one.price_min.get("EUR"), one.price_max.get("EUR")
    return (
        set(keys.fold(query.text).split()) <= set(keys.fold(one.texts["en"].title).split())
        and (query.category_id is None or query.category_id in one.category_ids)
        and (query.price_min is None or (high is not None and high >= query.price_min))
        and (query.price_max is None or (low is not None and low <= query.price_max))
        and not (query.price_min and query.price_max and query.price_min > query.price_max)
        and (one.available or not query.available_only)
        and all(set(values) & set(one.facets.get(key, ())) for key, values in facets.items() if values)
    )


def order(one: SearchDocument, sort: SearchSort) -> tuple[object, ...]:
    price = one.price_min.get("EUR")
    tie = keys.tie(one.product_id)
    match sort:
        case SearchSort.PRICE_ASC:
            return (price is None, price or 0, tie)
        case SearchSort.PRICE_DESC:
            return (price is None, -(price or 0), tie)
        case SearchSort.NAME:
            return (keys.fold(one.texts["en"].title), tie)
        case _:
            return (-one.created_at_ms, tie)


def some_product_has(documents: list[SearchDocument], text: str) -> bool:
    wanted = set(keys.fold(text).split())
    return any(wanted <= set(keys.fold(one.texts["en"].title).split()) for one in documents)


@settings(max_examples=25, deadline=None)
@given(documents=catalogues(), query=st.data())
def test_results_pages_and_counts_are_those_of_the_plain_program(
    documents: list[SearchDocument], query: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder), documents)
        for _ in range(10):
            check(shelf, documents, query.draw(questions))
        shelf.writer.close()


def check(shelf: Shelf, documents: list[SearchDocument], query: SearchQuery) -> None:
    if not some_product_has(documents, query.text):
        return  # then words are loosened, which other tests describe
    expected = sorted(
        (one for one in documents if holds(one, query, query.facets)), key=lambda one: order(one, query.sort)
    )

    found: list[str] = []
    cursor, pages = None, 0
    while True:
        page = shelf.result(
            query.text,
            category_id=query.category_id,
            price_min=query.price_min,
            price_max=query.price_max,
            facets=query.facets,
            available_only=query.available_only,
            sort=query.sort,
            limit=query.limit,
            cursor=cursor,
            with_facets=pages % 2 == 0,
        )
        found.extend(hit.product_id for hit in page.hits)
        assert page.total == len(expected)
        cursor, pages = page.next_cursor, pages + 1
        if pages == 1:
            first = page
        if cursor is None:
            break

    assert found == [one.product_id for one in expected]
    assert pages == max(1, -(-len(expected) // query.limit))
    prices = [one for one in expected if "EUR" in one.price_min]
    assert first.price_min == min((one.price_min["EUR"] for one in prices), default=None)
    assert first.price_max == max((one.price_max["EUR"] for one in prices), default=None)
    assert {value.value: value.count for value in first.categories} == Counter(
        shelf_id for one in expected for shelf_id in one.category_ids
    )
    for key in ("color", "size"):
        others = {other: values for other, values in query.facets.items() if other != key}
        counted = Counter(
            value for one in documents if holds(one, query, others) for value in one.facets.get(key, ())
        )
        shown = next((facet.values for facet in first.facets if facet.key == key), ())
        assert {value.value: value.count for value in shown} == counted


@settings(max_examples=12, deadline=None)
@given(documents=catalogues(), limit=st.integers(1, 7))
def test_pages_by_relevance_neither_overlap_nor_leave_gaps(
    documents: list[SearchDocument], limit: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder), documents)
        expected = [one.product_id for one in documents if "mug" in one.texts["en"].title.split()]

        walked = shelf.walk(limit, text="mug ")

        if expected:
            assert sorted(walked) == sorted(expected)
            assert walked == shelf.found("mug ", limit=100)
        shelf.writer.close()
