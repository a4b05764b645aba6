"""Passkeys through HTTP: what browsers are asked, what they bring, and what becomes of it."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from typing import Any

import httpx
import pytest
from tests.api.test_account import ACCOUNT, joined, post
from tests.helpers.api import ApiShop
from tests.helpers.identity import PARTY, PASSWORD
from tests.helpers.passkeys import Device, base64url


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def added(api: ApiShop, device: Device) -> httpx.Response:
    """Add the device's passkey to the account that is signed in; the client then holds the new session."""
    wish = (await post(api, "/passkeys/begin", {"password": PASSWORD})).json()
    made = device.make(wish["challenge"], decoded(wish["user"]["handle"]))
    body = {
        "challenge": wish["challenge"],
        "name": "My telephone",
        "credential_id": base64url(made.credential_id),
        "client_data": base64url(made.client_data),
        "attestation": base64url(made.attestation),
    }
    answer = await post(api, "/passkeys", body)
    if answer.status_code == 200:
        api.client.headers["x-csrf-token"] = answer.json()["session"]["csrf_token"]
    return answer


async def answered(api: ApiShop, device: Device) -> dict[str, str]:
    """Ask for a question and return how the device answers it."""
    question = (await post(api, "/sign-in/passkey")).json()
    proof = device.answer(question["challenge"])
    return {
        "challenge": question["challenge"],
        "credential_id": base64url(proof.credential_id),
        "client_data": base64url(proof.client_data),
        "authenticator_data": base64url(proof.authenticator_data),
        "signature": base64url(proof.signature),
        "user_handle": base64url(proof.user_handle),
    }


async def test_a_passkey_is_added_and_signs_in(api: ApiShop) -> None:
    session = await joined(api)
    device = Device(PARTY)
    assert (await added(api, device)).status_code == 200
    answer = await answered(api, device)
    api.client.cookies.clear()

    signed_in = await post(api, "/sign-in/passkey/finish", answer)

    assert signed_in.status_code == 200, signed_in.text
    assert signed_in.json()["session"]["email"] == session["email"]
    assert {"viva_access", "viva_refresh"} <= set(api.client.cookies.keys())
    (passkey,) = (await api.get(f"{ACCOUNT}/passkeys")).json()["items"]
    assert (passkey["name"], passkey["used_at"] is None) == ("My telephone", False)


async def test_a_browser_is_told_what_a_passkey_must_be(api: ApiShop) -> None:
    await joined(api)

    wish = (await post(api, "/passkeys/begin", {"password": PASSWORD})).json()

    assert wish["rp"] == {"id": "shop.test", "name": "VivaMarket"}
    assert (wish["algorithms"], wish["exclude"], wish["timeout_ms"]) == ([-8, -7, -257], [], 300_000)


async def test_a_browser_is_told_which_passkeys_there_are(api: ApiShop) -> None:
    await joined(api)
    await added(api, Device(PARTY))

    wish = (await post(api, "/passkeys/begin", {"password": PASSWORD})).json()

    assert wish["exclude"] == [base64url(b"credential-1")]


async def test_a_passkey_is_removed_with_the_password(api: ApiShop) -> None:
    await joined(api)
    device = Device(PARTY)
    await added(api, device)
    (passkey,) = (await api.get(f"{ACCOUNT}/passkeys")).json()["items"]
    path = f"/passkeys/{passkey['id']}/remove"

    assert (await post(api, path, {"password": "wrong password"})).status_code == 401
    removed = await post(api, path, {"password": PASSWORD})

    assert removed.status_code == 200
    assert (await api.get(f"{ACCOUNT}/passkeys")).json() == {"items": []}
    refused = await post(api, "/sign-in/passkey/finish", await answered(api, device))
    assert (refused.status_code, refused.json()["code"]) == (401, "sign_in_failed")


async def test_what_is_not_a_passkey_is_told_so(api: ApiShop) -> None:
    await joined(api)

    answer = await added(api, Device(PARTY, host="evil.example"))

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_passkey")


@pytest.mark.parametrize("sent", ["*", "a", "aaaaa", "a" * 5_000, 1, None])
async def test_what_is_not_base64url_is_refused_by_the_schema(api: ApiShop, sent: Any) -> None:
    await joined(api)
    device = Device(PARTY)
    await added(api, device)
    answer = await answered(api, device) | {"signature": sent}

    refused = await post(api, "/sign-in/passkey/finish", answer)

    assert (refused.status_code, refused.json()["code"]) == (422, "validation_failed")


async def test_a_passkey_that_is_not_there_is_not_found(api: ApiShop) -> None:
    await joined(api)

    missing = "018bcfe5-0000-7000-8000-000000000000"
    for passkey_id, status in ((missing, 404), ("nobody-knows", 400)):
        answer = await post(api, f"/passkeys/{passkey_id}/remove", {"password": PASSWORD})
        assert answer.status_code == status
