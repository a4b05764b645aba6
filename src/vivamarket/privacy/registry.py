"""Every place that holds something of a person, and what becomes of it: one list, for people and for tests.

A test walks every table of the database: a column of text, JSON, bytes or a customer's id that is named
neither in ``HOLDINGS`` nor in ``IMPERSONAL`` fails it. Whoever adds a table says here what it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of it when the person is erased."""

    #: The row or file goes.
    ERASED = "erased"
    #: The row stays for the books, and what named the person in it goes.
    PSEUDONYMIZED = "pseudonymized"
    #: An id or a hash that nothing can be looked up by any more; it goes by itself after a while.
    EXPIRES = "expires"
    #: An id of ours that leads nowhere once the customer is gone.
    LEADS_NOWHERE = "leads nowhere"
    #: About members of staff, who are erased by their owner's hand.
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Holding:
    """Some columns of one table, or a place that is no table (``columns`` empty)."""

    keeper: str
    place: str
    columns: tuple[str, ...]
    fate: Fate
    note: str = ""


def _held(keeper: str, place: str, columns: str, fate: Fate, note: str = "") -> Holding:
    return Holding(keeper, place, tuple(columns.split()), fate, note)


HOLDINGS: tuple[Holding, ...] = (
    _held("mails", "mail folder", "", Fate.ERASED, "mails to the person, and those to staff that name them"),
    _held("exports", "personal/ files", "", Fate.ERASED, "after a week in any case"),
    _held("answers", "idempotency_key", "body", Fate.ERASED, "after two days in any case"),
    _held("messages", "outbox", "payload error", Fate.ERASED, "those that name the person or their account"),
    _held("messages", "inbox", "body error", Fate.ERASED, "after thirty days in any case"),
    _held("webhooks", "webhook_delivery", "body", Fate.PSEUDONYMIZED, "the tracking number; goes in a month"),
    _held("webhooks", "webhook_attempt", "error answer", Fate.PSEUDONYMIZED, "words of merchants"),
    _held("carts", "cart", "doc", Fate.ERASED, "emptied of details where an order was made of it"),
    _held("carts", "customer_cart", "customer_id", Fate.ERASED),
    _held("alerts", "stock_alert", "customer_id email", Fate.ERASED, "when the mail is sent in any case"),
    _held("preferences", "preference", "customer_id document link_digest", Fate.ERASED),
    _held("preferences", "consent", "customer_id", Fate.ERASED),
    _held("orders", "order_word", "word", Fate.PSEUDONYMIZED, "all words but the order's number"),
    _held("orders", "orders", "email document", Fate.PSEUDONYMIZED, "country and region stay, for the tax"),
    _held("orders", "customer_order", "customer_id", Fate.ERASED),
    _held("orders", "shipment", "tracking_number tracking_url", Fate.PSEUDONYMIZED),
    _held("orders", "order_diary", "text", Fate.PSEUDONYMIZED, "staff's notes about the orders"),
    _held("notes", "customer_note", "customer_id text", Fate.ERASED, "what staff wrote about the person"),
    _held("invoices", "invoice_buyer", "buyer", Fate.ERASED, "the invoice itself stays as it was issued"),
    _held("returns", "return_request", "note answer", Fate.PSEUDONYMIZED, "words of both sides"),
    _held("addresses", "address_book", "customer_id document", Fate.ERASED),
    _held("passwords", "password pool", "", Fate.ERASED, "in the cloud: a user named by an id, no more"),
    _held("account", "passkey", "customer_id credential_id public_key name", Fate.ERASED),
    _held("account", "passkey_challenge", "customer_id digest", Fate.ERASED),
    _held("account", "customer_session", "customer_id", Fate.ERASED),
    _held("account", "identity_code", "customer_id email name digest password_hash", Fate.ERASED),
    _held("account", "identity_attempt", "key", Fate.EXPIRES, "hashes, removed within the hour"),
    _held("account", "customer", "email name locale password_hash totp_secret", Fate.ERASED),
    _held("requests", "privacy_request", "customer_id", Fate.LEADS_NOWHERE, "tells that it was done"),
    _held("staff", "staff", "email name password_hash totp_secret", Fate.STAFF),
    _held("staff", "shipment", "shipped_by", Fate.STAFF),
    _held("staff", "order_diary", "author", Fate.STAFF),
    _held("staff", "customer_note", "author", Fate.STAFF),
    _held(
        "staff",
        "staff_sign_in_attempts",
        "key",
        Fate.EXPIRES,
        "by an older release, for an hour",
    ),
)

#: Columns that say nothing of any person. Ids other than a customer's need no line.
IMPERSONAL: Mapping[str, str] = {
    "audit_entry": "body hash phase operation resource actor_id",
    "audit_head": "hash",
    "bulk_edit": "staff_id befores written",
    "cart": "id",
    "catalog_change": "kind",
    "category": "slugs document path",
    "category_slug": "locale slug",
    "companion": "product_id companion_id",
    "consent": "purpose text_version",
    "content_page": "key document",
    "content_version": "key staff_id document",
    "customer_cart": "cart_id",
    "customer_note": "request_key",
    "dispute": "provider_ref status currency reason",
    "idempotency_key": "key fingerprint",
    "identity_code": "purpose locale",
    "inbox": "event_id kind provider_ref about",
    "invoice": "series kind currency document",
    "invoice_buyer": "series",
    "invoice_series": "series",
    "ledger_entry": "account currency",
    "ledger_transaction": "kind",
    "order_diary": "kind request_key",
    "order_entry": "currency",
    "order_line": "sku product_id",
    "order_step": "machine event source target driver",
    "orders": "number cart_id status cancel_reason token_hash locale currency fulfillment",
    "outbox": "kind key lane",
    "payment": (
        "status currency provider_ref provider_payment_ref redirect_url failure_code captured_currency"
    ),
    "privacy_request": "kind state",
    "product": "status skus slugs names category_ids shelves document",
    "product_by_name": "locale name",
    "product_sku": "sku",
    "product_slug": "locale slug",
    "reconciliation_report": "document",
    "refund": "status currency reason request_key provider_ref failure_code",
    "reservation": "location_id sku status",
    "return_request": "status reason refusal_code lines history request_key",
    "sales_product_span": "product_id currency",
    "sales_span": "currency",
    "schema_migrations": "name checksum",
    "shipment": "status carrier carrier_name request_key",
    "shop_settings": "document staff_id",
    "signing_key": "kid public sealed_private",
    "staff": "role",
    "staff_invitation": "digest",
    "staff_sessions": "token_hash",
    "stock_alert": "sku product_id locale state",
    "stock_item": "location_id sku",
    "stock_low": "location_id sku",
    "stock_move": "location_id sku reason reference made_by request_key",
    "stock_return": "sku",
    "transfer": "state lease document",
    "transfer_line": "step handle outcome column_name code reason changed",
    "webhook_delivery": "event_id event_type status",
    "webhook_endpoint": (
        "url description event_types status status_reason secret old_secret request_key rotation_key"
    ),
}


def named_columns() -> frozenset[tuple[str, str]]:
    """Return every table and column that the registry says something about."""
    held = {(each.place, column) for each in HOLDINGS for column in each.columns}
    rest = {(table, column) for table, columns in IMPERSONAL.items() for column in columns.split()}
    return frozenset(held | rest)
