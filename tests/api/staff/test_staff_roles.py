"""On the staff's own pages, too, a role neither sees nor can call what it may not do."""

from __future__ import annotations

import re
from pathlib import Path

import asyncpg
import pytest
from tests.helpers.staff_pages import PASSWORD, Answer, StaffRig

from vivamarket.accounts.model import StaffRole
from vivamarket.accounts.service import csrf_token

ORDER = "/staff/orders/VM-7K3QX9"
#: Each section with the roles that see it.
SEEN = {
    "/staff/orders": {"owner", "staff", "support", "warehouse", "accountant"},
    "/staff/mail": {"owner", "staff"},
}
CLOSED = {
    "/staff/webhooks": {"support", "editor", "warehouse", "accountant"},
    "/staff/dead-letters": {"support", "editor", "warehouse"},
    "/staff/reconciliation": {"support", "editor", "warehouse"},
    f"{ORDER}/cancel": {"editor", "warehouse", "accountant"},
    f"{ORDER}/refund": {"editor", "warehouse"},
}
#: Forms that only somebody else may send.
CLOSED_FORMS = {
    f"{ORDER}/cancel": {"editor", "warehouse", "accountant"},
    f"{ORDER}/refund": {"editor", "warehouse", "support"},
    "/staff/reconciliation/run": {"support", "editor", "warehouse", "accountant"},
    "/staff/dead-letters/replay": {"support", "editor", "warehouse", "accountant"},
}


@pytest.fixture
async def rig(pool: asyncpg.Pool, tmp_path: Path) -> StaffRig:
    rig = StaffRig(pool, tmp_path)
    await rig.prepare()
    return rig


async def come_in(rig: StaffRig, role: StaffRole) -> Answer:
    """Sign in as somebody of that role."""
    email = f"in-role-{role}@shop.example"
    await rig.accounts.add_staff(email, role=role, password=PASSWORD)
    answer = await rig.post("/staff/sign-in", email=email, password=PASSWORD)
    rig.cookie = answer.headers["set-cookie"].partition(";")[0]
    return answer


@pytest.mark.parametrize("role", StaffRole)
async def test_a_role_opens_its_sections_and_is_refused_the_others(rig: StaffRig, role: StaffRole) -> None:
    await come_in(rig, role)

    for path, roles in SEEN.items():
        assert ((await rig.get(path)).status == 200) == (role in roles), path
    for path, roles in CLOSED.items():
        if role in roles:
            assert (await rig.get(path)).status == 403, path


@pytest.mark.parametrize("role", StaffRole)
async def test_a_role_cannot_send_the_forms_of_others(rig: StaffRig, role: StaffRole) -> None:
    await come_in(rig, role)
    mark = csrf_token(rig.cookie.partition("=")[2])

    for path, roles in CLOSED_FORMS.items():
        if role in roles:
            answer = await rig.post(path, csrf=mark)
            assert (answer.status, "Not for your role" in answer.text) == (403, True), path


@pytest.mark.parametrize("role", [role for role in StaffRole if role in SEEN["/staff/orders"]])
async def test_the_navigation_shows_what_the_role_may_open(rig: StaffRig, role: StaffRole) -> None:
    await come_in(rig, role)

    page = (await rig.get("/staff/orders")).text

    shown = set(re.findall(r'href="(/staff/[\w-]+)"', page))
    assert shown & SEEN.keys() == {path for path, roles in SEEN.items() if role in roles}
    assert not {path for path, roles in CLOSED.items() if role in roles} & shown


async def test_who_works_in_the_admin_only_is_sent_there(rig: StaffRig) -> None:
    assert (await come_in(rig, StaffRole.EDITOR)).headers["location"] == "/admin/"


async def test_the_door_says_when_the_second_factor_is_missing(rig: StaffRig) -> None:
    email = "factor@shop.example"
    await rig.accounts.add_staff(email, password=PASSWORD)
    staff = await rig.store.by_email(email)
    assert staff is not None
    await rig.store.set_totp(staff.id, "sealed")

    answer = await rig.post("/staff/sign-in", email=email, password=PASSWORD)

    assert answer.status == 422
    assert "code of your authenticator app" in answer.text
    assert "set-cookie" not in answer.headers
