"""Every operation of the API, called by everybody there is: answers agree with the table of who gets in.

A new operation is walked as soon as it is in the OpenAPI document; ``api/policies`` must have a line for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar, get
from tests.helpers.api import ADDRESS, ApiShop
from tests.helpers.identity import HOME, PASSWORD

from vivamarket.accounts.identity.model import ACCESS_LIFE
from vivamarket.accounts.model import SESSION_LIFE_MAX, StaffRole
from vivamarket.accounts.roles import ROLES, Area, Level, Permission, may
from vivamarket.accounts.service import csrf_token
from vivamarket.api import openapi_document
from vivamarket.api.policies import POLICIES, Policy, Who
from vivamarket.api.policy import NoPolicy, require_policies

DOCUMENT: dict[str, Any] = json.loads(openapi_document())
OPERATIONS = {
    operation["operationId"]: (method.upper(), path)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
#: Called last: after it the caller is nobody.
PARTING = ("signOut", "signOutStaff")
#: Nobody but its owner, and the staff who may, ever reads any of these.
CANARIES = ("canary-jo@example.org", "Canary Jo", "Canary Street 7")
JO = CANARIES[0]
REFUSED = {"unauthenticated", "forbidden"}
NOBODY_KNOWS = "019a0000-0000-7000-8000-000000000000"


@dataclass
class Caller:
    """Somebody who calls, and what they may do."""

    name: str
    may: Callable[[str, Policy], bool]
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    #: Whether what they are answered may hold the canaries: Jo herself, and staff who see orders or mails.
    is_told: bool = False


def is_open(operation: str, policy: Policy) -> bool:
    """Return whether everybody gets in; refreshing a session takes one."""
    return policy.who in {Who.ANYBODY, Who.VISITOR, Who.CART, Who.PROVIDER} and operation != "refreshSession"


def is_customers(operation: str, policy: Policy) -> bool:
    return is_open(operation, policy) or policy.who is Who.CUSTOMER or operation == "refreshSession"


def is_holders(operation: str, policy: Policy) -> bool:
    return is_open(operation, policy) or policy.who is Who.ORDER


def is_staffs(role: StaffRole) -> Callable[[str, Policy], bool]:
    def check(operation: str, policy: Policy) -> bool:
        is_theirs = policy.who is Who.STAFF and (policy.permission is None or may(role, policy.permission))
        return is_open(operation, policy) or is_theirs

    return check


async def customer(api: ApiShop, email: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the cookies and headers of a customer's browser."""
    signed_in = await api.identity.joined(email)
    cookies = {"viva_access": signed_in.access_token, "viva_refresh": signed_in.refresh_token}
    return cookies, {"x-csrf-token": api.identity.marks.csrf(signed_in.session_id)}


async def staff(api: ApiShop, role: StaffRole) -> tuple[dict[str, str], dict[str, str]]:
    """Return the cookies and headers of a browser of the staff."""
    accounts = api.services.staff.accounts
    await accounts.add_staff(f"{role}@shop.test", role=role, password=PASSWORD)
    token = await accounts.sign_in(f"{role}@shop.test", PASSWORD, address=HOME)
    return {"viva_staff": token}, {"x-csrf-token": csrf_token(token)}


async def order_of_jo(api: ApiShop) -> tuple[dict[str, Any], str]:
    """Return an order full of canaries, and its token."""
    cart = await api.new_cart()
    details = {
        "email": JO,
        "shipping_address": {**ADDRESS, "name": CANARIES[1], "line1": CANARIES[2]},
        "shipping_method": "standard",
    }
    await api.send("PUT", f"/api/v1/carts/{cart['id']}/details", details)
    quote = (await api.get(f"/api/v1/carts/{cart['id']}/quote")).json()
    answer = await api.send("POST", "/api/v1/orders", {"cart_id": cart["id"], "quote_hash": quote["hash"]})
    return answer.json()["order"], answer.json()["token"]


