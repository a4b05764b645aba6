"""What customers can do with preferences."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.catalog import NOON, CountedIds, StillClock

from vivamarket.adapters.memory.preferences import MemoryPreferenceStore
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import CategoryId, CustomerId, ProductId, uuid7
from vivamarket.preferences.errors import BadPreferences, WishlistFull, WishlistNotFound
from vivamarket.preferences.model import (
    FAVOURITES_MAX,
    SEEN_MAX,
    WISHES_MAX,
    Consent,
    ConsentPurpose,
    GuestPreferences,
    MailChoices,
    Marked,
    Preferences,
)
from vivamarket.preferences.service import PreferenceChange, PreferenceService

JO = CustomerId(uuid7(1, 1))
MUG, TEA = ProductId("mug"), ProductId("tea")
AGREED = Consent(purpose=ConsentPurpose.STATISTICS, text_version="1", given=True, at=NOON)
ALLOWED = replace(AGREED, purpose=ConsentPurpose.MARKETING)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def service(clock: StillClock) -> PreferenceService:
    return PreferenceService(store=MemoryPreferenceStore(), clock=clock, ids=CountedIds(), key="key")


def many(count: int, start: int = 0) -> tuple[Marked, ...]:
    return tuple(Marked(ProductId(f"p{n}"), NOON - timedelta(minutes=n)) for n in range(start, start + count))


async def test_a_change_is_made_to_the_version_that_was_shown(service: PreferenceService) -> None:
    change = PreferenceChange(locale="es", mails=MailChoices(stock_alerts=False))

    changed = await service.change(JO, 0, change)

    assert (changed.version, changed.locale, changed.mails.stock_alerts) == (1, "es", False)
    assert await service.change(JO, 0, change) == changed  # its answer was lost
    with pytest.raises(StaleVersion):
        await service.change(JO, 0, PreferenceChange(locale="en"))


async def test_favourites_keep_their_order_and_have_a_limit(service: PreferenceService) -> None:
    cups, tools = CategoryId("cups"), CategoryId("tools")
    too_many = tuple(CategoryId(str(n)) for n in range(FAVOURITES_MAX + 1))

    changed = await service.change(JO, 0, PreferenceChange(favourites=(tools, cups, tools)))

    assert changed.favourites == (tools, cups)
    with pytest.raises(BadPreferences):
        await service.change(JO, 1, PreferenceChange(favourites=too_many))


async def test_a_wish_is_made_once_and_taken_back(service: PreferenceService, clock: StillClock) -> None:
    await service.wish(JO, MUG)
    clock.time += timedelta(hours=1)
    await service.wish(JO, TEA)

    again = await service.wish(JO, MUG)

    assert again.wishes == (Marked(TEA, clock.now()), Marked(MUG, NOON))
    assert (await service.stop_wishing(JO, TEA)).wishes == (Marked(MUG, NOON),)
    assert (await service.stop_wishing(JO, TEA)).version == 3


async def test_a_full_wishlist_says_so(service: PreferenceService) -> None:
    await service.merge(JO, GuestPreferences(wishes=many(WISHES_MAX)))

    with pytest.raises(WishlistFull):
        await service.wish(JO, MUG)


async def test_a_guests_wishes_are_all_on_the_list_or_stay_with_the_guest(service: PreferenceService) -> None:
    for n in range(WISHES_MAX - 2):
        await service.wish(JO, ProductId(f"own{n}"))

    merged = await service.merge(JO, GuestPreferences(wishes=(*many(3), Marked(ProductId("own0"), NOON))))

    names = {wish.product_id for wish in merged.preferences.wishes}
    assert len(names) == WISHES_MAX
    assert {"p0", "p1", "own0"} <= names
    assert [mark.product_id for mark in merged.left] == ["p2"]


async def test_merging_twice_is_as_good_as_once(service: PreferenceService) -> None:
    guest = GuestPreferences(locale="es", wishes=many(2), seen=many(3), consents=(AGREED,))

    once = await service.merge(JO, guest)

    assert await service.merge(JO, guest) == once
    assert await service.consents(JO) == (AGREED,)


async def test_what_the_customer_has_set_goes_before_what_the_browser_brings(
    service: PreferenceService, clock: StillClock
) -> None:
    await service.change(JO, 0, PreferenceChange(locale="es"))
    clock.time += timedelta(hours=1)
    await service.decide(JO, ConsentPurpose.STATISTICS, "1", given=False)

    merged = await service.merge(JO, GuestPreferences(locale="en", currency="USD", consents=(AGREED,)))

    assert (merged.preferences.locale, merged.preferences.currency) == ("es", "USD")
    assert [each.given for each in await service.consents(JO)] == [False]


async def test_a_browser_whose_clock_is_ahead_brings_nothing_from_the_future(
    service: PreferenceService,
) -> None:
    later = NOON + timedelta(days=400)

    merged = await service.merge(
        JO,
        GuestPreferences(wishes=(Marked(MUG, later),), consents=(replace(AGREED, at=later),)),
    )

    assert merged.preferences.wishes == (Marked(MUG, NOON),)
    assert (await service.consents(JO))[0].at == NOON


async def test_only_the_newest_products_that_were_seen_are_kept(
    service: PreferenceService, clock: StillClock
) -> None:
    await service.merge(JO, GuestPreferences(seen=many(SEEN_MAX + 5, start=1), consents=(ALLOWED,)))

    seen = (await service.see(JO, ProductId("p3"))).seen

    assert len(seen) == SEEN_MAX
    assert seen[0] == Marked(ProductId("p3"), clock.now())
    assert (await service.forget_seen(JO)).seen == ()


async def test_what_is_looked_at_is_kept_only_where_the_customer_allows_it(
    service: PreferenceService, clock: StillClock
) -> None:
    assert (await service.merge(JO, GuestPreferences(seen=many(3)))).preferences.seen == ()
    assert (await service.see(JO, MUG)).seen == ()

    merged = await service.merge(JO, GuestPreferences(seen=many(3), consents=(ALLOWED,)))
    assert len(merged.preferences.seen) == 3

    clock.time += timedelta(minutes=1)
    await service.decide(JO, ConsentPurpose.MARKETING, "1", given=False)
    assert (await service.get(JO)).seen == ()


async def test_a_browser_that_brings_a_newer_no_makes_the_shop_forget(
    service: PreferenceService, clock: StillClock
) -> None:
    await service.merge(JO, GuestPreferences(seen=many(3), consents=(ALLOWED,)))
    clock.time += timedelta(minutes=1)
    refused = replace(ALLOWED, given=False, at=clock.time)

    merged = await service.merge(JO, GuestPreferences(seen=many(3), consents=(refused,)))

    assert merged.preferences.seen == ()


async def test_a_decision_is_noted_when_it_is_another_one(
    service: PreferenceService, clock: StillClock
) -> None:
    for given, version in ((True, "1"), (True, "1"), (True, "2"), (False, "2")):
        clock.time += timedelta(minutes=1)
        history = await service.decide(JO, ConsentPurpose.NEWS, version, given=given)

    assert [(each.given, each.text_version) for each in history] == [(False, "2"), (True, "2"), (True, "1")]


@pytest.mark.parametrize("text_version", ["", "é", "x" * 33, "a\nb"])
async def test_a_consent_names_the_text_it_is_about(service: PreferenceService, text_version: str) -> None:
    with pytest.raises(BadPreferences):
        await service.decide(JO, ConsentPurpose.NEWS, text_version, given=True)


async def test_a_shared_wishlist_is_read_by_its_link_until_that_is_taken_back(
    service: PreferenceService,
) -> None:
    await service.wish(JO, MUG)
    token = await service.share(JO)

    assert await service.share(JO) == token
    assert await service.shared(token) == (Marked(MUG, NOON),)
    await service.stop_sharing(JO)
    for closed in (token, "", "x" * 500):
        with pytest.raises(WishlistNotFound):
            await service.shared(closed)
    assert await service.share(JO) != token


async def test_who_keeps_losing_the_race_is_told(clock: StillClock) -> None:
    class Busy(MemoryPreferenceStore):
        async def put(self, preferences: Preferences, link_digest: bytes | None) -> Preferences:
            raise StaleVersion("Somebody was faster.")

    with pytest.raises(StaleVersion):
        await PreferenceService(store=Busy(), clock=clock, ids=CountedIds(), key="key").wish(JO, MUG)
