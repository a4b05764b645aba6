"""Whatever staff change, and whatever they are refused, is in the audit log; the log tells on tampering."""

from __future__ import annotations

import json
import re
from typing import Any

import asyncpg
import httpx
from tests.helpers.api import STAFF_EMAIL, STAFF_PASSWORD, ApiShop

from vivamarket.accounts.model import StaffRole
from vivamarket.accounts.roles import Level
from vivamarket.accounts.service import csrf_token
from vivamarket.api import openapi_document
from vivamarket.api.policies import POLICIES, Who
from vivamarket.audit_log import ActorKind, AuditQuery, Noted

OPERATIONS = {
    operation["operationId"]: (method.upper(), path)
    for path, item in json.loads(openapi_document())["paths"].items()
    for method, operation in item.items()
}
UNKNOWN = "019a0000-0000-7000-8000-000000000000"
LOG = "/api/v1/staff/audit-log"


async def signed_in(api: ApiShop, role: StaffRole = StaffRole.OWNER) -> str:
    """Sign somebody of that role in; return the id of the account."""
    accounts = api.services.staff.accounts
    await accounts.add_staff(STAFF_EMAIL, name="Sam", role=role, password=STAFF_PASSWORD)
    token = await accounts.sign_in(STAFF_EMAIL, STAFF_PASSWORD, address="10.0.0.1")
    api.client.cookies.set("viva_staff", token, domain="shop.test")
    api.client.headers["x-csrf-token"] = csrf_token(token)
    return (await accounts.verify(token)).id


async def entries(
    api: ApiShop, *, staff_id: str | None = None, operation: str | None = None, resource: str | None = None
) -> tuple[Noted, ...]:
    """Return the log's deeds, newest first."""
    query = AuditQuery(staff_id=staff_id, operation=operation, resource=resource)
    return (await api.services.staff.audit.find(query, None, 100)).items


async def attempt(api: ApiShop, operation: str) -> httpx.Response:
    """Call the operation about nothing that exists."""
    method, template = OPERATIONS[operation]
    path = re.sub(r"\{[^}]*\}", UNKNOWN, template)
    body: dict[str, Any] | None = None if method == "GET" else {}
    headers = {"idempotency-key": f"audit-walk-{operation}"}
    return await api.client.request(method, path, json=body, headers=headers)


#: Their question is too long for an address; they keep nothing.
LOOKING = {"previewStaffContent", "previewProductChanges", "previewStaffRefund", "previewShopSettings"}


def is_changing(operation: str) -> bool:
    is_staffs = POLICIES[operation].who is Who.STAFF and OPERATIONS[operation][0] != "GET"
    return is_staffs and operation not in LOOKING


async def test_every_change_by_staff_leaves_an_intention_and_an_outcome(api: ApiShop) -> None:
    staff_id = await signed_in(api)
    changing = sorted(filter(is_changing, OPERATIONS), key=lambda name: name == "signOutStaff")

    missing = []
    for operation in changing:
        answer = await attempt(api, operation)
        found = await entries(api, staff_id=staff_id, operation=operation)
        if len(found) != 1 or found[0].outcome is None or found[0].outcome.outcome is None:
            missing.append(operation)
        elif found[0].outcome.outcome.status != answer.status_code:
            missing.append(f"{operation}: {found[0].outcome.outcome} is not {answer.status_code}")

    assert missing == []
    assert len(changing) > 20


async def test_only_previews_are_no_deeds(api: ApiShop) -> None:
    staff_id = await signed_in(api)

    for operation in LOOKING:
        await attempt(api, operation)

    reading = {
        name
        for name, policy in POLICIES.items()
        if policy.permission is not None and policy.permission.level is Level.READ
    }
    assert {name for name in reading & set(OPERATIONS) if OPERATIONS[name][0] != "GET"} == LOOKING
    assert [each for each in await entries(api, staff_id=staff_id) if each.entry.operation in LOOKING] == []


async def test_every_refusal_of_a_role_is_written_down(api: ApiShop) -> None:
    staff_id = await signed_in(api, StaffRole.WAREHOUSE)

    missing = []
    for operation, policy in POLICIES.items():
        if policy.who is Who.STAFF and policy.permission is not None:
            answer = await attempt(api, operation)
            found = await entries(api, staff_id=staff_id, operation=operation)
            told = [each.entry.outcome for each in found if each.entry.outcome]
            if (answer.status_code == 403) != (len(told) == 1 and told[0].code == "forbidden"):
                missing.append(operation)

    assert missing == []


