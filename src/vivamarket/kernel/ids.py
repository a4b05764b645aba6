"""Names of records. Features name each other's records by these types only."""

from __future__ import annotations

import re
import uuid
from typing import NewType, Protocol

from vivamarket.kernel.errors import Invalid

ProductId = NewType("ProductId", str)
CategoryId = NewType("CategoryId", str)
MediaId = NewType("MediaId", str)
#: The stock key of a variant; unique in the shop, compared exactly.
Sku = NewType("Sku", str)
CartId = NewType("CartId", str)
OrderId = NewType("OrderId", str)
OrderNumber = NewType("OrderNumber", str)
PaymentId = NewType("PaymentId", str)
RefundId = NewType("RefundId", str)
DisputeId = NewType("DisputeId", str)
ShipmentId = NewType("ShipmentId", str)
ReservationId = NewType("ReservationId", str)
LocationId = NewType("LocationId", str)
EventId = NewType("EventId", str)
StaffId = NewType("StaffId", str)
CustomerId = NewType("CustomerId", str)

SKU_LENGTH_MAX = 64
#: The namespace of ``named_uuid``; any will do, as long as it stays.
_NAMES = uuid.UUID("6f6d8f0e-7d0b-4f0c-9a53-2c1c5a7e4b11")
_SKU = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?")


class BadId(Invalid):
    """The text cannot be an id of this kind."""

    code = "bad_id"


class IdSource(Protocol):
    """Where new ids and secrets come from. Tests and the simulator bring their own."""

    def uuid7(self) -> str:
        """Return a new UUIDv7 (RFC 9562 §5.7) in its canonical text form; later ones sort later.

        Its time is the shop's: lists find records of a day by their ids.
        """
        ...

    def token(self) -> str:
        """Return a new unguessable URL-safe secret of at least 128 bits."""
        ...

    def order_number(self) -> OrderNumber:
        """Return a short readable number such as ``VM-7K3QX9``; a clash is for the store to refuse."""
        ...


def uuid7(unix_milliseconds: int, random_bits: int) -> str:
    """Build a UUIDv7 (RFC 9562 §5.7) from a 48-bit time and 74 random bits."""
    rand_a = (random_bits >> 62) & 0xFFF
    rand_b = random_bits & ((1 << 62) - 1)
    value = (unix_milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b
    return str(uuid.UUID(int=value))


def named_uuid(name: str) -> str:
    """Return the UUID of a name (RFC 9562 §5.5): the same for the same name, so a repeat is recognized."""
    return str(uuid.uuid5(_NAMES, name))


def parse_uuid(text: str) -> str:
    """Return the canonical form of a UUID; raise ``BadId`` for anything else."""
    try:
        canonical = str(uuid.UUID(text))
    except ValueError:
        raise BadId("This is not an id.", id=text[:64]) from None
    if canonical != text.lower():
        raise BadId("This is not an id.", id=text[:64])
    return canonical


def parse_sku(text: str) -> Sku:
    """Return the SKU; raise ``BadId`` when it is empty, too long or holds control characters."""
    if len(text) > SKU_LENGTH_MAX or not _SKU.fullmatch(text):
        raise BadId(
            f"A SKU is 1 to {SKU_LENGTH_MAX} printable characters without spaces at its ends.",
            sku=text[:80],
        )
    return Sku(text)
