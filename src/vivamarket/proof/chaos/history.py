"""The history log: what was asked and what was answered, when, by whom; as JSON lines.

``invoke`` is written before a request, then exactly one of ``ok``, ``refused`` (both final and acknowledged)
or ``unknown`` (no answer: the effect may have happened or not).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from vivamarket.adapters.local.clock import SystemClock

Kind = Literal["invoke", "ok", "refused", "unknown"]
BODY_BYTES_KEPT_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One final answer, with all it takes to ask for it again."""

    method: str
    path: str
    headers: dict[str, str]
    request: bytes
    status: int
    digest: bytes


class History:
    """Writes the log and remembers what was acknowledged under which key."""

    def __init__(self, path: Path, clock: SystemClock) -> None:
        self._file = path.open("ab")
        self._clock = clock
        self._began = clock.monotonic()
        self.acknowledged: dict[str, Acknowledged] = {}

    def write(
        self,
        kind: Kind,
        *,
        client: str,
        step: str,
        key: str = "",
        status: int = 0,
        body: bytes = b"",
        error: str = "",
    ) -> None:
        """Add one line; the body of an answer is written whole, its digest beside it."""
        line: dict[str, object] = {
            "seconds": round(self._clock.monotonic() - self._began, 4),
            "kind": kind,
            "client": client,
            "step": step,
            "key": key,
        }
        if status:
            line |= {"status": status, "digest": digest(body).hex(), "bytes": len(body)}
            line["body"] = body[:BODY_BYTES_KEPT_MAX].decode("utf-8", "replace")
        if error:
            line["error"] = error
        self._file.write(msgspec.json.encode(line) + b"\n")

    def acknowledge(self, key: str, answer: Acknowledged) -> bool:
        """Remember a final answer; return whether it is the one that was given before, if there was one."""
        known = self.acknowledged.setdefault(key, answer)
        return (known.status, known.digest) == (answer.status, answer.digest)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def digest(body: bytes) -> bytes:
    """Return a short name for these bytes."""
    return hashlib.blake2b(body, digest_size=12).digest()
