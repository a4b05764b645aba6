"""What a customer can do with preferences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import CategoryId, CustomerId, IdSource, ProductId
from vivamarket.kernel.seals import Seals, digest_of
from vivamarket.preferences.errors import WishlistNotFound
from vivamarket.preferences.model import (
    CONSENTS_MAX,
    Consent,
    ConsentPurpose,
    GuestPreferences,
    MailChoices,
    Marked,
    Preferences,
    check_consent,
    is_news,
)
from vivamarket.preferences.ports import PreferenceStore

#: Two tabs and a phone may write at once; who loses reads again.
WRITES_MAX = 5
_LINK = "wishlist"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceChange:
    """What to set; None leaves it as it is."""

    locale: str | None = None
    currency: str | None = None
    favourites: tuple[CategoryId, ...] | None = None
    mails: MailChoices | None = None

    def applied(self, to: Preferences) -> Preferences:
        """Return the preferences so changed. Raise ``BadPreferences``."""
        changed = replace(
            to,
            locale=self.locale or to.locale,
            currency=self.currency or to.currency,
            mails=self.mails or to.mails,
        )
        return changed if self.favourites is None else changed.preferring(self.favourites)


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a guest's preferences. ``left`` found no room and stays in the browser."""

    preferences: Preferences
    left: tuple[Marked, ...]


class PreferenceService:
    """Use cases. Languages, currencies and products are checked by the caller, who knows them."""

    def __init__(self, *, store: PreferenceStore, clock: Clock, ids: IdSource, key: str) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._seals = Seals(key, "preferences")

    async def get(self, customer_id: CustomerId) -> Preferences:
        """Return the customer's preferences."""
        return await self._store.get(customer_id)

    async def change(self, customer_id: CustomerId, version: int, change: PreferenceChange) -> Preferences:
        """Apply the change to the version that was shown. Raise ``StaleVersion``, ``BadPreferences``.

        Sent again after its answer was lost, it finds its own result and returns that.
        """
        shown = await self._store.get(customer_id)
        changed = change.applied(shown)
        if changed == shown:
            return shown
        if shown.version != version:
            raise StaleVersion("Your preferences were changed elsewhere. Read them again, then change them.")
        return await self._keep(changed)

    async def wish(self, customer_id: CustomerId, product_id: ProductId) -> Preferences:
        """Put the product on the wishlist. Raise ``WishlistFull``."""
        now = self._clock.now()
        return await self._written(customer_id, lambda known: known.wishing(product_id, now))

    async def stop_wishing(self, customer_id: CustomerId, product_id: ProductId) -> Preferences:
        """Take the product off the wishlist."""
        return await self._written(customer_id, lambda known: known.not_wishing(product_id))

    async def see(self, customer_id: CustomerId, product_id: ProductId) -> Preferences:
        """Note that the customer looked at the product; nothing, unless the customer allows it."""
        if not await self._may_remember_views(customer_id):
            return await self._store.get(customer_id)
        mark = Marked(product_id, self._clock.now())
        return await self._written(customer_id, lambda known: known.seeing((mark,)))

    async def forget_seen(self, customer_id: CustomerId) -> Preferences:
        """Forget what the customer looked at."""
        return await self._written(customer_id, lambda known: replace(known, seen=()))

    async def merge(self, customer_id: CustomerId, guest: GuestPreferences) -> Merged:
        """Take over what the guest's browser kept. Raise ``BadPreferences``. Twice is as good as once.

        Decisions come first: what was looked at is kept only where the newest one allows it.
        """
        now = self._clock.now()
        left: list[tuple[Marked, ...]] = [()]
        consents = [check_consent(consent) for consent in guest.consents]
        for consent in sorted(consents, key=lambda each: each.at):
            await self._decide_if_newer(customer_id, replace(consent, at=min(consent.at, now)))
        brought = guest if await self._may_remember_views(customer_id) else replace(guest, seen=())

        def taken(known: Preferences) -> Preferences:
            preferences, left[0] = known.merged(brought, now)
            return preferences

        return Merged(await self._written(customer_id, taken), left[0])

    async def decide(
        self, customer_id: CustomerId, purpose: ConsentPurpose, text_version: str, *, given: bool
    ) -> tuple[Consent, ...]:
        """Add a decision, unless it is the one that counts already; return the history, newest first.

        Whoever does not want to be shown what suits them is forgotten to have looked at anything. Raise
        ``BadPreferences``.
        """
        consent = check_consent(
            Consent(purpose=purpose, text_version=text_version, given=given, at=self._clock.now())
        )
        if is_news(consent, await self._store.newest_consent(customer_id, purpose)):
            await self._add(customer_id, consent)
        return await self.consents(customer_id)

    async def consents(self, customer_id: CustomerId) -> tuple[Consent, ...]:
        """Return what the customer decided, newest first."""
        return await self._store.consents(customer_id, CONSENTS_MAX)

    async def share(self, customer_id: CustomerId) -> str:
        """Return the token of the link under which anybody may read the wishlist; it stays the same."""
        link_id = self._ids.uuid7()
        shared = await self._written(
            customer_id,
            lambda known: replace(known, wishlist_link_id=known.wishlist_link_id or link_id),
        )
        return self.link_of(shared) or ""

    async def stop_sharing(self, customer_id: CustomerId) -> None:
        """Take the link back: it opens nothing from now on, and the next one is another."""
        await self._written(customer_id, lambda known: replace(known, wishlist_link_id=None))

    async def shared(self, token: str) -> tuple[Marked, ...]:
        """Return the wishes that are shared under the token, and nothing of whose they are.

        Raise ``WishlistNotFound``.
        """
        if not token:
            raise WishlistNotFound("No wishlist is shared under this link.")
        return (await self._store.by_link(digest_of(token))).wishes

    def link_of(self, preferences: Preferences) -> str | None:
        """Return the token of the wishlist's link, None when it is not shared."""
        link_id = preferences.wishlist_link_id
        return None if link_id is None else self._seals.of(_LINK, link_id)

    async def _decide_if_newer(self, customer_id: CustomerId, consent: Consent) -> None:
        newest = await self._store.newest_consent(customer_id, consent.purpose)
        if is_news(consent, newest) and (newest is None or newest.at < consent.at):
            await self._add(customer_id, consent)

    async def _add(self, customer_id: CustomerId, consent: Consent) -> None:
        await self._store.add_consent(customer_id, consent)
        if consent.purpose is ConsentPurpose.MARKETING and not consent.given:
            await self.forget_seen(customer_id)

    async def _may_remember_views(self, customer_id: CustomerId) -> bool:
        newest = await self._store.newest_consent(customer_id, ConsentPurpose.MARKETING)
        return newest is not None and newest.given

    async def _written(
        self, customer_id: CustomerId, change: Callable[[Preferences], Preferences]
    ) -> Preferences:
        """Apply a change that fits any version; read again while others write, ``WRITES_MAX`` times."""
        for _ in range(WRITES_MAX - 1):
            try:
                return await self._apply(customer_id, change)
            except StaleVersion:
                continue
        return await self._apply(customer_id, change)

    async def _apply(
        self, customer_id: CustomerId, change: Callable[[Preferences], Preferences]
    ) -> Preferences:
        known = await self._store.get(customer_id)
        changed = change(known)
        return known if changed == known else await self._keep(changed)

    async def _keep(self, preferences: Preferences) -> Preferences:
        token = self.link_of(preferences)
        return await self._store.put(preferences, None if token is None else digest_of(token))
