"""What a backup holds, and how it is written and read: one tar file, the manifest first.

The database comes from one snapshot (``pg_dump``); pictures and mails are never changed once written,
so copying them afterwards gives everything that the snapshot speaks of. Published pages and the search
index are left out: the shop writes them anew.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath

import msgspec

from vivamarket.adapters.local.postgres_server import programs_folder
from vivamarket.cli.data_folder import DATA_VERSION
from vivamarket.cli.errors import CommandFailed
from vivamarket.settings import Settings

MANIFEST = "manifest.json"
#: Empty, and last: a tar file that was cut off between two entries looks whole without it.
END = "end"
DATABASE_DUMP = "database.dump"
FOLDERS = ("media", "mail")
FILES = ("secrets.json", "first-start-done")
SANDBOX = "sandbox.sqlite3"
MANIFEST_BYTES_MAX = 10_000
DUMP_TIMEOUT_SECONDS = 3_600
#: Full, above the user's share, or larger than a file may be there (4 GB on many memory sticks).
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Manifest(msgspec.Struct, frozen=True):
    """What the backup is."""

    created_at: str
    release: str
    data_version: int
    #: Whether ``END`` closes it; backups of before that are taken as they are.
    has_end: bool = False


def dump_database(url: str, output: Path) -> None:
    """Write one consistent snapshot; raise ``CommandFailed`` with what ``pg_dump`` said."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={output}", url)


def load_database(url: str, dump: Path) -> None:
    """Put the snapshot in place of what the database holds, all of it or nothing.

    A dump holds no statistics, and our connections keep the plans they make first; so they are gathered
    before anybody connects.
    """
    options = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction"]
    _run("pg_restore", *options, f"--dbname={url}", str(dump))
    _run("vacuumdb", "--analyze-only", "--quiet", f"--dbname={url}")


def write_archive(settings: Settings, manifest: Manifest, dump: Path, scratch: Path, output: Path) -> None:
    """Write the tar file beside its final name and move it there, so that half a backup never stays.

    When this returns it is on the disk, also should the power fail now.
    """
    fresh = output.with_name(output.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)  # before the first byte: it holds the shop's secrets
    try:
        with _room_told(output):
            _write(settings, manifest, dump, scratch, fresh)
            _sync(fresh)
        fresh.replace(output)
    finally:
        fresh.unlink(missing_ok=True)
    _sync(output.parent)


@contextmanager
def _room_told(place: Path) -> Iterator[None]:
    """Say where there is no room for what is written inside the block."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise CommandFailed(
            f"There is no room for {place}: {error.strerror}.",
            advice="Make room, or name a place on another disk.",
        ) from error


def _write(settings: Settings, manifest: Manifest, dump: Path, scratch: Path, fresh: Path) -> None:
    with tarfile.open(fresh, "w") as archive:
        content = msgspec.json.encode(manifest)
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
        archive.add(dump, DATABASE_DUMP)
        for name in FILES:
            if (settings.data_dir / name).exists():
                archive.add(settings.data_dir / name, name)
        if settings.sandbox_path.exists():
            copy = scratch / SANDBOX
            _copy_sqlite(settings.sandbox_path, copy)
            archive.add(copy, SANDBOX)
        for name in FOLDERS:
            if (settings.data_dir / name).exists():
                archive.add(settings.data_dir / name, name, filter=_only_finished)
        archive.addfile(tarfile.TarInfo(END))


def _sync(path: Path) -> None:
    """Wait until the file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def open_archive(path: Path) -> Iterator[tuple[tarfile.TarFile, Manifest]]:
    """Open a backup and check that it is one that this release can read; else raise ``CommandFailed``."""
    try:
        with tarfile.open(path, "r:") as archive:
            yield archive, _manifest(archive, path)
    except (tarfile.TarError, EOFError) as error:
        raise CommandFailed(f"{path} is damaged or not a backup: {error}") from error


def unpack(archive: tarfile.TarFile, manifest: Manifest, folder: Path) -> None:
    """Unpack everything that belongs to a backup, and nothing that would leave the folder.

    Files keep their times. Raise ``CommandFailed`` for a backup that was cut off.
    """
    known = (DATABASE_DUMP, SANDBOX, *FILES, *FOLDERS)
    ended = not manifest.has_end
    for member in archive:
        ended = ended or member.name == END
        if member.name == END:
            continue
        parts = PurePosixPath(member.name).parts
        if member.name == MANIFEST or member.isdir():
            continue
        content = archive.extractfile(member) if member.isreg() else None
        if content is None or ".." in parts or not parts or parts[0] not in known:
            raise CommandFailed(f"The backup holds something strange: {member.name[:100]}")
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with _room_told(folder), content, target.open("xb") as file:
            shutil.copyfileobj(content, file)
        target.chmod(member.mode & 0o700)
        os.utime(target, (member.mtime, member.mtime))
    if not ended:
        raise CommandFailed("The backup is damaged: its end is missing.")


def _manifest(archive: tarfile.TarFile, path: Path) -> Manifest:
    first = archive.next()
    file = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
    if file is None:
        raise CommandFailed(f"{path} is not a backup of a VivaMarket shop.")
    try:
        manifest = msgspec.json.decode(file.read(MANIFEST_BYTES_MAX), type=Manifest)
    except msgspec.DecodeError as error:
        raise CommandFailed(f"{path} is damaged: {error}") from error
    if manifest.data_version > DATA_VERSION:
        raise CommandFailed(f"{path} was made by a newer release ({manifest.release}); restore it with that.")
    return manifest


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(programs_folder() / program), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=DUMP_TIMEOUT_SECONDS,
    )
    if done.returncode != 0:
        raise CommandFailed(f"{program} failed: {done.stderr.strip()}")


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that may be written to at this moment."""
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as write:
        read.backup(write)


def _only_finished(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out files that are just being written."""
    return None if member.name.endswith((".new", ".tmp", ".part")) else member
