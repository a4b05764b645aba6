"""Sort keys as 63-bit integers, so that one kind of range query pages through every order.

Every order is ascending over a few integer columns; the last column is ``tie``, a number made of the
product id alone, so an order stays the same from commit to commit. A column's spare low bits
hold the first bits of ``tie``: equal columns, which cost a further query, become rare.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

TIE_BITS = 63
#: Bits of a price (``MINOR_UNITS_MAX`` fits in 40) and of a time in milliseconds (until year 4199).
PRICE_BITS = 40
TIME_BITS = 46

_NOT_WORDS = re.compile(r"[\W_]+")
_PRICE_NONE = (1 << PRICE_BITS) - 1
_TIME_MAX = (1 << TIME_BITS) - 1

#: Letters of a name that decide its place: two columns of twelve, base 38 (38**12 < 2**63).
NAME_COLUMNS = 2
_LETTERS_PER_COLUMN = 12
_ALPHABET = " 0123456789abcdefghijklmnopqrstuvwxyz"
_BASE = len(_ALPHABET) + 1
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET)}
_RANK_OTHER = _BASE - 1


def tie(product_id: str) -> int:
    """Return the number that orders products which are equal otherwise."""
    return int.from_bytes(blake2b(product_id.encode(), digest_size=8).digest(), "big") >> 1


def price_up(minor_units: int | None, tie_number: int) -> int:
    """Return the column of "price, lowest first"; products without a price come last."""
    return _with_tie(_PRICE_NONE if minor_units is None else minor_units, PRICE_BITS, tie_number)


def price_down(minor_units: int | None, tie_number: int) -> int:
    """Return the column of "price, highest first"; products without a price come last."""
    rank = _PRICE_NONE if minor_units is None else _PRICE_NONE - 1 - minor_units
    return _with_tie(rank, PRICE_BITS, tie_number)


def newest(created_at_ms: int, tie_number: int) -> int:
    """Return the column of "newest first"."""
    return _with_tie(_TIME_MAX - max(0, min(created_at_ms, _TIME_MAX)), TIME_BITS, tie_number)


def name(title: str) -> tuple[int, ...]:
    """Return the columns of "by name": accents folded, case and punctuation ignored, 24 letters."""
    letters = fold(title)[: NAME_COLUMNS * _LETTERS_PER_COLUMN].ljust(NAME_COLUMNS * _LETTERS_PER_COLUMN)
    columns = []
    for start in range(0, len(letters), _LETTERS_PER_COLUMN):
        number = 0
        for letter in letters[start : start + _LETTERS_PER_COLUMN]:
            number = number * _BASE + _RANK.get(letter, _RANK_OTHER)
        columns.append(number)
    return tuple(columns)


def fold(text: str) -> str:
    """Return the text in small letters without accents, its words parted by one space."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _NOT_WORDS.sub(" ", text.casefold()).strip()


def _with_tie(rank: int, rank_bits: int, tie_number: int) -> int:
    spare_bits = TIE_BITS - rank_bits
    return rank << spare_bits | tie_number >> (TIE_BITS - spare_bits)
