"""Which pages `viva screenshots` takes: one line each. Add yours here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Visitor = Literal["guest", "shopper", "buyer", "customer", "staff"]


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page, and who it is shown to.

    ``path`` may name what the stories leave behind: ``{order}`` is the buyer's order page, ``{number}``
    that order's number, ``{returned}`` an order of which something comes back, ``{shared}`` the customer's
    shared wishlist, ``{product}`` a product's id; those of the staff's pages come from
    ``back_office.furnish``. In Spanish its language link is followed,
    or ``path_es`` where that is not enough.
    """

    name: str
    path: str
    visitor: Visitor = "guest"
    path_es: str = ""


STOREFRONT = (
    PageShown("home", "/en/"),
    PageShown("category", "/en/c/fresh-food/"),
    PageShown("product", "/en/p/bavarian-pretzels/"),
    PageShown("search", "/en/search/?q=bread", path_es="/es/search/?q=pan"),
    PageShown("search-empty", "/en/search/?q=zzzzzz", path_es="/es/search/?q=zzzzzz"),
    PageShown("cart-empty", "/en/cart/"),
    PageShown("cart", "/en/cart/", "shopper"),
    PageShown("checkout", "/en/checkout/", "shopper"),
    PageShown("order", "{order}", "buyer"),
    PageShown("sign-in", "/en/account/"),
    PageShown("account", "/en/account/", "customer"),
    PageShown("account-orders", "/en/account/orders/", "customer"),
    PageShown("account-addresses", "/en/account/addresses/", "customer"),
    PageShown("account-wishlist", "/en/account/wishlist/", "customer"),
    PageShown("account-preferences", "/en/account/preferences/", "customer"),
    PageShown("account-privacy", "/en/account/privacy/", "customer"),
    PageShown("wishlist", "/en/wishlist/"),
    PageShown("wishlist-shared", "{shared}"),
    PageShown("order-returned", "{returned}", "customer"),
    PageShown("stock-alert", "/en/stock-alert/"),
    PageShown("account-security", "/en/account/security/", "customer"),
    PageShown("about", "/en/info/about/"),
    PageShown("shipping", "/en/info/shipping/"),
    PageShown("offline", "/en/offline/"),
    PageShown("not-found", "/en/nowhere/", path_es="/es/nada/"),
    PageShown("api-docs", "/api/docs"),
)

#: Every page of the staff's application, which ``back_office.furnish`` leaves something on.
ADMIN = (
    PageShown("admin-today", "/admin/today", "staff"),
    PageShown("admin-orders", "/admin/orders", "staff"),
    PageShown("admin-order", "/admin/orders/{number}", "staff"),
    PageShown("admin-refund", "/admin/orders/{number}/refund", "staff"),
    PageShown("admin-packing-slip", "/admin/orders/{number}/slip/{shipment}", "staff"),
    PageShown("admin-returns", "/admin/returns", "staff"),
    PageShown("admin-customers", "/admin/customers", "staff"),
    PageShown("admin-customer", "/admin/customers/{customer}", "staff"),
    PageShown("admin-products", "/admin/products", "staff"),
    PageShown("admin-product", "/admin/products/{product}", "staff"),
    PageShown("admin-product-new", "/admin/products/new", "staff"),
    PageShown("admin-categories", "/admin/categories", "staff"),
    PageShown("admin-category", "/admin/categories/{category}", "staff"),
    PageShown("admin-category-new", "/admin/categories/new", "staff"),
    PageShown("admin-content", "/admin/content", "staff"),
    PageShown("admin-content-page", "/admin/content/about", "staff"),
    PageShown("admin-content-new", "/admin/content/new", "staff"),
    PageShown("admin-content-versions", "/admin/content/about/versions", "staff"),
    PageShown("admin-inventory", "/admin/inventory", "staff"),
    PageShown("admin-stock", "/admin/inventory/{sku}", "staff"),
    PageShown("admin-transfers", "/admin/transfers", "staff"),
    PageShown("admin-transfer", "/admin/transfers/{transfer}", "staff"),
    PageShown("admin-staff", "/admin/staff", "staff"),
    PageShown("admin-staff-member", "/admin/staff/{staff}", "staff"),
    PageShown("admin-staff-invite", "/admin/staff/new", "staff"),
    PageShown("admin-settings", "/admin/settings", "staff"),
    PageShown("admin-settings-versions", "/admin/settings/versions", "staff"),
    PageShown("admin-audit-log", "/admin/audit-log", "staff"),
    PageShown("admin-audit-entry", "/admin/audit-log/{entry}", "staff"),
    PageShown("admin-profile", "/admin/profile", "staff"),
    PageShown("admin-webhooks", "/admin/webhooks", "staff"),
    PageShown("admin-webhook", "/admin/webhooks/{endpoint}", "staff"),
    PageShown("admin-webhook-new", "/admin/webhooks/new", "staff"),
    PageShown("admin-delivery", "/admin/deliveries/{delivery}", "staff"),
    PageShown("admin-reconciliation", "/admin/reconciliation", "staff"),
    PageShown("admin-dead-letters", "/admin/dead-letters", "staff"),
    PageShown("admin-mails", "/admin/mails", "staff"),
    PageShown("admin-mail", "/admin/mails/{mail}", "staff"),
)

PAGES = STOREFRONT + ADMIN
