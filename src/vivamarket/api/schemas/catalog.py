"""Lists, search answers, suggestions, live prices. Products and categories: `catalog.present`."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.catalog.present import CategoryNode, ProductCard
from vivamarket.kernel.money import Money

NextCursor = Annotated[str | None, Meta(description="Ask for the next page with it; null at the end.")]


class CategoryList(Struct, frozen=True):
    """The whole tree, parents before children, siblings in their order."""

    items: tuple[CategoryNode, ...]


class ProductList(Struct, frozen=True):
    """One page of products."""

    items: tuple[ProductCard, ...]
    next_cursor: NextCursor


class FacetChoice(Struct, frozen=True):
    """One value of a facet and how many results have it."""

    value: str
    label: str
    count: int


class FacetGroup(Struct, frozen=True):
    """Counts for one attribute or option, ignoring the question's own choice in it."""

    key: Annotated[str, Meta(description="Filter with `attr.<key>=<value>`.")]
    label: str
    values: tuple[FacetChoice, ...]


class CategoryChoice(Struct, frozen=True):
    """How many results lie in a category and below."""

    id: str
    slug: str
    title: str
    count: int


class PriceRange(Struct, frozen=True):
    """Lowest and highest price among the results, before the price filter."""

    min: Money
    max: Money


class SearchAnswer(Struct, frozen=True):
    """One page of results, with what they can be narrowed by."""

    items: tuple[ProductCard, ...]
    total: int
    next_cursor: NextCursor
    facets: tuple[FacetGroup, ...]
    categories: tuple[CategoryChoice, ...]
    price: PriceRange | None
    corrected: Annotated[bool, Meta(description="Whether words were matched with typos.")]


class SuggestionItem(Struct, frozen=True):
    """Words to search for, or a product to go to."""

    text: str
    product: ProductCard | None


class SuggestionList(Struct, frozen=True):
    """Completions for a text still being typed, best first."""

    items: tuple[SuggestionItem, ...]


class LiveItem(Struct, frozen=True):
    """What a SKU costs and whether it can be had, now."""

    sku: str
    price: Annotated[Money | None, Meta(description="Null when it is not sold in this currency.")]
    compare_at: Money | None
    available: bool
    low_stock_left: Annotated[int | None, Meta(description="How many are left, when that is five or fewer.")]


class LiveList(Struct, frozen=True):
    """Answers in the order asked, each SKU once."""

    items: tuple[LiveItem, ...]
