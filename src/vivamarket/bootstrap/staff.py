"""What staff may use, through the API."""

from __future__ import annotations

from vivamarket.adapters.local.qr import qr_svg
from vivamarket.adapters.postgres.audit_log import PostgresAuditLogStore
from vivamarket.adapters.postgres.ledger import PostgresLedgerReader
from vivamarket.adapters.postgres.order_diary import PostgresDiaryStore
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.api.admin import create_admin_app
from vivamarket.api.asgi import AsgiApp
from vivamarket.api.config import AdminConfig
from vivamarket.api.staff.ports import StaffServices
from vivamarket.audit_log import AuditLog
from vivamarket.bootstrap.accounts import accounts_of
from vivamarket.bootstrap.checkout import Payments
from vivamarket.bootstrap.roster import roster_of
from vivamarket.bootstrap.shop import Shop
from vivamarket.bootstrap.webhooks import webhooks_of
from vivamarket.checkout.fulfilling import Fulfilling
from vivamarket.checkout.service import CheckoutService
from vivamarket.orders.diary import OrderDiary

ADMIN_MOUNT = "/admin"


def staff_of(shop: Shop, checkout: CheckoutService, payments: Payments) -> StaffServices:
    """Build what the staff's API works with."""
    return StaffServices(
        shop=shop.rules,
        accounts=accounts_of(shop),
        audit=AuditLog(PostgresAuditLogStore(shop.pool), shop.clock),
        roster=roster_of(shop),
        draw=qr_svg,
        orders=shop.orders,
        states=shop.checkout_store,
        stock=shop.stock,
        ledger=PostgresLedgerReader(shop.pool),
        mailbox=shop.home.mailbox,
        checkout=checkout,
        diary=OrderDiary(diary=PostgresDiaryStore(shop.pool), clock=shop.clock, ids=shop.ids),
        fulfilling=Fulfilling(
            store=shop.checkout_store, carriers=shop.file.carriers, clock=shop.clock, ids=shop.ids
        ),
        outbox=PostgresOutboxStore(shop.pool),
        inbox=shop.inbox,
        reports=payments.reports,
        comparison=payments.comparison,
        tasks=shop.tasks,
        webhooks=webhooks_of(shop).service,
        clock=shop.clock,
        ids=shop.ids,
    )


def admin_of(shop: Shop) -> AsgiApp:
    """Build the app that serves the staff's application."""
    return create_admin_app(
        shop.settings.admin_dir, clock=shop.clock, config=AdminConfig(), mount_path=ADMIN_MOUNT
    )
