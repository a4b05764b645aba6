"""The cursor of the list of returns, newest first: the id of the last one shown."""

from __future__ import annotations

from vivamarket.kernel.ids import BadId, parse_uuid
from vivamarket.kernel.paging import BadCursor, decode_cursor, encode_cursor
from vivamarket.returns.model import ReturnId, ReturnRow

_SCOPE = "returns"


def newest_cursor(last: ReturnRow) -> str:
    """Return the cursor of the page after that return."""
    return encode_cursor(_SCOPE, [last.id])


def newest_after(cursor: str | None) -> ReturnId | None:
    """Return the return that the page comes after, None for the first page. Raise ``BadCursor``."""
    if not cursor:
        return None
    (after,) = decode_cursor(_SCOPE, cursor, 1)
    try:
        return ReturnId(parse_uuid(str(after)))
    except BadId:
        raise BadCursor("The cursor names no return; start again from the first page.") from None
