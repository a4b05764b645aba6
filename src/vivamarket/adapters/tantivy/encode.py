"""From a ``SearchDocument`` to tantivy's document."""

from __future__ import annotations

from functools import lru_cache

from tantivy import Document, TextAnalyzer

from vivamarket.adapters.tantivy import keys, pairs
from vivamarket.adapters.tantivy.layout import (
    ALARM_ID,
    ALARM_MS,
    AVAILABLE,
    CATEGORY,
    FACET,
    ID,
    KIND,
    KIND_ALARM,
    KIND_POSITION,
    KIND_PRODUCT,
    POSITION,
    SEPARATOR,
    SKU,
    TIE,
    IndexLayout,
    TextFields,
    card_field,
    clean,
    prepare,
)
from vivamarket.catalog.present import card_key
from vivamarket.kernel.ids import ProductId
from vivamarket.search.model import FacetLabels, LocaleText, SearchDocument

#: Of a long description only the beginning is searched.
DESCRIPTION_LENGTH_MAX = 4_000
#: A phrase can be completed from each of its first words on.
PHRASE_STARTS_MAX = 4
PHRASE_LENGTH_MAX = 80
#: Vendors, tags and facet values repeat from product to product; their terms are made once.
TERMS_CACHED_MAX = 16_384

_NO_LABELS = FacetLabels()


def product_document(document: SearchDocument, layout: IndexLayout) -> Document:
    """Return the document of a product, with the words of every locale of the layout."""
    out = Document()
    tie = keys.tie(document.product_id)
    out.add_text(KIND, KIND_PRODUCT)
    out.add_text(ID, document.product_id)
    out.add_integer(TIE, tie)
    out.add_integer("newest", keys.newest(document.created_at_ms, tie))
    out.add_boolean(AVAILABLE, document.available)
    for sku in document.skus:
        out.add_text(SKU, sku.casefold())
    for category_id in document.category_ids:
        out.add_text(CATEGORY, category_id)
    for key, values in document.facets.items():
        for value in values:
            out.add_text(FACET, facet_term(key, value))
    for currency in layout.currencies:
        _add_prices(out, document, currency, tie)
    fallback = next(iter(document.texts.values()))
    for locale in layout.locales:
        fields = layout.text_fields[locale]
        text = document.texts.get(locale, fallback)
        _add_words(out, document, fields, text, layout.stemmers[locale])
        _add_facet_counts(out, document, fields, document.facet_labels.get(locale, _NO_LABELS))
        for currency in layout.currencies:
            card = document.cards.get(card_key(locale, currency))
            if card is not None:
                out.add_bytes(card_field(locale, currency), card)
    return out


def position_document(position: str) -> Document:
    """Return the document that keeps the feed position of a commit."""
    out = Document()
    out.add_text(KIND, KIND_POSITION)
    out.add_text(POSITION, position)
    return out


def alarm_document(product_id: ProductId, at_ms: int) -> Document:
    """Return the document that remembers when a product must be looked at again."""
    out = Document()
    out.add_text(KIND, KIND_ALARM)
    out.add_text(ALARM_ID, product_id)
    out.add_integer(ALARM_MS, at_ms)
    return out


@lru_cache(maxsize=TERMS_CACHED_MAX)
def facet_term(key: str, value: str) -> str:
    """Return the term that a facet filter looks for."""
    return f"{clean(key)}{SEPARATOR}{clean(value)}"


def _add_prices(out: Document, document: SearchDocument, currency: str, tie: int) -> None:
    lowest = document.price_min.get(currency)
    out.add_integer(f"price_up_{currency}", keys.price_up(lowest, tie))
    out.add_integer(f"price_down_{currency}", keys.price_down(lowest, tie))
    if lowest is not None:
        out.add_integer(f"price_min_{currency}", lowest)
        out.add_integer(f"price_max_{currency}", document.price_max.get(currency, lowest))


def _add_words(
    out: Document, document: SearchDocument, fields: TextFields, text: LocaleText, stemmer: TextAnalyzer
) -> None:
    phrases = (document.vendor, document.product_type, *document.tags, *text.category_titles)
    title = prepare(text.title)
    facts = prepare("\n".join((*phrases, *document.skus, *text.attribute_texts)))
    out.add_text(fields.title, title)
    for pair in pairs.of_title(stemmer.analyze(title)):
        out.add_text(fields.pairs, pair)
    out.add_text(fields.facts, facts)
    words = f"{title}\n{facts}"
    out.add_text(fields.words, words)
    out.add_text(fields.everything, f"{words}\n{prepare(text.description[:DESCRIPTION_LENGTH_MAX])}")
    for phrase in phrases:
        for term in phrase_terms(phrase):
            out.add_text(fields.phrases, term)
    for column, number in zip(fields.name_columns, keys.name(text.title), strict=True):
        out.add_integer(column, number)


def _add_facet_counts(
    out: Document, document: SearchDocument, fields: TextFields, labels: FacetLabels
) -> None:
    for key, values in document.facets.items():
        key_label = labels.keys.get(key, key)
        value_labels = labels.values.get(key, {})
        for value in values:
            out.add_text(fields.facets, counted_term(key, value, key_label, value_labels.get(value, value)))


@lru_cache(maxsize=TERMS_CACHED_MAX)
def counted_term(key: str, value: str, key_label: str, value_label: str) -> str:
    """Return the term that facets are counted by: the filter's, with the words to show."""
    return SEPARATOR.join((facet_term(key, value), clean(key_label), clean(value_label)))


@lru_cache(maxsize=TERMS_CACHED_MAX)
def counted_parts(term: str) -> tuple[str, str, str, str]:
    """Return what a ``counted_term`` was made of: key, value and their words."""
    key, value, key_label, value_label = term.split(SEPARATOR)
    return key, value, key_label, value_label


@lru_cache(maxsize=TERMS_CACHED_MAX)
def phrase_terms(phrase: str) -> tuple[str, ...]:
    """Return the completion terms of a phrase: one from each of its first words on."""
    shown = clean(phrase)[:PHRASE_LENGTH_MAX]
    words = keys.fold(shown).split(" ")
    if not words[0]:
        return ()
    starts = range(min(len(words), PHRASE_STARTS_MAX))
    return tuple(f"{' '.join(words[start:])}{SEPARATOR}{shown}" for start in starts)
