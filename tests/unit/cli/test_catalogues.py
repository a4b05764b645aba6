"""A language more of the storefront is a folder more: nothing else names it."""

from __future__ import annotations

import re
from pathlib import Path

from vivamarket.cli.catalogues import catalogues_document
from vivamarket.settings import CHECKOUT_FOLDER

STOREFRONT = CHECKOUT_FOLDER / "web" / "storefront" / "src"


def test_every_folder_of_words_is_a_language(tmp_path: Path) -> None:
    for locale in ("en", "es", "de", "pt-BR"):
        (tmp_path / locale).mkdir()
        (tmp_path / locale / "index.ts").write_text("")
    (tmp_path / "no-words").mkdir()

    document = catalogues_document(tmp_path)

    assert 'import { ptBR } from "./pt-BR/index.ts";' in document
    assert 'export const catalogues = { de, en, es, "pt-BR": ptBR } as const;' in document
    assert "no-words" not in document


def test_only_the_words_and_their_list_name_a_language() -> None:
    naming = re.compile(r"""["'](?:es|de)["']|\b(?:locale|language) === ["']""")
    files = [path for path in STOREFRONT.rglob("*.ts*") if "messages" not in path.parts]

    named = [path.name for path in files if ".test." not in path.name and naming.search(path.read_text())]

    assert named == []
