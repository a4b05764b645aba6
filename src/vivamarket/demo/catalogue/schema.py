"""The shape of the YAML files."""

from __future__ import annotations

from importlib import resources
from typing import Literal, TypeVar

import msgspec
import yaml

T = TypeVar("T")

PACKAGE = "vivamarket.demo.catalogue"
VOCABULARY = "vocabulary.yaml"


class Words(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What one language says: the title, one paragraph, a few points."""

    title: str
    text: str
    points: list[str] = []


class ShelfFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A category or subcategory. ``palette`` holds its two background colors, ``hero`` its emojis."""

    key: str
    en: Words
    es: Words
    hero: str
    palette: list[str] = []


class ProductFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename={"shelf": "in"}):
    """One product. ``*_of`` overrides by option value, or by all values joined with ``/``.

    Prices are ``"<EUR> <USD>"``. ``art`` is the emojis of its picture, the product itself first.
    """

    sku: str
    en: Words
    es: Words
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


class Term(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A fact or an option: its name and its values' words, English then Spanish."""

    en: str
    es: str
    type: Literal["text", "number", "boolean"] = "text"
    unit: str = ""
    facet: bool = True
    values: dict[str, tuple[str, str]] = {}


class Vocabulary(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """All facts and options that products may use."""

    facts: dict[str, Term]
    options: dict[str, Term]


def read_vocabulary() -> Vocabulary:
    """Return the shared words."""
    return _read(VOCABULARY, Vocabulary)


def read_categories() -> list[CategoryFile]:
    """Return all category files in the order of their numbered names."""
    names = sorted(entry.name for entry in resources.files(PACKAGE).iterdir())
    return [_read(name, CategoryFile) for name in names if name.endswith(".yaml") and name != VOCABULARY]


def _read(name: str, kind: type[T]) -> T:
    text = resources.files(PACKAGE).joinpath(name).read_text(encoding="utf-8")
    return msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), kind)
