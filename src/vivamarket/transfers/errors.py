"""The transfers' refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Conflict, Invalid, NotFound, Refused


class TransferNotFound(NotFound):
    """No such import or export (any more)."""

    code = "transfer_not_found"


class BadTransfer(Invalid):
    """The file or its name cannot be taken; ``field`` and ``reason`` (both stable) say why."""

    code = "bad_transfer"


class TooManyTransfers(Refused):
    """So many wait already; ``open_max`` says how many may."""

    code = "too_many_transfers"


class TransferNotReady(Conflict):
    """It is in another state than this needs; ``state`` says in which."""

    code = "transfer_not_ready"


class TransferFileGone(NotFound):
    """Its file has been removed; the report stays."""

    code = "transfer_file_gone"
