"""The worker process: what nobody waits for."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.adapters.postgres.audit_log import PostgresAuditLogStore
from vivamarket.adapters.postgres.companions import PostgresBasketReader, PostgresCompanionStore
from vivamarket.adapters.postgres.listen import ChangeListener
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.adapters.tantivy import IndexLayout, TantivySearchWriter
from vivamarket.audit_log import AuditLog
from vivamarket.audit_log.anchoring import Anchoring
from vivamarket.bootstrap.accounts import Identity, accounts_of, identity_of
from vivamarket.bootstrap.alerts import alert_telling_of, alerts_of
from vivamarket.bootstrap.bridges import OrderFactsReader, availability_handler, in_thread, in_turn
from vivamarket.bootstrap.checkout import payments_of
from vivamarket.bootstrap.content import content_of, first_pages
from vivamarket.bootstrap.invoices import invoices_of
from vivamarket.bootstrap.office import (
    bulk_edits_of,
    order_indexing_of,
    processor_of,
    staff_index_of,
    trade_of,
)
from vivamarket.bootstrap.pages import publisher_of
from vivamarket.bootstrap.privacy import privacy_work_of
from vivamarket.bootstrap.returns import returns_of
from vivamarket.bootstrap.roster import staff_mails_of
from vivamarket.bootstrap.shop import Shop
from vivamarket.bootstrap.transfer import transfer_runner_of, transfers_of
from vivamarket.bootstrap.troubles import staff_watch_of
from vivamarket.bootstrap.webhooks import webhooks_of
from vivamarket.checkout.repairs import INBOX_PATIENCE_SECONDS, Expiry, Inbox, Reconciler
from vivamarket.kernel.outbox import Lane
from vivamarket.notifications import NotificationService
from vivamarket.notifications.account_mails import AccountMails
from vivamarket.notifications.rendering import MailRenderer
from vivamarket.pages import PagesFollower
from vivamarket.recommendations import CompanionCounting
from vivamarket.search.documents import DocumentBuilder
from vivamarket.search.follower import SearchFollower
from vivamarket.worker.cleanup import Cleanup
from vivamarket.worker.jobs import jobs
from vivamarket.worker.publishing import DeadQueue, Publisher
from vivamarket.worker.relay import BatchRelay, Relay
from vivamarket.worker.schedule import RunOnce, Schedule
from vivamarket.worker.subscriptions import Reactions, lanes, subscriptions

#: Entries of the change feed that are kept; a follower further behind starts over.
FEED_KEPT_MAX = 1_000_000


async def start_worker(shop: Shop) -> None:
    """Start every job of the worker. They end with the shop's tasks."""
    await content_of(shop).ensure(first_pages(shop.file.profile.locales))
    payments = payments_of(shop)
    identity = identity_of(shop)
    search, staff_index = _search(shop), staff_index_of(shop)
    webhooks = webhooks_of(shop)
    invoices = invoices_of(shop)
    alerts, privacy = alert_telling_of(shop), privacy_work_of(shop)
    pages = PagesFollower(publisher=publisher_of(shop), catalog=shop.home.catalog, clock=shop.clock)
    reactions = Reactions(
        send_mail=in_turn(
            _mails(shop).handle,
            _account_mails(shop, identity).handle,
            alerts.handle,
            staff_mails_of(shop).handle,
            privacy.handle,
        ),
        tell_merchants=webhooks.service.handle,
        write_invoice=invoices.handle,
        finish_return=returns_of(shop, payments.refunding).handle,
        show_availability=availability_handler(
            search.availability_changed,
            staff_index.availability_changed,
            pages.on_availability_changed,
            alerts.availability_changed,
        ),
    )
    outbox = PostgresOutboxStore(shop.pool)
    source = shop.home.queues.source if shop.home.queues is not None else outbox
    schedule = Schedule(
        jobs(
            relay=Relay(outbox=source, subscriptions=subscriptions(reactions), clock=shop.clock),
            stock_relay=BatchRelay(
                outbox=source, lane=Lane.STOCK, handler=lanes(reactions)[Lane.STOCK], clock=shop.clock
            ),
            inbox=Inbox(
                inbox=shop.inbox,
                store=shop.checkout_store,
                settlement=payments.settlement,
                clock=shop.clock,
                patience_seconds=INBOX_PATIENCE_SECONDS,
            ),
            expiry=Expiry(store=shop.checkout_store, settlement=payments.settlement, clock=shop.clock),
            reconciler=Reconciler(
                store=shop.checkout_store, settlement=payments.settlement, clock=shop.clock
            ),
            comparison=payments.comparison,
            rotate_keys=identity.tokens.rotate,
            webhooks=webhooks.deliveries,
            cleanup=Cleanup(
                keys=shop.keys,
                inbox=shop.inbox,
                carts=shop.cart_store,
                clock=shop.clock,
                chores=(
                    accounts_of(shop).forget,
                    identity.forget,
                    webhooks.service.forget,
                    bulk_edits_of(shop).forget,
                    transfers_of(shop).forget,
                    alerts_of(shop).forget,
                    lambda: shop.home.catalog.trim_changes(FEED_KEPT_MAX),
                ),
            ),
            anchor=Anchoring(AuditLog(PostgresAuditLogStore(shop.pool), shop.clock)).run_once,
            watch=staff_watch_of(shop, webhooks, payments, outbox).run_once,
            invoices=invoices.issue_due,
            tell_alerts=alerts.run_once,
            privacy=privacy.run_once,
            note_orders=order_indexing_of(shop).run_once,
            transfers=transfer_runner_of(shop, processor_of(shop)).run_once,
            followers={
                "search": search.run_once,
                "staff-index": staff_index.run_once,
                "pages": pages.run_once,
            },
            publishing=_publishing(shop, outbox),
            figures={
                "low-stock": shop.stock.note_low,
                "sales": trade_of(shop).sum_up,
                "companions": _companions(shop, pages).run_once,
            },
        ),
        clock=shop.clock,
        tasks=shop.tasks,
        telemetry=shop.telemetry,
    )

    def heard(payload: str) -> None:
        schedule.wake(payload)
        shop.rules.wake(payload)

    listener = ChangeListener(shop.database_url, clock=shop.clock, on_payload=heard, on_gap=schedule.wake_all)
    schedule.start()
    shop.tasks.spawn("payments", payments.provider.warm())
    shop.tasks.spawn("listener", listener.run())
    shop.tasks.spawn("settings", shop.rules.run())


