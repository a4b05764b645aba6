"""Keyset pages: a page holds its items and the cursor of the next one. There is no offset."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from vivamarket.kernel.errors import Invalid

T = TypeVar("T")

PAGE_SIZE_DEFAULT = 24
PAGE_SIZE_MAX = 100
CURSOR_LENGTH_MAX = 1024


class BadCursor(Invalid):
    """The cursor is not one of ours, or belongs to another list."""

    code = "bad_cursor"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """At most the asked number of items, and the cursor of what follows (None at the end)."""

    items: tuple[T, ...]
    next_cursor: str | None = None


def encode_cursor(scope: str, key: Sequence[str | int | None]) -> str:
    """Return an opaque cursor that continues after ``key`` in the list named ``scope``."""
    raw = json.dumps([scope, *key], separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode_cursor(scope: str, cursor: str, length: int) -> list[str | int | None]:
    """Return the key of ``encode_cursor``; raise ``BadCursor`` for anything else."""
    if len(cursor) > CURSOR_LENGTH_MAX:
        raise BadCursor("The cursor is too long; start again from the first page.")
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        decoded = json.loads(raw)
    except (ValueError, binascii.Error, UnicodeDecodeError, RecursionError):
        raise BadCursor("The cursor is damaged; start again from the first page.") from None
    if (
        not isinstance(decoded, list)
        or len(decoded) != length + 1
        or decoded[0] != scope
        or not all(part is None or type(part) in (str, int) for part in decoded[1:])
    ):
        raise BadCursor("The cursor belongs to another list; start again from the first page.")
    return decoded[1:]


def page_size(limit: int | None) -> int:
    """Return the page size to use; raise ``Invalid`` outside 1…``PAGE_SIZE_MAX``."""
    if limit is None:
        return PAGE_SIZE_DEFAULT
    if not 1 <= limit <= PAGE_SIZE_MAX:
        raise Invalid(f"limit must be 1 to {PAGE_SIZE_MAX}.", limit=limit)
    return limit
