"""Whether a request comes from the shop's own pages."""

from __future__ import annotations

from collections.abc import Mapping


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Return whether another site sent the request. Header names are lower-case.

    Browsers say so in ``Sec-Fetch-Site``; older ones name themselves in ``Origin``.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host", "")
