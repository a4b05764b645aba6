"""A customer's data: fetched whole, and erased so that nothing of them is found anywhere.

The canary leaves its name, mail, street, phone and words wherever a shop lets it; then every table, every
file and everything that was logged is searched.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.helpers.api import ADDRESS, ApiShop, mug
from tests.helpers.checkout import MUG
from tests.helpers.everywhere import files_with, tables_with
from tests.helpers.identity import PASSWORD, alert_parts_on

from vivamarket.accounts.identity.letters import LetterKind
from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.adapters.local.mail_keeper import MailFolderKeeper
from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.adapters.postgres.found_orders import PostgresFoundOrderStore
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.adapters.postgres.personal_data import postgres_keepers
from vivamarket.adapters.postgres.privacy import PostgresPersonReader, PostgresPrivacyStore
from vivamarket.alerts.telling import AlertTelling
from vivamarket.bootstrap.alerts import AlertMails, address_reader
from vivamarket.bootstrap.bridges import OrderFactsReader
from vivamarket.bootstrap.privacy import PrivacyMails
from vivamarket.kernel.ids import OrderId
from vivamarket.notifications import NotificationService
from vivamarket.notifications.account_mails import AccountMails
from vivamarket.notifications.notices import Notices
from vivamarket.notifications.rendering import MailRenderer
from vivamarket.orders.indexing import OrderIndexing
from vivamarket.orders.model import ERASED
from vivamarket.privacy.model import ERASURE_GRACE, EXPORT_LIFE, LOOKED_AT_AGAIN, UNSENT_REST
from vivamarket.privacy.service import ExportLinks
from vivamarket.privacy.work import PrivacyParts, PrivacyWork

ACCOUNT = "/api/v1/account"
MAIL, NAME, STREET, PHONE = "canary@birds.example", "Coralie Canary", "Perch Street 77", "+34600111222"
NOTE, COMPANY = "Ring twice at the aviary", "Aviary & Sons"
CANARY = (MAIL, NAME, STREET, PHONE, NOTE, "Aviary", "coralie", "perch street")
HOME = {**ADDRESS, "name": NAME, "line1": STREET, "phone": PHONE, "company": COMPANY}


@dataclass
class World:
    """A shop with its worker's part in mails and personal data, and the canary signed in."""

    api: ApiShop
    pool: asyncpg.Pool
    folder: Path
    work: PrivacyWork
    handlers: tuple[Any, ...]

    async def post(self) -> None:
        """Write the mails of what happened, as the worker does."""
        outbox = PostgresOutboxStore(self.pool)
        for event in await outbox.claim(self.api.shop.clock.now(), 60, 200):
            for handle in self.handlers:
                await handle(event)
            await outbox.done([event.event_id])

    async def found(self) -> tuple[list[str], list[str]]:
        return await tables_with(self.pool, CANARY), files_with(self.folder, CANARY)

    async def ask(self, method: str, path: str, body: object = None, status: int = 200) -> Any:
        answer = await self.api.client.request(method, f"{ACCOUNT}{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def pass_by(self, span: timedelta) -> None:
        """Let time pass and the worker work; the session is renewed by hand, for it is not what is tried."""
        self.api.shop.clock.time += span
        await self.post()
        await self.work.run_once()

    async def sign_in(self, email: str = MAIL) -> None:
        entry = await self.api.identity.provider.sign_in(email, PASSWORD, address="10.0.0.9")
        self._use(entry)

    def _use(self, signed_in: Any) -> None:
        self.api.client.cookies.set("viva_access", signed_in.access_token, domain="shop.test", path="/")
        self.api.client.headers["x-csrf-token"] = self.api.identity.marks.csrf(signed_in.session_id)

    async def join(self) -> None:
        """Make the canary's account, under her own name."""
        house = self.api.identity
        await house.provider.sign_up(MAIL, PASSWORD, name=NAME, locale="en", address="10.0.0.9")
        code = await house.code(LetterKind.CONFIRM)
        self._use(await house.provider.confirm(MAIL, code, PASSWORD, address="10.0.0.9"))


@pytest.fixture
async def world(api: ApiShop, pool: asyncpg.Pool, tmp_path: Path) -> World:
    mailer = FolderMailer(tmp_path / "mail", sender_name="VivaMarket", sender_address="shop@shop.test")
    notices = Notices(mailer, shop_name="VivaMarket", public_url="http://shop.test")
    house, shop = api.identity, api.shop
    work = PrivacyWork(
        PrivacyParts(
            store=PostgresPrivacyStore(pool),
            people=PostgresPersonReader(pool),
            keepers=(MailFolderKeeper(mailer), *postgres_keepers(pool)),
            files=FolderObjectStore(tmp_path),
            mailer=PrivacyMails(notices),
            links=ExportLinks("export-key"),
            clock=shop.clock,
        )
    )
    reader = address_reader(house.stores.customers, api.services.account.preferences)
    telling = AlertTelling(alert_parts_on(house, shop, pool), AlertMails(notices), reader)
    orders = NotificationService(
        OrderFactsReader(shop.orders, shop.links, public_url="http://shop.test"),
        mailer,
        MailRenderer(shop_name="VivaMarket", public_url="http://shop.test"),
        staff_email="staff@shop.test",
    )
    accounts = AccountMails(house.letters, mailer, shop_name="VivaMarket", public_url="http://shop.test")
    handlers = (orders.handle, accounts.handle, telling.handle, work.handle)
    built = World(api, pool, tmp_path, work, handlers)
    await built.join()
    return built


async def placed_by_canary(world: World) -> dict[str, Any]:
    """Place an order full of canaries, and cancel it: nothing of it is under way."""
    api = world.api
    cart = await api.new_cart()
    details = {
        "email": MAIL,
        "shipping_address": HOME,
        "billing_address": HOME,
        "shipping_method": "standard",
        "note": NOTE,
    }
    answer = await api.send("PUT", f"/api/v1/carts/{cart['id']}/details", details)
    assert answer.status_code == 200, answer.text
    quote = (await api.get(f"/api/v1/carts/{cart['id']}/quote")).json()
    answer = await api.send("POST", "/api/v1/orders", {"cart_id": cart["id"], "quote_hash": quote["hash"]})
    assert answer.status_code == 201, answer.text
    placed: dict[str, Any] = answer.json()
    token = {"authorization": f"Bearer {placed['token']}"}
    answer = await api.send("POST", f"/api/v1/orders/{placed['order']['id']}/cancel", None, headers=token)
    assert answer.status_code == 200, answer.text
    order: dict[str, Any] = answer.json()
    return order


async def leave_traces(world: World) -> dict[str, Any]:
    """Leave the canary wherever the shop lets it; return the order."""
    api = world.api
    order = await placed_by_canary(world)
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
    assert {"orders", "order_word", "cart", "customer", "stock_alert", "outbox", "idempotency_key"} <= {
        *tables
    }
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
    token = ExportLinks("export-key").token((await requests(world))[0]["id"])

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
    token = ExportLinks("export-key").token((await requests(world))[0]["id"])
    assert (await world.api.get(f"/api/v1/exports/{token}")).status_code == 200

    await world.pass_by(EXPORT_LIFE)

    assert len(again["items"]) == 1
    assert (await world.api.get(f"/api/v1/exports/{token}")).json()["code"] == "export_not_found"
    assert (await world.api.get(f"/api/v1/exports/{token}x")).json()["code"] == "export_not_found"
    assert not list((world.folder / "personal").glob("*"))


async def requests(world: World) -> list[Any]:
    return await world.pool.fetch("SELECT id::text FROM privacy_request ORDER BY id DESC")
