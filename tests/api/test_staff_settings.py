"""The owner changes a price of shipping: quotes follow, and who saw the old one confirms anew."""

from __future__ import annotations

from typing import Any

from tests.helpers.api import ApiShop
from tests.helpers.checkout import MUG
from tests.helpers.house_recipes import SETTINGS

from vivamarket.shop_settings import LiveSettings


async def test_a_shopper_with_an_old_quote_confirms_the_new_price(api: ApiShop) -> None:
    await api.sign_in()
    cart, quote = await api.ready_cart()
    held = (await api.get(SETTINGS)).json()
    method = held["settings"]["shipping"][0]["methods"][0]
    assert (method["key"], quote["shipping"]["price"]["minor_units"]) == ("standard", method["price"]["EUR"])

    method["price"]["EUR"] += 100
    method["free_from"] = {}
    answer = await api.send("PUT", SETTINGS, {"version": held["version"], "settings": held["settings"]})
    assert answer.status_code == 200, answer.text
    rules = api.services.rules
    assert isinstance(rules, LiveSettings)
    await rules.follow()

    wish = {"cart_id": cart["id"], "quote_hash": quote["hash"]}
    refused = await api.send("POST", "/api/v1/orders", wish)
    now = (await api.get(f"/api/v1/carts/{cart['id']}/quote")).json()
    placed = await api.send("POST", "/api/v1/orders", {**wish, "quote_hash": now["hash"]})

    assert refused.status_code == 409
    assert now["shipping"]["price"]["minor_units"] == quote["shipping"]["price"]["minor_units"] + 100
    assert placed.status_code == 201


async def test_a_change_names_its_version_is_told_to_the_log_and_says_what_waits_for_a_restart(
    api: ApiShop,
) -> None:
    await api.sign_in()
    held = (await api.get(SETTINGS)).json()
    assert (held["version"], held["needs_restart"], held["changed_at"]) == (0, False, None)
    held["settings"]["shop"]["name"] = "Other"
    held["settings"]["shop"]["currencies"] = ["EUR"]
    wish = {"version": 0, "settings": held["settings"]}

    done = await api.send("PUT", SETTINGS, wish)
    stale = await api.send("PUT", SETTINGS, wish)

    assert (done.json()["version"], done.json()["needs_restart"]) == (1, True)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    log = (await api.get("/api/v1/staff/audit-log", params={"operation": "changeShopSettings"})).json()
    assert {"field": "/shop/name", "before": "VivaMarket", "after": "Other"} in log["items"][1]["changes"]
    assert log["items"][0]["outcome"]["code"] == "stale_version"


async def test_another_name_and_address_hold_at_once(api: ApiShop) -> None:
    await api.sign_in()
    held = (await api.get(SETTINGS)).json()
    held["settings"]["shop"] |= {"name": "Mercado", "email": "hola@mercado.example"}

    done = await api.send("PUT", SETTINGS, {"version": 0, "settings": held["settings"]})
    rules = api.services.rules
    assert isinstance(rules, LiveSettings)
    await rules.follow()

    shop = (await api.get("/api/v1/shop")).json()
    assert done.json()["needs_restart"] is False
    assert (shop["name"], shop["email"]) == ("Mercado", "hola@mercado.example")
    assert "Mercado" in (await api.send("POST", "/api/v1/staff/profile/totp-secret")).json()["uri"]


async def test_settings_that_contradict_themselves_are_refused_at_their_place(api: ApiShop) -> None:
    await api.sign_in()
    held = (await api.get(SETTINGS)).json()
    held["settings"]["shop"]["home_country"] = "AQ"

    answer = await api.send("PUT", SETTINGS, {"version": 0, "settings": held["settings"]})

    assert (answer.status_code, answer.json()["pointer"]) == (400, "/shop/home_country")


