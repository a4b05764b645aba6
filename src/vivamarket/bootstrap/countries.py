"""Countries in words, for what is written to people."""

from __future__ import annotations

from babel import Locale


def country_name(code: str, locale: str) -> str:
    """Return the country's name in that language (``de``, ``pt-BR``), else its code."""
    name: str | None = Locale.parse(locale, sep="-").territories.get(code)
    return name or code
