"""Who of the staff may call what of the house itself: audit log, staff, settings, and of customers."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.accounts.roles import Area, Level, Permission
from vivamarket.api.policies.words import VISITOR, Policy, Who, may_read, may_write

#: What everybody of the staff decides about themselves.
_OWN = Policy(Who.STAFF, keyless="its answer carries a session, which is never kept; twice does no harm")

HOUSE_POLICIES: Mapping[str, Policy] = {
    "listAuditEntries": may_read(Area.AUDIT),
    "getAuditEntry": may_read(Area.AUDIT),
    "verifyAuditLog": may_read(Area.AUDIT),
    "listStaffAccounts": may_read(Area.STAFF),
    "inviteStaff": may_write(Area.STAFF),
    "changeStaffAccount": may_write(Area.STAFF),
    "sendStaffLink": may_write(Area.STAFF),
    "resetStaffFactor": may_write(Area.STAFF),
    "getShopSettings": may_read(Area.SETTINGS),
    "listShopSettingsVersions": may_read(Area.SETTINGS),
    "getShopSettingsVersion": may_read(Area.SETTINGS),
    "previewShopSettings": Policy(
        Who.STAFF, Permission(Area.SETTINGS, Level.READ), keyless="it shows an example and keeps nothing"
    ),
    "changeShopSettings": may_write(Area.SETTINGS),
    "listStaffCustomers": may_read(Area.CUSTOMERS),
    "getStaffCustomer": may_read(Area.CUSTOMERS),
    "listStaffCustomerOrders": may_read(Area.CUSTOMERS),
    "listStaffCustomerNotes": may_read(Area.CUSTOMER_NOTES),
    "addStaffCustomerNote": may_write(Area.CUSTOMER_NOTES),
    "signOutStaffCustomer": may_write(Area.CUSTOMERS),
    "unlockStaffCustomer": may_write(Area.CUSTOMERS),
    "listStaffCustomerRequests": may_read(Area.CUSTOMERS),
    "exportStaffCustomer": may_write(Area.CUSTOMERS),
    "eraseStaffCustomer": may_write(Area.CUSTOMERS),
    "keepStaffCustomer": may_write(Area.CUSTOMERS),
    "acceptStaffInvitation": VISITOR,
    "changeOwnPassword": _OWN,
    "newOwnTotpSecret": _OWN,
    "setOwnTotp": _OWN,
    "removeOwnTotp": _OWN,
}
