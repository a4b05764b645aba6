"""Parameter and body types that many routes share: one spelling, one limit, one description."""

from __future__ import annotations

from typing import Annotated

from litestar.params import HeaderParameter, PathParameter, QueryParameter
from msgspec import Meta

from vivamarket.catalog.model import SLUG_LENGTH_MAX
from vivamarket.kernel.idempotency import KEY_LENGTH_MAX
from vivamarket.kernel.ids import SKU_LENGTH_MAX
from vivamarket.kernel.paging import CURSOR_LENGTH_MAX, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX

IDEMPOTENCY_HEADER = "Idempotency-Key"

#: No control characters: PostgreSQL takes no NUL, and nobody's name holds a newline.
LINE_PATTERN = r"^[^\x00-\x1f\x7f]*\Z"
#: As above, but line breaks and tabs are fine.
TEXT_PATTERN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*\Z"
TOKEN_LENGTH_MAX = 128

Line = Annotated[str, Meta(max_length=200, pattern=LINE_PATTERN)]
SkuText = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=SKU_LENGTH_MAX,
        pattern=LINE_PATTERN,
        description="The variant's stock key, compared exactly.",
        examples=["MUG-BLUE"],
    ),
]
CurrencyCode = Annotated[
    str, Meta(pattern=r"^[A-Z]{3}\Z", description="ISO 4217 code of a currency the shop sells in.")
]
LocaleCode = Annotated[str, Meta(pattern=r"^[a-z]{2}\Z", description="A language the shop speaks.")]

LocaleQuery = Annotated[
    str | None,
    QueryParameter(name="locale", max_length=8, description="Language of texts and slugs; the shop's first."),
]
CurrencyQuery = Annotated[
    str | None,
    QueryParameter(
        name="currency", max_length=8, description="Currency of prices (ISO 4217); the shop's first."
    ),
]
CursorQuery = Annotated[
    str | None,
    QueryParameter(
        name="cursor",
        max_length=CURSOR_LENGTH_MAX,
        description="`next_cursor` of the page before; leave out for the first page.",
    ),
]
LimitQuery = Annotated[
    int,
    QueryParameter(
        name="limit", ge=1, le=PAGE_SIZE_MAX, description=f"Page size, {PAGE_SIZE_DEFAULT} by default."
    ),
]
CategoryQuery = Annotated[
    str | None,
    QueryParameter(
        name="category",
        max_length=SLUG_LENGTH_MAX,
        description="Slug of a category: only products in it and below.",
    ),
]
IdempotencyKey = Annotated[
    str,
    HeaderParameter(
        name=IDEMPOTENCY_HEADER,
        min_length=8,
        max_length=KEY_LENGTH_MAX,
        description=(
            "Your name for this attempt: 8 to 128 visible ASCII characters, a new one for every wish. "
            "Sending the same request again with the same key gives the same answer, byte for byte, and "
            "the effect happens once. Answers are kept for 48 hours."
        ),
    ),
]
CartIdPath = Annotated[
    str,
    PathParameter(
        max_length=TOKEN_LENGTH_MAX,
        description="The cart's id: unguessable; whoever knows it may use the cart.",
    ),
]
AddressIdPath = Annotated[str, PathParameter(max_length=64, description="The address's id, a UUID.")]
PasskeyIdPath = Annotated[str, PathParameter(max_length=64, description="The passkey's id.")]
OrderIdPath = Annotated[str, PathParameter(max_length=64, description="The order's id, from placing it.")]
