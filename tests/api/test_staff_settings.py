"""The owner changes a price of shipping: quotes follow, and who saw the old one confirms anew."""

from __future__ import annotations

from tests.helpers.api import ApiShop
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
    wish = {"version": 0, "settings": held["settings"]}

    done = await api.send("PUT", SETTINGS, wish)
    stale = await api.send("PUT", SETTINGS, wish)

    assert (done.json()["version"], done.json()["needs_restart"]) == (1, True)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    log = (await api.get("/api/v1/staff/audit-log", params={"operation": "changeShopSettings"})).json()
    assert log["items"][1]["changes"] == [{"field": "/shop/name", "before": "VivaMarket", "after": "Other"}]
    assert log["items"][0]["outcome"]["code"] == "stale_version"


async def test_settings_that_contradict_themselves_are_refused_at_their_place(api: ApiShop) -> None:
    await api.sign_in()
    held = (await api.get(SETTINGS)).json()
    held["settings"]["shop"]["home_country"] = "AQ"

    answer = await api.send("PUT", SETTINGS, {"version": 0, "settings": held["settings"]})

    assert (answer.status_code, answer.json()["pointer"]) == (400, "/shop/home_country")
