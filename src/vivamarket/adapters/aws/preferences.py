"""``PreferenceStore`` in DynamoDB: one item a customer, one a decision, one a wishlist's link.

=====================  ==========================  =======================================
what                   ``pk``                      ``sk``
=====================  ==========================  =======================================
preferences            ``CUSTOMER#{customer id}``  ``PREFERENCES``
a decision             ``CUSTOMER#{customer id}``  ``CONSENT#{number of the decision}``
whose a link is        ``LINK#{digest}``           ``LINK``
=====================  ==========================  =======================================

Preferences and link change in one transaction, so that a link opens at once and, taken back, never again. An
index over the digests would follow a moment later.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import msgspec

from vivamarket.adapters.aws.dynamo import ConditionFailed, Item, Items, delete, put
from vivamarket.kernel.errors import StaleVersion, Unavailable
from vivamarket.kernel.ids import CustomerId
from vivamarket.preferences.errors import WishlistNotFound
from vivamarket.preferences.model import CONSENTS_MAX, Consent, ConsentPurpose, Preferences

_PREFERENCES = "PREFERENCES"
_CONSENT = "CONSENT#"
_LINK = "LINK"
_NUMBER_DIGITS = 8
#: How often a decision looks for a free number when another one comes at the same moment.
ATTEMPTS_MAX = 10
_KNOWN_MAX = 2 * CONSENTS_MAX


class DynamoPreferenceStore:
    """The ``PreferenceStore`` in a table."""

    def __init__(self, items: Items) -> None:
        self._items = items

    async def get(self, customer_id: CustomerId) -> Preferences:
        """See ``PreferenceStore``."""
        item = await self._items.get(_customer(customer_id), _PREFERENCES)
        return Preferences(customer_id=customer_id) if item is None else _preferences(item)

    async def put(self, preferences: Preferences, link_digest: bytes | None) -> Preferences:
        """See ``PreferenceStore``."""
        customer = _customer(preferences.customer_id)
        before = await self._items.get(customer, _PREFERENCES)
        if preferences.version != (before["version"] if before else 0):
            raise _stale()
        kept = replace(preferences, version=preferences.version + 1)
        item = _item(kept, link_digest)
        if before is None:
            writes = [put(item, "attribute_not_exists(pk)")]
        else:
            writes = [put(item, "version = :version", version=preferences.version)]
        link_before = before["link_digest"] if before else None
        if link_before != link_digest:
            if link_before is not None:
                writes.append(delete((_link(link_before), _LINK)))
            if link_digest is not None:
                writes.append(put({"pk": _link(link_digest), "sk": _LINK, "customer_id": kept.customer_id}))
        try:
            await self._items.write(writes)
        except ConditionFailed:
            raise _stale() from None
        return kept

    async def by_link(self, link_digest: bytes) -> Preferences:
        """See ``PreferenceStore``."""
        link = await self._items.get(_link(link_digest), _LINK)
        item = await self._items.get(_customer(link["customer_id"]), _PREFERENCES) if link else None
        if item is None or item["link_digest"] != link_digest:
            raise WishlistNotFound("No wishlist is shared under this link.")
        return _preferences(item)

    async def add_consent(self, customer_id: CustomerId, consent: Consent) -> None:
        """See ``PreferenceStore``."""
        customer = _customer(customer_id)
        for _ in range(ATTEMPTS_MAX):
            newest = [item async for item in self._items.query(customer, _CONSENT, limit=1, backwards=True)]
            number = int(newest[0]["sk"].removeprefix(_CONSENT)) + 1 if newest else 1
            item = {
                "pk": customer,
                "sk": f"{_CONSENT}{number:0{_NUMBER_DIGITS}}",
                "purpose": consent.purpose.value,
                "consent": msgspec.json.encode(consent).decode(),
            }
            try:
                await self._items.put(item, "attribute_not_exists(pk)")
            except ConditionFailed:
                continue
            return
        raise Unavailable("Your decision could not be kept; send it again.")

    async def consents(self, customer_id: CustomerId, limit: int) -> tuple[Consent, ...]:
        """See ``PreferenceStore``."""
        found = self._items.query(_customer(customer_id), _CONSENT, limit=limit, backwards=True)
        return tuple([_consent(item) async for item in found])

    async def newest_consent(self, customer_id: CustomerId, purpose: ConsentPurpose) -> Consent | None:
        """See ``PreferenceStore``."""
        found = self._items.query(_customer(customer_id), _CONSENT, limit=CONSENTS_MAX, backwards=True)
        async for item in found:
            if item["purpose"] == purpose.value:
                return _consent(item)
        return None

    async def erase(self, customer_id: CustomerId) -> None:
        """See ``PreferenceStore``."""
        found = [item async for item in self._items.query(_customer(customer_id), limit=_KNOWN_MAX)]
        digests = [item["link_digest"] for item in found if item.get("link_digest")]
        keys = [(_link(digest), _LINK) for digest in digests]
        await self._items.delete_all([*keys, *((item["pk"], item["sk"]) for item in found)])


def _customer(customer_id: CustomerId) -> str:
    return f"CUSTOMER#{customer_id}"


def _link(digest: bytes) -> str:
    return f"LINK#{digest.hex()}"


def _stale() -> StaleVersion:
    return StaleVersion("Your preferences were changed elsewhere. Read them again.")


def _item(preferences: Preferences, link_digest: bytes | None) -> dict[str, Any]:
    document = asdict(preferences)
    return {
        "pk": _customer(document.pop("customer_id")),
        "sk": _PREFERENCES,
        "version": document.pop("version"),
        "link_digest": link_digest,
        "document": msgspec.json.encode(document).decode(),
    }


def _preferences(item: Item) -> Preferences:
    document = msgspec.json.decode(item["document"])
    customer_id = item["pk"].removeprefix("CUSTOMER#")
    return msgspec.convert(
        document | {"customer_id": customer_id, "version": int(item["version"])}, Preferences
    )


def _consent(item: Item) -> Consent:
    return msgspec.json.decode(item["consent"], type=Consent)
