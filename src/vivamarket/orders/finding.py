"""Finding orders: what staff ask, and the words an order is found by. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from vivamarket.kernel.errors import Invalid
from vivamarket.kernel.ids import OrderId, OrderNumber, uuid7
from vivamarket.kernel.money import Money
from vivamarket.kernel.paging import BadCursor, decode_cursor, encode_cursor
from vivamarket.orders.model import OrderRow, OrderStatus
from vivamarket.orders.shipments import Fulfillment

QUERY_LENGTH_MAX = 200
#: Words of a question that are looked at.
QUERY_WORDS_MAX = 4
#: Shorter words are taken whole, not as the beginning of one.
PREFIX_LENGTH_MIN = 3
#: A beginning that more orders have is taken as a whole word.
PREFIX_ORDERS_MAX = 10_000
ORDER_WORDS_MAX = 16
WORD_LENGTH_MAX = 100
#: Between an order's id and ``placed_at``, and for clocks of two processes that differ.
ID_SLACK = timedelta(minutes=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_WORD = re.compile(r"[^\w@.+-]+")


class OrderSort(StrEnum):
    """The orders of the list; those by total are of one currency."""

    NEWEST = "newest"
    OLDEST = "oldest"
    TOTAL_DESC = "total_desc"
    TOTAL_ASC = "total_asc"


class BadOrderQuery(Invalid):
    """The question cannot be answered as it is put; ``field`` says what is wrong."""

    code = "bad_order_query"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuery:
    """Which orders: all parts must hold. Both ends of ranges belong to them, but not ``placed_before``.

    ``text``: every word of it is the number, the e-mail address or a word of a name, or their beginning.
    """

    text: str = ""
    statuses: tuple[OrderStatus, ...] = ()
    fulfillments: tuple[Fulfillment, ...] = ()
    placed_from: datetime | None = None
    placed_before: datetime | None = None
    #: Needed for totals, in ranges and as an order; keeps to orders of that currency.
    currency: str | None = None
    total_min: int | None = None
    total_max: int | None = None
    sort: OrderSort = OrderSort.NEWEST

    def __post_init__(self) -> None:
        if len(self.text) > QUERY_LENGTH_MAX:
            raise BadOrderQuery(f"Search for at most {QUERY_LENGTH_MAX} characters.", field="text")
        if self.needs_total and self.currency is None:
            raise BadOrderQuery("Totals are compared in one currency: name it.", field="currency")

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words to look for, at most ``QUERY_WORDS_MAX``."""
        return words_of(self.text)[:QUERY_WORDS_MAX]

    @property
    def asks_words_only(self) -> bool:
        """Return whether nothing but words narrows the list, and its order is that of placing."""
        narrow = (self.statuses, self.fulfillments, self.placed_from, self.placed_before, self.currency)
        return not self.by_total and not any(narrow)

    @property
    def by_total(self) -> bool:
        """Return whether the list is ordered by total."""
        return self.sort in (OrderSort.TOTAL_DESC, OrderSort.TOTAL_ASC)

    @property
    def descends(self) -> bool:
        """Return whether the list begins with the greatest."""
        return self.sort in (OrderSort.NEWEST, OrderSort.TOTAL_DESC)

    @property
    def needs_noted(self) -> bool:
        """Return whether only noted orders can answer this."""
        return self.needs_total or self.currency is not None

    @property
    def needs_total(self) -> bool:
        """Return whether totals are asked for at all."""
        return self.by_total or self.total_min is not None or self.total_max is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFacts:
    """What an order is found by, as it was placed. It never changes."""

    order_id: OrderId
    number: OrderNumber
    email: str
    names: tuple[str, ...]
    total: Money

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words the order is found by: number, e-mail address, parts of names."""
        texts = (self.number, self.number.rpartition("-")[2], self.email, *self.names)
        found = dict.fromkeys(word for text in texts for word in words_of(text))
        return tuple(found)[:ORDER_WORDS_MAX]


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, each once. An e-mail address and a number are one word."""
    parts = (part.strip(".-+@_") for part in _NOT_WORD.split(fold(text)))
    return tuple(dict.fromkeys(part[:WORD_LENGTH_MAX] for part in parts if part))


def fold(text: str) -> str:
    """Return the text without case and accents, and without what no record can hold."""
    if text.isascii():
        return text.lower().replace("\0", "").strip()
    bare = unicodedata.normalize("NFKD", text.casefold())
    kept = (letter for letter in bare if not unicodedata.combining(letter) and letter.isprintable())
    return "".join(kept).strip()


def id_floor(moment: datetime) -> OrderId:
    """Return an id before those of all orders placed at that moment or later."""
    since = moment - ID_SLACK - _EPOCH
    return OrderId(uuid7(max(0, since // timedelta(milliseconds=1)), 0))


def id_ceiling(moment: datetime) -> OrderId:
    """Return an id after those of all orders placed before that moment."""
    since = moment + ID_SLACK - _EPOCH
    return OrderId(uuid7(max(0, since // timedelta(milliseconds=1)), (1 << 74) - 1))


def found_cursor(query: OrderQuery, last: OrderRow) -> str:
    """Return the cursor of the page after that order."""
    key: list[str | int | None] = [last.total.minor_units, last.id] if query.by_total else [last.id]
    return encode_cursor(f"orders-{query.sort.value}", key)


def found_after(query: OrderQuery, cursor: str | None) -> tuple[int, OrderId] | None:
    """Return total (0 where it does not order) and id that the page comes after. Raise ``BadCursor``."""
    if cursor is None:
        return None
    parts = decode_cursor(f"orders-{query.sort.value}", cursor, 2 if query.by_total else 1)
    total, order_id = parts if query.by_total else (0, parts[0])
    if type(total) is not int or not -(2**62) < total < 2**62 or not _is_id(order_id):
        raise BadCursor("The cursor is damaged; start again from the first page.")
    return total, OrderId(str(order_id))


def _is_id(part: str | int | None) -> bool:
    return (
        isinstance(part, str) and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", part) is not None
    )
