"""What preferences refuse."""

from __future__ import annotations

from vivamarket.kernel.errors import Invalid, NotFound, Refused


class BadPreferences(Invalid):
    """A preference cannot be what it was set to; the message says why."""

    code = "bad_preferences"


class WishlistFull(Refused):
    """The wishlist holds as many products as it may; take one off first."""

    code = "wishlist_full"


class WishlistNotFound(NotFound):
    """No wishlist is shared under this link; its owner may have taken the link back."""

    code = "wishlist_not_found"
