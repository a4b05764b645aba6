"""Stock alerts through HTTP, and the mails the worker writes about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import pytest
from tests.helpers.api import ApiShop
from tests.helpers.checkout import MUG
from tests.helpers.identity import EMAIL, alert_parts_on
from tests.helpers.notifications import ListMailer
from tests.helpers.still_shop import still_shop

from vivamarket.alerts.telling import AlertTelling
from vivamarket.bootstrap.alerts import AlertMails, address_reader
from vivamarket.kernel.ids import uuid7
from vivamarket.notifications.model import Mail
from vivamarket.notifications.notices import Notices

ALERTS, OWN = "/api/v1/stock-alerts", "/api/v1/account/stock-alerts"
GUEST = {"sku": MUG, "email": "Guest@Example.com", "locale": "en"}


class Post:
    """The worker's part over that shop, and the mails it wrote."""

    def __init__(self, api: ApiShop, pool: asyncpg.Pool) -> None:
        self.mailer = ListMailer()
        notices = Notices(self.mailer, shop=still_shop(), public_url="http://shop.test")
        reader = address_reader(api.identity.stores.customers, api.services.account.preferences)
        parts = alert_parts_on(api.identity, api.shop, pool)
        self.telling = AlertTelling(parts, AlertMails(notices), reader)
        self._api = api

    async def work(self) -> list[Mail]:
        """Do what the worker does with what happened; return every mail so far."""
        outbox = self._api.identity.stores.outbox
        for event in await outbox.claim(self._api.shop.clock.now(), 60, 100):
            await self.telling.handle(event)
            await outbox.done([event.event_id])
        while await self.telling.run_once():
            pass
        return list(self.mailer.mails.values())

    async def stock(self, on_hand: int) -> None:
        await self._api.shop.stock.set_on_hand([(MUG, on_hand)])
        await self.telling.availability_changed([MUG])


@pytest.fixture
async def post(api: ApiShop, pool: asyncpg.Pool) -> Post:
    """A shop without mugs."""
    built = Post(api, pool)
    await built.stock(0)
    return built


def link_in(mails: Sequence[Mail]) -> dict[str, str]:
    url = next(word for word in mails[-1].text.split() if "/stock-alert/#" in word)
    return {name: values[0] for name, values in parse_qs(urlsplit(url).fragment).items()}


async def sign_in(api: ApiShop) -> None:
    signed_in = await api.identity.joined(EMAIL)
    api.client.cookies.set("viva_access", signed_in.access_token, domain="shop.test", path="/")
    api.client.headers["x-csrf-token"] = api.identity.marks.csrf(signed_in.session_id)


async def send(api: ApiShop, path: str, body: object, status: int) -> Any:
    answer: httpx.Response = await api.client.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def test_a_guest_confirms_by_mail_and_is_told_by_one_mail(api: ApiShop, post: Post) -> None:
    await send(api, ALERTS, GUEST, 204)
    link = link_in(await post.work())
    confirmed = await send(api, f"{ALERTS}/confirm?locale=es", {"token": link["token"]}, 200)

    await post.stock(3)
    mails = await post.work()
    await post.stock(4)

    assert (link["do"], confirmed["title"], confirmed["sku"]) == ("confirm", "Taza azul", MUG)
    assert await post.work() == mails
    assert [mail.to for mail in mails] == ["guest@example.com"] * 2
    assert "http://shop.test/en/p/blue-mug/" in mails[-1].text
    assert (await send(api, f"{ALERTS}/confirm", {"token": link["token"]}, 404))["code"] == "alert_not_found"


async def test_staff_see_how_many_wait_for_what_is_sold_out(api: ApiShop, post: Post) -> None:
    await send(api, ALERTS, GUEST, 204)
    await send(api, f"{ALERTS}/confirm", {"token": link_in(await post.work())["token"]}, 200)
    customer = (await api.identity.joined(EMAIL)).customer.id
    await api.services.account.alerts.ask_as_customer(customer, MUG, "en")
    await api.sign_in()

    rows = (await api.get("/api/v1/staff/inventory")).json()["items"]
    await api.shop.stock.note_low()
    sold_out = (await api.get("/api/v1/staff/dashboard")).json()["sold_out"]

    assert {row["sku"]: row["waiting"] for row in rows if row["waiting"]} == {MUG: 2}
    assert {row["sku"]: row["waiting"] for row in sold_out}[MUG] == 2


async def test_a_guest_takes_it_back_by_mail(api: ApiShop, post: Post) -> None:
    await send(api, ALERTS, GUEST, 204)
    token = link_in(await post.work())["token"]
    await send(api, f"{ALERTS}/confirm", {"token": token}, 200)

    for _ in range(2):
        await send(api, f"{ALERTS}/stop", {"token": token}, 204)
    await post.stock(3)

    assert len(await post.work()) == 1


async def test_the_answer_does_not_tell_whether_an_address_waits(api: ApiShop, post: Post) -> None:
    await send(api, ALERTS, GUEST, 204)
    await send(api, f"{ALERTS}/confirm", {"token": link_in(await post.work())["token"]}, 200)

    await send(api, ALERTS, GUEST, 204)

    assert len(await post.work()) == 1


async def test_what_is_in_stock_is_not_waited_for(api: ApiShop, post: Post) -> None:
    await post.stock(1)

    assert (await send(api, ALERTS, GUEST, 422))["code"] == "in_stock"
    assert (await send(api, ALERTS, {**GUEST, "sku": "NOTHING"}, 404))["code"] == "product_not_found"
    assert (await send(api, ALERTS, {**GUEST, "locale": "xx"}, 400))["code"] == "unknown_locale"


async def test_a_stranger_is_not_flooded(api: ApiShop, post: Post) -> None:
    answers = [(await api.client.post(ALERTS, json=GUEST)).status_code for _ in range(6)]

    assert answers == [204] * 5 + [429]


async def test_another_site_asks_for_nothing(api: ApiShop, post: Post) -> None:
    answer = await api.client.post(ALERTS, json=GUEST, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403


async def test_a_customer_waits_at_once_sees_it_and_takes_it_back(api: ApiShop, post: Post) -> None:
    await sign_in(api)
    body = {"sku": MUG, "locale": "en"}

    (alert,) = (await send(api, OWN, body, 200))["items"]
    assert (await send(api, OWN, body, 200))["items"] == [alert]
    assert (alert["title"], alert["slug"]) == ("Blue Mug", "blue-mug")

    assert (await api.client.delete(f"{OWN}/{uuid7(9, 9)}")).status_code == 204
    assert (await api.get(f"{OWN}?locale=es")).json()["items"][0]["title"] == "Taza azul"
    assert (await api.client.delete(f"{OWN}/{alert['id']}")).status_code == 204
    assert (await api.get(OWN)).json()["items"] == []


async def test_a_customer_is_told_unless_they_want_no_such_mails(api: ApiShop, post: Post) -> None:
    await sign_in(api)
    await send(api, OWN, {"sku": MUG, "locale": "en"}, 200)
    quiet = {"version": 0, "mails": {"stock_alerts": False}}
    assert (await api.client.patch("/api/v1/account/preferences", json=quiet)).status_code == 200

    await post.stock(3)
    assert await post.work() == []

    await api.client.patch(
        "/api/v1/account/preferences", json={"version": 1, "mails": {"stock_alerts": True}}
    )
    await post.stock(4)
    assert [mail.to for mail in await post.work()] == [EMAIL]
