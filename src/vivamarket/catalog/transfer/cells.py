"""Single cells: text, truth, amounts, whole numbers and times, each with its own refusals."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from vivamarket.kernel.money import BadAmount, Money, exponent

#: Beyond this a cell is refused; the longest honest one is a description.
CELL_CHARACTERS_MAX = 300_000
QUANTITY_MAX = 1_000_000_000

_FORMULA = re.compile(r"[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_DECIMALS = re.compile(r"-?\d+\.(\d+)")
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0"})


class BadCell(Exception):
    """The cell cannot be read; ``code`` is stable."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def read_text(cell: str) -> str:
    """Return the cell's text. An apostrophe before a sign says that the sign is text, not a formula.

    Raise ``BadCell`` (``formula_cell``) for what a spreadsheet would run; plain numbers pass.
    """
    text = cell.strip()
    if not text or text[0].isalnum() or text[0] == "<":
        return text
    if _ESCAPED.match(text):
        return text[1:]
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        raise BadCell(
            "formula_cell",
            f"{text[:40]!r} begins like a formula. If it is meant as text, put an apostrophe (') before it.",
        )
    return text


def write_text(text: str) -> str:
    """Return the cell that ``read_text`` reads back, and that no spreadsheet runs."""
    if text and not text[0].isalnum() and (_FORMULA.match(text) or _ESCAPED.match(text)):
        return text if _NUMBER.fullmatch(text) else f"'{text}"
    return text


def read_bool(cell: str) -> bool:
    """Read TRUE or FALSE; raise ``BadCell`` (``bad_boolean``)."""
    word = cell.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadCell("bad_boolean", f"{cell[:40]!r} is neither TRUE nor FALSE.")


def read_price(cell: str, currency: str) -> Money:
    """Read an amount; raise ``BadCell`` (``negative_price``, ``too_many_decimals``, ``bad_price``)."""
    try:
        amount = Money.parse(cell, currency)
    except BadAmount as error:
        match = _DECIMALS.fullmatch(cell.strip())
        if match is not None and len(match[1]) > exponent(currency):
            raise BadCell("too_many_decimals", error.message) from error
        raise BadCell("bad_price", error.message) from error
    if amount.minor_units < 0:
        raise BadCell("negative_price", f"{cell[:40]!r} is negative; a price is not.")
    return amount


def read_quantity(cell: str) -> int:
    """Read counted stock; raise ``BadCell`` (``bad_quantity``).

    Shopify exports what was oversold as a negative number; nothing is on hand then.
    """
    text = cell.strip()
    if not re.fullmatch(r"-?\d{1,10}", text) or int(text) > QUANTITY_MAX:
        raise BadCell("bad_quantity", f"{cell[:40]!r} is not a whole number of pieces.")
    return max(0, int(text))


def read_grams(cell: str) -> int:
    """Read a weight in grams, fractions rounded; raise ``BadCell`` (``bad_weight``)."""
    text = cell.strip()
    match = re.fullmatch(r"(\d{1,9})(?:\.(\d{1,6}))?", text)
    if match is None:
        raise BadCell("bad_weight", f"{cell[:40]!r} is not a weight in grams.")
    return int(match[1]) + (1 if (match[2] or "0")[0] >= "5" else 0)


def read_time(cell: str) -> datetime:
    """Read an ISO 8601 time with its offset; raise ``BadCell`` (``bad_time``)."""
    try:
        moment = datetime.fromisoformat(cell.strip())
    except ValueError:
        raise BadCell("bad_time", f"{cell[:40]!r} is not a time such as 2026-05-01T08:00:00Z.") from None
    if moment.tzinfo is None:
        raise BadCell("bad_time", f"{cell[:40]!r} has no time zone; end it with Z for UTC.")
    return moment.astimezone(UTC)


def write_time(moment: datetime) -> str:
    """Return the text that ``read_time`` reads back."""
    return moment.isoformat().replace("+00:00", "Z")
