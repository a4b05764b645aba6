"""Orders as the API answers them."""

from __future__ import annotations

from collections.abc import Sequence

from vivamarket.api.present.cart import address_out, shipping_out
from vivamarket.api.schemas.cart import DiscountOut, TaxOut
from vivamarket.api.schemas.orders import (
    OrderLineOut,
    OrderOut,
    ParcelOut,
    ParcelUnitsOut,
    PaymentState,
    TimelineItem,
)
from vivamarket.catalog.present import present_image
from vivamarket.orders.model import Order, OrderLine, OrderStatus
from vivamarket.orders.shipments import Shipment, ShippedUnits

_WAITING = frozenset({OrderStatus.PENDING_PAYMENT, OrderStatus.CANCELING})


def order_out(order: Order) -> OrderOut:
    """Present an order to whoever may read it."""
    payment = order.payment
    return OrderOut(
        id=order.id,
        number=order.number,
        status=order.status,
        placed_at=order.placed_at,
        expires_at=order.expires_at if order.status in _WAITING else None,
        email=order.email,
        locale=order.locale,
        currency=order.currency,
        lines=tuple(_line(line, order.locale) for line in order.lines),
        subtotal=order.subtotal,
        discounts=tuple(DiscountOut(each.label, each.amount) for each in order.discounts),
        discount_total=order.discount_total,
        shipping=shipping_out(order.shipping),
        taxes=tuple(TaxOut(tax.label, tax.rate_ppm, tax.base, tax.amount) for tax in order.taxes),
        tax_total=order.tax_total,
        tax_included=order.tax_included,
        total=order.total,
        refunded_total=order.refunded_total,
        shipping_address=address_out(order.shipping_address),
        billing_address=address_out(order.billing_address),
        note=order.note,
        payment=PaymentState(payment.id, payment.status, payment.attempt, payment.failure_code)
        if payment
        else None,
        timeline=tuple(TimelineItem(entry.at, entry.kind) for entry in order.timeline),
        fulfillment=order.fulfillment,
        shipments=tuple(_parcel(each) for each in order.shipments if each.is_under_way),
    )


def _parcel(shipment: Shipment) -> ParcelOut:
    return ParcelOut(
        id=shipment.id,
        units=parcel_units_out(shipment.units),
        carrier_name=shipment.tracking.carrier_name,
        tracking_number=shipment.tracking.number,
        tracking_url=shipment.tracking.url,
        shipped_at=shipment.shipped_at,
    )


def parcel_units_out(units: Sequence[ShippedUnits]) -> tuple[ParcelUnitsOut, ...]:
    """Present what is in a parcel, or may go into one."""
    return tuple(ParcelUnitsOut(each.position, each.quantity) for each in units)


def _line(line: OrderLine, locale: str) -> OrderLineOut:
    return OrderLineOut(
        position=line.position,
        sku=line.sku,
        product_slug=line.product_slug,
        title=line.title,
        variant_title=line.variant_title,
        image=present_image(line.image, locale) if line.image else None,
        quantity=line.quantity,
        unit_price=line.unit_price,
        subtotal=line.subtotal,
        discount=line.discount,
        tax=line.tax,
        total=line.total,
        requires_shipping=line.requires_shipping,
    )
