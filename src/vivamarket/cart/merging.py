"""What becomes of two carts of one customer: nothing is lost, and nothing of anybody else comes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from vivamarket.cart.model import LINES_MAX, QUANTITY_MAX, Cart, CartLine, CheckoutDetails


def merged(own: Cart, guest: Cart, now: datetime) -> tuple[Cart, Cart]:
    """Return the customer's cart with what the guest's holds, and the guest's with what did not fit.

    Quantities of one SKU add up. What would pass ``QUANTITY_MAX`` or ``LINES_MAX`` stays in the guest's
    cart. Details that the customer's cart has stay; those it lacks come from the guest's, which the same
    person has just filled in. Currency and language are the guest's: what the shopper sees now. The guest's
    cart keeps no details, so that its id, which others may know, opens nothing of the customer's.
    """
    quantities = {line.sku: line.quantity for line in own.lines}
    left: list[CartLine] = []
    for line in guest.lines:
        has = quantities.get(line.sku)
        if has is None and len(quantities) >= LINES_MAX:
            left.append(line)
            continue
        fits = min(line.quantity, QUANTITY_MAX - (has or 0))
        quantities[line.sku] = (has or 0) + fits
        if fits < line.quantity:
            left.append(CartLine(line.sku, line.quantity - fits))
    kept = replace(
        own,
        version=own.version + 1,
        currency=guest.currency,
        locale=guest.locale,
        lines=tuple(CartLine(sku, quantity) for sku, quantity in quantities.items()),
        details=_completed(own.details, guest.details),
        updated_at=now,
    )
    emptied = replace(
        guest, version=guest.version + 1, lines=tuple(left), details=CheckoutDetails(), updated_at=now
    )
    return kept, emptied


def _completed(own: CheckoutDetails, guest: CheckoutDetails) -> CheckoutDetails:
    """Return the details with the gaps filled. Addresses go together: billing is read beside shipping."""
    addresses = own if own.shipping_address is not None else guest
    return CheckoutDetails(
        email=own.email or guest.email,
        shipping_address=addresses.shipping_address,
        billing_address=addresses.billing_address,
        shipping_method=own.shipping_method or guest.shipping_method,
        note=own.note or guest.note,
    )
