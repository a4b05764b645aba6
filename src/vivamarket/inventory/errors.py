"""Inventory's refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Invalid, Refused


class BadCount(Invalid):
    """A count is negative, too large, or names a SKU twice."""

    code = "bad_count"


class NotEnoughOnHand(Refused):
    """The adjustment would leave less on hand than is promised."""

    code = "not_enough_on_hand"
