"""Editions: the shop in one language and one currency, each below its own beginning of an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vivamarket.shop.model import edition_base


@dataclass(frozen=True, slots=True)
class Edition:
    """One language in one currency. ``base`` begins its addresses; see ``edition_base``."""

    locale: str
    currency: str
    base: str

    @property
    def is_main(self) -> bool:
        """Return whether this is its language's edition in the shop's first currency."""
        return self.base == f"/{self.locale}/"


def editions_of(locales: Sequence[str], currencies: Sequence[str]) -> tuple[Edition, ...]:
    """Return every edition, those in the first currency first."""
    first = currencies[0]
    return tuple(
        Edition(locale, currency, edition_base(locale, currency, first))
        for currency in currencies
        for locale in locales
    )


def edition_at(editions: Sequence[Edition], path: str) -> tuple[Edition, str] | None:
    """Return whose address this is and what follows its base; None when it is nobody's."""
    own = [edition for edition in editions if path.startswith(edition.base)]
    if not own:
        return None
    nearest = max(own, key=lambda edition: len(edition.base))
    return nearest, path[len(nearest.base) :]
