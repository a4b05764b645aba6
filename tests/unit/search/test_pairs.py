"""Neighbouring words of a title as terms."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.search import Shelf, document

from vivamarket.adapters.tantivy import pairs


def test_words_are_paired_in_their_order_up_to_three_apart() -> None:
    assert pairs.of_title(["a", "b", "c", "d", "e"]) == {
        pairs.term("a", 1, "b"),
        pairs.term("a", 2, "c"),
        pairs.term("a", 3, "d"),
        pairs.term("b", 1, "c"),
        pairs.term("b", 2, "d"),
        pairs.term("b", 3, "e"),
        pairs.term("c", 1, "d"),
        pairs.term("c", 2, "e"),
        pairs.term("d", 1, "e"),
    }


def test_of_a_long_title_only_the_beginning_is_paired() -> None:
    found = pairs.of_title([str(number) for number in range(10_000)])

    assert len(found) < pairs.TITLE_WORDS_MAX * pairs.DISTANCE_MAX


def test_a_phrase_keeps_the_place_of_a_stopword_that_was_left_out(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, [document("near", "Tea bag tea mug"), document("phrase", "Tea bag of tea")])

    assert shelf.found("bag of tea ") == ["phrase", "near"]


def test_a_rare_distance_does_not_outweigh_a_frequent_phrase(tmp_path: Path) -> None:
    frequent = [document(f"phrase{number}", "Green tea mild soft") for number in range(40)]
    shelf = Shelf(tmp_path, [document("near", "Green mild soft tea"), *frequent])

    assert shelf.found("green tea ", limit=50)[-1] == "near"
