"""What every ContentStore promises."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.helpers.catalog import NOON, StillClock

from vivamarket.adapters.memory.content import MemoryContentStore
from vivamarket.adapters.postgres.content import PostgresContentStore
from vivamarket.content import (
    ContentBody,
    ContentNotFound,
    ContentPage,
    ContentSlugTaken,
    ContentStore,
    ContentText,
    TooManyPages,
)
from vivamarket.content.model import PAGES_MAX
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import StaffId

SAM = StaffId("sam")


def page(key: str, *, slug: str | None = None, title: str = "About us") -> ContentPage:
    text = ContentText(title=title, slug=slug or key, description="Who we are", body="# Hello")
    return ContentPage(key=key, version=0, draft=ContentBody(texts={"en": text}), updated_at=NOON)


@pytest.fixture(params=["postgres", "memory"])
def store(request: pytest.FixtureRequest, clock: StillClock) -> ContentStore:
    if request.param == "memory":
        return MemoryContentStore(clock)
    return PostgresContentStore(request.getfixturevalue("pool"), clock)


async def test_what_is_kept_is_read_back_equal(store: ContentStore) -> None:
    kept = await store.put(page("about").with_draft_published(NOON), SAM)

    assert kept.version == 1
    assert await store.get("about") == kept
    assert await store.all() == (kept,)


async def test_a_stale_write_changes_nothing(store: ContentStore) -> None:
    first = await store.put(page("about"), SAM)
    second = await store.put(replace(first, draft=page("about", title="Us").draft), SAM)

    with pytest.raises(StaleVersion):
        await store.put(first, SAM)
    with pytest.raises(StaleVersion):
        await store.put(page("about"), SAM)
    assert await store.get("about") == second


async def test_a_slug_belongs_to_one_page_as_a_draft_and_as_published(store: ContentStore) -> None:
    about = await store.put(page("about", slug="who-we-are").with_draft_published(NOON), SAM)
    await store.put(replace(about, draft=page("about", slug="us").draft), SAM)

    for taken in ("who-we-are", "us"):
        with pytest.raises(ContentSlugTaken):
            await store.put(page("team", slug=taken), SAM)
    assert [each.key for each in await store.all()] == ["about"]


async def test_there_is_room_for_so_many_pages_and_no_more(store: ContentStore) -> None:
    for number in range(PAGES_MAX):
        await store.put(page(f"page-{number}"), SAM)

    with pytest.raises(TooManyPages):
        await store.put(page("one-more"), SAM)
    assert len(await store.all()) == PAGES_MAX


async def test_every_version_is_kept_newest_first(store: ContentStore) -> None:
    first = await store.put(page("about"), SAM)
    second = await store.put(replace(first, draft=page("about", title="Us").draft), None)
    await store.remove(second, SAM)

    versions = await store.versions("about")

    assert [(each.version, each.staff_id, each.page) for each in versions] == [
        (3, SAM, None),
        (2, None, second),
        (1, SAM, first),
    ]
    assert await store.version("about", 2) == versions[1]
    assert (await store.version("about", 4), await store.version("\0", 1)) == (None, None)


async def test_a_removed_page_is_gone_and_its_key_can_be_used_again(store: ContentStore) -> None:
    first = await store.put(page("about"), SAM)
    await store.remove(first, SAM)

    with pytest.raises(ContentNotFound):
        await store.get("about")
    with pytest.raises(ContentNotFound):
        await store.remove(first, SAM)
    again = await store.put(page("about"), SAM)
    assert again.version == 3


async def test_removing_what_was_changed_meanwhile_is_refused(store: ContentStore) -> None:
    first = await store.put(page("about"), SAM)
    await store.put(first, SAM)

    with pytest.raises(StaleVersion):
        await store.remove(first, SAM)


async def test_the_revision_differs_after_every_write(store: ContentStore) -> None:
    seen = [await store.revision()]
    first = await store.put(page("about"), SAM)
    seen.append(await store.revision())
    await store.remove(first, SAM)
    seen.append(await store.revision())

    assert len(set(seen)) == 3
    assert await store.revision() == seen[-1]


@pytest.mark.parametrize("strange", ["", "nobody", "\0", "é" * 300])
async def test_an_unknown_key_is_not_found(store: ContentStore, strange: str) -> None:
    with pytest.raises(ContentNotFound):
        await store.get(strange)
    assert await store.versions(strange) == ()
