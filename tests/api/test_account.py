"""A customer's account through HTTP: what browsers are given, and what is refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from tests.helpers.api import UNLIMITED, ApiShop
from tests.helpers.identity import EMAIL, NEW_PASSWORD, PASSWORD

from vivamarket.accounts.identity.letters import LetterKind
from vivamarket.accounts.identity.model import ACCESS_LIFE, REUSE_GRACE
from vivamarket.api.config import ApiConfig

ACCOUNT = "/api/v1/account"
WHO = {"email": EMAIL, "password": PASSWORD}
SIGN_UP = {**WHO, "name": "Jo", "locale": "en"}


async def post(api: ApiShop, path: str, body: object = None, **headers: str) -> httpx.Response:
    return await api.client.post(f"{ACCOUNT}{path}", json=body, headers=headers)


async def code(api: ApiShop, kind: LetterKind) -> str:
    return await api.identity.code(kind)


async def joined(api: ApiShop) -> dict[str, Any]:
    """Sign up and confirm; the client then holds the cookies and the mark of the session."""
    assert (await post(api, "/sign-up", SIGN_UP)).status_code == 204
    body = {**WHO, "code": await code(api, LetterKind.CONFIRM)}
    answer = await post(api, "/confirm", body)
    assert answer.status_code == 200, answer.text
    session: dict[str, Any] = answer.json()["session"]
    api.client.headers["x-csrf-token"] = session["csrf_token"]
    return session


async def test_a_customer_signs_up_confirms_and_is_known(api: ApiShop) -> None:
    session = await joined(api)

    answer = await api.get(f"{ACCOUNT}/session")

    assert answer.status_code == 200
    assert answer.json() == session
    assert (session["name"], session["email"], session["locale"]) == ("Jo", EMAIL, "en")
    assert answer.headers["cache-control"] == "no-store"


async def test_no_answer_tells_whether_an_address_has_an_account(api: ApiShop) -> None:
    await joined(api)
    other = {**SIGN_UP, "email": "nobody@example.com"}

    for path, known, unknown in (
        ("/sign-up", SIGN_UP, other),
        ("/reset", {"email": EMAIL}, {"email": other["email"]}),
        ("/sign-in", {**WHO, "password": "x" * 12}, {"email": other["email"], "password": "x" * 12}),
        (
            "/reset/finish",
            {"email": EMAIL, "code": "x", "password": NEW_PASSWORD},
            {"email": other["email"], "code": "x", "password": NEW_PASSWORD},
        ),
    ):
        answers = [await post(api, path, body) for body in (known, unknown)]
        assert answers[0].status_code == answers[1].status_code, path
        assert [told(each) for each in answers] == [told(answers[0])] * 2, path


def told(answer: httpx.Response) -> object:
    """Return everything of an answer but the request's own name."""
    body = answer.json() if answer.content else {}
    body.pop("request_id", None)
    headers = {name for name in answer.headers if name != "x-request-id"}
    return answer.status_code, body, headers


async def test_without_a_session_nobody_is_known(api: ApiShop) -> None:
    answer = await api.get(f"{ACCOUNT}/session")

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_a_program_shows_the_token_instead_of_the_cookie(api: ApiShop) -> None:
    await joined(api)
    token = api.client.cookies["viva_access"]
    api.client.cookies.clear()
    del api.client.headers["x-csrf-token"]
    bearer = {"authorization": f"Bearer {token}"}

    assert (await api.get(f"{ACCOUNT}/session", headers=bearer)).status_code == 200
    assert (await post(api, "/sign-out", {}, **bearer)).status_code == 204
    assert (await api.get(f"{ACCOUNT}/session", headers=bearer)).status_code == 401


async def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(api: ApiShop) -> None:
    await post(api, "/sign-up", SIGN_UP)
    answer = await post(api, "/confirm", {**WHO, "code": await code(api, LetterKind.CONFIRM)})

    given = cookies_of(answer)
    assert given.keys() == {"viva_access", "viva_refresh"}
    for cookie in given.values():
        assert (cookie["path"], cookie["samesite"], bool(cookie["httponly"])) == ("/", "strict", True)
        assert not cookie["domain"]
        assert int(cookie["max-age"]) > 0
    assert given["viva_access"].value not in answer.text
    assert given["viva_refresh"].value not in answer.text


