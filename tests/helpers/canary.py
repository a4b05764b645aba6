"""A customer with a canary's name who leaves it wherever a shop lets her, and the worker that erases her."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from tests.helpers.api import ADDRESS, ApiShop
from tests.helpers.everywhere import files_with, tables_with
from tests.helpers.identity import PASSWORD, alert_parts_on
from tests.helpers.payment import CollectedTasks
from tests.helpers.still_shop import still_shop

from vivamarket.accounts.identity.letters import LetterKind
from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.adapters.local.mail_keeper import MailFolderKeeper
from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.adapters.postgres.personal_data import postgres_keepers
from vivamarket.adapters.postgres.preferences import PostgresPreferenceStore
from vivamarket.adapters.postgres.privacy import PostgresPersonReader, PostgresPrivacyStore
from vivamarket.adapters.postgres.webhooks import PostgresWebhookStore
from vivamarket.alerts.telling import AlertTelling
from vivamarket.bootstrap.alerts import AlertMails, address_reader
from vivamarket.bootstrap.bridges import OrderFactsReader, in_turn
from vivamarket.bootstrap.preferences import PreferenceKeeper
from vivamarket.bootstrap.privacy import PrivacyMails
from vivamarket.kernel.outbox import Handler
from vivamarket.notifications import NotificationService
from vivamarket.notifications.account_mails import AccountMails
from vivamarket.notifications.notices import Notices
from vivamarket.notifications.rendering import MailRenderer
from vivamarket.privacy.service import ExportLinks
from vivamarket.privacy.work import PrivacyParts, PrivacyWork
from vivamarket.webhooks.delivering import Deliveries
from vivamarket.worker.subscriptions import Reactions, subscriptions

ACCOUNT = "/api/v1/account"
MAIL, NAME, STREET, PHONE = "canary@birds.example", "Coralie Canary", "Perch Street 77", "+34600111222"
NOTE, COMPANY = "Ring twice at the aviary", "Aviary & Sons"
CANARY = (MAIL, NAME, STREET, PHONE, NOTE, "Aviary", "coralie", "perch street")
HOME = {**ADDRESS, "name": NAME, "line1": STREET, "phone": PHONE, "company": COMPANY}
EVENTS_MAX = 200
EXPORT_LINKS = ExportLinks("export-key")


@dataclass
class World:
    """A shop with its worker, and the canary signed in. ``words`` are looked for."""

    api: ApiShop
    pool: asyncpg.Pool
    folder: Path
    work: PrivacyWork
    reactions: Mapping[str, tuple[Handler, ...]]
    deliveries: Deliveries
    sending: CollectedTasks
    words: tuple[str, ...] = CANARY

    async def post(self) -> None:
        """Do what follows from what happened, as the worker does: mails, invoices, webhooks."""
        outbox = PostgresOutboxStore(self.pool)
        for event in await outbox.claim(self.api.shop.clock.now(), 60, EVENTS_MAX):
            for handle in self.reactions.get(event.kind, ()):
                await handle(event)
            await outbox.done([event.event_id])
        while await self.deliveries.run_once():
            await self.sending.run_all()

    async def found(self) -> tuple[list[str], list[str]]:
        return await tables_with(self.pool, self.words), files_with(self.folder, self.words)

    async def ask(self, method: str, path: str, body: object = None, status: int = 200) -> Any:
        answer = await self.api.client.request(method, f"{ACCOUNT}{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def pass_by(self, span: timedelta) -> None:
        """Let time pass and the worker work."""
        self.api.shop.clock.time += span
        await self.post()
        await self.work.run_once()

    async def sign_in(self, email: str = MAIL) -> None:
        entry = await self.api.identity.provider.sign_in(email, PASSWORD, address="10.0.0.9")
        self.use(entry)

    def use(self, signed_in: Any) -> None:
        """Go on under this session."""
        self.api.client.cookies.set("viva_access", signed_in.access_token, domain="shop.test", path="/")
        self.api.client.headers["x-csrf-token"] = self.api.identity.marks.csrf(signed_in.session_id)

    async def join(self) -> None:
        """Make the canary's account, under her own name."""
        house = self.api.identity
        await house.provider.sign_up(MAIL, PASSWORD, name=NAME, locale="en", address="10.0.0.9")
        code = await house.code(LetterKind.CONFIRM)
        self.use(await house.provider.confirm(MAIL, code, PASSWORD, address="10.0.0.9"))

    async def place(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Place an order full of canaries; return it and the header that opens it."""
        api = self.api
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
        body = {"cart_id": cart["id"], "quote_hash": quote["hash"]}
        answer = await api.send("POST", "/api/v1/orders", body)
        assert answer.status_code == 201, answer.text
        placed: dict[str, Any] = answer.json()
        return placed["order"], {"authorization": f"Bearer {placed['token']}"}


async def nobody(events: object) -> None:
    """React to nothing: the search index and the pages are not what is tried."""


def world_on(api: ApiShop, pool: asyncpg.Pool, folder: Path) -> World:
    """Build the worker beside the shop; the canary has no account yet."""
    mailer = FolderMailer(folder / "mail", still_shop())
    notices = Notices(mailer, shop=still_shop(), public_url="http://shop.test")
    work = PrivacyWork(
        PrivacyParts(
            store=PostgresPrivacyStore(pool),
            people=PostgresPersonReader(pool),
            keepers=(
                MailFolderKeeper(mailer),
                PreferenceKeeper(PostgresPreferenceStore(pool)),
                *postgres_keepers(pool),
            ),
            files=FolderObjectStore(folder),
            mailer=PrivacyMails(notices),
            links=EXPORT_LINKS,
            clock=api.shop.clock,
        )
    )
    sending = CollectedTasks()
    deliveries = Deliveries(
        store=PostgresWebhookStore(pool), sender=api.receivers, clock=api.shop.clock, tasks=sending
    )
    reactions = subscriptions(
        Reactions(
            send_mail=_mails(api, pool, mailer, notices, work),
            tell_merchants=api.services.staff.webhooks.handle,
            write_invoice=api.services.after.invoices.handle,
            finish_return=api.services.after.returns.handle,
            show_availability=nobody,
        )
    )
    return World(api, pool, folder, work, reactions, deliveries, sending)


def _mails(
    api: ApiShop, pool: asyncpg.Pool, mailer: FolderMailer, notices: Notices, work: PrivacyWork
) -> Handler:
    house, shop = api.identity, api.shop
    reader = address_reader(house.stores.customers, api.services.account.preferences)
    orders = NotificationService(
        OrderFactsReader(shop.orders, shop.links, public_url="http://shop.test", main_currency="EUR"),
        mailer,
        MailRenderer(shop=still_shop(), public_url="http://shop.test"),
        shop=still_shop(email="staff@shop.test"),
    )
    accounts = AccountMails(house.letters, mailer, shop=still_shop(), public_url="http://shop.test")
    telling = AlertTelling(alert_parts_on(house, shop, pool), AlertMails(notices), reader)
    return in_turn(orders.handle, accounts.handle, telling.handle, work.handle)
