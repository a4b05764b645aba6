"""What is particular to files in a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vivamarket.adapters.local.objects import LEFTOVER_AGE_SECONDS, FolderObjectStore


async def test_a_finished_write_leaves_no_temporary_file(tmp_path: Path) -> None:
    store = FolderObjectStore(tmp_path)

    await store.put("a/b.txt", b"b", content_type="text/plain")
    await store.put_many([("a/c.txt", b"c", "text/plain")])

    assert list((tmp_path / ".tmp").iterdir()) == []
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"b"


async def test_a_failed_write_leaves_no_temporary_file(tmp_path: Path) -> None:
    store = FolderObjectStore(tmp_path)
    (tmp_path / "a" / "b.txt").mkdir(parents=True)  # somebody else's doing: our keys never lead there

    with pytest.raises(IsADirectoryError):
        await store.put("a/b.txt", b"b", content_type="text/plain")

    assert list((tmp_path / ".tmp").iterdir()) == []


def test_opening_sweeps_what_a_dead_process_left_and_keeps_what_is_fresh(tmp_path: Path) -> None:
    (tmp_path / ".tmp").mkdir()
    old, fresh = tmp_path / ".tmp" / "1-1-0", tmp_path / ".tmp" / "2-2-0"
    for path in (old, fresh):
        path.write_bytes(b"half")
    long_ago = fresh.stat().st_mtime - LEFTOVER_AGE_SECONDS - 60
    os.utime(old, (long_ago, long_ago))

    FolderObjectStore(tmp_path)

    assert not old.exists()
    assert fresh.exists()


async def test_hidden_files_and_temporary_ones_are_not_listed(tmp_path: Path) -> None:
    store = FolderObjectStore(tmp_path)
    (tmp_path / ".tmp" / "1-1-0").write_bytes(b"half")
    await store.put("a.txt", b"a", content_type="text/plain")

    assert [stored.key async for stored in store.list("")] == ["a.txt"]


async def test_two_stores_share_a_folder(tmp_path: Path) -> None:
    durable, quick = FolderObjectStore(tmp_path), FolderObjectStore(tmp_path, durable=False)

    await durable.put("media/a.webp", b"a", content_type="image/webp")
    await quick.put("pages/a.html", b"b", content_type="text/html")

    assert await quick.get("media/a.webp") == b"a"
    assert await durable.get("pages/a.html") == b"b"


async def test_a_bulk_larger_than_one_piece_is_stored_whole(tmp_path: Path) -> None:
    store = FolderObjectStore(tmp_path, durable=False)

    await store.put_many([(f"p/{number}.txt", b"%d" % number, "text/plain") for number in range(1_100)])

    found = [stored.key async for stored in store.list("p/")]
    assert found == sorted(f"p/{number}.txt" for number in range(1_100))