@pytest.fixture
async def secure(pool: asyncpg.Pool, tmp_path: Path) -> AsyncIterator[ApiShop]:
    """The web process of a shop whose public address is https."""
    config = ApiConfig(
        public_url="https://shop.test", mutations_per_second_max=UNLIMITED.mutations_per_second_max
    )
    built = ApiShop.build(pool, tmp_path, config)
    yield built
    await built.client.aclose()


async def test_over_https_the_cookies_are_bound_to_the_host(secure: ApiShop) -> None:
    await post(secure, "/sign-up", SIGN_UP)
    answer = await post(secure, "/confirm", {**WHO, "code": await code(secure, LetterKind.CONFIRM)})

    given = cookies_of(answer)
    assert given.keys() == {"__Host-viva_access", "__Host-viva_refresh"}
    assert all(cookie["secure"] for cookie in given.values())


def cookies_of(answer: httpx.Response) -> SimpleCookie:
    cookies = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        cookies.load(header)
    return cookies


async def test_signing_out_takes_the_cookies_away(api: ApiShop) -> None:
    await joined(api)

    answer = await post(api, "/sign-out", {"everywhere": True})

    assert answer.status_code == 204
    assert {cookie["max-age"] for cookie in cookies_of(answer).values()} == {"0"}
    assert (await api.get(f"{ACCOUNT}/session")).status_code == 401


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/confirm", "/refresh", "/reset", "/reset/finish"])
async def test_another_site_signs_nobody_in(api: ApiShop, path: str) -> None:
    answer = await post(api, path, WHO, **{"sec-fetch-site": "cross-site"})

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_a_change_needs_the_sessions_mark(api: ApiShop) -> None:
    await joined(api)

    for mark in ("", "wrong", "é"):
        answer = await api.client.post(
            f"{ACCOUNT}/sign-out", json={}, headers={b"x-csrf-token": mark.encode("latin-1")}
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    assert (await api.get(f"{ACCOUNT}/session")).status_code == 200


async def test_a_new_session_has_another_id_and_another_mark(api: ApiShop) -> None:
    first = await joined(api)
    old = dict(api.client.cookies)

    answer = await post(api, "/sign-in", WHO)

    assert answer.json()["session"]["csrf_token"] != first["csrf_token"]
    assert all(api.client.cookies[name] != value for name, value in old.items())


async def test_tokens_are_refreshed_and_a_stolen_one_ends_the_session(api: ApiShop) -> None:
    await joined(api)
    stolen = api.client.cookies["viva_refresh"]
    api.shop.clock.time += ACCESS_LIFE + timedelta(minutes=1)
    assert (await api.get(f"{ACCOUNT}/session")).status_code == 401

    assert (await post(api, "/refresh")).status_code == 200
    assert (await api.get(f"{ACCOUNT}/session")).status_code == 200
    api.shop.clock.time += REUSE_GRACE
    mine = api.client.cookies["viva_refresh"]
    api.client.cookies.set("viva_refresh", stolen, domain="shop.test", path="/")
    assert (await post(api, "/refresh")).status_code == 401
    api.client.cookies.set("viva_refresh", mine, domain="shop.test", path="/")

    assert (await post(api, "/refresh")).status_code == 401
    assert (await api.get(f"{ACCOUNT}/session")).status_code == 401


async def test_a_password_is_reset_by_mail(api: ApiShop) -> None:
    await joined(api)
    await post(api, "/reset", {"email": EMAIL})
    body = {"email": EMAIL, "code": await code(api, LetterKind.RESET), "password": NEW_PASSWORD}

    assert (await post(api, "/reset/finish", body)).status_code == 204

    assert (await post(api, "/reset/finish", body)).json()["code"] == "bad_code"
    assert (await post(api, "/sign-in", WHO)).json()["code"] == "sign_in_failed"
    assert (await post(api, "/sign-in", {**WHO, "password": NEW_PASSWORD})).status_code == 200


async def test_password_and_address_are_changed_from_inside(api: ApiShop) -> None:
    await joined(api)

    answer = await api.client.put(f"{ACCOUNT}/password", json={"old": PASSWORD, "new": NEW_PASSWORD})
    assert answer.status_code == 200, answer.text
    api.client.headers["x-csrf-token"] = answer.json()["session"]["csrf_token"]
    wish = {"email": "new@example.com", "password": NEW_PASSWORD}
    assert (await api.client.put(f"{ACCOUNT}/email", json=wish)).status_code == 204
    answer = await post(api, "/email/confirm", {"code": await code(api, LetterKind.NEW_EMAIL)})

    assert answer.json()["session"]["email"] == "new@example.com"


async def test_a_second_factor_is_asked_for(api: ApiShop) -> None:
    import pyotp

    await joined(api)
    secret = (await post(api, "/totp")).json()
    assert secret["uri"].startswith("otpauth://totp/")
    assert secret["qr_svg"].startswith("<svg")
    shown = pyotp.TOTP(secret["secret"])
    body = {"secret": secret["secret"], "code": shown.at(api.shop.clock.now()), "password": PASSWORD}
    answer = await api.client.put(f"{ACCOUNT}/totp", json=body)
    assert answer.json()["session"]["second_factors"] == ["totp"]
    api.shop.clock.time += timedelta(minutes=1)

    step = (await post(api, "/sign-in", WHO)).json()
    assert step["session"] is None
    body = {"challenge": step["second_step"]["challenge"], "code": shown.at(api.shop.clock.now())}
    answer = await post(api, "/sign-in/second-step", body)

    assert answer.json()["session"]["email"] == EMAIL


async def test_many_wrong_passwords_are_sent_away_with_a_time(api: ApiShop) -> None:
    await joined(api)
    wrong = {**WHO, "password": "wrong password"}
    statuses = [(await post(api, "/sign-in", wrong)).status_code for _ in range(11)]

    answer = await post(api, "/sign-in", WHO)

    assert statuses == [401] * 10 + [429]
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert int(answer.headers["retry-after"]) == 900


async def test_the_public_keys_verify_the_token_and_hold_nothing_private(api: ApiShop) -> None:
    import jwt

    await joined(api)
    answer = await api.get("/api/v1/.well-known/jwks.json")

    (key,) = answer.json()["keys"]
    assert key.keys() == {"kid", "kty", "crv", "x", "y", "alg", "use"}
    assert re.search(r"public, max-age=\d+", answer.headers["cache-control"])
    claims = jwt.PyJWS().decode(api.client.cookies["viva_access"], jwt.PyJWK(key), algorithms=["ES256"])
    assert b'"token_use":"access"' in claims


async def opened(api: ApiShop, cart_id: str = "") -> dict[str, Any]:
    """Open the customer's cart."""
    body = {"currency": "EUR", "locale": "en", "cart_id": cart_id}
    answer = await api.send("POST", f"{ACCOUNT}/cart", body)
    assert answer.status_code == 200, answer.text
    cart: dict[str, Any] = answer.json()
    return cart


async def test_the_cart_filled_before_signing_in_comes_along_under_another_id(api: ApiShop) -> None:
    guest = await api.new_cart(quantity=2)
    await joined(api)

    cart = await opened(api, guest["id"])

    assert cart["id"] != guest["id"]
    assert cart["item_count"] == 2
    assert (await api.get(f"/api/v1/carts/{guest['id']}")).json()["item_count"] == 0
    assert (await opened(api, guest["id"]))["item_count"] == 2


async def test_one_customers_cart_is_the_same_everywhere_and_nobody_elses(api: ApiShop) -> None:
    await joined(api)
    mine = await opened(api, (await api.new_cart())["id"])
    assert (await opened(api))["id"] == mine["id"]
    other = await api.identity.joined("other@example.com")
    bearer = {"authorization": f"Bearer {other.access_token}"}
    body = {"currency": "EUR", "locale": "en", "cart_id": mine["id"]}

    theirs = await api.send("POST", f"{ACCOUNT}/cart", body, headers=bearer)

    assert theirs.json()["item_count"] == 0
    assert (await opened(api))["item_count"] == 1


async def test_a_guests_order_joins_the_account_of_its_confirmed_address_and_no_other(api: ApiShop) -> None:
    order, _ = await api.placed()
    await joined(api)
    other = await api.identity.joined("other@example.com")
    bearer = {"authorization": f"Bearer {other.access_token}"}

    listed = (await api.get(f"{ACCOUNT}/orders")).json()["items"]

    assert [row["number"] for row in listed] == [order["number"]]
    assert (await api.get(f"{ACCOUNT}/orders/{order['id']}")).json()["number"] == order["number"]
    assert (await api.get(f"{ACCOUNT}/orders", headers=bearer)).json()["items"] == []
    refused = await api.get(f"{ACCOUNT}/orders/{order['id']}", headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (404, "order_not_found")
