"""Preferences as pure values: every change returns a new record, and says no by a named error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from vivamarket.kernel.ids import CategoryId, CustomerId, ProductId
from vivamarket.preferences.errors import BadPreferences, WishlistFull

#: A record of all three at their limits is about 25 kB: far below the 400 kB of one DynamoDB item.
WISHES_MAX = 200
FAVOURITES_MAX = 50
SEEN_MAX = 24
#: A customer who changes their mind more often than this is not a customer.
CONSENTS_MAX = 1_000
#: Names of the text that was agreed to, such as ``2026-11``.
TEXT_VERSION_LENGTH_MAX = 32


class ConsentPurpose(StrEnum):
    """What a customer can allow or not. What the shop cannot work without needs no consent."""

    STATISTICS = "statistics"
    MARKETING = "marketing"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Marked:
    """A product that was wished for, or looked at, and when."""

    product_id: ProductId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One decision about one purpose. Decisions are only ever added; the newest one counts."""

    purpose: ConsentPurpose
    #: Which text was shown when it was decided.
    text_version: str
    given: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class MailChoices:
    """Which of the mails that nobody needs are wanted all the same."""

    #: Off: the customer's alerts wait, and none is mailed.
    stock_alerts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestPreferences:
    """What a guest's browser has kept, brought along at sign-in. Its clock is not trusted."""

    locale: str | None = None
    currency: str | None = None
    wishes: tuple[Marked, ...] = ()
    seen: tuple[Marked, ...] = ()
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """One customer's preferences. ``version`` 0 has never been kept."""

    customer_id: CustomerId
    version: int = 0
    #: None: as the page says.
    locale: str | None = None
    currency: str | None = None
    #: Departments the customer goes to first, in the customer's order.
    favourites: tuple[CategoryId, ...] = ()
    #: Newest first, each product once.
    wishes: tuple[Marked, ...] = ()
    seen: tuple[Marked, ...] = ()
    mails: MailChoices = field(default_factory=MailChoices)
    #: Names the link under which the wishlist may be read; None: nobody else reads it.
    wishlist_link_id: str | None = None

    def wishing(self, product_id: ProductId, now: datetime) -> Preferences:
        """Return them with the product wished for; an older wish stays. Raise ``WishlistFull``."""
        if any(wish.product_id == product_id for wish in self.wishes):
            return self
        if len(self.wishes) >= WISHES_MAX:
            raise WishlistFull(
                f"Your wishlist holds {WISHES_MAX} products. Take one off, then add this one.",
                wishes_max=WISHES_MAX,
            )
        return replace(self, wishes=(Marked(product_id, now), *self.wishes))

    def not_wishing(self, product_id: ProductId) -> Preferences:
        """Return them without the product on the wishlist."""
        return replace(self, wishes=tuple(wish for wish in self.wishes if wish.product_id != product_id))

    def seeing(self, marks: Iterable[Marked]) -> Preferences:
        """Return them with these products seen: the newest ``SEEN_MAX``, each once."""
        return replace(self, seen=_newest_of_each((*self.seen, *marks))[:SEEN_MAX])

    def preferring(self, favourites: Sequence[CategoryId]) -> Preferences:
        """Return them with these favourites. Raise ``BadPreferences``."""
        once = tuple(dict.fromkeys(favourites))
        if len(once) > FAVOURITES_MAX:
            raise BadPreferences(
                f"Choose at most {FAVOURITES_MAX} departments.", favourites_max=FAVOURITES_MAX
            )
        return replace(self, favourites=once)

    def merged(self, guest: GuestPreferences, now: datetime) -> tuple[Preferences, tuple[Marked, ...]]:
        """Return them with what the guest's browser brought, and the wishes that found no room.

        What the customer has set stays. No time of the browser's is believed that is yet to come.
        """
        own = {wish.product_id for wish in self.wishes}
        brought = _newest_of_each(_past(mark, now) for mark in guest.wishes if mark.product_id not in own)
        room = WISHES_MAX - len(self.wishes)
        wishes = _newest_of_each((*self.wishes, *brought[:room]))
        merged = replace(
            self,
            locale=self.locale or guest.locale,
            currency=self.currency or guest.currency,
            wishes=wishes,
        )
        return merged.seeing(_past(mark, now) for mark in guest.seen), brought[room:]


def check_consent(consent: Consent) -> Consent:
    """Return the consent. Raise ``BadPreferences`` when it does not say what was agreed to."""
    text = consent.text_version
    if not 1 <= len(text) <= TEXT_VERSION_LENGTH_MAX or not text.isascii() or not text.isprintable():
        raise BadPreferences(
            f"text_version is 1 to {TEXT_VERSION_LENGTH_MAX} printable ASCII characters.",
            text_version=text[:TEXT_VERSION_LENGTH_MAX],
        )
    return consent


def is_news(consent: Consent, newest: Consent | None) -> bool:
    """Return whether the consent says anything that the newest one of its purpose does not."""
    return newest is None or (consent.given, consent.text_version) != (newest.given, newest.text_version)


def _past(mark: Marked, now: datetime) -> Marked:
    return mark if mark.at <= now else replace(mark, at=now)


def _newest_of_each(marks: Iterable[Marked]) -> tuple[Marked, ...]:
    """Return each product once, by its newest mark, newest first."""
    newest: dict[ProductId, Marked] = {}
    for mark in marks:
        known = newest.get(mark.product_id)
        if known is None or known.at < mark.at:
            newest[mark.product_id] = mark
    return tuple(sorted(newest.values(), key=lambda mark: (mark.at, mark.product_id), reverse=True))
