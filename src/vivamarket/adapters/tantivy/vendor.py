"""Where tantivy's failures become ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from vivamarket.search.errors import SearchUnavailable


class IndexBroken(SearchUnavailable):
    """The index on disk is missing, damaged or of another layout, or the disk refuses."""

    code = "search_unavailable"


@contextmanager
def tantivy_errors(doing: str) -> Iterator[None]:
    """Raise ``IndexBroken`` for whatever tantivy or the disk says while ``doing``."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise IndexBroken("The search index cannot be used now.", doing=doing, reason=str(error)) from error
    except BaseException as error:
        # A Rust panic (damaged bytes can cause one) derives from BaseException and its class cannot
        # be imported; let through it would end the whole process.
        if type(error).__name__ != "PanicException":
            raise
        raise IndexBroken("The search index cannot be used now.", doing=doing, reason=str(error)) from error