async def test_a_change_tells_who_what_and_from_where_but_no_values(api: ApiShop) -> None:
    staff_id = await signed_in(api)
    order, _ = await api.placed()

    await api.send(
        "POST",
        f"/api/v1/staff/orders/{order['number']}/refunds",
        {"everything": True, "reason": "secret words"},
        headers={"user-agent": "Firefox/152", "x-request-id": "my-request-1"},
    )

    (noted,) = await entries(api, resource=order["number"])
    assert noted.entry.actor.id == staff_id
    assert (noted.entry.actor.name, noted.entry.actor.role) == ("Sam", "owner")
    assert (noted.entry.user_agent, noted.entry.request_id) == ("Firefox/152", "my-request-1")
    assert noted.entry.address == "127.0.0.1"
    assert noted.outcome is not None
    assert noted.outcome.fields == ("everything", "reason")
    assert noted.outcome.outcome is not None
    assert noted.outcome.outcome.code != ""
    links = await api.services.staff.audit.verify()
    assert links.holds
    assert "secret words" not in (await api.get(LOG)).text


async def test_a_change_from_another_site_is_refused_and_written_down(api: ApiShop) -> None:
    staff_id = await signed_in(api)

    answer = await api.send("POST", "/api/v1/staff/sign-out", headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    (noted,) = await entries(api, staff_id=staff_id)
    assert noted.entry.outcome is not None
    assert (noted.entry.outcome.status, noted.entry.outcome.code) == (403, "forbidden")


async def test_sign_ins_are_written_down_and_unknown_addresses_are_not_kept(api: ApiShop) -> None:
    accounts = api.services.staff.accounts
    await accounts.add_staff(STAFF_EMAIL, name="Sam", password=STAFF_PASSWORD)
    path = "/api/v1/staff/sign-in"

    await api.client.post(path, json={"email": "jo@example.com", "password": "x"})
    await api.client.post(path, json={"email": STAFF_EMAIL, "password": "wrong"})
    await api.client.post(path, json={"email": STAFF_EMAIL, "password": STAFF_PASSWORD})

    told = [(each.entry.actor.name, each.entry.outcome) for each in await entries(api)]
    assert [(name, outcome.status if outcome else 0) for name, outcome in told] == [
        ("Sam", 200),
        ("Sam", 422),
        ("", 422),
    ]
    assert (await entries(api))[2].entry.actor.kind is ActorKind.UNKNOWN


async def test_what_cannot_be_written_down_is_not_done(api: ApiShop, pool: asyncpg.Pool) -> None:
    await signed_in(api)
    await pool.execute("ALTER TABLE audit_entry RENAME TO audit_entry_away")

    answer = await api.send("POST", "/api/v1/staff/sign-out")

    assert answer.status_code == 500
    assert (await api.get("/api/v1/staff/session")).status_code == 200


async def test_the_owner_reads_filters_and_verifies_the_log(api: ApiShop, pool: asyncpg.Pool) -> None:
    staff_id = await signed_in(api)
    await api.send("POST", "/api/v1/staff/reconciliation-reports")
    await attempt(api, "cancelStaffOrder")

    page = (await api.get(LOG, params={"staff_id": staff_id, "limit": 1})).json()
    rest = (await api.get(LOG, params={"staff_id": staff_id, "cursor": page["next_cursor"]})).json()
    named = (await api.get(LOG, params={"operation": "cancelStaffOrder"})).json()
    one = (await api.get(f"{LOG}/{page['items'][0]['seq']}")).json()
    verdict = (await api.get(f"{LOG}/verification")).json()

    assert [each["operation"] for each in page["items"] + rest["items"]] == [
        "cancelStaffOrder",
        "beginReconciliation",
    ]
    assert named["items"] == page["items"] == [one]
    assert (verdict["holds"], verdict["checked_count"], verdict["next_after"]) == (True, 4, None)
    assert (await api.get(f"{LOG}/999")).status_code == 404

    await pool.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    await pool.execute("UPDATE audit_entry SET body = replace(body, 'Sam', 'Kim') WHERE seq = 2")
    broken = (await api.get(f"{LOG}/verification")).json()
    assert (broken["holds"], [each["seq"] for each in broken["findings"]]) == (False, [2])
