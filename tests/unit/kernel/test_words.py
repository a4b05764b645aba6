"""A language that lacks a sentence is refused when its file is read, by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from vivamarket.kernel.words import read_words

ENGLISH = 'hello = "Hello, {name}"\nbye = "Bye"\n'


def folder(path: Path, german: str) -> Path:
    (path / "en.toml").write_text(ENGLISH)
    (path / "de.toml").write_text(german)
    return path


def test_a_language_is_a_file(tmp_path: Path) -> None:
    words = read_words(folder(tmp_path, 'hello = "Hallo, {name}"\nbye = "Tschüs"\n'))

    assert words["de"]["hello"].format(name="Jo") == "Hallo, Jo"
    assert words.keys() == {"en", "de"}


def test_one_table_of_a_file_can_be_read_alone(tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text('[mails]\nhello = "Hello"\n[pages]\nbye = "Bye"\n')

    assert read_words(tmp_path, "pages") == {"en": {"bye": "Bye"}}


@pytest.mark.parametrize(
    ("german", "complaint"),
    [
        ('hello = "Hallo, {name}"\n', "bye"),
        ('hello = "Hallo, {name}"\nbye = "Tschüs"\nmore = "Mehr"\n', "more"),
        ('hello = "Hallo, {name}"\nbye = " "\n', "bye is empty"),
        ('hello = "Hallo, {nmae}"\nbye = "Tschüs"\n', "hello has other places"),
    ],
)
def test_what_does_not_match_the_english_words_is_refused(
    tmp_path: Path, german: str, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_words(folder(tmp_path, german))
