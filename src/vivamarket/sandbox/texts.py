"""The words of the hosted pages, in each language they speak: ``words/<language>.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from vivamarket.kernel.words import DEFAULT_LOCALE, Words, read_words

TEXTS: Words = read_words(Path(__file__).parent / "words")


def language_of(locale: str) -> str:
    """Return the language that a page for this locale (``de-AT``, ``auto``) is written in, else English."""
    language = locale.partition("-")[0].lower()
    return language if language in TEXTS else DEFAULT_LOCALE


def failure_text(texts: Mapping[str, str], code: str, decline_code: str | None) -> str:
    """Return the sentence for a decline, the general one for codes without their own."""
    return texts.get(decline_code or "") or texts.get(code) or texts["card_declined"]
