"""What can be turned at the edge; bootstrap fills it from settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vivamarket.kernel.rates import Rate

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiConfig:
    """Limits and names of the API. Every limit carries its unit."""

    public_url: str = "http://127.0.0.1:8000"
    build: str = "development"
    body_bytes_max: int = 64 * KIB
    webhook_body_bytes_max: int = 256 * KIB
    path_bytes_max: int = 2 * KIB
    query_bytes_max: int = 8 * KIB
    request_timeout_seconds: float = 15.0
    #: For what staff send in or fetch as a file, over whatever line they have.
    file_timeout_seconds: float = 600.0
    #: Mutations one client address may send: a steady rate and a burst. None = no limit.
    mutations_per_second_max: float | None = 20.0
    mutations_burst_max: int = 120
    #: How many client addresses are remembered; the least recently seen are forgotten first.
    clients_max: int = 50_000
    #: How many requests are worked on at once; in between, the latency they have decides (``admission``).
    #: Three quarters of the least, which newcomers may take, are still a full batch of placements: where
    #: commits are slow, few requests at once would only make fewer of them share one.
    requests_at_once_min: int = 96
    requests_at_once_first: int = 128
    requests_at_once_max: int = 512
    latency_seconds_target: float = 0.05
    #: How many of them may wait for the payment provider, in places of their own.
    paying_at_once_max: int = 64
    hot_bytes_max: int = 24 * MIB
    hot_entry_bytes_max: int = 512 * KIB
    hot_seconds_max: float = 60.0
    live_seconds_max: float = 5.0

    @property
    def mutations_max(self) -> Rate | None:
        """Return how often one client may change something; None without a limit."""
        if self.mutations_per_second_max is None:
            return None
        return Rate(self.mutations_per_second_max, self.mutations_burst_max)


#: Sent with every answer of the API; it never serves anything a browser would run.
API_HEADERS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticConfig:
    """How the static site answers."""

    locales: tuple[str, ...] = ("en", "es")
    memory_bytes_max: int = 24 * MIB
    file_bytes_max: int = 64 * MIB
    cached_file_bytes_max: int = 512 * KIB
    recheck_seconds: float = 1.0
    html_cache_control: str = "public, max-age=0, s-maxage=60, stale-while-revalidate=600"
    immutable_cache_control: str = "public, max-age=31536000, immutable"
    asset_cache_control: str = "public, max-age=3600"
    #: Sent with every file.
    headers: Mapping[str, str] = field(default_factory=lambda: {"x-content-type-options": "nosniff"})
    #: Sent with HTML only, beside ``headers``: what means something for documents only is not paid for with
    #: every picture. Scripts are ruled by the pages' own policy (a ``meta`` with the hashes of that page);
    #: this one holds what a ``meta`` cannot say. A browser obeys both.
    html_headers: Mapping[str, str] = field(
        default_factory=lambda: {
            "referrer-policy": "strict-origin-when-cross-origin",
            "cross-origin-opener-policy": "same-origin",
            "content-security-policy": "frame-ancestors 'none'; base-uri 'self'; object-src 'none'",
            "x-frame-options": "DENY",
        }
    )


#: SHA-256 of nothing. The admin's styles are written rule by rule into style elements that are empty in
#: the document (emotion's way in production); this lets exactly such elements be, and no inline text.
_EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminConfig:
    """How the staff's application answers."""

    memory_bytes_max: int = 12 * MIB
    cached_file_bytes_max: int = 2 * MIB
    recheck_seconds: float = 1.0
    page_cache_control: str = "no-cache"
    immutable_cache_control: str = "public, max-age=31536000, immutable"
    #: Sent with every file.
    headers: Mapping[str, str] = field(
        default_factory=lambda: {
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "x-robots-tag": "noindex",
        }
    )
    #: Sent with the page only, beside ``headers``.
    html_headers: Mapping[str, str] = field(
        default_factory=lambda: {
            "content-security-policy": (
                "default-src 'none'; script-src 'self'; "
                f"style-src 'self' {_EMPTY_STYLE}; "
                "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; "
                "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
            ),
            "x-frame-options": "DENY",
        }
    )
