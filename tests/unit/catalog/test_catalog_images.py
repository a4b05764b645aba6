"""Pictures are fetched after the import; what does not answer is reported and stops nothing."""

from __future__ import annotations

import asyncpg
import pytest_asyncio
from tests.helpers.catalog import StillClock
from tests.helpers.transfer import import_text, imported

from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.catalog.transfer.images import HOST_FAILURES_MAX, ImageFetch
from vivamarket.catalog.transfer.ports import FetchedPicture
from vivamarket.kernel.errors import Invalid
from vivamarket.kernel.ids import MediaId, ProductId

FILE = """\
Handle,Title,Option1 Name,Option1 Value,Variant SKU,Image Src,Variant Image
mug,Mug,Color,Red,MUG-R,https://pics.example/red.jpg,https://pics.example/red.jpg
mug,,,Blue,MUG-B,https://gone.example/blue.jpg,https://gone.example/blue.jpg
"""


class Unreachable(Invalid):
    """Stands for media's refusal."""

    code = "picture_unreachable"


class FakeMedia:
    """Has every picture of one host and none of the others."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def import_url(self, url: str) -> FetchedPicture:
        self.asked.append(url)
        if "gone.example" in url:
            raise Unreachable("The host does not answer.")
        return FetchedPicture(MediaId("m-red"), 640, 480, (160, 640), "#aa0000")


@pytest_asyncio.fixture
async def store(pool: asyncpg.Pool) -> PostgresCatalogStore:
    return PostgresCatalogStore(pool, StillClock())


async def test_fetched_pictures_are_stored_and_missing_ones_reported(store: PostgresCatalogStore) -> None:
    report = await import_text(store, FILE)

    fetched = await ImageFetch(store, FakeMedia(), AsyncioTasks(), StillClock()).run(report.unfetched)

    assert (fetched.fetched, fetched.failed) == (1, 1)
    failure = fetched.failures[0]
    assert (failure.url, failure.code) == ("https://gone.example/blue.jpg", "picture_unreachable")
    found = await store.get(report.unfetched[0])
    assert [(image.media_id, image.width) for image in found.images] == [("m-red", 640), (None, 0)]
    assert [(variant.image_id, variant.image_url) for variant in found.variants] == [
        ("m-red", ""),
        (None, "https://gone.example/blue.jpg"),
    ]


async def test_the_next_import_changes_nothing_and_tries_the_missing_again(
    store: PostgresCatalogStore,
) -> None:
    first = await import_text(store, FILE)
    media = FakeMedia()
    await ImageFetch(store, media, AsyncioTasks(), StillClock()).run(first.unfetched)

    again = await import_text(store, FILE)
    await ImageFetch(store, media, AsyncioTasks(), StillClock()).run(again.unfetched)

    assert imported(again) == {"unchanged": 1}
    assert sorted(media.asked) == ["https://gone.example/blue.jpg"] * 2 + ["https://pics.example/red.jpg"]


async def test_a_host_that_never_answers_is_left_alone(store: PostgresCatalogStore) -> None:
    rows = "".join(f"P{n},https://gone.example/{n}.jpg\n" for n in range(60))
    report = await import_text(store, f"Title,Product image URL\n{rows}")
    media = FakeMedia()

    fetched = await ImageFetch(store, media, AsyncioTasks(), StillClock()).run(report.unfetched)

    assert fetched.failed == 60
    assert HOST_FAILURES_MAX <= len(media.asked) < HOST_FAILURES_MAX + 10
    assert {failure.code for failure in fetched.failures} == {"picture_unreachable", "host_unreachable"}


async def test_nothing_to_fetch_ends_at_once(store: PostgresCatalogStore) -> None:
    fetched = await ImageFetch(store, FakeMedia(), AsyncioTasks(), StillClock()).run([])

    gone = await ImageFetch(store, FakeMedia(), AsyncioTasks(), StillClock()).run(
        [ProductId("01890000-0000-7000-8000-000000000001")]
    )

    assert (fetched.failed, gone.failed) == (0, 0)
