"""Cursors of the lists of stock: by SKU, and of what runs low."""

from __future__ import annotations

from vivamarket.kernel.ids import SKU_LENGTH_MAX, Sku
from vivamarket.kernel.paging import BadCursor, decode_cursor, encode_cursor

#: Below every stock figure, and before every SKU.
_FIRST = (-(2**62), "")
#: After every SKU.
_LAST = chr(0x10FFFF) * (SKU_LENGTH_MAX + 1)


def page_cursor(prefix: str, last: Sku) -> str:
    """Return the cursor of the page after that SKU."""
    return encode_cursor(f"stock:{prefix}", [last])


def page_after(prefix: str, cursor: str | None) -> str | None:
    """Return the SKU that the page comes after, None for the first page. Raise ``BadCursor``."""
    if cursor is None:
        return None
    (after,) = decode_cursor(f"stock:{prefix}", cursor, 1)
    return _storable(after)


def prefix_end(prefix: str) -> str:
    """Return a text after all SKUs that begin with the prefix and before all others that follow.

    Texts are compared by their code points, as PostgreSQL's "C" and Python do.
    """
    for end in range(len(prefix), 0, -1):
        following = ord(prefix[end - 1]) + 1
        if 0xD800 <= following <= 0xDFFF:
            following = 0xE000
        if following <= 0x10FFFF:
            return prefix[: end - 1] + chr(following)
    return _LAST


def low_cursor(available_max: int, available: int, sku: Sku) -> str:
    """Return the cursor of the page after that entry."""
    return encode_cursor(f"low:{available_max}", [available, sku])


def low_after(available_max: int, cursor: str | None) -> tuple[int, str]:
    """Return the entry that the page comes after. Raise ``BadCursor``."""
    if cursor is None:
        return _FIRST
    available, sku = decode_cursor(f"low:{available_max}", cursor, 2)
    if type(available) is not int or abs(available) > 2**62:
        raise BadCursor("The cursor is damaged; start again from the first page.")
    return available, _storable(sku)


def _storable(part: str | int | None) -> str:
    if not isinstance(part, str) or "\0" in part or any("\ud800" <= each <= "\udfff" for each in part):
        raise BadCursor("The cursor is damaged; start again from the first page.")
    return part
