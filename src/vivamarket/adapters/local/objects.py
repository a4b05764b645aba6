"""Files in a folder: the object store of one machine."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import itertools
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from vivamarket.kernel.errors import Unavailable
from vivamarket.media.errors import ObjectNotFound
from vivamarket.media.model import check_key, check_prefix
from vivamarket.media.ports import PUT_MANY_MAX, StoredObject

T = TypeVar("T")

THREADS_MAX = 4
LIST_BATCH_MAX = 1_000
#: A temporary file older than this belongs to a process that died.
LEFTOVER_AGE_SECONDS = 3_600
#: Bulk writes are cut into pieces of this size, so that no other caller waits long for a thread.
_BULK_PIECE_MAX = 512
#: The first may find no folder; a ``delete`` meanwhile may take it away again.
_MOVE_ATTEMPTS_MAX = 4
_TEMPORARY_FOLDER = ".tmp"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


class FolderObjectStore:
    """Keep each object as one file below ``root``.

    A write goes to a temporary file, is synced, renamed over the target, and the folder is synced: after
    the call the new bytes survive a power cut, and no reader ever sees a part. ``durable=False`` leaves
    out both syncs and keeps the rest: for what can be made again from the database (the shop's pages),
    where a sync per file would cost a hundred times the write. Content types and cache rules are not
    stored; the server derives them from the key.
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self._root = root
        self._durable = durable
        self._temporary = root / _TEMPORARY_FOLDER
        self._temporary.mkdir(parents=True, exist_ok=True)
        self._prefix = f"{os.fspath(root)}/"
        self._temporary_prefix = f"{os.fspath(self._temporary)}/{os.getpid()}-{time.time_ns()}-"
        self._counter = itertools.count()
        self._threads = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="objects")
        self._remove_leftovers()

    async def put(self, key: str, data: bytes, *, content_type: str, cache_control: str = "") -> None:
        """Store one file; see the port."""
        check_key(key)
        await self._run(lambda: self._write_all([(key, data, content_type)]))

    async def put_many(self, items: Sequence[tuple[str, bytes, str]], *, cache_control: str = "") -> None:
        """Store many files; see the port.

        Not durable, about 10,000 small files a second are rewritten; a new file in a new folder costs about
        three times as much, nearly all of it inside the file system.
        """
        if len(items) > PUT_MANY_MAX:
            raise ValueError(f"at most {PUT_MANY_MAX} files at once")
        for key, _, _ in items:
            check_key(key)
        for start in range(0, len(items), _BULK_PIECE_MAX):
            piece = items[start : start + _BULK_PIECE_MAX]
            await self._run(functools.partial(self._write_all, piece))

    async def get(self, key: str) -> bytes:
        """Return the bytes; see the port."""
        path = self._prefix + check_key(key)
        try:
            return await self._run(Path(path).read_bytes)
        except FileNotFoundError:
            raise ObjectNotFound("There is no such file.", key=key) from None

    async def exists(self, key: str) -> bool:
        """Return whether the key is there."""
        return await self._run(Path(self._prefix + check_key(key)).is_file)

    async def delete(self, key: str) -> None:
        """Remove the file and the folders it leaves empty; see the port."""
        check_key(key)
        await self._run(lambda: self._remove(key))

    async def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        """Iterate in key order; see the port. Files written meanwhile may or may not appear."""
        found = self._walk_prefix(check_prefix(prefix))
        while batch := await self._run(lambda: list(itertools.islice(found, LIST_BATCH_MAX))):
            for stored in batch:
                yield stored

    def close(self) -> None:
        """Wait for running writes and end the threads."""
        self._threads.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _write_all(self, items: Sequence[tuple[str, bytes, str]]) -> None:
        """Write each file whole; then sync the folders they lie in, each once."""
        unsynced: set[str] = set()
        try:
            for key, data, _ in items:
                self._write(key, data, unsynced)
        finally:
            if self._durable:
                for folder in unsynced:
                    _sync_folder(folder)

    def _write(self, key: str, data: bytes, unsynced: set[str]) -> None:
        temporary = f"{self._temporary_prefix}{next(self._counter)}"
        try:
            self._write_temporary(temporary, data)
            self._move_into_place(temporary, self._prefix + key, unsynced)
        except OSError as error:
            Path(temporary).unlink(missing_ok=True)
            if error.errno in _NO_ROOM:
                raise Unavailable(f"The file cannot be stored: {error.strerror}.", key=key) from error
            raise

    def _write_temporary(self, temporary: str, data: bytes) -> None:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        try:
            remaining = memoryview(data)
            while remaining:
                remaining = remaining[os.write(descriptor, remaining) :]
            if self._durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _move_into_place(self, temporary: str, path: str, unsynced: set[str]) -> None:
        folder = os.path.dirname(path)  # noqa: PTH120 - pathlib costs more than the write itself
        for attempt in range(_MOVE_ATTEMPTS_MAX):
            try:
                os.replace(temporary, path)  # noqa: PTH105 - as above
                break
            except FileNotFoundError:
                if attempt == _MOVE_ATTEMPTS_MAX - 1:
                    raise
                with contextlib.suppress(FileExistsError, FileNotFoundError):
                    self._make_folders(folder, unsynced)  # somebody else may make or remove one meanwhile
        unsynced.add(folder)

    def _make_folders(self, folder: str, unsynced: set[str]) -> None:
        """Make the folder and what is missing above it; usually only the last one is."""
        try:
            os.mkdir(folder)  # noqa: PTH102 - as in _move_into_place
        except FileExistsError:
            return
        except FileNotFoundError:
            parent = os.path.dirname(folder)  # noqa: PTH120 - as above
            if len(parent) < len(self._prefix) - 1:
                raise  # the root itself has gone
            self._make_folders(parent, unsynced)
            os.mkdir(folder)  # noqa: PTH102 - as above
        unsynced.add(os.path.dirname(folder))  # noqa: PTH120 - as above

    def _remove(self, key: str) -> None:
        path = Path(self._prefix + key)
        try:
            path.unlink()
        except FileNotFoundError:
            return
        if self._durable:
            _sync_folder(path.parent)
        for folder in itertools.takewhile(lambda parent: parent != self._root, path.parents):
            try:
                folder.rmdir()
            except OSError:
                return  # not empty: somebody else's files

    def _walk_prefix(self, prefix: str) -> Iterator[StoredObject]:
        folder_part, _, _ = prefix.rpartition("/")
        start = self._root / folder_part
        for stored in _walk(start, f"{folder_part}/" if folder_part else ""):
            if stored.key.startswith(prefix):
                yield stored

    def _remove_leftovers(self) -> None:
        oldest = time.time() - LEFTOVER_AGE_SECONDS
        for path in self._temporary.iterdir():
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except FileNotFoundError:
                continue  # another process was faster


def _walk(folder: Path, key_prefix: str) -> Iterator[StoredObject]:
    """Iterate over files in key order: a folder sorts as its name with a slash, as its keys do."""
    try:
        with os.scandir(folder) as scan:
            entries = sorted((e.name + "/" * e.is_dir(follow_symlinks=False), e) for e in scan)
    except (FileNotFoundError, NotADirectoryError):
        return
    for name, entry in entries:
        if name.startswith("."):
            continue
        if name.endswith("/"):
            yield from _walk(folder / entry.name, key_prefix + name)
            continue
        try:
            yield StoredObject(key_prefix + name, entry.stat().st_size)
        except FileNotFoundError:
            continue  # removed since the folder was read


def _sync_folder(folder: str | Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # removed again meanwhile, with what was in it
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
