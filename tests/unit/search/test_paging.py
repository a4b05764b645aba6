"""Cursors, ties and limits."""

from __future__ import annotations

import pytest
from tests.helpers.search import Shelf, document

from vivamarket.kernel.errors import Invalid
from vivamarket.kernel.paging import BadCursor
from vivamarket.search.model import RELEVANCE_DEPTH_MAX, SearchSort

TIED = [document(f"p{number:04}", "Plain mug") for number in range(RELEVANCE_DEPTH_MAX + 50)]


@pytest.fixture(scope="module")
def tied(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("search"), TIED)


@pytest.mark.parametrize("sort", [sort for sort in SearchSort if sort is not SearchSort.RELEVANCE])
def test_products_that_are_equal_in_everything_are_walked_once_each(tied: Shelf, sort: SearchSort) -> None:
    walked = tied.walk(97, text="mug", sort=sort)

    assert len(walked) == len(TIED)
    assert len(set(walked)) == len(TIED)


def test_relevance_is_walked_to_its_depth_over_ties(tied: Shelf) -> None:
    walked = tied.walk(90, text="mug")

    assert len(walked) == len(set(walked)) >= RELEVANCE_DEPTH_MAX - 90
    assert tied.result("mug").total == len(TIED)


def test_a_cursor_of_another_question_is_refused(tied: Shelf) -> None:
    cursor = tied.result("mug", sort=SearchSort.NAME, limit=5).next_cursor

    for other in ({"sort": SearchSort.NEWEST}, {"sort": SearchSort.NAME, "available_only": True}):
        with pytest.raises(BadCursor):
            tied.result("mug", cursor=cursor, limit=5, **other)
    with pytest.raises(BadCursor):
        tied.result("mugs", cursor=cursor, sort=SearchSort.NAME)
    with pytest.raises(BadCursor):
        tied.result("mug", cursor="nonsense")


def test_a_cursor_goes_on_with_another_page_size(tied: Shelf) -> None:
    first = tied.result("mug", sort=SearchSort.NAME, limit=5)
    second = tied.found("mug", sort=SearchSort.NAME, limit=9, cursor=first.next_cursor)

    assert [hit.product_id for hit in first.hits] + second == tied.found(
        "mug", sort=SearchSort.NAME, limit=14
    )


def test_a_cursor_outlives_commits_between_pages(tmp_path_factory: pytest.TempPathFactory) -> None:
    shelf = Shelf(
        tmp_path_factory.mktemp("search"), [document(f"p{n}", f"Mug {n}", price=100 * n) for n in range(10)]
    )
    first = shelf.result("", sort=SearchSort.PRICE_ASC, limit=4)

    shelf.put(document("p1", "Mug 1", price=5_000), document("new", "Mug", price=50))
    second = shelf.found("", sort=SearchSort.PRICE_ASC, limit=20, cursor=first.next_cursor)

    assert second == ["p4", "p5", "p6", "p7", "p8", "p9", "p1"]


@pytest.mark.parametrize("sort", list(SearchSort))
def test_a_question_asked_again_after_a_commit_is_counted_again(
    tmp_path_factory: pytest.TempPathFactory, sort: SearchSort
) -> None:
    shelf = Shelf(
        tmp_path_factory.mktemp("search"),
        [document(f"p{n}", "Mug", facets={"size": ("S",)}) for n in range(5)],
    )
    before = shelf.result("mug", sort=sort, limit=2)

    shelf.put(document("new", "Mug", facets={"size": ("S",)}))
    after = shelf.result("mug", sort=sort, limit=2)
    further = shelf.result("mug", sort=sort, limit=2, cursor=after.next_cursor, with_facets=False)

    assert (before.total, after.total, further.total) == (5, 6, 6)
    assert [facet.values[0].count for facet in (*before.facets, *after.facets)] == [5, 6]
    assert further.facets == ()


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_page_sizes_have_limits(tied: Shelf, limit: int) -> None:
    with pytest.raises(Invalid):
        tied.result("mug", limit=limit)


def test_names_sort_without_accents_and_case(tmp_path_factory: pytest.TempPathFactory) -> None:
    titles = ["zinc", "Ábaco", "abeto", "Ñu", "nube", "Éter", "2 cups", "10 cups"]
    shelf = Shelf(tmp_path_factory.mktemp("search"), [document(title, title) for title in titles])

    walked = shelf.walk(3, sort=SearchSort.NAME)

    assert walked == ["10 cups", "2 cups", "Ábaco", "abeto", "Éter", "Ñu", "nube", "zinc"]
