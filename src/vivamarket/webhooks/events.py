"""Which of the shop's events merchants' systems may hear of, under the names they are published with."""

from __future__ import annotations

from collections.abc import Mapping

#: What staff send to try an endpoint; every endpoint takes it.
TEST = "webhook.test"

#: Each type and what it tells, in words for whoever chooses. Stock is not among them: an import changes
#: 100,000 SKUs at once, and one call for each would help nobody.
EVENT_TYPES: Mapping[str, str] = {
    "order.placed": "An order waits for its payment; its goods are held.",
    "order.authorized": "The money is held, not taken yet; its goods are held as long.",
    "order.paid": "The money has come; the order can be sent.",
    "order.canceled": "The customer or staff canceled before the payment; the goods are free again.",
    "order.expired": "Nobody paid in time; the goods are free again.",
    "order.refunded": "Money was given back, in full or in part.",
    "order.shipped": "A parcel is on its way, with what is in it and how it is followed.",
    "order.shipment_canceled": "A parcel did not leave after all; its units are on hand again.",
    "order.review": "Something about the money does not fit; staff must look.",
    "order.disputed": "The customer's bank disputes the payment, or has decided about it.",
    "return.requested": "A customer wants to send something back.",
    "return.approved": "The shop waits for the goods of a return.",
    "return.refused": "The shop does not take a return.",
    "return.received": "The goods of a return are here; money and stock follow.",
}
