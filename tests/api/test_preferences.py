"""Preferences, wishlist and consents through HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from tests.helpers.api import CUPS, KITCHEN, ApiShop, mug
from tests.helpers.catalog import NOON
from tests.helpers.identity import EMAIL

from vivamarket.kernel.ids import ProductId, uuid7

ACCOUNT = "/api/v1/account"
MUG, NOBODY = mug().id, ProductId(uuid7(9, 9))
AT = NOON.isoformat()
MAY_SHOW = {"purpose": "marketing", "text_version": "1", "given": True, "at": AT}


@pytest.fixture
async def jo(api: ApiShop) -> ApiShop:
    """The shop, with Jo signed in to it."""
    signed_in = await api.identity.joined(EMAIL)
    api.client.cookies.set("viva_access", signed_in.access_token, domain="shop.test", path="/")
    api.client.headers["x-csrf-token"] = api.identity.marks.csrf(signed_in.session_id)
    return api


async def ask(api: ApiShop, method: str, path: str, body: object = None, status: int = 200) -> Any:
    answer = await api.client.request(method, f"{ACCOUNT}{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def test_preferences_are_changed_at_the_version_that_was_shown(jo: ApiShop) -> None:
    shown = await ask(jo, "GET", "/preferences")
    patch = {"version": shown["version"], "locale": "es", "favourites": [CUPS.id, KITCHEN.id]}

    changed = await ask(jo, "PATCH", "/preferences", patch)

    assert (shown["version"], shown["mails"]) == (0, {"stock_alerts": True})
    assert (changed["version"], changed["locale"], changed["favourites"]) == (1, "es", [CUPS.id, KITCHEN.id])
    assert await ask(jo, "PATCH", "/preferences", patch) == changed
    stale = await ask(jo, "PATCH", "/preferences", {"version": 0, "currency": "USD"}, status=409)
    assert stale["code"] == "stale_version"


@pytest.mark.parametrize(
    ("patch", "status", "code"),
    [
        ({"locale": "xx"}, 400, "unknown_locale"),
        ({"currency": "XXX"}, 400, "unknown_currency"),
        ({"favourites": [NOBODY]}, 404, "category_not_found"),
        ({"favourites": [CUPS.id] * 51}, 422, "validation_failed"),
    ],
)
async def test_what_the_shop_does_not_have_cannot_be_preferred(
    jo: ApiShop, patch: dict[str, object], status: int, code: str
) -> None:
    refused = await ask(jo, "PATCH", "/preferences", {"version": 0, **patch}, status=status)

    assert refused["code"] == code


async def test_a_wish_shows_the_product_as_it_is_now(jo: ApiShop) -> None:
    preferences = await ask(jo, "PUT", f"/wishlist/{MUG}")

    assert preferences["wished"] == [MUG]
    (wish,) = (await ask(jo, "GET", "/wishlist?locale=es&currency=EUR"))["items"]
    assert (wish["card"]["title"], wish["card"]["price"]["minor_units"]) == ("Taza azul", 1250)
    assert (await ask(jo, "DELETE", f"/wishlist/{MUG}"))["wished"] == []
    assert (await ask(jo, "PUT", f"/wishlist/{NOBODY}", status=404))["code"] == "product_not_found"


async def test_a_product_that_is_not_sold_any_more_stays_a_wish_without_a_card(jo: ApiShop) -> None:
    await ask(jo, "PUT", f"/wishlist/{MUG}")
    found = await jo.shop.catalog.get(MUG)
    await jo.catalog.archive(MUG, found.version)

    (wish,) = (await ask(jo, "GET", "/wishlist"))["items"]

    assert (wish["product_id"], wish["card"]) == (MUG, None)


async def test_whoever_has_the_link_reads_the_list_and_not_whose_it_is(jo: ApiShop) -> None:
    await ask(jo, "PUT", f"/wishlist/{MUG}")
    token = (await ask(jo, "PUT", "/wishlist-link"))["token"]
    assert (await ask(jo, "GET", "/wishlist"))["link_token"] == token
    me = (await jo.identity.stores.customers.by_email(EMAIL)) or pytest.fail("Jo is gone")
    jo.client.cookies.clear()

    answer = await jo.get(f"/api/v1/wishlists/{token}")

    assert [card["id"] for card in answer.json()["items"]] == [MUG]
    assert not any(text in answer.text for text in (EMAIL, me.name, me.id))
    assert answer.headers["cache-control"] == "no-store"
    assert (await jo.get("/api/v1/wishlists/guessed")).json()["code"] == "wishlist_not_found"


async def test_a_link_that_was_taken_back_opens_nothing(jo: ApiShop) -> None:
    token = (await ask(jo, "PUT", "/wishlist-link"))["token"]

    await ask(jo, "DELETE", "/wishlist-link", status=204)

    assert (await jo.get(f"/api/v1/wishlists/{token}")).status_code == 404
    assert (await ask(jo, "GET", "/wishlist"))["link_token"] is None


async def test_a_guests_browser_brings_its_preferences_along(jo: ApiShop) -> None:
    guest = {
        "locale": "es",
        "currency": "GBP",
        "wishlist": [{"product_id": MUG, "at": AT}, {"product_id": NOBODY, "at": AT}],
        "seen": [{"product_id": MUG, "at": AT}],
        "consents": [MAY_SHOW],
    }

    merged = await ask(jo, "POST", "/preferences/merge", guest)

    assert merged["preferences"]["wished"] == [MUG]
    assert (merged["preferences"]["locale"], merged["preferences"]["currency"]) == ("es", None)
    assert (merged["left"], [mark["product_id"] for mark in merged["seen"]]) == ([], [MUG])
    assert [card["id"] for card in (await ask(jo, "GET", "/seen"))["items"]] == [MUG]
    assert [each["purpose"] for each in (await ask(jo, "GET", "/consents"))["items"]] == ["marketing"]


async def test_what_was_looked_at_is_noted_and_forgotten(jo: ApiShop) -> None:
    await ask(jo, "POST", "/preferences/merge", {"consents": [MAY_SHOW]})
    await ask(jo, "PUT", f"/seen/{MUG}", status=204)
    assert len((await ask(jo, "GET", "/seen"))["items"]) == 1

    await ask(jo, "DELETE", "/seen", status=204)

    assert (await ask(jo, "GET", "/seen"))["items"] == []


async def test_decisions_add_up_to_a_history(jo: ApiShop) -> None:
    for given in (True, True, False):
        history = await ask(
            jo, "POST", "/consents", {"purpose": "news", "text_version": "2026-11", "given": given}
        )

    assert [each["given"] for each in history["items"]] == [False, True]
    unknown = await ask(
        jo, "POST", "/consents", {"purpose": "x", "text_version": "1", "given": True}, status=422
    )
    assert unknown["code"] == "validation_failed"


async def test_cards_come_in_the_order_of_the_ids(api: ApiShop) -> None:
    answer = await api.get(f"/api/v1/cards?ids={NOBODY},{MUG},{MUG}&locale=es")

    assert [card["title"] for card in answer.json()["items"]] == ["Taza azul"]
    assert (await api.get("/api/v1/cards?ids=x")).json()["code"] == "bad_id"
    assert (await api.get(f"/api/v1/cards?ids={'x,' * 60}")).status_code in {400, 422}
