"""The returns' refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Conflict, Invalid, NotFound, Refused


class ReturnNotFound(NotFound):
    """No such return, or the caller may not know that there is."""

    code = "return_not_found"


class BadReturn(Invalid):
    """The wish does not fit this order: no line, a line twice, or one that the order has not."""

    code = "bad_return"


class NothingToReturn(Refused):
    """Of that line so many cannot be sent back: they were not sent, are refunded, or are coming back."""

    code = "nothing_to_return"


class ReturnTooLate(Refused):
    """The shop takes nothing back any more so long after the last parcel."""

    code = "return_too_late"


class ReturnMoved(Conflict):
    """The return has moved on: it cannot take this step from where it stands."""

    code = "return_moved"
