"""Who may call what of the shop, its carts and its orders."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.api.policies.words import ANYBODY, CART, ORDER, Policy, Who

SHOP_POLICIES: Mapping[str, Policy] = {
    "getShop": ANYBODY,
    "getAddressForm": ANYBODY,
    "getLive": ANYBODY,
    "listCategories": ANYBODY,
    "listProducts": ANYBODY,
    "getProduct": ANYBODY,
    "searchProducts": ANYBODY,
    "suggest": ANYBODY,
    "getLiveness": ANYBODY,
    "getReadiness": ANYBODY,
    # The documentation's own routes, which stand outside the document.
    "docs.page": ANYBODY,
    "docs.asset": ANYBODY,
    "docs.openapi": ANYBODY,
    "createCart": ANYBODY,
    "getCart": CART,
    "getQuote": CART,
    "addCartLine": CART,
    "setCartLine": CART,
    "removeCartLine": CART,
    "setCartDetails": CART,
    "placeOrder": CART,
    "getOrder": ORDER,
    "startPayment": ORDER,
    "settleOrder": ORDER,
    "cancelOrder": ORDER,
    "listOrderInvoices": ORDER,
    "getOrderInvoice": ORDER,
    "listOrderReturns": ORDER,
    "requestReturn": ORDER,
    "withdrawReturn": ORDER,
    "receiveStripeEvent": Policy(Who.PROVIDER, keyless="the provider's own event id is the key"),
}
