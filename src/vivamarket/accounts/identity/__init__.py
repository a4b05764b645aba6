"""Customers who keep an account: who they are, how they prove it, and for how long we believe it.

Owns the identity port, the embedded provider behind it, sessions, access tokens and their keys, one-time
codes. Does not own the mails that carry the codes (notifications), orders or carts (they join by the
confirmed address), nor preferences.
"""

from vivamarket.accounts.identity.errors import (
    BadCode,
    BadCustomer,
    NotAccepted,
    SignInFailed,
    TooManyAttempts,
)
from vivamarket.accounts.identity.model import Caller, Customer, SecondStep, SignedIn
from vivamarket.accounts.identity.ports import IdentityProvider

__all__ = [
    "BadCode",
    "BadCustomer",
    "Caller",
    "Customer",
    "IdentityProvider",
    "NotAccepted",
    "SecondStep",
    "SignInFailed",
    "SignedIn",
    "TooManyAttempts",
]
