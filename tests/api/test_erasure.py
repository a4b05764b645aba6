"""A customer's data: fetched whole, and erased so that nothing of them is found anywhere.

The canary leaves its name, mail, street, phone and words wherever a shop lets it; then every table, every
file and everything that was logged is searched.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.helpers.api import ApiShop, mug
from tests.helpers.canary import ACCOUNT, CANARY, EXPORT_LINKS, MAIL, NOTE, STREET, World, world_on
from tests.helpers.checkout import MUG
from tests.helpers.everywhere import tables_with
from tests.helpers.identity import PASSWORD

from vivamarket.accounts.identity.letters import LetterKind
from vivamarket.adapters.postgres.found_orders import PostgresFoundOrderStore
from vivamarket.adapters.postgres.personal_data import postgres_keepers
from vivamarket.adapters.postgres.privacy import PostgresPersonReader
from vivamarket.kernel.ids import OrderId
from vivamarket.orders.indexing import OrderIndexing
from vivamarket.orders.model import ERASED
from vivamarket.privacy.model import ERASURE_GRACE, EXPORT_LIFE, LOOKED_AT_AGAIN, UNSENT_REST


@pytest.fixture
async def world(api: ApiShop, pool: asyncpg.Pool, tmp_path: Path) -> World:
    built = world_on(api, pool, tmp_path)
    await built.join()
    return built


async def canceled_order(world: World) -> dict[str, Any]:
    """Place an order and cancel it: nothing of it is under way."""
    placed, token = await world.place()
    answer = await world.api.send("POST", f"/api/v1/orders/{placed['id']}/cancel", None, headers=token)
    assert answer.status_code == 200, answer.text
    order: dict[str, Any] = answer.json()
    return order


async def leave_traces(world: World) -> dict[str, Any]:
    """Leave the canary wherever the shop lets it; return the order."""
    api = world.api
    order = await canceled_order(world)
    open_cart = await api.new_cart()
    await api.send("PUT", f"/api/v1/carts/{open_cart['id']}/details", {"email": MAIL, "note": NOTE})
    body = {"currency": "EUR", "locale": "en", "cart_id": open_cart["id"]}
    answer = await api.send("POST", f"{ACCOUNT}/cart", body)
    assert answer.status_code == 200, answer.text
    await world.ask("GET", "/orders")
    await world.ask("PUT", f"/wishlist/{mug().id}")
    await world.ask("POST", "/consents", {"purpose": "news", "text_version": "1", "given": True})
    await api.shop.stock.set_on_hand([(MUG, 0)])
    await world.ask("POST", "/stock-alerts", {"sku": MUG, "locale": "en"})
    guest = {"sku": MUG, "email": MAIL, "locale": "en"}
    assert (await api.client.post("/api/v1/stock-alerts", json=guest)).status_code == 204
    canary = await api.identity.stores.customers.by_email(MAIL)
    assert canary is not None
    await api.services.office.notes.add(canary.id, f"{MAIL}: {NOTE}", author="Kim", request_key="n")
    await api.identity.provider.begin_reset(MAIL, address="10.0.0.9")
    await OrderIndexing(orders=PostgresFoundOrderStore(world.pool), clock=api.shop.clock).run_once()
    await world.post()
    await world.pool.execute(
        """INSERT INTO outbox (kind, key, payload, occurred_at, due_at, attempts, error, died_at)
           VALUES ('order.paid', 'x', '{}', now(), now(), 9, $1, now())""",
        f"BadMailAddress: {MAIL}",
    )
    await world.ask("POST", "/export", status=202)
    await world.work.run_once()
    return order


async def test_a_canary_is_found_nowhere_after_its_erasure(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    order = await leave_traces(world)
    tables, files = await world.found()
    assert {"orders", "order_word", "cart", "customer", "stock_alert", "customer_note", "outbox"} <= {*tables}
    assert any(name.startswith("mail/") for name in files)
    assert any(name.startswith("personal/") for name in files)

    asked = await world.ask("POST", "/erasure", {"password": PASSWORD}, status=202)
    await world.post()
    await world.pass_by(ERASURE_GRACE)

    assert asked["items"][0]["state"] == "waiting"
    assert await world.found() == ([], [])
    captured = capfd.readouterr()
    assert not any(word.casefold() in (captured.out + captured.err).casefold() for word in CANARY)
    await nothing_else_is_lost(world, order)


async def nothing_else_is_lost(world: World, order: dict[str, Any]) -> None:
    """The books stand, the order is found by its number, the customer is not found at all."""
    kept = await world.api.shop.orders.by_id(OrderId(order["id"]))
    assert (kept.number, kept.total.minor_units) == (order["number"], order["total"]["minor_units"])
    assert kept.email == ERASED
    assert kept.shipping_address is not None
    assert (kept.shipping_address.name, kept.shipping_address.country) == (ERASED, "ES")
    await world.api.shop.check()
    words = await world.pool.fetch("SELECT word FROM order_word WHERE order_id = $1", order["id"])
    assert order["number"].lower() in {row["word"] for row in words}
    assert (await world.api.client.get(f"{ACCOUNT}/session")).status_code == 401
    (state,) = await world.pool.fetch("SELECT state FROM privacy_request WHERE kind = 'erasure'")
    assert state["state"] == "done"


async def test_erasing_takes_nothing_of_anybody_else(world: World) -> None:
    await leave_traces(world)
    await world.ask("POST", "/erasure", {"password": PASSWORD}, status=202)
    other = await world.api.identity.joined("other@birds.example")
    customer = (await world.api.identity.caller(other)).customer
    await world.api.services.account.preferences.wish(customer.id, mug().id)
    await world.api.services.account.alerts.ask_as_customer(customer.id, MUG, "en")

    await world.pass_by(ERASURE_GRACE)

    assert await world.api.identity.stores.customers.by_id(customer.id) == customer
    assert len((await world.api.services.account.preferences.get(customer.id)).wishes) == 1
    assert len(await world.api.services.account.alerts.of_customer(customer.id)) == 1
    assert "other@birds.example" in str(await world.pool.fetch("SELECT email FROM customer"))


async def test_an_erasure_that_was_interrupted_is_finished(world: World) -> None:
    await leave_traces(world)
    await world.ask("POST", "/erasure", {"password": PASSWORD}, status=202)
    person = await PostgresPersonReader(world.pool).person(
        (await world.api.identity.stores.customers.by_email(MAIL) or pytest.fail("no account")).id
    )
    assert person is not None
    for keeper in postgres_keepers(world.pool)[:-1]:
        await keeper.erase(person)  # and here the process died

    await world.pass_by(ERASURE_GRACE)

    assert await world.found() == ([], [])


async def test_the_account_stays_when_the_erasure_is_called_off(world: World) -> None:
    await world.ask("POST", "/erasure", {"password": PASSWORD}, status=202)
    again = await world.ask("POST", "/erasure", {"password": PASSWORD}, status=202)
    kept = await world.ask("DELETE", "/erasure")
    refused = await world.ask("DELETE", "/erasure", status=404)

    await world.pass_by(ERASURE_GRACE)

    assert len(again["items"]) == 1
    assert (kept["items"][0]["state"], refused["code"]) == ("canceled", "nothing_to_cancel")
    assert await world.api.identity.stores.customers.by_email(MAIL) is not None


async def test_an_erasure_is_confirmed_by_the_password_or_by_a_mailed_code(world: World) -> None:
    assert (await world.ask("POST", "/erasure", {"password": "not it"}, 401))["code"] == "sign_in_failed"
    assert (await world.ask("POST", "/erasure", {}, 401))["code"] == "sign_in_failed"
    assert (await world.ask("POST", "/erasure", {"code": "guessed"}, 422))["code"] == "bad_code"

    await world.ask("POST", "/erasure/code", status=204)
    code = await world.api.identity.code(LetterKind.PROOF)
    await world.ask("POST", "/erasure", {"code": code}, status=202)

    assert (await world.ask("POST", "/erasure", {"code": code}, 422))["code"] == "bad_code"


async def test_an_erasure_waits_for_an_order_that_is_under_way(world: World) -> None:
    await leave_traces(world)
    await world.pool.execute("UPDATE orders SET status = 'paid'")
    await world.ask("POST", "/erasure", {"password": PASSWORD}, status=202)

    await world.pass_by(ERASURE_GRACE)
    assert await world.api.identity.stores.customers.by_email(MAIL) is not None
    await world.pass_by(LOOKED_AT_AGAIN)
    assert await world.api.identity.stores.customers.by_email(MAIL) is not None

    await world.pass_by(UNSENT_REST)
    assert await world.api.identity.stores.customers.by_email(MAIL) is None


async def test_an_export_holds_what_the_shop_knows_and_no_secret(world: World) -> None:
    order = await leave_traces(world)
    token = EXPORT_LINKS.token((await requests(world))[0]["id"])

    answer = await world.api.get(f"/api/v1/exports/{token}")

    document = json.loads(answer.content)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    assert document["account"][0]["email"] == MAIL
    assert document["orders"][0]["number"] == order["number"]
    assert document["orders"][0]["shipping_address"]["line1"] == STREET
    assert {each["sku"] for each in document["alerts"]} == {MUG}
    assert document["preferences"][0]["wishes"][0]["product_id"] == mug().id
    assert any("password" in each["subject"].lower() for each in document["mails"])
    assert not any(secret in answer.text for secret in ("password_hash", "digest", "wishlist_link_id"))
    kept = await tables_with(world.pool, [token])
    assert kept == []


async def test_an_export_ends_after_a_week(world: World) -> None:
    await world.ask("POST", "/export", status=202)
    again = await world.ask("POST", "/export", status=202)
    await world.work.run_once()
    token = EXPORT_LINKS.token((await requests(world))[0]["id"])
    assert (await world.api.get(f"/api/v1/exports/{token}")).status_code == 200

    await world.pass_by(EXPORT_LIFE)

    assert len(again["items"]) == 1
    assert (await world.api.get(f"/api/v1/exports/{token}")).json()["code"] == "export_not_found"
    assert (await world.api.get(f"/api/v1/exports/{token}x")).json()["code"] == "export_not_found"
    assert not list((world.folder / "personal").glob("*"))


async def requests(world: World) -> list[Any]:
    return await world.pool.fetch("SELECT id::text FROM privacy_request ORDER BY id DESC")
