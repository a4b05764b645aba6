"""Generations on disk: which one answers, whether it is whole, which may go."""

from __future__ import annotations

import json
import os
import shutil
import zlib
from pathlib import Path

import tantivy

from vivamarket.adapters.tantivy.layout import IndexLayout
from vivamarket.adapters.tantivy.vendor import IndexBroken, tantivy_errors

CURRENT = "CURRENT"
LAYOUT = "layout.json"
#: Left by a reader that met damage; the writer takes it as a reason to rebuild.
DAMAGED = "DAMAGED"
GENERATIONS_MAX = 1_000

_FOOTER_MAGIC = 1337
_FOOTER_BYTES_MAX = 50_000
_READ_BYTES = 1 << 20


class Generations:
    """The folder of all generations. Names are ascending numbers and never used twice."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pointer = folder / CURRENT

    def current(self) -> Path | None:
        """Return the generation that answers, or None when there never was one."""
        try:
            name = self.pointer.read_text(encoding="ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        return self.folder / name if name.isdigit() else None

    def all(self) -> list[Path]:
        """Return every generation, newest first, whole or not."""
        if not self.folder.is_dir():
            return []
        found = [path for path in self.folder.iterdir() if path.name.isdigit() and path.is_dir()]
        return sorted(found, key=lambda path: int(path.name), reverse=True)[:GENERATIONS_MAX]

    def create(self, layout: IndexLayout) -> Path:
        """Make the folder of the next generation; nobody reads it before ``switch``."""
        existing = self.all()
        path = self.folder / f"{int(existing[0].name) + 1 if existing else 1:06d}"
        path.mkdir(parents=True)
        (path / LAYOUT).write_text(layout.fingerprint, encoding="utf-8")
        return path

    def switch(self, path: Path) -> None:
        """Point readers at a generation, atomically and durably."""
        _flush(path / LAYOUT)
        _flush(path)
        draft = self.folder / f"{CURRENT}.new"
        draft.write_text(path.name, encoding="ascii")
        _flush(draft)
        draft.replace(self.pointer)
        _flush(self.folder)

    def remove(self, path: Path) -> None:
        """Delete a generation. Readers that still have it open go on until they switch."""
        shutil.rmtree(path, ignore_errors=True)


def open_index(path: Path, layout: IndexLayout) -> tantivy.Index:
    """Open a generation; raise ``IndexBroken`` when it is missing, of another layout or incomplete."""
    with tantivy_errors("opening the index"):
        if (path / LAYOUT).read_text(encoding="utf-8") != layout.fingerprint:
            raise IndexBroken("The search index has another layout.", doing="opening the index")
        index = tantivy.Index.open(str(path))
        layout.register(index)
        index.config_reader("manual")
        index.reload()
        return index


def verify(path: Path) -> None:
    """Read every file of the newest commit and compare its checksum; raise ``IndexBroken``.

    Costs one pass over the index (about 1 GB/s). Tantivy itself checks only that files exist.
    """
    with tantivy_errors("checking the index"):
        meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
        segments = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
        for file in sorted(path.iterdir()):
            if file.name.partition(".")[0] in segments and not _is_whole(file):
                raise IndexBroken("A file of the search index is damaged.", file=file.name)


def _is_whole(file: Path) -> bool:
    size = file.stat().st_size
    with file.open("rb") as stream:
        stream.seek(max(0, size - 8))
        tail = stream.read(8)
        footer_bytes = int.from_bytes(tail[:4], "little")
        if int.from_bytes(tail[4:], "little") != _FOOTER_MAGIC or footer_bytes > _FOOTER_BYTES_MAX:
            return False
        body_bytes = size - 8 - footer_bytes
        if body_bytes < 0:
            return False
        stream.seek(body_bytes)
        expected = json.loads(stream.read(footer_bytes))["crc"]
        stream.seek(0)
        crc, left = 0, body_bytes
        while left:
            chunk = stream.read(min(_READ_BYTES, left))
            if not chunk:
                return False
            crc, left = zlib.crc32(chunk, crc), left - len(chunk)
    return bool(crc == expected)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
