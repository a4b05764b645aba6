"""Who may call what of preferences, wishlists, alerts and a customer's own data."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.api.policies.words import ANYBODY, CUSTOMER, CUSTOMER_SESSION, CUSTOMER_SETS, Policy, Who

_ALERT = Policy(Who.VISITOR, keyless="asked twice, one alert waits; confirmed twice, it still does")

PREFERENCE_POLICIES: Mapping[str, Policy] = {
    "listCards": ANYBODY,
    "getSharedWishlist": ANYBODY,
    "getPreferences": CUSTOMER,
    "setPreferences": CUSTOMER_SETS,
    "mergePreferences": CUSTOMER_SETS,
    "listConsents": CUSTOMER,
    "addConsent": CUSTOMER_SETS,
    "getWishlist": CUSTOMER,
    "addWish": CUSTOMER_SETS,
    "removeWish": CUSTOMER_SETS,
    "shareWishlist": CUSTOMER_SETS,
    "stopSharingWishlist": CUSTOMER_SETS,
    "listSeen": CUSTOMER,
    "addSeen": CUSTOMER_SETS,
    "forgetSeen": CUSTOMER_SETS,
    "askStockAlert": _ALERT,
    "confirmStockAlert": _ALERT,
    "stopStockAlert": _ALERT,
    "listStockAlerts": CUSTOMER,
    "addStockAlert": CUSTOMER_SETS,
    "removeStockAlert": CUSTOMER_SETS,
    "listPrivacyRequests": CUSTOMER,
    "askExport": CUSTOMER_SETS,
    "beginErasureProof": CUSTOMER_SESSION,
    "askErasure": CUSTOMER_SESSION,
    "cancelErasure": CUSTOMER_SETS,
    "getExport": ANYBODY,
}