async def everybody(api: ApiShop, token: str) -> list[Caller]:
    """Return a caller of every kind. The expired and the revoked were somebody once."""
    late_cookies, late_headers = await customer(api, "late@example.org")
    late_staff_cookies, late_staff_headers = await staff(api, StaffRole.SUPPORT)
    api.shop.clock.time += SESSION_LIFE_MAX + ACCESS_LIFE + timedelta(minutes=1)
    late_cookies.pop("viva_refresh")
    gone_cookies, gone_headers = await customer(api, "gone@example.org")
    gone = await api.identity.provider.verify(gone_cookies["viva_access"])
    await api.identity.provider.sign_out(gone, everywhere=True)
    jo_cookies, jo_headers = await customer(api, JO)
    other_cookies, other_headers = await customer(api, "other@example.org")
    accounts = api.services.staff.accounts
    revoked_cookies, revoked_headers = await staff(api, StaffRole.EDITOR)
    await accounts.reset_password("editor@shop.test")
    people = [
        Caller("anonymous", is_open),
        Caller("Jo", is_customers, jo_cookies, jo_headers, is_told=True),
        Caller("another customer", is_customers, other_cookies, other_headers),
        Caller("guest with Jo's token", is_holders, {}, {"authorization": f"Bearer {token}"}, is_told=True),
        Caller("guest with a wrong token", is_holders, {}, {"authorization": "Bearer wrong"}),
        Caller("expired customer", is_open, late_cookies, late_headers),
        Caller("revoked customer", is_open, gone_cookies, gone_headers),
        Caller("expired staff", is_open, late_staff_cookies, late_staff_headers),
        Caller("revoked staff", is_open, revoked_cookies, revoked_headers),
    ]
    for role in StaffRole:
        if role in {StaffRole.SUPPORT, StaffRole.EDITOR}:
            password = await accounts.reset_password(f"{role}@shop.test")
            token = await accounts.sign_in(f"{role}@shop.test", password, address=HOME)
            cookies, headers = {"viva_staff": token}, {"x-csrf-token": csrf_token(token)}
        else:
            cookies, headers = await staff(api, role)
        sees = may(role, Permission(Area.ORDERS, Level.READ)) or may(role, Permission(Area.MAIL, Level.READ))
        people.append(Caller(f"staff: {role}", is_staffs(role), cookies, headers, is_told=sees))
    return people


async def call(api: ApiShop, caller: Caller, operation: str, order: dict[str, Any]) -> httpx.Response:
    """Call the operation about Jo's order, or about something that is not there."""
    method, template = OPERATIONS[operation]
    known = {"order_id": order["id"], "number": order["number"]}
    path = re.sub(r"\{([^}:]+)[^}]*\}", lambda match: known.get(match[1], NOBODY_KNOWS), template)
    api.client.cookies.clear()
    for name, value in caller.cookies.items():
        api.client.cookies.set(name, value, domain="shop.test", path="/")
    headers = {**caller.headers, "idempotency-key": f"walk-{caller.name.encode().hex()[:60]}-{operation}"}
    body: dict[str, str] | None = None if method == "GET" else {}
    return await api.client.request(method, path, json=body, headers=headers)


async def test_everybody_gets_exactly_where_the_table_lets_them(api: ApiShop) -> None:
    order, token = await order_of_jo(api)
    await api.staff_index.run_once()
    people = await everybody(api, token)
    in_turn = sorted(OPERATIONS, key=lambda name: name in PARTING)
    wrong, leaks = [], []

    for caller in people:
        for operation in in_turn:
            answer = await call(api, caller, operation, order)
            is_in = answer.status_code not in {401, 403} or answer.json()["code"] not in REFUSED
            if is_in != caller.may(operation, POLICIES[operation]):
                wrong.append((caller.name, operation, answer.status_code, answer.text[:120]))
            if not caller.is_told and any(canary in answer.text for canary in CANARIES):
                leaks.append((caller.name, operation))
            assert answer.status_code < 500, (caller.name, operation, answer.text)

    assert wrong == []
    assert leaks == []
    assert len(people) == 9 + len(StaffRole)


async def test_jo_reads_her_own_order_and_nobody_elses(api: ApiShop) -> None:
    order, token = await order_of_jo(api)
    people = {caller.name: caller for caller in await everybody(api, token)}

    assert (await call(api, people["Jo"], "getAccountOrder", order)).json()["number"] == order["number"]
    assert (await call(api, people["another customer"], "getAccountOrder", order)).status_code == 404
    assert (await call(api, people["guest with a wrong token"], "getOrder", order)).status_code == 404


def test_every_line_is_of_an_operation_that_exists() -> None:
    inside = {name for name in POLICIES if not name.startswith("docs.")}

    assert inside == OPERATIONS.keys()


def test_a_route_without_a_line_fails_the_build() -> None:
    @get("/new", operation_id="somethingNew")
    async def something_new() -> None:
        """Do nothing."""

    with pytest.raises(NoPolicy, match="somethingNew"):
        require_policies(Litestar([something_new], openapi_config=None))


def test_changes_of_staff_need_more_than_to_look() -> None:
    for name, policy in POLICIES.items():
        if policy.permission is None:
            continue
        method, _ = OPERATIONS[name]
        if method == "GET":
            assert policy.permission.level is Level.READ, name


@pytest.mark.parametrize("role", StaffRole)
def test_who_may_write_may_read(role: StaffRole) -> None:
    for area in Area:
        if may(role, Permission(area, Level.WRITE)):
            assert may(role, Permission(area, Level.READ))


def test_only_the_owner_decides_about_staff_and_settings() -> None:
    for area in (Area.STAFF, Area.SETTINGS):
        writers = {role for role in ROLES if may(role, Permission(area, Level.WRITE))}
        assert writers == {StaffRole.OWNER}
