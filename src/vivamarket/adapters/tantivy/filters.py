"""Filters as unscored queries, and the facets that count around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tantivy import FieldType, Occur, Query, Searcher

from vivamarket.adapters.tantivy.encode import counted_parts, facet_term
from vivamarket.adapters.tantivy.layout import (
    AVAILABLE,
    CATEGORY,
    FACET,
    KIND,
    KIND_PRODUCT,
    TIE,
    IndexLayout,
)
from vivamarket.search.model import FACET_VALUES_MAX, Facet, FacetValue, SearchQuery

#: Values counted over all facets together, most frequent first.
FACET_BUCKETS_MAX = 1_000
CATEGORY_BUCKETS_MAX = 200


@dataclass(frozen=True, slots=True)
class Counts:
    """What is told about a whole result beside its page."""

    total: int
    facets: tuple[Facet, ...] = ()
    categories: tuple[FacetValue, ...] = ()
    price_min: int | None = None
    price_max: int | None = None


class Filters:
    """Builds filter clauses and counts for one layout."""

    def __init__(self, layout: IndexLayout) -> None:
        self._layout = layout
        self._schema = layout.schema
        self._products = Query.term_query(layout.schema, KIND, KIND_PRODUCT, "basic")

    def clauses(self, query: SearchQuery) -> list[Query]:
        """Return what must hold besides words and facets."""
        found = []
        if query.category_id is not None:
            found.append(Query.term_query(self._schema, CATEGORY, query.category_id, "basic"))
        if query.available_only:
            found.append(Query.term_query(self._schema, AVAILABLE, True, "basic"))
        if query.price_min is not None and query.price_max is not None and query.price_min > query.price_max:
            found.append(Query.empty_query())
            return found
        if query.price_max is not None:
            name = f"price_min_{query.currency}"
            found.append(self._range(name, upper=query.price_max))
        if query.price_min is not None:
            name = f"price_max_{query.currency}"
            found.append(self._range(name, lower=query.price_min))
        return found

    def facet_clauses(self, facets: Mapping[str, tuple[str, ...]]) -> dict[str, Query]:
        """Return one clause per chosen facet: any of its values."""
        return {
            key: _any(
                [Query.term_query(self._schema, FACET, facet_term(key, value), "basic") for value in values]
            )
            for key, values in facets.items()
            if values
        }

    def narrow(self, matched: Query | None, clauses: list[Query]) -> Query:
        """Return ``matched`` (None = every product), kept to the clauses, scored by ``matched`` only."""
        if matched is None:
            if not clauses:
                return self._products
            matched, clauses = clauses[0], clauses[1:]
        if not clauses:
            return matched
        unscored = [(Occur.Must, Query.const_score_query(clause, 0.0)) for clause in clauses]
        return Query.boolean_query([(Occur.Must, matched), *unscored])

    def count(
        self,
        searcher: Searcher,
        matched: Query | None,
        query: SearchQuery,
        clauses: list[Query],
        chosen: Mapping[str, Query],
    ) -> Counts:
        """Count the result: total, facets (each ignoring its own choice), categories, price range."""
        field = self._layout.text_fields[query.locale].facets
        whole = searcher.aggregate(
            self.narrow(matched, [*clauses, *chosen.values()]), self._whole(field, query.currency)
        )
        facets = {key: facet for key, facet in _facets(whole["facets"]).items() if key not in chosen}
        for key in chosen:
            others = [clause for other, clause in chosen.items() if other != key]
            counted = searcher.aggregate(
                self.narrow(matched, [*clauses, *others]), {"facets": _terms(field, FACET_BUCKETS_MAX)}
            )
            own = _facets(counted["facets"]).get(key)
            if own is not None:
                facets[key] = own
        return Counts(
            total=int(whole["total"]["value"]),
            facets=tuple(facets[key] for key in sorted(facets)),
            categories=tuple(
                FacetValue(bucket["key"], bucket["doc_count"]) for bucket in whole["categories"]["buckets"]
            ),
            price_min=_integer(whole["price_min"]["value"]),
            price_max=_integer(whole["price_max"]["value"]),
        )

    def _whole(self, facet_field: str, currency: str) -> dict[str, object]:
        return {
            "total": {"value_count": {"field": TIE}},
            "facets": _terms(facet_field, FACET_BUCKETS_MAX),
            "categories": _terms(CATEGORY, CATEGORY_BUCKETS_MAX),
            "price_min": {"min": {"field": f"price_min_{currency}"}},
            "price_max": {"max": {"field": f"price_max_{currency}"}},
        }

    def _range(self, name: str, *, lower: int | None = None, upper: int | None = None) -> Query:
        return Query.range_query(self._schema, name, FieldType.Integer, lower_bound=lower, upper_bound=upper)


def _any(alternatives: list[Query]) -> Query:
    if len(alternatives) == 1:
        return alternatives[0]
    return Query.boolean_query([(Occur.Should, query) for query in alternatives])


def _terms(field: str, size: int) -> dict[str, object]:
    return {"terms": {"field": field, "size": size, "segment_size": size}}


def _facets(counted: Mapping[str, list[dict[str, object]]]) -> dict[str, Facet]:
    """Group counted terms by key, most frequent values first; a value's different labels are one value."""
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    key_labels: dict[str, str] = {}
    labels: dict[tuple[str, str], str] = {}
    for bucket in counted["buckets"]:
        key, value, key_label, label = counted_parts(str(bucket["key"]))
        count = bucket["doc_count"]
        assert isinstance(count, int)
        key_labels.setdefault(key, key_label)
        labels.setdefault((key, value), label)
        counts[key][value] = counts[key].get(value, 0) + count
    return {
        key: Facet(
            key,
            tuple(FacetValue(value, count, labels[key, value]) for value, count in _most_frequent(found)),
            key_labels[key],
        )
        for key, found in counts.items()
    }


def _most_frequent(found: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))[:FACET_VALUES_MAX]


def _integer(value: float | None) -> int | None:
    return None if value is None else int(value)
