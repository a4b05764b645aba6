"""What requests about personal data refuse."""

from __future__ import annotations

from vivamarket.kernel.errors import NotFound


class ExportNotFound(NotFound):
    """There is no file under this link: it has expired, or the link is damaged."""

    code = "export_not_found"


class NothingToCancel(NotFound):
    """No erasure waits that could be canceled."""

    code = "nothing_to_cancel"


class NoSuchPerson(NotFound):
    """There is no such customer."""

    code = "customer_not_found"
