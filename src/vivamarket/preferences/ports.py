"""What preferences need from storage: reads and writes by one key, and one by the hash of a link.

Every promise here can be kept by PostgreSQL (JSONB) and by DynamoDB; decision 0017 writes down how.
"""

from __future__ import annotations

from typing import Protocol

from vivamarket.kernel.ids import CustomerId
from vivamarket.preferences.model import Consent, ConsentPurpose, Preferences


class PreferenceStore(Protocol):
    """Keeps preferences by customer. It does not know whether there is such a customer."""

    async def get(self, customer_id: CustomerId) -> Preferences:
        """Return the customer's preferences; those of version 0 when none are kept."""
        ...

    async def put(self, preferences: Preferences, link_digest: bytes | None) -> Preferences:
        """Keep them as the next version of the one they were read at; return them with it.

        ``link_digest`` is the hash of the wishlist's link, None without one. Raise ``StaleVersion`` when
        another writer got there first; nothing is written then.
        """
        ...

    async def by_link(self, link_digest: bytes) -> Preferences:
        """Return whose wishlist is shared under that link. Raise ``WishlistNotFound``."""
        ...

    async def add_consent(self, customer_id: CustomerId, consent: Consent) -> None:
        """Add a decision. Decisions are never changed, and removed only all together by ``erase``."""
        ...

    async def consents(self, customer_id: CustomerId, limit: int) -> tuple[Consent, ...]:
        """Return the newest decisions, newest first."""
        ...

    async def newest_consent(self, customer_id: CustomerId, purpose: ConsentPurpose) -> Consent | None:
        """Return the decision that counts."""
        ...

    async def erase(self, customer_id: CustomerId) -> None:
        """Remove everything of the customer; nothing there is fine."""
        ...
