"""What the cursors of the catalogue's lists hold; whatever comes back from outside is checked here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from vivamarket.catalog.entries import EVERYTHING, is_storable
from vivamarket.catalog.ports import ListSort
from vivamarket.kernel.ids import BadId, parse_uuid
from vivamarket.kernel.paging import BadCursor, decode_cursor

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"


def list_key(scope: str, sort: ListSort, cursor: str | None) -> tuple[Any, str]:
    """Return where the page begins, in the list's order."""
    if cursor is None:
        return (_NEVER, _LAST_ID) if sort is ListSort.NEWEST else ("", EVERYTHING)
    first, last_id = decode_cursor(scope, cursor, 2)
    if sort is ListSort.NEWEST:
        if type(first) is not int or not 0 <= first < 10**17:
            raise BadCursor("The cursor is damaged; start again from the first page.")
        return _EPOCH + timedelta(microseconds=first), cursor_id(last_id)
    return _text(first), cursor_id(last_id)


def microseconds(moment: datetime) -> int:
    """Return the moment as a whole number, in the order of time."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _text(part: str | int | None) -> str:
    if not isinstance(part, str) or not is_storable(part):
        raise BadCursor("The cursor is damaged; start again from the first page.")
    return part


def cursor_id(part: str | int | None) -> str:
    """Return the id that a cursor holds. Raise ``BadCursor``."""
    text = _text(part)
    if not is_record_id(text):
        raise BadCursor("The cursor is damaged; start again from the first page.")
    return text


def is_record_id(text: str) -> bool:
    """Return whether the text can be an id here; one that cannot names nothing."""
    try:
        parse_uuid(text)
    except BadId:
        return False
    return True


def feed_position(text: str) -> int:
    """Return the position of the change feed as a number. Raise ``BadCursor``."""
    if not text.isdecimal() or len(text) > 18:
        raise BadCursor("This is not a position of the change feed.")
    return int(text)


def require_at_most(name: str, count: int, count_max: int) -> None:
    """Raise ``ValueError`` when more is asked for at once than the port allows."""
    if count > count_max:
        raise ValueError(f"{name}: at most {count_max} at once, not {count}")