async def test_a_draft_shows_what_an_example_would_cost_and_changes_nothing(api: ApiShop) -> None:
    await api.sign_in()
    _, quote = await api.ready_cart()
    held = (await api.get(SETTINGS)).json()
    draft = held["settings"]
    spain = next(table for table in draft["tax"] if "ES" in table["countries"])
    spain["rates_ppm"]["standard"] = 500_000
    for method in draft["shipping"][0]["methods"]:
        method["free_from"] = {}
        method["price"] = {"EUR": 123_45}
        method["steps"] = []
    example = {"country": "ES", "currency": "EUR", "sku": MUG, "quantity": 3}

    shown = (await api.send("POST", f"{SETTINGS}/preview", {"settings": draft, "example": example})).json()

    before, after = shown["before"], shown["after"]
    assert (shown["sku"], shown["quantity"]) == (MUG, 3)
    assert before["subtotal"] == after["subtotal"]
    assert before["taxes"][0]["label"] == quote["taxes"][0]["label"]
    assert after["taxes"][0]["rate_ppm"] == 500_000
    assert after["shipping"]["price"]["minor_units"] == 123_45
    assert after["total"]["minor_units"] == after["subtotal"]["minor_units"] + 123_45
    assert after["tax_total"]["minor_units"] == round(after["total"]["minor_units"] / 3)
    assert before["total"]["minor_units"] < after["total"]["minor_units"]
    assert (await api.get(SETTINGS)).json()["version"] == 0


async def test_an_example_is_taken_from_the_shop_and_told_where_there_is_none(api: ApiShop) -> None:
    await api.sign_in()
    settings = (await api.get(SETTINGS)).json()["settings"]
    path = f"{SETTINGS}/preview"

    async def preview(**example: object) -> dict[str, Any]:
        asked = {"country": "ES", "currency": "EUR", **example}
        answer = await api.send("POST", path, {"settings": settings, "example": asked})
        found: dict[str, Any] = answer.json()
        return found

    some = await preview()
    nowhere = await preview(country="AQ")
    unknown = await preview(sku="NOTHING")
    settings["shop"]["home_country"] = "AQ"
    contradicting = await preview()

    assert some["sku"] != ""
    assert some["before"] == some["after"]
    assert nowhere["after"]["shipping"] is None
    assert unknown["code"] == "no_example"
    assert (contradicting["code"], contradicting["pointer"]) == ("bad_settings", "/shop/home_country")


async def test_versions_tell_who_changed_what_and_can_be_gone_back_to(api: ApiShop) -> None:
    await api.sign_in()
    first = (await api.get(SETTINGS)).json()["settings"]
    second = {**first, "shop": {**first["shop"], "legal_name": "Viva S.L."}}
    third = {**first, "shop": {**first["shop"], "legal_name": "Viva S.A.", "return_days": 14}}
    for version, settings in enumerate((second, third)):
        answer = await api.send("PUT", SETTINGS, {"version": version, "settings": settings})
        assert answer.status_code == 200, answer.text

    newest = (await api.get(f"{SETTINGS}/versions", params={"limit": 1})).json()
    older = (await api.get(f"{SETTINGS}/versions", params={"cursor": newest["next_cursor"]})).json()
    at_one = (await api.get(f"{SETTINGS}/versions/1")).json()
    back = await api.send("PUT", SETTINGS, {"version": 2, "settings": at_one["settings"]})

    assert [each["version"] for each in (*newest["items"], *older["items"])] == [2, 1]
    assert older["next_cursor"] is None
    assert newest["items"][0]["author"] == "Sam"
    assert newest["items"][0]["changes"] == [
        {"place": "/shop/legal_name", "before": "Viva S.L.", "after": "Viva S.A."},
        {"place": "/shop/return_days", "before": "30", "after": "14"},
    ]
    assert older["items"][0]["changes"] == [{"place": "/shop/legal_name", "before": "", "after": "Viva S.L."}]
    assert at_one["changes"] == [
        {"place": "/shop/legal_name", "before": "Viva S.A.", "after": "Viva S.L."},
        {"place": "/shop/return_days", "before": "14", "after": "30"},
    ]
    assert (back.json()["version"], back.json()["settings"]["shop"]) == (3, second["shop"])
    assert (await api.get(f"{SETTINGS}/versions/0")).json()["settings"] == first
    for unknown in ("9", "9999999999", "x"):
        refused = await api.get(f"{SETTINGS}/versions/{unknown}")
        assert (refused.status_code, refused.json()["code"]) == (404, "settings_version_not_found")
