"""What search knows of each language, as data: a new locale is a new row.

A locale without a row is searched without stemming and without stopwords.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """How words of one language are reduced and which ones say nothing."""

    #: Name of the Snowball stemmer; None = words are matched as they are.
    stemmer: str | None = None
    #: Words, accents folded, that are left out of a query that has others.
    stopwords: frozenset[str] = frozenset()
    #: Endings that people type without their accent, and the ending the stemmer knows.
    accent_endings: tuple[tuple[str, str], ...] = ()

    def with_accent(self, word: str) -> str | None:
        """Return the word with the accent its ending should have; None when there is nothing to add."""
        for bare, accented in self.accent_endings:
            if word.endswith(bare) and len(word) > len(bare) + 1:
                return word[: -len(bare)] + accented
        return None


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNKNOWN = Language()

LANGUAGES: Mapping[str, Language] = {
    "en": Language(
        stemmer="English",
        stopwords=_words("a an and are as at be by for from in is it of on or that the to with"),
    ),
    "es": Language(
        stemmer="Spanish",
        stopwords=_words("a al con de del el en es la las lo los o para por que se su un una unas unos y"),
        accent_endings=(("cion", "ción"), ("sion", "sión"), ("eria", "ería"), ("erias", "erías")),
    ),
    "de": Language(
        stemmer="German",
        stopwords=_words(
            "als am an auf aus bei das dem den der des die ein eine einem einen einer eines fur im in ist "
            "mit oder und von zu zum zur"
        ),
    ),
}

_REGION = re.compile(r"[-_]")


def language(locale: str) -> Language:
    """Return the row of a locale such as ``es`` or ``es-MX``."""
    return LANGUAGES.get(_REGION.split(locale, maxsplit=1)[0], _UNKNOWN)
