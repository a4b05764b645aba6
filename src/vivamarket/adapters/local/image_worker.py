"""The process that decodes untrusted pictures: ``python -m vivamarket.adapters.local.image_worker``.

It reads jobs from its standard input and answers on its standard output until the input ends. A job or
an answer is a JSON header and a body, each after its length (4 bytes, big-endian). The parent kills it
when a picture takes too long; the limits below keep one picture from taking the machine along.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from typing import BinaryIO

from vivamarket.adapters.local.picture_codec import Limits, convert
from vivamarket.media.errors import BadPicture

#: 50 million pixels are 200 MB as RGBA; decoding, turning and scaling hold a few such copies.
MEMORY_BYTES_MAX = 3 * 1024**3
LENGTH_BYTES = 4


def main() -> None:
    """Answer jobs until the input ends."""
    _limit_resources()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while (header := _read_part(source)) is not None:
        body = _read_part(source) or b""
        limits = Limits(**json.loads(header))
        try:
            picture, files = convert(body, limits)
        except BadPicture as error:
            answer: dict[str, object] = {"refused": error.message, "fields": dict(error.fields)}
            _write_parts(sink, json.dumps(answer).encode(), b"")
            continue
        sizes = {name: len(data) for name, data in files.items()}
        answer = {"picture": asdict(picture), "sizes": sizes}
        _write_parts(sink, json.dumps(answer).encode(), b"".join(files.values()))


def _limit_resources() -> None:
    """Bound memory, and forbid writing files: this process only talks to its parent."""
    for kind, limit in ((resource.RLIMIT_AS, MEMORY_BYTES_MAX), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):
            continue  # macOS refuses RLIMIT_AS; the pixel limit and the time limit still hold


def _read_part(source: BinaryIO) -> bytes | None:
    length = source.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    return source.read(int.from_bytes(length))


def _write_parts(sink: BinaryIO, *parts: bytes) -> None:
    for part in parts:
        sink.write(len(part).to_bytes(LENGTH_BYTES))
        sink.write(part)
    sink.flush()


if __name__ == "__main__":
    main()
