"""The words of invoices and credit notes, in each language: ``words/<language>.toml``."""

from __future__ import annotations

from pathlib import Path

from vivamarket.kernel.words import DEFAULT_LOCALE, Words, read_words

__all__ = ["DEFAULT_LOCALE", "TEXTS"]

TEXTS: Words = read_words(Path(__file__).parent / "words")
