"""Who of the staff may call what of orders, money and messages."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.accounts.roles import Area
from vivamarket.api.policies.words import VISITOR, Policy, Who, may_read, may_write

STAFF_POLICIES: Mapping[str, Policy] = {
    "signInStaff": VISITOR,
    "signOutStaff": Policy(Who.STAFF, keyless="a session ends only once"),
    "getStaffSession": Policy(Who.STAFF),
    "listStaffMails": may_read(Area.MAIL),
    "getStaffMail": may_read(Area.MAIL),
    "getStaffMailPage": may_read(Area.MAIL),
    "listStaffOrders": may_read(Area.ORDERS),
    "getStaffOrder": may_read(Area.ORDERS),
    "cancelStaffOrder": may_write(Area.ORDERS),
    "captureStaffOrder": may_write(Area.ORDERS),
    "acceptStaffOrder": may_write(Area.ORDERS),
    "previewStaffRefund": may_read(Area.REFUNDS),
    "refundStaffOrder": may_write(Area.REFUNDS),
    "listStaffOrderInvoices": may_read(Area.ORDERS),
    "getStaffInvoice": may_read(Area.ORDERS),
    "addStaffOrderNote": may_write(Area.ORDERS),
    "sendStaffOrderMail": may_write(Area.ORDERS),
    "listCarriers": may_read(Area.ORDERS),
    "shipStaffOrder": may_write(Area.FULFILLMENT),
    "correctStaffShipment": may_write(Area.FULFILLMENT),
    "cancelStaffShipment": may_write(Area.FULFILLMENT),
    "listStaffReturns": may_read(Area.ORDERS),
    "listStaffOrderReturns": may_read(Area.ORDERS),
    "approveStaffReturn": may_write(Area.ORDERS),
    "refuseStaffReturn": may_write(Area.ORDERS),
    # It gives money back.
    "receiveStaffReturn": may_write(Area.REFUNDS),
    "listDeadLetters": may_read(Area.OPERATIONS),
    "replayDeadLetter": may_write(Area.OPERATIONS),
    "listReconciliationReports": may_read(Area.OPERATIONS),
    "beginReconciliation": may_write(Area.OPERATIONS),
    "listWebhookEventTypes": may_read(Area.WEBHOOKS),
    "listWebhookEndpoints": may_read(Area.WEBHOOKS),
    "getWebhookEndpoint": may_read(Area.WEBHOOKS),
    "createWebhookEndpoint": may_write(Area.WEBHOOKS),
    "updateWebhookEndpoint": may_write(Area.WEBHOOKS),
    "deleteWebhookEndpoint": may_write(Area.WEBHOOKS),
    "rotateWebhookSecret": may_write(Area.WEBHOOKS),
    "testWebhookEndpoint": may_write(Area.WEBHOOKS),
    "listWebhookDeliveries": may_read(Area.WEBHOOKS),
    "getWebhookDelivery": may_read(Area.WEBHOOKS),
    "replayWebhookDelivery": may_write(Area.WEBHOOKS),
}
