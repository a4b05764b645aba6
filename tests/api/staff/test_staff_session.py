"""Staff come in and go out through the API, with a cookie that no script can read."""

from __future__ import annotations

import pytest
from tests.helpers.api import STAFF_EMAIL, STAFF_PASSWORD, ApiShop

from vivamarket.accounts.identity.limits import STAFF
from vivamarket.api.staff.cookie import session_cookie

SIGN_IN = "/api/v1/staff/sign-in"
SIGN_OUT = "/api/v1/staff/sign-out"
SESSION = "/api/v1/staff/session"
RIGHT = {"email": STAFF_EMAIL, "password": STAFF_PASSWORD}
WRONG = {"email": STAFF_EMAIL, "password": "not the password"}


@pytest.fixture
async def sam(api: ApiShop) -> ApiShop:
    """A shop where Sam works and is not signed in."""
    await api.services.staff.accounts.add_staff(STAFF_EMAIL, name="Sam", password=STAFF_PASSWORD)
    return api


async def test_signing_in_begins_a_session_that_the_cookie_carries(sam: ApiShop) -> None:
    answer = await sam.client.post(SIGN_IN, json=RIGHT)
    session = await sam.client.get(SESSION)

    assert answer.status_code == 200
    assert session.json() == answer.json()
    assert answer.json()["name"] == "Sam"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("viva_staff=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


async def test_a_wrong_pair_begins_nothing(sam: ApiShop) -> None:
    answer = await sam.client.post(SIGN_IN, json=WRONG)

    assert (answer.status_code, answer.json()["code"]) == (422, "sign_in_refused")
    assert "set-cookie" not in answer.headers
    assert (await sam.client.get(SESSION)).status_code == 401


async def test_after_many_wrong_pairs_the_right_one_waits_too(sam: ApiShop) -> None:
    for _ in range(STAFF.per_account_max):
        await sam.client.post(SIGN_IN, json=WRONG)

    answer = await sam.client.post(SIGN_IN, json=RIGHT)

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_sign_ins")
    assert int(answer.headers["retry-after"]) > 0


async def test_another_site_cannot_sign_anybody_in(sam: ApiShop) -> None:
    answer = await sam.client.post(SIGN_IN, json=RIGHT, headers={"sec-fetch-site": "cross-site"})

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert "set-cookie" not in answer.headers


async def test_signing_out_ends_the_session_wherever_its_cookie_is_kept(sam: ApiShop) -> None:
    mark = (await sam.client.post(SIGN_IN, json=RIGHT)).json()["csrf_token"]
    kept = sam.client.cookies["viva_staff"]

    answer = await sam.client.post(SIGN_OUT, headers={"x-csrf-token": mark})
    sam.client.cookies.set("viva_staff", kept, domain="shop.test")

    assert answer.status_code == 200
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert (await sam.client.get(SESSION)).status_code == 401


async def test_signing_out_takes_the_sessions_mark(sam: ApiShop) -> None:
    await sam.client.post(SIGN_IN, json=RIGHT)

    answer = await sam.client.post(SIGN_OUT)

    assert answer.status_code == 403
    assert (await sam.client.get(SESSION)).status_code == 200


def test_over_https_the_cookie_is_bound_to_the_host() -> None:
    cookie = session_cookie("token", secure=True)

    assert cookie == "__Host-viva_staff=token; Path=/; HttpOnly; SameSite=Lax; Secure"
    assert session_cookie("", secure=True).endswith("; Secure; Max-Age=0")
