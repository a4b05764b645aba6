"""The fields of the index and how their words are cut, as one value both sides build alike."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

import tantivy

from vivamarket.adapters.tantivy import keys
from vivamarket.search.languages import language
from vivamarket.search.model import SearchSort

#: Raised with every change of fields, keys or analyzers; another number is rebuilt, never read.
FORMAT = 2
WORD_BYTES_MAX = 60

#: Between the parts of a compound term; cannot occur inside one (``clean`` removes it).
SEPARATOR = "\x1f"

#: Stands inside a decimal number instead of its point; a letter to tantivy, typed by nobody (U+A78F).
_DECIMAL_POINT = "ꞏ"
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_POSSESSIVE = re.compile(r"'s\b")

ID, TIE, KIND = "id", "tie", "kind"
ALARM_ID, ALARM_MS = "alarm_id", "alarm_ms"
POSITION = "position"
SKU, CATEGORY, FACET, AVAILABLE = "sku", "category", "facet", "available"
KIND_PRODUCT, KIND_ALARM, KIND_POSITION = "product", "alarm", "position"


@dataclass(frozen=True)
class IndexLayout:
    """The shop's locales and currencies decide the fields. The first of each is the default."""

    locales: tuple[str, ...]
    currencies: tuple[str, ...]
    #: Ready field names, so that a search formats no strings.
    text_fields: dict[str, TextFields] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text_fields", {locale: TextFields.of(locale) for locale in self.locales})

    @cached_property
    def fingerprint(self) -> str:
        """Name everything that makes an index readable with this layout."""
        return json.dumps(
            {"format": FORMAT, "locales": self.locales, "currencies": self.currencies}, sort_keys=True
        )

    def sort_columns(self, sort: SearchSort, locale: str, currency: str) -> tuple[str, ...]:
        """Return the ascending integer columns of an order, ``TIE`` last."""
        match sort:
            case SearchSort.PRICE_ASC:
                return (f"price_up_{currency}", TIE)
            case SearchSort.PRICE_DESC:
                return (f"price_down_{currency}", TIE)
            case SearchSort.NAME:
                return (*self.text_fields[locale].name_columns, TIE)
            case SearchSort.NEWEST | SearchSort.RELEVANCE:
                return ("newest", TIE)

    @cached_property
    def schema(self) -> tantivy.Schema:
        """Build the fields."""
        builder = tantivy.SchemaBuilder()
        for name in (KIND, SKU, FACET):
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        builder.add_text_field(CATEGORY, fast=True, tokenizer_name="raw", index_option="basic")
        for name in (ID, ALARM_ID, POSITION):
            builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_boolean_field(AVAILABLE, indexed=True)
        for name in (ALARM_MS, TIE, "newest"):
            builder.add_integer_field(name, fast=True)
        for currency in self.currencies:
            for name in ("price_min", "price_max", "price_up", "price_down"):
                builder.add_integer_field(f"{name}_{currency}", fast=True)
        for locale in self.locales:
            self.text_fields[locale].declare(builder, stem_analyzer(locale))
            for currency in self.currencies:
                builder.add_bytes_field(card_field(locale, currency), stored=True)
        return builder.build()

    @cached_property
    def stemmers(self) -> dict[str, tantivy.TextAnalyzer]:
        """Return what reduces words, by locale."""
        return {locale: stemming_analyzer(locale) for locale in self.locales}

    def register(self, index: tantivy.Index) -> None:
        """Teach an opened index its analyzers; tantivy keeps only their names."""
        index.register_tokenizer("words", words_analyzer())
        for locale in self.locales:
            index.register_tokenizer(stem_analyzer(locale), stemming_analyzer(locale))


@dataclass(frozen=True, slots=True)
class TextFields:
    """The fields of one locale."""

    title: str
    #: Vendor, type, tags, categories, SKUs and attributes.
    facts: str
    #: Everything, description included: what decides whether a product matches.
    everything: str
    #: Title and facts unstemmed: exact forms, prefixes, typos.
    words: str
    #: Neighbours in the title (see ``pairs``).
    pairs: str
    #: Completions: ``<folded from some word on><SEPARATOR><as shown>``.
    phrases: str
    #: Facet terms with their labels, for counting.
    facets: str
    name_columns: tuple[str, ...]

    @classmethod
    def of(cls, locale: str) -> TextFields:
        """Name the fields of a locale."""
        return cls(
            title=f"title_{locale}",
            facts=f"facts_{locale}",
            everything=f"everything_{locale}",
            words=f"words_{locale}",
            pairs=f"pairs_{locale}",
            phrases=f"phrases_{locale}",
            facets=f"facets_{locale}",
            name_columns=tuple(f"name{number}_{locale}" for number in range(keys.NAME_COLUMNS)),
        )

    def declare(self, builder: tantivy.SchemaBuilder, analyzer: str) -> None:
        """Add the fields to a schema."""
        builder.add_text_field(self.title, stored=True, tokenizer_name=analyzer, index_option="freq")
        for name in (self.facts, self.everything):
            builder.add_text_field(name, tokenizer_name=analyzer, index_option="freq")
        builder.add_text_field(self.words, tokenizer_name="words", index_option="basic")
        for name in (self.pairs, self.phrases):
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        builder.add_text_field(self.facets, fast=True, tokenizer_name="raw", index_option="basic")
        for name in self.name_columns:
            builder.add_integer_field(name, fast=True)


def card_field(locale: str, currency: str) -> str:
    """Name the stored card of a locale and currency."""
    return f"card_{locale}_{currency}"


def stem_analyzer(locale: str) -> str:
    """Name the analyzer of a locale's stemmed fields."""
    return f"stems_{locale}"


def words_analyzer() -> tantivy.TextAnalyzer:
    """Cut prepared text into words, small letters, accents folded."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(WORD_BYTES_MAX))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .build()
    )


def stemming_analyzer(locale: str) -> tantivy.TextAnalyzer:
    """Cut prepared text into words, reduce them by the locale's stemmer, which wants accents; then fold."""
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(WORD_BYTES_MAX))
        .filter(tantivy.Filter.lowercase())
    )
    stemmer = language(locale).stemmer
    if stemmer is not None:
        builder = builder.filter(tantivy.Filter.stemmer(stemmer))
    return builder.filter(tantivy.Filter.ascii_fold()).build()


def prepare(text: str) -> str:
    """Return the text so that tantivy's simple tokenizer, ten times as fast as a pattern, cuts it right.

    Numbers keep their decimals ("1,5" = "1.5") and part from their unit ("500ml" = "500 ml"); "A4"
    stays whole; accents are composed; a possessive loses its ending.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("’", "'")
    if "'" in text:
        text = _POSSESSIVE.sub("", text)
    return _NUMBER.sub(_spaced_number, text)


def _spaced_number(match: re.Match[str]) -> str:
    number, text = match.group(), match.string
    if match.start() and text[match.start() - 1].isalpha():
        return number
    number = number.replace(",", _DECIMAL_POINT).replace(".", _DECIMAL_POINT)
    return f"{number} " if text[match.end() : match.end() + 1].isalpha() else number


def clean(text: str) -> str:
    """Return the text as one part of a compound term."""
    return text.replace(SEPARATOR, " ").strip()
