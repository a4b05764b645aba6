"""What staff may use, through the pages and through the API."""

from __future__ import annotations

from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.adapters.postgres.audit_log import PostgresAuditLogStore
from vivamarket.adapters.postgres.ledger import PostgresLedgerReader
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.api.admin import create_admin_app
from vivamarket.api.asgi import AsgiApp
from vivamarket.api.config import AdminConfig
from vivamarket.api.staff import StaffServices, create_staff_app
from vivamarket.audit_log import AuditLog
from vivamarket.bootstrap.accounts import accounts_of
from vivamarket.bootstrap.checkout import Payments
from vivamarket.bootstrap.shop import Shop
from vivamarket.bootstrap.webhooks import webhooks_of
from vivamarket.checkout.service import CheckoutService

STAFF_MOUNT = "/staff"
ADMIN_MOUNT = "/admin"


def staff_of(shop: Shop, checkout: CheckoutService, payments: Payments) -> StaffServices:
    """Build what the staff's pages and API share."""
    profile = shop.file.profile
    return StaffServices(
        shop_name=profile.name,
        accounts=accounts_of(shop),
        audit=AuditLog(PostgresAuditLogStore(shop.pool), shop.clock),
        orders=shop.orders,
        states=shop.checkout_store,
        stock=shop.stock,
        ledger=PostgresLedgerReader(shop.pool),
        mailbox=FolderMailer(shop.settings.mail_dir, sender_name=profile.name, sender_address=profile.email),
        checkout=checkout,
        outbox=PostgresOutboxStore(shop.pool),
        inbox=shop.inbox,
        reports=payments.reports,
        comparison=payments.comparison,
        tasks=shop.tasks,
        webhooks=webhooks_of(shop).service,
        clock=shop.clock,
        ids=shop.ids,
    )


def staff_pages_of(shop: Shop, services: StaffServices) -> AsgiApp:
    """Build the staff's pages."""
    return create_staff_app(
        services,
        secure_cookies=shop.settings.public_url.startswith("https://"),
        mount_path=STAFF_MOUNT,
    )


def admin_of(shop: Shop) -> AsgiApp:
    """Build the app that serves the staff's application."""
    return create_admin_app(
        shop.settings.admin_dir, clock=shop.clock, config=AdminConfig(), mount_path=ADMIN_MOUNT
    )