def _publishing(shop: Shop, outbox: PostgresOutboxStore) -> Mapping[str, RunOnce]:
    """Build what brings events from the outbox into queues and, given up there, back."""
    queues = shop.home.queues
    if queues is None:
        return {}
    return {
        "publisher": Publisher(outbox=outbox, bus=queues.bus, clock=shop.clock).run_once,
        "dead-queue": DeadQueue(source=queues.dead, clock=shop.clock).run_once,
    }


def _companions(shop: Shop, pages: PagesFollower) -> CompanionCounting:
    return CompanionCounting(
        baskets=PostgresBasketReader(shop.pool),
        store=PostgresCompanionStore(shop.pool),
        clock=shop.clock,
        changed=pages.on_companions_changed,
    )


def _search(shop: Shop) -> SearchFollower:
    profile = shop.file.profile
    layout = IndexLayout(profile.locales, profile.currencies)
    return SearchFollower(
        catalog=shop.home.catalog,
        availability=shop.stock,
        documents=DocumentBuilder(profile.locales, profile.currencies),
        writer=TantivySearchWriter(shop.settings.search_dir, layout, shop.clock),
        clock=shop.clock,
        offload=in_thread,
    )


def _mails(shop: Shop) -> NotificationService:
    return NotificationService(
        OrderFactsReader(
            shop.orders,
            shop.links,
            public_url=shop.settings.public_url,
            main_currency=shop.file.profile.default_currency,
        ),
        shop.home.mailer,
        MailRenderer(shop=shop.rules, public_url=shop.settings.public_url),
        shop=shop.rules,
    )


def _account_mails(shop: Shop, identity: Identity) -> AccountMails:
    return AccountMails(
        identity.letters,
        shop.home.mailer,
        shop=shop.rules,
        public_url=shop.settings.public_url,
    )
