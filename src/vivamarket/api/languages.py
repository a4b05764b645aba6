"""Choosing a language by `Accept-Language` (RFC 9110 §12.5.4)."""

from __future__ import annotations

from collections.abc import Sequence

RANGES_MAX = 20


def preferred_locale(accept_language: str, locales: Sequence[str]) -> str:
    """Return the shop's locale that the browser likes best, the first one when it likes none.

    Only the primary language counts (`es-MX` is `es`). Never raises, whatever the header holds.
    """
    best, best_quality = locales[0], 0.0
    for part in accept_language.split(",")[:RANGES_MAX]:
        language, _, parameters = part.partition(";")
        primary = language.strip().lower().split("-", 1)[0]
        quality = _quality(parameters)
        if primary in locales and quality > best_quality:
            best, best_quality = primary, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    text = value.strip()
    try:
        return min(float(text), 1.0) if text[:1] in {"0", "1"} else 0.0
    except ValueError:
        return 0.0
