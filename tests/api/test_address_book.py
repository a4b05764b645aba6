"""A customer's address book through HTTP."""

from __future__ import annotations

from typing import Any

import httpx
from tests.api.test_account import ACCOUNT, joined
from tests.helpers.api import ApiShop

HOME, WORK = "018bcfe5-0000-7000-8000-000000000001", "018bcfe5-0000-7000-8000-000000000002"
MADRID = {"name": "Jo", "line1": "1 Calle Mayor", "city": "Madrid", "country": "es", "postal_code": "28013"}


async def kept(api: ApiShop, address_id: str, **other: str) -> httpx.Response:
    return await api.client.put(f"{ACCOUNT}/addresses/{address_id}", json=MADRID | other)


async def book(api: ApiShop) -> Any:
    return (await api.get(f"{ACCOUNT}/addresses")).json()


async def test_an_address_is_kept_under_the_browsers_own_id(api: ApiShop) -> None:
    await joined(api)

    for _ in range(2):
        answer = await kept(api, HOME)
        assert answer.status_code == 200, answer.text

    (saved,) = (await book(api))["items"]
    assert (saved["id"], saved["address"]["country"], saved["address"]["city"]) == (HOME, "ES", "Madrid")


async def test_an_address_that_cannot_be_one_says_why(api: ApiShop) -> None:
    await joined(api)

    answer = await kept(api, HOME, postal_code="nowhere")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_address")
    assert answer.json()["problems"] == {"postal_code": "invalid"}
    assert (await kept(api, "not-an-id")).status_code == 400


async def test_defaults_are_chosen_and_pass_on(api: ApiShop) -> None:
    await joined(api)
    await kept(api, HOME)
    await kept(api, WORK)

    chosen = await api.client.put(
        f"{ACCOUNT}/addresses", json={"shipping_default": WORK, "billing_default": HOME}
    )
    assert (chosen.json()["shipping_default"], chosen.json()["billing_default"]) == (WORK, HOME)
    for _ in range(2):
        removed = await api.client.delete(f"{ACCOUNT}/addresses/{WORK}")
        assert removed.status_code == 200
    assert (await book(api))["shipping_default"] == HOME
    missing = await api.client.put(
        f"{ACCOUNT}/addresses", json={"shipping_default": WORK, "billing_default": HOME}
    )
    assert (missing.status_code, missing.json()["code"]) == (404, "address_not_found")


async def test_nobody_else_sees_the_book(api: ApiShop) -> None:
    await joined(api)
    await kept(api, HOME)
    other = await api.identity.joined("other@example.com")
    api.client.cookies.clear()

    answer = await api.get(f"{ACCOUNT}/addresses", headers={"authorization": f"Bearer {other.access_token}"})

    assert answer.json() == {"items": [], "shipping_default": None, "billing_default": None}
