"""From what a shopper typed to queries. Text is only ever cut into words: there is no syntax to inject."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import tantivy
from tantivy import Occur, Query, Schema, Searcher

from vivamarket.adapters.tantivy import pairs
from vivamarket.adapters.tantivy.layout import SKU, IndexLayout, prepare, words_analyzer
from vivamarket.search.languages import Language, language
from vivamarket.search.model import QUERY_WORDS_MAX

#: What a word adds by where it stands, beside its worth anywhere (1.0, the description's).
TITLE_WEIGHT, FACTS_WEIGHT = 8.0, 3.0
#: A word that only begins so, and one that only nearly reads so; each more when in the title.
PREFIX_SCORE, TITLE_PREFIX_SCORE = 0.05, 0.3
TYPO_SCORES = {1: 0.05, 2: 0.01}
TITLE_TYPO_SCORE = 0.1
#: Two words that stand in the title as they were typed, and two that stand near each other in that order.
PAIR_WEIGHT, NEAR_SCORE = 4.0, 4.0
SKU_SCORE = 10_000.0
#: From so many products on, searching twice for equal scores costs more than fetching more at once.
FREQUENT_DOCUMENTS_MIN = 20_000
PREFIX_LETTERS_MIN = 2
ONE_TYPO_LETTERS_MIN, TWO_TYPOS_LETTERS_MIN = 4, 8


class Level(IntEnum):
    """How strictly words are matched; a level is tried when the one before finds nothing."""

    #: Every word, the last one also as a prefix.
    EXACT = 0
    #: Every word, also with typos.
    TYPOS = 1
    #: At least half of the words, rounded up, also with typos.
    SOME_WORDS = 2


@dataclass(frozen=True, slots=True)
class Word:
    """One word asked for: its folded form, its stems, and its place among the typed words."""

    form: str
    stems: tuple[str, ...]
    place: int
    is_open: bool

    @property
    def typos_max(self) -> int:
        """Return how many edits (a swap of neighbours is one) still count as this word."""
        if len(self.form) < ONE_TYPO_LETTERS_MIN or self.form[0].isdigit():
            return 0
        return 1 if len(self.form) < TWO_TYPOS_LETTERS_MIN else 2


@dataclass(frozen=True, slots=True)
class Asked:
    """A text cut into words. ``sku`` is the whole text as a SKU might be typed."""

    words: tuple[Word, ...]
    sku: str

    @property
    def may_have_typos(self) -> bool:
        """Return whether a word is long enough for typos."""
        return any(word.typos_max for word in self.words)


class Matcher:
    """Cuts texts and builds queries for one layout. Building a query costs about 2 µs a clause."""

    def __init__(self, layout: IndexLayout) -> None:
        self._schema = layout.schema
        self._fields = layout.text_fields
        self._words = words_analyzer()
        self._stems = layout.stemmers

    def ask(self, text: str, locale: str) -> Asked:
        """Cut a text into words, at most ``QUERY_WORDS_MAX``; stopwords go when others remain."""
        plain = prepare(text)
        spoken = language(locale)
        analyzer = self._stems[locale]
        forms, stems = self._words.analyze(plain), analyzer.analyze(plain)
        is_typing = not text[-1:].isspace()
        last = len(forms) - 1
        words = [
            Word(form, _stems(form, stem, spoken, analyzer), place, is_typing and place == last)
            for place, (form, stem) in enumerate(zip(forms, stems, strict=True))
        ][:QUERY_WORDS_MAX]
        telling = tuple(word for word in words if word.form not in spoken.stopwords)
        return Asked(telling or tuple(words), " ".join(text.split()).casefold())

    def match(self, asked: Asked, locale: str, level: Level, *, scored: bool) -> Query:
        """Return the query for what was asked, with scores or (cheaper, the same products) without.

        What decides is one field that holds everything: an intersection of few lists, ten times as
        fast as alternatives over many fields. The other fields only add to the score.
        """
        needed = [self._word(word, locale, level, scored=scored) for word in asked.words]
        if level is Level.SOME_WORDS:
            least = (len(needed) + 1) // 2
            found = Query.boolean_query(
                [(Occur.Should, query) for query in needed], minimum_number_should_match=least
            )
            clauses = [(Occur.Must, found)]
        else:
            clauses = [(Occur.Must, query) for query in needed]
        if not scored:
            return Query.boolean_query(clauses)
        for word in asked.words:
            clauses.extend((Occur.Should, query) for query in self._weights(word, locale))
        clauses.extend((Occur.Should, query) for query in self._side_by_side(asked, locale))
        scored_query = Query.boolean_query(clauses)
        for raise_by in self._raises(asked, locale, level):
            scored_query = Query.boolean_query([(Occur.Must, scored_query), (Occur.Should, raise_by)])
        return scored_query

    def with_sku(self, found: Query, asked: Asked, searcher: Searcher) -> Query:
        """Return ``found`` and, above everything, the product that has what was asked as a SKU."""
        if not asked.sku or not searcher.doc_freq(SKU, asked.sku):
            return found
        sku = Query.const_score_query(Query.term_query(self._schema, SKU, asked.sku, "basic"), SKU_SCORE)
        return Query.boolean_query([(Occur.Should, found), (Occur.Should, sku)])

    def has_many_ties(self, asked: Asked, locale: str, searcher: Searcher) -> bool:
        """Return whether one frequent word alone was asked for: then more score alike than fit a page."""
        if len(asked.words) != 1:
            return False
        found = searcher.doc_freq(self._fields[locale].everything, asked.words[0].stems[0])
        return found >= FREQUENT_DOCUMENTS_MIN

    def _word(self, word: Word, locale: str, level: Level, *, scored: bool) -> Query:
        """Return the query for products that have the word at all."""
        fields, schema = self._fields[locale], self._schema
        ways = [Query.term_query(schema, fields.everything, stem, "freq") for stem in word.stems]
        if word.is_open and len(word.form) >= PREFIX_LETTERS_MIN:
            ways.append(_fuzzy(schema, fields.words, word, 0, PREFIX_SCORE))
        if level is not Level.EXACT:
            # The form as typed, where the stemmer took an unaccented word for another.
            ways.append(Query.term_query(schema, fields.words, word.form, "basic"))
            fewest = 1 if scored else max(1, word.typos_max)
            ways.extend(
                _fuzzy(schema, fields.words, word, edits, TYPO_SCORES[edits])
                for edits in range(fewest, word.typos_max + 1)
            )
        if len(ways) == 1:
            return ways[0]
        return Query.boolean_query([(Occur.Should, way) for way in ways])

    def _weights(self, word: Word, locale: str) -> list[Query]:
        """Return what raises a product that has the word by where it has it: nothing but terms."""
        fields = self._fields[locale]
        return [
            Query.boost_query(Query.term_query(self._schema, name, word.stems[0], "freq"), weight)
            for name, weight in ((fields.title, TITLE_WEIGHT), (fields.facts, FACTS_WEIGHT))
        ]

    def _raises(self, asked: Asked, locale: str, level: Level) -> list[Query]:
        """Return what else raises a product.

        Each becomes a layer of its own: beside the terms it would take them off tantivy's fast path
        (measured: 405 µs in one layer, 247 µs in three).
        """
        title = self._fields[locale].title
        found = [self._near(asked, locale)] if len(asked.words) > 1 else []
        for word in asked.words:
            if word.is_open and len(word.form) >= PREFIX_LETTERS_MIN:
                found.append(_fuzzy(self._schema, title, word, 0, TITLE_PREFIX_SCORE))
            if level is not Level.EXACT and word.typos_max:
                found.append(_fuzzy(self._schema, title, word, word.typos_max, TITLE_TYPO_SCORE))
        return found

    def _side_by_side(self, asked: Asked, locale: str) -> list[Query]:
        """Return what raises titles that have two words after another as they were typed: terms, too."""
        return [
            Query.boost_query(self._pair(first, second.place - first.place, second, locale), PAIR_WEIGHT)
            for first, second in pairwise(asked.words)
            if second.place - first.place <= pairs.DISTANCE_MAX
        ]

    def _near(self, asked: Asked, locale: str) -> Query:
        """Return what raises titles that have two words near each other; the same for any distance.

        A rare distance must not outweigh a frequent phrase, so it is no matter of how rare it is.
        """
        near = [
            Query.boolean_query(
                [
                    (Occur.Should, self._pair(first, distance, second, locale))
                    for distance in range(1, pairs.DISTANCE_MAX + 1)
                ]
            )
            for first, second in pairwise(asked.words)
        ]
        return Query.boolean_query([(Occur.Should, Query.const_score_query(one, NEAR_SCORE)) for one in near])

    def _pair(self, first: Word, distance: int, second: Word, locale: str) -> Query:
        term = pairs.term(first.stems[0], distance, second.stems[0])
        return Query.term_query(self._schema, self._fields[locale].pairs, term, "basic")


def _stems(form: str, stem: str, spoken: Language, analyzer: tantivy.TextAnalyzer) -> tuple[str, ...]:
    """Return the stem, and the one the word would have with the accent that was not typed."""
    accented = spoken.with_accent(form)
    if accented is None:
        return (stem,)
    other = analyzer.analyze(accented)  # nothing when the accent makes the word too long
    return (stem,) if other in ([], [stem]) else (stem, *other)


def _fuzzy(schema: Schema, field: str, word: Word, edits: int, score: float, *, whole: bool = False) -> Query:
    """Return products with a term so many edits away; of an open word's beginning unless ``whole``."""
    term = Query.fuzzy_term_query(schema, field, word.form, edits, prefix=word.is_open and not whole)
    return Query.const_score_query(term, score)
