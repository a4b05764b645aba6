"""The staff's API. Who may call which part of it stands in ``api/policies``."""

from __future__ import annotations

from litestar import Router, get
from litestar.handlers import HTTPRouteHandler

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.config import ApiConfig
from vivamarket.api.documents import describes
from vivamarket.api.routes.staff_accounts import account_handlers
from vivamarket.api.routes.staff_audit import audit_handlers
from vivamarket.api.routes.staff_categories import category_handlers
from vivamarket.api.routes.staff_content import content_handlers
from vivamarket.api.routes.staff_customer_data import customer_data_handlers
from vivamarket.api.routes.staff_customer_notes import customer_note_handlers
from vivamarket.api.routes.staff_customers import customer_handlers
from vivamarket.api.routes.staff_dashboard import dashboard_handlers
from vivamarket.api.routes.staff_diary import diary_handlers
from vivamarket.api.routes.staff_inventory import inventory_handlers
from vivamarket.api.routes.staff_invoices import staff_invoice_handlers
from vivamarket.api.routes.staff_letters import letter_handlers
from vivamarket.api.routes.staff_mails import mail_handlers
from vivamarket.api.routes.staff_media import media_handlers
from vivamarket.api.routes.staff_orders import staff_order_handlers
from vivamarket.api.routes.staff_previews import preview_handlers
from vivamarket.api.routes.staff_product_changes import product_change_handlers
from vivamarket.api.routes.staff_products import product_handlers
from vivamarket.api.routes.staff_profile import profile_handlers
from vivamarket.api.routes.staff_reports import report_handlers
from vivamarket.api.routes.staff_returns import staff_return_handlers
from vivamarket.api.routes.staff_session import sign_out_handler
from vivamarket.api.routes.staff_settings import settings_handlers
from vivamarket.api.routes.staff_shipments import shipment_handlers
from vivamarket.api.routes.staff_transfers import transfer_handlers
from vivamarket.api.routes.staff_webhooks import webhook_handlers
from vivamarket.api.routes.staff_words import READS, TOKEN, session_out, staff_of
from vivamarket.api.schemas.staff import StaffSessionOut
from vivamarket.api.services import ApiServices
from vivamarket.api.staff.desk import Desk


def staff_routes(services: ApiServices, config: ApiConfig) -> Router:
    """Build the staff routes."""
    desk = Desk(services.staff)
    return Router(
        "/api/v1/staff",
        route_handlers=[
            _get_session(services),
            sign_out_handler(services.staff, config),
            *staff_order_handlers(services, desk),
            *staff_invoice_handlers(services),
            *shipment_handlers(services, desk),
            *diary_handlers(services, desk),
            *staff_return_handlers(services),
            *letter_handlers(services, desk),
            *mail_handlers(services),
            *webhook_handlers(services),
            *report_handlers(services, desk),
            *product_handlers(services),
            *preview_handlers(services),
            *product_change_handlers(services),
            *category_handlers(services),
            *content_handlers(services),
            *media_handlers(services),
            *inventory_handlers(services),
            *transfer_handlers(services),
            *dashboard_handlers(services),
            *audit_handlers(services),
            *account_handlers(services),
            *customer_handlers(services),
            *customer_note_handlers(services),
            *customer_data_handlers(services),
            *settings_handlers(services),
            *profile_handlers(services.staff, config),
        ],
        tags=["Staff"],
    )


def _get_session(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/session",
        operation_id="getStaffSession",
        summary="Read who is signed in",
        security=READS,
        responses=describes(401),
    )
    async def get_staff_session(request: ApiRequest) -> StaffSessionOut:
        """Return the signed-in person, and the token that every change must carry."""
        return session_out(staff_of(request), request.state[TOKEN], services.staff.accounts)

    return get_staff_session
