"""The promises of ``ObjectStore``, kept by every adapter. An adapter joins by a line in ``store``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.helpers.cloud import Cloud

from vivamarket.adapters.aws.objects import S3ObjectStore
from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.media.errors import BadObjectKey, ObjectNotFound
from vivamarket.media.ports import PUT_MANY_MAX, ObjectStore

HTML = "text/html; charset=utf-8"


@pytest.fixture(params=["folder", "folder-not-durable", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    adapters: dict[str, Callable[[], ObjectStore]] = {
        "folder": lambda: FolderObjectStore(tmp_path),
        "folder-not-durable": lambda: FolderObjectStore(tmp_path, durable=False),
        "s3": lambda: bucket_in(request.getfixturevalue("cloud")),
    }
    return adapters[request.param]()


def bucket_in(cloud: Cloud) -> S3ObjectStore:
    return S3ObjectStore(cloud.s3, cloud.bucket())


async def keys(store: ObjectStore, prefix: str) -> list[str]:
    return [stored.key async for stored in store.list(prefix)]


async def test_what_is_put_can_be_read(store: ObjectStore) -> None:
    await store.put("pages/en/index.html", b"hello", content_type=HTML)

    assert await store.get("pages/en/index.html") == b"hello"
    assert await store.exists("pages/en/index.html")


async def test_a_second_put_replaces_the_first(store: ObjectStore) -> None:
    await store.put("a.html", b"a longer first text", content_type=HTML)

    await store.put("a.html", b"short", content_type=HTML)

    assert await store.get("a.html") == b"short"


async def test_an_empty_file_is_a_file(store: ObjectStore) -> None:
    await store.put("empty.txt", b"", content_type="text/plain")

    assert await store.get("empty.txt") == b""


async def test_an_unknown_key_is_refused_by_name(store: ObjectStore) -> None:
    with pytest.raises(ObjectNotFound):
        await store.get("pages/nothing.html")

    assert not await store.exists("pages/nothing.html")


async def test_a_folder_of_keys_is_no_file(store: ObjectStore) -> None:
    await store.put("a/b/c.txt", b"c", content_type="text/plain")

    for folder in ("a", "a/b", "a/b/"):
        with pytest.raises(BadObjectKey):
            await store.exists(folder)
        with pytest.raises(BadObjectKey):
            await store.get(folder)
        with pytest.raises(BadObjectKey):
            await store.delete(folder)
    assert await keys(store, "") == ["a/b/c.txt"]


async def test_deleting_removes_only_that_file(store: ObjectStore) -> None:
    await store.put("a/b/c.txt", b"c", content_type="text/plain")
    await store.put("a/d.txt", b"d", content_type="text/plain")

    await store.delete("a/b/c.txt")

    assert await keys(store, "") == ["a/d.txt"]


async def test_deleting_an_unknown_key_changes_nothing(store: ObjectStore) -> None:
    await store.put("a/b.txt", b"b", content_type="text/plain")

    await store.delete("a/nothing.txt")
    await store.delete("nothing/b.txt")

    assert await keys(store, "") == ["a/b.txt"]


async def test_a_key_can_be_used_again_after_its_folder_went_away(store: ObjectStore) -> None:
    await store.put("a/b/c.txt", b"1", content_type="text/plain")
    await store.delete("a/b/c.txt")

    await store.put("a/b/c.txt", b"2", content_type="text/plain")

    assert await store.get("a/b/c.txt") == b"2"


async def test_listing_is_by_prefix_and_in_key_order(store: ObjectStore) -> None:
    wanted = ["a-b/x.txt", "a.txt", "a/b.txt", "a/b/c.txt", "a0.txt", "ab/c.txt"]
    for key in [*reversed(wanted), "b/other.txt"]:
        await store.put(key, b"12345", content_type="text/plain")

    found = [stored async for stored in store.list("a")]

    assert [stored.key for stored in found] == wanted
    assert {stored.size_bytes for stored in found} == {5}


async def test_a_prefix_need_not_end_at_a_folder(store: ObjectStore) -> None:
    for key in ("p/one.txt", "p/only.txt", "p/two.txt"):
        await store.put(key, b"", content_type="text/plain")

    assert await keys(store, "p/on") == ["p/one.txt", "p/only.txt"]
    assert await keys(store, "p/one.txt") == ["p/one.txt"]
    assert await keys(store, "nothing/") == []


async def test_put_many_stores_all(store: ObjectStore) -> None:
    items = [(f"pages/p{number}/index.html", b"%d" % number, HTML) for number in range(40)]

    await store.put_many(items)

    assert len(await keys(store, "pages/")) == 40
    assert await store.get("pages/p35/index.html") == b"35"


async def test_put_many_writes_nothing_when_a_key_is_refused(store: ObjectStore) -> None:
    with pytest.raises(BadObjectKey):
        await store.put_many([("good.txt", b"", HTML), ("../bad.txt", b"", HTML)])

    assert await keys(store, "") == []


async def test_put_many_has_a_limit(store: ObjectStore) -> None:
    with pytest.raises(ValueError, match="at most"):
        await store.put_many([("a.txt", b"", HTML)] * (PUT_MANY_MAX + 1))


async def test_one_file_cannot_lie_inside_another(store: ObjectStore) -> None:
    await store.put("a/b.txt", b"b", content_type="text/plain")

    for key in ("a/b.txt/c.txt", "a"):
        with pytest.raises(BadObjectKey):
            await store.put(key, b"", content_type="text/plain")

    assert await keys(store, "") == ["a/b.txt"]


@pytest.mark.parametrize("prefix", ["/", "/etc/", "../", "a/../", "a//", "a.b/", "a b/"])
async def test_a_prefix_that_no_key_has_is_refused(store: ObjectStore, prefix: str) -> None:
    with pytest.raises(BadObjectKey):
        await keys(store, prefix)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../secrets.json",
        "a/../../b",
        "a/./b",
        "a//b",
        "a/",
        "a",
        "a/b",
        "a.b/c.txt",
        ".hidden",
        "a/.tmp/b",
        "a\\b",
        "a\0b",
        "a b",
        "a\nb",
        "a?b",
        "a#b",
        "a:b",
        "x" * 241,
        "/".join(["abcdefgh"] * 200),
    ],
)
async def test_a_bad_key_is_refused_everywhere(store: ObjectStore, key: str) -> None:
    with pytest.raises(BadObjectKey):
        await store.put(key, b"", content_type="text/plain")
    with pytest.raises(BadObjectKey):
        await store.get(key)
    with pytest.raises(BadObjectKey):
        await store.exists(key)
    with pytest.raises(BadObjectKey):
        await store.delete(key)


@given(key=st.text(max_size=40), data=st.binary(max_size=64))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
async def test_any_key_is_either_refused_or_kept_inside(store: ObjectStore, key: str, data: bytes) -> None:
    try:
        await store.put(key, data, content_type="application/octet-stream")
    except BadObjectKey:
        return

    assert await store.get(key) == data
    await store.delete(key)
