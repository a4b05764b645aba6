"""Who may call what of customers' accounts."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.api.policies.words import ANYBODY, CUSTOMER, CUSTOMER_SESSION, CUSTOMER_SETS, VISITOR, Policy

ACCOUNT_POLICIES: Mapping[str, Policy] = {
    "getSigningKeys": ANYBODY,
    "signUp": VISITOR,
    "confirmAccount": VISITOR,
    "signIn": VISITOR,
    "signInSecondStep": VISITOR,
    "refreshSession": VISITOR,
    "beginPasswordReset": VISITOR,
    "finishPasswordReset": VISITOR,
    "getAccountSession": CUSTOMER,
    "signOut": CUSTOMER_SESSION,
    "changePassword": CUSTOMER_SESSION,
    "beginEmailChange": CUSTOMER_SESSION,
    "finishEmailChange": CUSTOMER_SESSION,
    "beginTotp": CUSTOMER_SESSION,
    "finishTotp": CUSTOMER_SESSION,
    "removeTotp": CUSTOMER_SESSION,
    "listPasskeys": CUSTOMER,
    "beginPasskey": CUSTOMER_SESSION,
    "finishPasskey": CUSTOMER_SESSION,
    "removePasskey": CUSTOMER_SESSION,
    "beginPasskeySignIn": VISITOR,
    "finishPasskeySignIn": VISITOR,
    "listAddresses": CUSTOMER,
    "keepAddress": CUSTOMER_SETS,
    "removeAddress": CUSTOMER_SETS,
    "setAddressDefaults": CUSTOMER_SETS,
    "openAccountCart": CUSTOMER,
    "listAccountOrders": CUSTOMER,
    "getAccountOrder": CUSTOMER,
    "getAccountOrderToken": CUSTOMER,
}
