"""The staff's pages: sign-in, orders with everything about them, and the mailbox. Rendered on the server."""

from vivamarket.api.staff.app import create_staff_app
from vivamarket.api.staff.ports import LedgerReader, OrderStates, StaffServices

__all__ = ["LedgerReader", "OrderStates", "StaffServices", "create_staff_app"]
