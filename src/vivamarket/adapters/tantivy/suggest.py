"""Completions while typing: words of categories, vendors and tags, then products."""

from __future__ import annotations

from tantivy import DocAddress, Searcher

from vivamarket.adapters.tantivy import keys
from vivamarket.adapters.tantivy.layout import SEPARATOR, IndexLayout
from vivamarket.adapters.tantivy.match import ONE_TYPO_LETTERS_MIN, Level, Matcher

#: Completion terms read for one suggestion, most used first.
TERMS_MAX = 50
#: Terms compared letter by letter when nothing begins as typed.
TYPO_TERMS_MAX = 300


def phrases(searcher: Searcher, layout: IndexLayout, text: str, locale: str, limit: int) -> list[str]:
    """Return phrases of the shop with a word from which on they begin as typed, most used first.

    With nothing of that kind, phrases that begin so but for one typo after the first letter.
    """
    typed = keys.fold(text)
    if not typed:
        return []
    field = layout.text_fields[locale].phrases
    found = _shown(searcher.terms_with_prefix(field, typed, limit=TERMS_MAX))
    if not found and len(typed) >= ONE_TYPO_LETTERS_MIN:
        near = searcher.terms_with_prefix(field, typed[0], limit=TYPO_TERMS_MAX)
        found = _shown([(term, count) for term, count in near if _begins_nearly(term, typed)])
    return found[:limit]


def products(searcher: Searcher, matcher: Matcher, text: str, locale: str, limit: int) -> list[DocAddress]:
    """Return products to suggest, best first, with typos only when there is nothing without."""
    asked = matcher.ask(text, locale)
    if not asked.words:
        return []
    for level in (Level.EXACT, Level.TYPOS) if asked.may_have_typos else (Level.EXACT,):
        matched = matcher.with_sku(matcher.match(asked, locale, level, scored=True), asked, searcher)
        found = searcher.search(matched, limit, count=False).hits
        if found:
            return [address for _, address in found]
    return []


def _shown(terms: list[tuple[str, int]]) -> list[str]:
    """Return the phrases as shown, each once, in order."""
    return list(dict.fromkeys(term.partition(SEPARATOR)[2] for term, _ in terms))


def _begins_nearly(term: str, typed: str) -> bool:
    """Return whether some beginning of the term is one edit (or swap) away from what was typed."""
    place = 0
    length = min(len(term), len(typed))
    while place < length and term[place] == typed[place]:
        place += 1
    rest, wanted = term[place:], typed[place:]
    return (
        rest[1:].startswith(wanted[1:])  # another letter
        or rest.startswith(wanted[1:])  # one too many
        or rest[1:].startswith(wanted)  # one missing
        or (rest[:2] == wanted[1::-1] and rest[2:].startswith(wanted[2:]))  # two swapped
    )
