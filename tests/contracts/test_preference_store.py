"""The promises of ``PreferenceStore``."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from tests.helpers.catalog import NOON
from tests.helpers.cloud import Cloud

from vivamarket.adapters.aws.preferences import DynamoPreferenceStore
from vivamarket.adapters.aws.tables import PREFERENCES
from vivamarket.adapters.memory.preferences import MemoryPreferenceStore
from vivamarket.adapters.postgres.preferences import PostgresPreferenceStore
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import CategoryId, CustomerId, ProductId, uuid7
from vivamarket.preferences.errors import WishlistNotFound
from vivamarket.preferences.model import Consent, ConsentPurpose, MailChoices, Marked, Preferences
from vivamarket.preferences.ports import PreferenceStore

JO, MAX = CustomerId(uuid7(1, 1)), CustomerId(uuid7(2, 2))
MUG = ProductId(uuid7(3, 3))
FULL = Preferences(
    customer_id=JO,
    locale="es",
    currency="EUR",
    favourites=(CategoryId(uuid7(4, 4)),),
    wishes=(Marked(MUG, NOON),),
    seen=(Marked(MUG, NOON - timedelta(hours=1)),),
    mails=MailChoices(stock_alerts=False),
    wishlist_link_id=uuid7(5, 5),
)
LINK, OTHER_LINK = b"l" * 32, b"o" * 32
AGREED = Consent(purpose=ConsentPurpose.STATISTICS, text_version="2026-11", given=True, at=NOON)


@pytest.fixture(params=["postgres", "memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> PreferenceStore:
    if request.param == "memory":
        return MemoryPreferenceStore()
    if request.param == "dynamodb":
        cloud: Cloud = request.getfixturevalue("cloud")
        return DynamoPreferenceStore(cloud.table(PREFERENCES))
    return PostgresPreferenceStore(request.getfixturevalue("pool"))


async def test_a_customer_without_preferences_has_those_of_version_zero(store: PreferenceStore) -> None:
    assert await store.get(JO) == Preferences(customer_id=JO)


async def test_what_is_kept_comes_back_as_the_next_version(store: PreferenceStore) -> None:
    kept = await store.put(FULL, LINK)

    assert kept == replace(FULL, version=1)
    assert await store.get(JO) == kept
    assert await store.get(MAX) == Preferences(customer_id=MAX)


async def test_a_stale_write_changes_nothing(store: PreferenceStore) -> None:
    kept = await store.put(FULL, None)
    newer = await store.put(replace(kept, currency="USD"), None)

    for stale in (FULL, kept):
        with pytest.raises(StaleVersion):
            await store.put(replace(stale, currency="GBP"), None)

    assert await store.get(JO) == newer


async def test_of_many_writers_at_once_one_wins(store: PreferenceStore) -> None:
    outcomes = await asyncio.gather(*(store.put(FULL, None) for _ in range(8)), return_exceptions=True)

    assert sum(isinstance(each, Preferences) for each in outcomes) == 1
    assert sum(isinstance(each, StaleVersion) for each in outcomes) == 7


async def test_a_wishlist_is_found_by_its_link_until_that_is_taken_back(store: PreferenceStore) -> None:
    kept = await store.put(FULL, LINK)

    assert await store.by_link(LINK) == kept
    await store.put(replace(kept, wishlist_link_id=None), None)
    with pytest.raises(WishlistNotFound):
        await store.by_link(LINK)


async def test_a_new_link_takes_the_place_of_the_old_one(store: PreferenceStore) -> None:
    kept = await store.put(FULL, LINK)
    newer = await store.put(kept, OTHER_LINK)
    with pytest.raises(StaleVersion):
        await store.put(kept, None)

    assert await store.by_link(OTHER_LINK) == newer
    with pytest.raises(WishlistNotFound):
        await store.by_link(LINK)


async def test_no_decision_of_many_at_once_is_lost(store: PreferenceStore) -> None:
    texts = {f"2026-{number:02}" for number in range(6)}

    await asyncio.gather(*(store.add_consent(JO, replace(AGREED, text_version=text)) for text in texts))

    assert {each.text_version for each in await store.consents(JO, 10)} == texts


async def test_decisions_are_kept_in_the_order_they_came(store: PreferenceStore) -> None:
    taken_back = replace(AGREED, given=False, at=NOON + timedelta(days=1))
    news = replace(AGREED, purpose=ConsentPurpose.NEWS)
    for consent in (AGREED, taken_back, news):
        await store.add_consent(JO, consent)

    assert await store.consents(JO, 10) == (news, taken_back, AGREED)
    assert await store.consents(JO, 1) == (news,)
    assert await store.newest_consent(JO, ConsentPurpose.STATISTICS) == taken_back
    assert await store.newest_consent(JO, ConsentPurpose.MARKETING) is None
    assert await store.consents(MAX, 10) == ()


async def test_erasing_leaves_nothing_of_the_customer_and_all_of_others(store: PreferenceStore) -> None:
    theirs = await store.put(replace(FULL, customer_id=MAX), None)
    await store.put(FULL, LINK)
    await store.add_consent(JO, AGREED)

    await store.erase(JO)
    await store.erase(JO)

    assert await store.get(JO) == Preferences(customer_id=JO)
    assert await store.consents(JO, 10) == ()
    assert await store.get(MAX) == theirs
    with pytest.raises(WishlistNotFound):
        await store.by_link(LINK)


async def test_no_decision_can_be_rewritten(pool: asyncpg.Pool) -> None:
    await PostgresPreferenceStore(pool).add_consent(JO, AGREED)

    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await pool.execute("UPDATE consent SET given = false")
