"""Which of the driver's errors mean that a write breaks a rule of the records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from vivamarket.checkout.errors import ShipmentCameBack
from vivamarket.inventory.errors import NotEnoughOnHand
from vivamarket.kernel.errors import RuleBroken

_ON_HAND = "stock_item_on_hand_check"
_CAME_BACK = "shipment_came_back"


@contextmanager
def rules_told() -> Iterator[None]:
    """Raise ``RuleBroken`` for a write inside the block that a constraint of the database refuses."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise RuleBroken(str(error), rule=error.constraint_name or type(error).__name__) from error


@contextmanager
def refusals_told() -> Iterator[None]:
    """Raise what only the records can refuse; goes inside ``rules_told``.

    ``NotEnoughOnHand`` when the block takes more than is on hand, ``ShipmentCameBack`` when it cancels a
    parcel of which units were sent back.
    """
    try:
        yield
    except asyncpg.CheckViolationError as error:
        if error.constraint_name == _ON_HAND:
            raise NotEnoughOnHand("Less is on hand than was to be sent.") from error
        if error.constraint_name == _CAME_BACK:
            raise ShipmentCameBack("Units of this parcel were sent back: it did leave.") from error
        raise
