"""The shape of the YAML files."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Literal, TypeVar

import msgspec
import yaml

from vivamarket.kernel.words import DEFAULT_LOCALE

T = TypeVar("T")

PACKAGE = "vivamarket.demo.catalogue"
FACTS = "facts.yaml"


class Words(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What one language says: the title, one paragraph, a few points."""

    title: str
    text: str
    points: list[str] = []


class ShelfFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A category or subcategory. ``palette`` holds its two background colors, ``hero`` its emojis."""

    key: str
    hero: str
    palette: list[str] = []


class ProductFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename={"shelf": "in"}):
    """One product. ``*_of`` overrides by option value, or by all values joined with ``/``.

    Prices are ``"<EUR> <USD>"``. ``art`` is the emojis of its picture, the product itself first.
    """

    sku: str
    vendor: str
    tags: list[str]
    facts: dict[str, str | int | bool]
    price: str
    grams: int = 0
    stock: int = 0
    art: str = ""
    shelf: str = ""
    options: dict[str, list[str]] = {}
    price_of: dict[str, str] = {}
    was: str = ""
    was_of: dict[str, str] = {}
    grams_of: dict[str, int] = {}
    stock_of: dict[str, int] = {}
    tax: Literal["standard", "reduced"] = "standard"
    backorder: bool = False
    untracked: bool = False


class CategoryFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One file: a category, the shelves below it, their products."""

    category: ShelfFile
    products: list[ProductFile]
    subcategories: list[ShelfFile] = []


class Fact(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a fact is, whatever it is called."""

    type: Literal["text", "number", "boolean"] = "text"
    unit: str = ""
    facet: bool = True


class Term(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What one language calls a fact or an option, and its values; others are shown as they are."""

    name: str
    values: dict[str, str] = {}


class Language(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """All that the demo says in one language: ``texts`` by SKU of the product or key of the shelf."""

    texts: dict[str, Words]
    facts: dict[str, Term]
    options: dict[str, Term]
    yes: str
    no: str
    another_view: str


#: Words by language, English first.
Languages = Mapping[str, Language]


def read_facts() -> dict[str, Fact]:
    """Return the facts that products may state."""
    return _read(FACTS, dict[str, Fact])


def read_languages() -> Languages:
    """Return what ``words/<language>.yaml`` say. Raise ``ValueError`` as ``check_languages`` does."""
    names = sorted(entry.name for entry in resources.files(PACKAGE).joinpath("words").iterdir())
    read = {name.removesuffix(".yaml"): _read(f"words/{name}", Language) for name in names}
    check_languages(read)
    return {DEFAULT_LOCALE: read.pop(DEFAULT_LOCALE), **read}


def check_languages(read: Languages) -> None:
    """Raise ``ValueError`` when a language lacks something that English has, or has more."""
    for locale, language in read.items():
        for kind in ("texts", "facts", "options"):
            odd = _names(getattr(language, kind)) ^ _names(getattr(read[DEFAULT_LOCALE], kind))
            if odd:
                raise ValueError(f"words/{locale}.yaml: {sorted(odd)} is not in both this and English")


def _names(words: Mapping[str, Words] | Mapping[str, Term]) -> set[tuple[str, str]]:
    """Return every place that a translator fills: texts, their points, terms, their values."""
    places: set[tuple[str, str]] = set()
    for key, said in words.items():
        parts = said.values if isinstance(said, Term) else range(len(said.points))
        places |= {(key, ""), *((key, str(part)) for part in parts)}
    return places


def read_categories() -> list[CategoryFile]:
    """Return all category files in the order of their numbered names."""
    names = sorted(entry.name for entry in resources.files(PACKAGE).iterdir())
    return [_read(name, CategoryFile) for name in names if name.endswith(".yaml") and name != FACTS]


def _read(name: str, kind: type[T]) -> T:
    text = resources.files(PACKAGE).joinpath(name).read_text(encoding="utf-8")
    return msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), kind)
