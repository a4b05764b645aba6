"""Words near each other in a title as terms of their own: a phrase then costs no more than a word.

A phrase query walks all titles that have its words and reads their positions; at a million products
that was a third of a search. A pair's list holds only the titles it is looked for in.
"""

from __future__ import annotations

from collections.abc import Sequence

from vivamarket.adapters.tantivy.layout import SEPARATOR

#: Words further apart than this are not near; 1 is side by side.
DISTANCE_MAX = 3
#: Of a longer title only the beginning is paired.
TITLE_WORDS_MAX = 30


def of_title(stems: Sequence[str]) -> set[str]:
    """Return the terms of a title's stems, at most ``DISTANCE_MAX`` a word."""
    words = stems[:TITLE_WORDS_MAX]
    return {
        term(first, distance, second)
        for place, first in enumerate(words)
        for distance, second in enumerate(words[place + 1 : place + 1 + DISTANCE_MAX], start=1)
    }


def term(first: str, distance: int, second: str) -> str:
    """Name two stems of which the second stands so many words after the first."""
    return f"{first}{SEPARATOR}{distance}{SEPARATOR}{second}"
