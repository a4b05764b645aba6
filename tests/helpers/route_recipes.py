"""How every mutating route of the shop is called: so that it works, clashes, and refuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import asyncpg
from tests.helpers.api import ApiShop
from tests.helpers.checkout import MUG

from vivamarket.kernel.ids import OrderId

CARTS = "/api/v1/carts"
ORDERS = "/api/v1/orders"
FIRST_LINE = {"sku": MUG, "quantity": 1}
NEW_CART = {"currency": "EUR", "locale": "en", "lines": [FIRST_LINE]}


@dataclass(frozen=True)
class Call:
    """One request, without its key."""

    method: str
    path: str
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipe:
    """How a route is called: so that it works, otherwise with the same caller, and so that it refuses."""

    works: Call
    #: Another request that may not come under the same key.
    other: Call
    #: Counts the effects so far; the call adds ``adds``.
    effects: Callable[[], Awaitable[int]]
    #: None for a route that refuses nothing once the caller is known.
    refused: Call | None
    adds: int = 1


Make = Callable[[ApiShop, asyncpg.Pool], Awaitable[Recipe]]

#: Customers' sessions and what proves who they are: their answers carry a session, which is never kept. And
#: what a customer sets, which may be said again.
ACCOUNT_WITHOUT_KEY = {
    "signUp",
    "confirmAccount",
    "signIn",
    "signInSecondStep",
    "refreshSession",
    "beginPasswordReset",
    "finishPasswordReset",
    "signOut",
    "changePassword",
    "beginEmailChange",
    "finishEmailChange",
    "beginTotp",
    "finishTotp",
    "removeTotp",
    # What says how things shall be may be said again.
    "keepAddress",
    "removeAddress",
    "setAddressDefaults",
    "setPreferences",
    "mergePreferences",
    "addConsent",
    "addWish",
    "removeWish",
    "shareWishlist",
    "stopSharingWishlist",
    "addSeen",
    "forgetSeen",
    "askStockAlert",
    "confirmStockAlert",
    "stopStockAlert",
    "addStockAlert",
    "removeStockAlert",
    "askExport",
    "beginErasureProof",
    "askErasure",
    "cancelErasure",
    "beginPasskey",
    "finishPasskey",
    "removePasskey",
    "beginPasskeySignIn",
    "finishPasskeySignIn",
}


async def _create_cart(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    return Recipe(
        works=Call("POST", CARTS, NEW_CART),
        other=Call("POST", CARTS, {**NEW_CART, "lines": []}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM cart"),
        refused=Call("POST", CARTS, {**NEW_CART, "lines": [{"sku": "NEW", "quantity": 1}]}),
    )


async def _add_cart_line(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    cart_id = (await api.new_cart())["id"]
    path = f"{CARTS}/{cart_id}/lines"
    return Recipe(
        works=Call("POST", path, FIRST_LINE),
        other=Call("POST", path, {"sku": MUG, "quantity": 2}),
        effects=lambda: quantity(api, cart_id),
        refused=Call("POST", path, {"sku": "NEW", "quantity": 1}),
    )


async def _set_cart_line(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    cart_id = (await api.new_cart())["id"]
    path = f"{CARTS}/{cart_id}/lines"
    return Recipe(
        works=Call("PUT", f"{path}/{MUG}", {"quantity": 5}),
        other=Call("PUT", f"{path}/{MUG}", {"quantity": 6}),
        effects=lambda: version(pool, cart_id),
        refused=Call("PUT", f"{path}/NEW", {"quantity": 1}),
    )


async def _remove_cart_line(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    cart_id = (await api.new_cart())["id"]
    order, _ = await api.placed()
    ordered = await pool.fetchval("SELECT id FROM cart WHERE order_id = $1", order["id"])
    return Recipe(
        works=Call("DELETE", f"{CARTS}/{cart_id}/lines/{MUG}"),
        other=Call("DELETE", f"{CARTS}/{cart_id}/lines/OTHER"),
        effects=lambda: version(pool, cart_id),
        refused=Call("DELETE", f"{CARTS}/{ordered}/lines/{MUG}"),
    )


async def _set_cart_details(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    cart_id = (await api.new_cart())["id"]
    path = f"{CARTS}/{cart_id}/details"
    return Recipe(
        works=Call("PUT", path, {"email": "jo@example.com"}),
        other=Call("PUT", path, {"email": "joe@example.com"}),
        effects=lambda: version(pool, cart_id),
        refused=Call("PUT", path, {"email": "nobody"}),
    )


async def _place_order(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    cart, quote = await api.ready_cart()
    confirmed = {"cart_id": cart["id"], "quote_hash": quote["hash"]}
    return Recipe(
        works=Call("POST", ORDERS, confirmed),
        other=Call("POST", ORDERS, {**confirmed, "quote_hash": "0" * 64}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM orders"),
        refused=Call("POST", ORDERS, {**confirmed, "quote_hash": "0" * 64}),
    )


async def _start_payment(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order, token = await api.placed()
    canceled, its_token = await api.placed()
    await api.shop.checkout.cancel_order(OrderId(canceled["id"]))
    provider = api.shop.provider

    async def sessions() -> int:
        return len(provider.sessions)

    return Recipe(
        works=Call("POST", f"{ORDERS}/{order['id']}/payment", headers=token),
        other=Call("POST", f"{ORDERS}/{order['id']}/cancel", headers=token),
        effects=sessions,
        refused=Call("POST", f"{ORDERS}/{canceled['id']}/payment", headers=its_token),
    )


async def _settle_order(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order, token = await api.placed()
    await api.shop.pay(OrderId(order["id"]))
    return Recipe(
        works=Call("POST", f"{ORDERS}/{order['id']}/settle", headers=token),
        other=Call("POST", f"{ORDERS}/{order['id']}/cancel", headers=token),
        effects=lambda: steps(api, order["id"], "paid"),
        refused=None,
    )


async def _cancel_order(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order, token = await api.placed()
    paid, its_token = await api.placed()
    await api.shop.pay(OrderId(paid["id"]))
    await api.shop.checkout.settle(OrderId(paid["id"]))
    return Recipe(
        works=Call("POST", f"{ORDERS}/{order['id']}/cancel", headers=token),
        other=Call("POST", f"{ORDERS}/{order['id']}/payment", headers=token),
        effects=lambda: steps(api, order["id"], "canceled"),
        refused=Call("POST", f"{ORDERS}/{paid['id']}/cancel", headers=its_token),
    )


async def _open_account_cart(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    signed_in = await api.identity.joined()
    token = {"authorization": f"Bearer {signed_in.access_token}"}
    guest_id = (await api.new_cart())["id"]
    wish = {"currency": "EUR", "locale": "en", "cart_id": guest_id}
    path = "/api/v1/account/cart"
    return Recipe(
        works=Call("POST", path, wish, token),
        other=Call("POST", path, {**wish, "currency": "USD"}, token),
        effects=lambda: pool.fetchval("SELECT count(*) FROM customer_cart"),
        refused=Call("POST", path, {**wish, "currency": "XXX"}, token),
    )


async def version(pool: asyncpg.Pool, cart_id: str) -> int:
    """Return how often the cart was changed."""
    found: int = await pool.fetchval("SELECT version FROM cart WHERE id = $1", cart_id)
    return found


async def quantity(api: ApiShop, cart_id: str) -> int:
    """Return how many units are in the cart."""
    return int((await api.get(f"{CARTS}/{cart_id}")).json()["item_count"])


async def steps(api: ApiShop, order_id: str, event: str) -> int:
    """Return how often that happened to the order itself, by its history."""
    orders = (await api.shop.evidence.read()).orders
    history = next(each.steps for each in orders if each.state.id == order_id)
    return [step.event for step in history if step.subject_id == order_id].count(event)


#: By the operation's name in the OpenAPI document.
SHOP_RECIPES: dict[str, Make] = {
    "createCart": _create_cart,
    "addCartLine": _add_cart_line,
    "setCartLine": _set_cart_line,
    "removeCartLine": _remove_cart_line,
    "setCartDetails": _set_cart_details,
    "placeOrder": _place_order,
    "startPayment": _start_payment,
    "settleOrder": _settle_order,
    "cancelOrder": _cancel_order,
    "openAccountCart": _open_account_cart,
}
