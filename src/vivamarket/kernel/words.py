"""Sentences as data: one TOML file a language, so that a language more is a file more."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from pathlib import Path

#: The language every text exists in first; the others are compared with it, and unknown ones read it.
DEFAULT_LOCALE = "en"

#: Language to key to sentence. A sentence may hold places such as ``{shop}``.
Words = Mapping[str, Mapping[str, str]]


def read_words(folder: Path, table: str | None = None) -> Words:
    """Return the sentences of all ``<language>.toml`` in that folder, or of one table in each of them.

    Raise ``ValueError`` naming file and key when a language lacks a sentence, has one that English has not,
    leaves one empty, or has other places in it.
    """
    files = sorted(folder.glob("*.toml"))
    read = {file.stem: _table(tomllib.loads(file.read_text("utf-8")), table) for file in files}
    for locale, words in read.items():
        _check(words, read[DEFAULT_LOCALE], f"{folder.parent.name}/{folder.name}/{locale}.toml")
    return read


def _table(document: Mapping[str, object], table: str | None) -> dict[str, str]:
    words = document if table is None else document.get(table, {})
    if not isinstance(words, Mapping):
        raise ValueError(f"{table} is no table")
    return {str(key): str(sentence) for key, sentence in words.items()}


def _check(words: Mapping[str, str], english: Mapping[str, str], name: str) -> None:
    if words.keys() != english.keys():
        raise ValueError(f"{name}: {sorted(words.keys() ^ english.keys())} is not in both this and en.toml")
    for key, sentence in words.items():
        if not sentence.strip():
            raise ValueError(f"{name}: {key} is empty")
        if _places(sentence) != _places(english[key]):
            raise ValueError(f"{name}: {key} has other places in it than in en.toml")


def _places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
