"""The words of the mails, in each language: ``words/<language>.toml``, one table for each family of mails."""

from __future__ import annotations

from pathlib import Path

from vivamarket.kernel.words import DEFAULT_LOCALE, Words, read_words

_FOLDER = Path(__file__).parent / "words"

ORDER_TEXTS: Words = read_words(_FOLDER, "orders")
ACCOUNT_TEXTS: Words = read_words(_FOLDER, "account")
NOTICE_TEXTS: Words = read_words(_FOLDER, "notices")
TROUBLE_TEXTS: Words = read_words(_FOLDER, "troubles")


def language_of(locale: str) -> str:
    """Return the language that mails to this reader are written in: theirs, else English."""
    return locale if locale in ORDER_TEXTS else DEFAULT_LOCALE
