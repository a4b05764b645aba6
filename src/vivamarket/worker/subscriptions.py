"""Who reacts to what: the one table of events and their handlers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vivamarket.kernel.outbox import BatchHandler, Handler, Lane


@dataclass(frozen=True, slots=True)
class Reactions:
    """What the shop can do about an event. Each may be called twice and then acts once."""

    #: Writes the mails of the event, to the customer and the staff.
    send_mail: Handler
    #: Prepares a webhook for each merchant's system that wants the event.
    tell_merchants: Handler
    #: Issues the invoice of a sale, the credit note of a refund.
    write_invoice: Handler
    #: Gives money and goods back for what a customer has sent.
    finish_return: Handler
    #: Shows SKUs as sold out or in stock again: search index and pages.
    show_availability: BatchHandler


def subscriptions(do: Reactions) -> Mapping[str, tuple[Handler, ...]]:
    """Return the handlers of each kind of event; a kind that is not listed concerns nobody yet."""
    return {
        "order.placed": (do.tell_merchants,),
        "order.authorized": (do.tell_merchants, do.send_mail),
        "order.paid": (do.tell_merchants, do.write_invoice, do.send_mail),
        "order.expired": (do.tell_merchants, do.send_mail),
        "order.canceled": (do.tell_merchants, do.send_mail),
        "order.refunded": (do.tell_merchants, do.write_invoice, do.send_mail),
        "order.shipped": (do.tell_merchants, do.send_mail),
        "order.shipment_canceled": (do.tell_merchants,),
        "order.mail_wanted": (do.send_mail,),
        "order.review": (do.tell_merchants, do.send_mail),
        "order.disputed": (do.tell_merchants, do.send_mail),
        "return.requested": (do.tell_merchants, do.send_mail),
        "return.approved": (do.tell_merchants, do.send_mail),
        "return.refused": (do.tell_merchants, do.send_mail),
        "return.received": (do.tell_merchants, do.finish_return),
        "payment.failed": (do.send_mail,),
        "identity.code_requested": (do.send_mail,),
        "identity.password_changed": (do.send_mail,),
        "identity.email_changed": (do.send_mail,),
        "identity.factor_changed": (do.send_mail,),
        "alert.asked": (do.send_mail,),
        "staff.invited": (do.send_mail,),
        "privacy.erasure_asked": (do.send_mail,),
        "privacy.erasure_canceled": (do.send_mail,),
    }


def lanes(do: Reactions) -> Mapping[Lane, BatchHandler]:
    """Return who takes the events of a whole lane together: ``stock.availability_changed``."""
    return {Lane.STOCK: do.show_availability}
