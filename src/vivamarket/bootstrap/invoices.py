"""Invoices as web and worker use them, and the bridge from orders to what an invoice tells."""

from __future__ import annotations

from vivamarket.adapters.postgres.invoices import PostgresInvoiceStore
from vivamarket.addresses.model import Address
from vivamarket.bootstrap.countries import country_name
from vivamarket.bootstrap.shop import Shop
from vivamarket.checkout.ports import CheckoutStore
from vivamarket.invoices.drafting import Returned, ReturnedLine, Sale, shipping_rate_ppm
from vivamarket.invoices.model import InvoiceLine, InvoiceTax, Party
from vivamarket.invoices.service import InvoiceService
from vivamarket.kernel.ids import OrderId, RefundId
from vivamarket.kernel.money import Money, total
from vivamarket.orders.model import Order, OrderLine
from vivamarket.orders.service import OrderService
from vivamarket.payments.model import RefundStatus
from vivamarket.shop.model import ShopProfile

#: Steps by which an order becomes a sale (``checkout/transitions.py``).
_SOLD = frozenset({"order.paid", "order.paid_late", "order.accepted", "order.accepted_late"})


class SaleBridge:
    """Orders and their money as invoices' ``SaleReader``."""

    def __init__(self, orders: OrderService, states: CheckoutStore) -> None:
        self._orders = orders
        self._states = states

    async def sale(self, order_id: OrderId) -> Sale | None:
        """Return the order as it was sold; None while it is not. Raise ``OrderNotFound``."""
        order = await self._orders.by_id(order_id)
        paid_at = next((entry.at for entry in order.timeline if entry.kind in _SOLD), None)
        if paid_at is None:
            return None
        lines = {line.position: _line(line) for line in order.lines}
        taxes = tuple(
            InvoiceTax(label=tax.label, rate_ppm=tax.rate_ppm, base=tax.base, amount=tax.amount)
            for tax in order.taxes
        )
        return Sale(
            order_id=order.id,
            order_number=order.number,
            locale=order.locale,
            paid_at=paid_at,
            buyer=_buyer(order),
            lines=lines,
            shipping=_shipping(order, taxes, tuple(lines.values())),
            taxes=taxes,
            tax_included=order.tax_included,
            total=order.total,
        )

    async def returned(self, order_id: OrderId, refund_id: RefundId) -> Returned | None:
        """Return what the refund took back of the sale; None when it took nothing back of it."""
        state = await self._states.state(order_id)
        refund = next((each for each in state.refunds if each.id == refund_id), None)
        if refund is None or refund.of_deposit or refund.status is not RefundStatus.SUCCEEDED:
            return None
        if not refund.goods + refund.shipping + refund.tax:
            return None
        lines = tuple(
            ReturnedLine(each.position, each.quantity, each.amount, each.tax) for each in refund.lines
        )
        shipping_tax = refund.tax - total([each.tax for each in lines], refund.tax.currency)
        return Returned(
            refund_id=refund.id,
            at=refund.updated_at,
            lines=lines,
            shipping=refund.shipping + shipping_tax,
            tax=refund.tax,
        )


def invoices_of(shop: Shop) -> InvoiceService:
    """Build the use cases of invoices."""
    return InvoiceService(
        store=PostgresInvoiceStore(shop.pool),
        sales=SaleBridge(shop.orders, shop.checkout_store),
        seller=lambda: seller_of(shop.rules.profile),
        clock=shop.clock,
    )


def seller_of(profile: ShopProfile) -> Party:
    """Return who an invoice of this shop names as its seller."""
    return Party(
        name=profile.legal_name or profile.name,
        lines=(*profile.address_lines, country_name(profile.home_country, profile.default_locale)),
        tax_number=profile.tax_number,
        email=profile.email,
    )


def _line(line: OrderLine) -> InvoiceLine:
    name = f"{line.title} ({line.variant_title})" if line.variant_title else line.title
    return InvoiceLine(
        description=name,
        sku=line.sku,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        rate_ppm=line.tax_rate_ppm,
        net=line.total - line.tax,
        tax=line.tax,
    )


def _shipping(
    order: Order, taxes: tuple[InvoiceTax, ...], lines: tuple[InvoiceLine, ...]
) -> InvoiceLine | None:
    shipping = order.shipping
    if shipping is None:
        return None
    return InvoiceLine(
        description=shipping.label,
        quantity=1,
        unit_price=shipping.price,
        discount=Money.zero(order.currency),
        rate_ppm=shipping_rate_ppm(taxes, lines),
        net=shipping.price - shipping.tax if order.tax_included else shipping.price,
        tax=shipping.tax,
    )


def _buyer(order: Order) -> Party:
    address: Address | None = order.billing_address or order.shipping_address
    if address is None:
        return Party(name=order.email)
    place = " ".join(part for part in (address.postal_code, address.city, address.region) if part)
    lines = (
        address.company,
        address.line1,
        address.line2,
        place,
        country_name(address.country, order.locale),
    )
    return Party(name=address.name, lines=tuple(line for line in lines if line))
