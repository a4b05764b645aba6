"""What is searched, what is asked, what is answered. Pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vivamarket.kernel.ids import CategoryId, ProductId, Sku

QUERY_LENGTH_MAX = 200
QUERY_WORDS_MAX = 12
FACET_VALUES_MAX = 50
FILTERS_MAX = 20
RESULTS_MAX = 100
SUGGESTIONS_MAX = 10
#: How far one can page by relevance: scores move with every commit, so there is no end-less keyset.
RELEVANCE_DEPTH_MAX = 1_000


@dataclass(frozen=True, slots=True)
class LocaleText:
    """The searchable words of a product in one locale."""

    title: str
    description: str = ""
    category_titles: tuple[str, ...] = ()
    attribute_texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetLabels:
    """A locale's words for facet keys, and for their values (key → value → words), where they differ."""

    keys: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """One shown product, flattened. Products that are not shown have no document."""

    product_id: ProductId
    version: int
    texts: Mapping[str, LocaleText]
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    skus: tuple[Sku, ...]
    #: The product's categories and all their ancestors, so that a filter finds a subtree.
    category_ids: tuple[CategoryId, ...]
    #: Lowest price per currency, minor units.
    price_min: Mapping[str, int]
    #: Highest price per currency, minor units.
    price_max: Mapping[str, int]
    #: Facet key → values (attribute values and option values, as text).
    facets: Mapping[str, tuple[str, ...]]
    available: bool
    created_at_ms: int
    #: The card as the API sends it: ready JSON bytes by ``catalog.present.card_key`` (locale, currency).
    cards: Mapping[str, bytes] = field(default_factory=dict)
    #: Locale → words for the facets.
    facet_labels: Mapping[str, FacetLabels] = field(default_factory=dict)


class SearchSort(StrEnum):
    """Orders of the results; every one ends in the product id, so pages never overlap."""

    RELEVANCE = "relevance"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    NEWEST = "newest"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """One question. Values of one facet are alternatives; different facets must all hold.

    A price range (minor units, both ends included) keeps products with a variant price range that
    touches it. Without words, relevance means newest. Words beyond ``QUERY_WORDS_MAX`` are ignored.
    """

    text: str = ""
    locale: str
    currency: str
    category_id: CategoryId | None = None
    price_min: int | None = None
    price_max: int | None = None
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    available_only: bool = False
    sort: SearchSort = SearchSort.RELEVANCE
    cursor: str | None = None
    limit: int = 24
    with_facets: bool = True


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet and how many of the results have it."""

    value: str
    count: int
    #: The value in the query's locale.
    label: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """Counts for one facet, ignoring the query's own choice in it (so that alternatives show)."""

    key: str
    values: tuple[FacetValue, ...]
    #: The key in the query's locale.
    label: str = ""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One result: the product and its ready card in the query's locale and currency."""

    product_id: ProductId
    card: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The answer to a query."""

    hits: tuple[SearchHit, ...]
    total: int
    next_cursor: str | None
    facets: tuple[Facet, ...] = ()
    #: Facet of categories: category id → count, over the whole result.
    categories: tuple[FacetValue, ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    #: True when words were matched with typos because nothing matched exactly.
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion while typing: a product to go to, or words to search for."""

    text: str
    product_id: ProductId | None = None
    card: bytes = b""
