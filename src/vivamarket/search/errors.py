"""Search's refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Invalid, Unavailable


class BadQuery(Invalid):
    """The question is too long or malformed."""

    code = "bad_query"


class SearchUnavailable(Unavailable):
    """There is no index yet; it is being built."""

    code = "search_unavailable"
