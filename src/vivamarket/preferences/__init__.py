"""What a customer likes and allows: language, currency, favourites, wishlist, what was seen, consents, mails.

Owns these and the revocable link under which a wishlist may be read. Does not own who the customer is
(accounts), what the products are (catalog), nor any mail; a guest's preferences stay in the guest's browser
until sign-in brings them here.
"""

from vivamarket.preferences.errors import WishlistFull, WishlistNotFound
from vivamarket.preferences.model import Consent, ConsentPurpose, GuestPreferences, Marked, Preferences
from vivamarket.preferences.ports import PreferenceStore
from vivamarket.preferences.service import PreferenceService

__all__ = [
    "Consent",
    "ConsentPurpose",
    "GuestPreferences",
    "Marked",
    "PreferenceService",
    "PreferenceStore",
    "Preferences",
    "WishlistFull",
    "WishlistNotFound",
]
