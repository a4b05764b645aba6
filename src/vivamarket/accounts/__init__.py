"""Who runs the shop: staff accounts, their passwords and sessions.

Owns staff, sign-in with its limits, and sessions. Does not own what a role may do elsewhere, nor customers
(they buy as guests in this edition).
"""

from vivamarket.accounts.errors import BadStaff, NotSignedIn, SignInRefused, StaffExists, TooManySignIns
from vivamarket.accounts.model import Staff, StaffRole
from vivamarket.accounts.service import AccountService, csrf_token

__all__ = [
    "AccountService",
    "BadStaff",
    "NotSignedIn",
    "SignInRefused",
    "Staff",
    "StaffExists",
    "StaffRole",
    "TooManySignIns",
    "csrf_token",
]
