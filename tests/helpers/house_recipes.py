"""How every mutating route of the house itself is called: staff, settings. The caller is an owner."""

from __future__ import annotations

import itertools

import asyncpg
from tests.helpers.api import ApiShop
from tests.helpers.route_recipes import Call, Make, Recipe

from vivamarket.kernel.ids import uuid7

ACCOUNTS = "/api/v1/staff/accounts"
SETTINGS = "/api/v1/staff/settings"
CUSTOMERS = "/api/v1/staff/customers"
UNKNOWN = uuid7(9_999, 9_999)
KIM = {"email": "kim@example.com", "name": "Kim", "role": "editor"}
_numbers = itertools.count(1)

#: Invitations and one's own way in. Their answers carry a session, or what they use works once.
HOUSE_WITHOUT_KEY = {
    "previewShopSettings",
    "acceptStaffInvitation",
    "changeOwnPassword",
    "newOwnTotpSecret",
    "setOwnTotp",
    "removeOwnTotp",
}


async def invited(api: ApiShop, email: str | None = None) -> str:
    """Return the id of somebody new who was invited."""
    address = email or f"new-{next(_numbers)}@example.com"
    answer = await api.send("POST", ACCOUNTS, {**KIM, "email": address})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def _invite(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    return Recipe(
        works=Call("POST", ACCOUNTS, KIM),
        other=Call("POST", ACCOUNTS, {**KIM, "email": "ana@example.com"}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM staff_invitation"),
        refused=Call("POST", ACCOUNTS, {**KIM, "email": "no address"}),
    )


async def _change(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path = f"{ACCOUNTS}/{await invited(api)}"
    return Recipe(
        works=Call("PATCH", path, {"role": "warehouse"}),
        other=Call("PATCH", path, {"role": "support"}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM staff WHERE role = 'warehouse'"),
        refused=Call("PATCH", f"{ACCOUNTS}/{UNKNOWN}", {"role": "warehouse"}),
    )


async def _send_link(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path = f"{ACCOUNTS}/{await invited(api)}/links"
    other = f"{ACCOUNTS}/{await invited(api)}/links"
    return Recipe(
        works=Call("POST", path),
        other=Call("POST", other),
        effects=lambda: pool.fetchval("SELECT count(*) FROM outbox WHERE kind = 'staff.invited'"),
        refused=Call("POST", f"{ACCOUNTS}/{UNKNOWN}/links"),
    )


async def _reset_factor(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    kim, ana = await invited(api), await invited(api)
    await pool.execute("UPDATE staff SET totp_secret = 'sealed' WHERE id = ANY ($1::uuid[])", [kim, ana])
    return Recipe(
        works=Call("DELETE", f"{ACCOUNTS}/{kim}/second-factor"),
        other=Call("DELETE", f"{ACCOUNTS}/{ana}/second-factor"),
        effects=lambda: pool.fetchval(
            "SELECT count(*) FROM staff WHERE id = $1 AND totp_secret IS NULL", kim
        ),
        refused=Call("DELETE", f"{ACCOUNTS}/{UNKNOWN}/second-factor"),
    )


async def _change_settings(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    held = (await api.get(SETTINGS)).json()
    shop = held["settings"]["shop"]
    named = {**held["settings"], "shop": {**shop, "legal_name": "Viva S.L."}}
    homeless = {**held["settings"], "shop": {**shop, "home_country": "AQ"}}
    wish = {"version": held["version"], "settings": named}
    return Recipe(
        works=Call("PUT", SETTINGS, wish),
        other=Call("PUT", SETTINGS, {**wish, "settings": held["settings"]}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM shop_settings"),
        refused=Call("PUT", SETTINGS, {**wish, "settings": homeless}),
    )


async def _sign_out_customer(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    jo, kim = await _joined(api), await _joined(api)
    return Recipe(
        works=Call("POST", f"{CUSTOMERS}/{jo}/sign-out"),
        other=Call("POST", f"{CUSTOMERS}/{kim}/sign-out"),
        effects=lambda: pool.fetchval("SELECT epoch FROM customer WHERE id = $1", jo),
        refused=Call("POST", f"{CUSTOMERS}/{UNKNOWN}/sign-out"),
    )


async def _unlock_customer(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    jo, kim = await _joined(api), await _joined(api)
    return Recipe(
        works=Call("POST", f"{CUSTOMERS}/{jo}/unlock"),
        other=Call("POST", f"{CUSTOMERS}/{kim}/unlock"),
        effects=lambda: pool.fetchval("SELECT count(*) FROM identity_attempt"),
        refused=Call("POST", f"{CUSTOMERS}/{UNKNOWN}/unlock"),
        adds=0,
    )


async def _note_customer(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    path = f"{CUSTOMERS}/{await _joined(api)}/notes"
    return Recipe(
        works=Call("POST", path, {"text": "Rings twice."}),
        other=Call("POST", path, {"text": "Rings once."}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM customer_note"),
        refused=Call("POST", path, {"text": " "}),
    )


def _data_recipe(verb: str, word: str, kind: str) -> Make:
    async def make(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
        jo, kim = await _joined(api), await _joined(api)
        count = "SELECT count(*) FROM privacy_request WHERE customer_id = $1 AND kind = $2 AND state = $3"
        state = "canceled" if verb == "DELETE" else "waiting"
        if verb == "DELETE":
            for customer_id in (jo, kim):
                await api.send("POST", f"{CUSTOMERS}/{customer_id}/{word}")
        return Recipe(
            works=Call(verb, f"{CUSTOMERS}/{jo}/{word}"),
            other=Call(verb, f"{CUSTOMERS}/{kim}/{word}"),
            effects=lambda: pool.fetchval(count, jo, kind, state),
            refused=Call(verb, f"{CUSTOMERS}/{UNKNOWN}/{word}"),
        )

    return make


async def _joined(api: ApiShop) -> str:
    """Return the id of a new customer."""
    return (await api.identity.joined(f"new-{next(_numbers)}@example.org")).customer.id


#: By the operation's name in the OpenAPI document.
HOUSE_RECIPES: dict[str, Make] = {
    "inviteStaff": _invite,
    "changeStaffAccount": _change,
    "sendStaffLink": _send_link,
    "resetStaffFactor": _reset_factor,
    "changeShopSettings": _change_settings,
    "addStaffCustomerNote": _note_customer,
    "signOutStaffCustomer": _sign_out_customer,
    "unlockStaffCustomer": _unlock_customer,
    "exportStaffCustomer": _data_recipe("POST", "export", "export"),
    "eraseStaffCustomer": _data_recipe("POST", "erasure", "erasure"),
    "keepStaffCustomer": _data_recipe("DELETE", "erasure", "erasure"),
}
