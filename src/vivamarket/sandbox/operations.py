"""What each route of the API does: parameters in, wire form out. One function per Stripe operation."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from vivamarket.kernel.errors import Invalid
from vivamarket.kernel.money import MINOR_UNITS_MAX, exponent
from vivamarket.sandbox import payments, refunds
from vivamarket.sandbox.book import SESSION_EXPIRY, Book
from vivamarket.sandbox.call import Call
from vivamarket.sandbox.cards import kept_card
from vivamarket.sandbox.errors import ApiError, bad_parameter
from vivamarket.sandbox.model import (
    SESSION_LIFE_SECONDS_MAX,
    SESSION_LIFE_SECONDS_MIN,
    CaptureMethod,
    Charge,
    Dispute,
    Endpoint,
    Intent,
    LineItem,
    ProviderEvent,
    Refund,
    Session,
)
from vivamarket.sandbox.params import Params
from vivamarket.sandbox.ports import Duty
from vivamarket.sandbox.provider import expire_session
from vivamarket.sandbox.texts import language_of
from vivamarket.sandbox.wire import Wire, line_item

LINE_ITEMS_MAX = 100
QUANTITY_MAX = 999_999
URL_LENGTH_MAX = 5_000
#: Stripe's words for the evidence that decides a test dispute.
WINNING_EVIDENCE = "winning_evidence"
LOSING_EVIDENCE = "losing_evidence"
NAME_LENGTH_MAX = 250
_CAPTURE_METHODS = ("automatic", "automatic_async", "manual")
#: The loosely coupled words of the API that change nothing here.
_SESSION_IGNORED = (
    "payment_method_types",
    "submit_type",
    "billing_address_collection",
    "customer_creation",
    "ui_mode",
    "adaptive_pricing",
    "invoice_creation",
    "origin_context",
)


Operation = Callable[[Call], Wire]


def create_session(call: Call) -> Wire:
    """``POST /v1/checkout/sessions`` (mode ``payment`` only)."""
    params, book = call.params, call.book
    params.accept(*_SESSION_IGNORED)
    if params.choice("mode", ("payment", "setup", "subscription")) != "payment":
        raise bad_parameter("The sandbox supports mode=payment only.", "mode")
    currency, lines = _line_items(book, params)
    shipping_name, shipping_amount = _shipping(params, currency)
    success_url = _url(params, "success_url")
    if success_url is None:
        raise params.missing("success_url")
    intent_data = params.child("payment_intent_data") or Params({}, "payment_intent_data")
    session = Session(
        id=f"cs_test_{book.ids.token().replace('-', 'A').replace('_', 'B')}",
        created=book.now,
        status="open",
        currency=currency,
        line_items=lines,
        shipping_name=shipping_name,
        shipping_amount=shipping_amount,
        success_url=success_url,
        cancel_url=_url(params, "cancel_url"),
        expires_at=_session_end(book, params),
        locale=_locale(params),
        capture_method=_capture_method(intent_data),
        customer_email=params.text("customer_email", length_max=800),
        client_reference_id=params.text("client_reference_id", length_max=200),
        metadata=params.metadata(),
        intent_metadata=intent_data.metadata(),
        intent_description=intent_data.text("description", length_max=1_000),
    )
    intent_data.finish()
    params.finish()
    if not 0 < session.amount_total <= MINOR_UNITS_MAX:
        raise bad_parameter("The total amount must be more than zero and not too large.", "line_items")
    book.put(session)
    book.store.schedule(Duty(SESSION_EXPIRY, session.id), session.expires_at)
    return call.render(session)


def retrieve_session(call: Call) -> Wire:
    """``GET /v1/checkout/sessions/{id}``."""
    call.params.finish()
    return call.render(_session(call))


def list_sessions(call: Call) -> Wire:
    """``GET /v1/checkout/sessions``, the one of a PaymentIntent when asked."""
    url = "/v1/checkout/sessions"
    intent_id = call.params.text("payment_intent")
    if intent_id is None:
        return call.page(Session, url)
    call.params.accept("limit")
    call.params.finish()
    name = call.book.get(Intent, intent_id, param="payment_intent").session
    sessions = [call.render(call.book.get(Session, name))] if name is not None else []
    return {"object": "list", "url": url, "has_more": False, "data": sessions}


def list_session_lines(call: Call) -> Wire:
    """``GET /v1/checkout/sessions/{id}/line_items``; all of them fit one page."""
    call.params.accept("limit")
    call.params.finish()
    session = _session(call)
    return {
        "object": "list",
        "url": f"/v1/checkout/sessions/{session.id}/line_items",
        "has_more": False,
        "data": [line_item(line, session.currency) for line in session.line_items],
    }


def end_session(call: Call) -> Wire:
    """``POST /v1/checkout/sessions/{id}/expire``."""
    call.params.finish()
    return call.render(expire_session(call.book, _session(call)))


def create_intent(call: Call) -> Wire:
    """``POST /v1/payment_intents``."""
    params, book = call.params, call.book
    params.accept("payment_method_types", "automatic_payment_methods")
    method = params.text("payment_method")
    confirm = params.boolean("confirm") or False
    intent = Intent(
        id=book.new_id("pi"),
        created=book.now,
        status="requires_confirmation" if method else "requires_payment_method",
        amount=params.required_integer("amount", minimum=1, maximum=MINOR_UNITS_MAX),
        currency=_currency(params),
        capture_method=_capture_method(params),
        description=params.text("description", length_max=1_000),
        receipt_email=params.text("receipt_email", length_max=800),
        metadata=params.metadata(),
        return_url=_url(params, "return_url"),
    )
    params.finish()
    test_card = payments.known_method(method) if method else None
    book.put(intent)
    book.emit("payment_intent.created", intent)
    if confirm and test_card is not None:
        card = kept_card(test_card, exp_year=call.provider.now().year + 2, exp_month=12)
        return _confirmed(call, payments.attempt(book, intent, test_card, card))
    return call.render(intent)


def retrieve_intent(call: Call) -> Wire:
    """``GET /v1/payment_intents/{id}``."""
    call.params.finish()
    return call.render(call.book.get(Intent, call.ids[0], param="intent"))


def list_intents(call: Call) -> Wire:
    """``GET /v1/payment_intents``."""
    return call.page(Intent, "/v1/payment_intents")


def confirm_intent(call: Call) -> Wire:
    """``POST /v1/payment_intents/{id}/confirm``; a decline is a 402 that is kept under the key."""
    params = call.params
    params.accept("return_url")
    test_card = payments.known_method(params.text("payment_method"))
    params.finish()
    intent = call.book.get(Intent, call.ids[0], param="intent")
    card = kept_card(test_card, exp_year=call.provider.now().year + 2, exp_month=12)
    return _confirmed(call, payments.attempt(call.book, intent, test_card, card))


def capture_intent(call: Call) -> Wire:
    """``POST /v1/payment_intents/{id}/capture``."""
    amount = call.params.integer("amount_to_capture", minimum=1, maximum=MINOR_UNITS_MAX)
    call.params.finish()
    intent = call.book.get(Intent, call.ids[0], param="intent")
    return call.render(payments.capture(call.book, intent, amount))


def cancel_intent(call: Call) -> Wire:
    """``POST /v1/payment_intents/{id}/cancel``."""
    reasons = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
    reason = call.params.choice("cancellation_reason", reasons)
    call.params.finish()
    intent = call.book.get(Intent, call.ids[0], param="intent")
    return call.render(payments.cancel(call.book, intent, reason))


def create_refund(call: Call) -> Wire:
    """``POST /v1/refunds``."""
    params = call.params
    intent_id, charge_id = params.text("payment_intent"), params.text("charge")
    amount = params.integer("amount", minimum=1, maximum=MINOR_UNITS_MAX)
    reason = params.choice("reason", ("duplicate", "fraudulent", "requested_by_customer"))
    metadata = params.metadata()
    params.finish()
    refund = refunds.create(
        call.book,
        payment_intent=intent_id,
        charge_id=charge_id,
        amount=amount,
        reason=reason,
        metadata=metadata,
    )
    return call.render(refund)


def retrieve_refund(call: Call) -> Wire:
    """``GET /v1/refunds/{id}``."""
    call.params.finish()
    return call.render(call.book.get(Refund, call.ids[0]))


def list_refunds(call: Call) -> Wire:
    """``GET /v1/refunds``, of one PaymentIntent when asked."""
    return call.page(Refund, "/v1/refunds", parent=call.params.text("payment_intent"))


def retrieve_charge(call: Call) -> Wire:
    """``GET /v1/charges/{id}``."""
    call.params.finish()
    return call.render(call.book.get(Charge, call.ids[0]))


def list_charges(call: Call) -> Wire:
    """``GET /v1/charges``, of one PaymentIntent when asked."""
    return call.page(Charge, "/v1/charges", parent=call.params.text("payment_intent"))


def list_disputes(call: Call) -> Wire:
    """``GET /v1/disputes``, of one PaymentIntent when asked."""
    return call.page(Dispute, "/v1/disputes", parent=call.params.text("payment_intent"))


def retrieve_dispute(call: Call) -> Wire:
    """``GET /v1/disputes/{id}``."""
    call.params.finish()
    return call.render(call.book.get(Dispute, call.ids[0]))


def answer_dispute(call: Call) -> Wire:
    """``POST /v1/disputes/{id}``: evidence of ``winning_evidence`` wins, of ``losing_evidence`` loses."""
    evidence = call.params.child("evidence")
    text = evidence.text("uncategorized_text", length_max=20_000) if evidence is not None else None
    if evidence is not None:
        evidence.finish()
    call.params.accept("submit")
    call.params.finish()
    dispute = call.book.get(Dispute, call.ids[0])
    if text in (WINNING_EVIDENCE, LOSING_EVIDENCE):
        dispute = payments.decide_dispute(call.book, dispute, won=text == WINNING_EVIDENCE)
    return call.render(dispute)


def close_dispute(call: Call) -> Wire:
    """``POST /v1/disputes/{id}/close``: give in."""
    call.params.finish()
    dispute = call.book.get(Dispute, call.ids[0])
    return call.render(payments.decide_dispute(call.book, dispute, won=False))


def retrieve_event(call: Call) -> Wire:
    """``GET /v1/events/{id}``."""
    call.params.finish()
    return call.render(call.book.get(ProviderEvent, call.ids[0]))


def list_events(call: Call) -> Wire:
    """``GET /v1/events``."""
    return call.page(ProviderEvent, "/v1/events")


def create_endpoint(call: Call) -> Wire:
    """``POST /v1/webhook_endpoints``; the secret is told once, in this answer."""
    url = _url(call.params, "url")
    if url is None:
        raise call.params.missing("url")
    enabled = call.params.texts("enabled_events")
    call.params.accept("description", "api_version")
    call.params.finish()
    if not enabled:
        raise call.params.missing("enabled_events")
    secret = f"whsec_{call.book.ids.token()}"
    endpoint = call.provider.add_endpoint(call.book, url=url, enabled_events=enabled, secret=secret)
    return {**call.render(endpoint), "secret": secret}


def list_endpoints(call: Call) -> Wire:
    """``GET /v1/webhook_endpoints``."""
    return call.page(Endpoint, "/v1/webhook_endpoints")


def delete_endpoint(call: Call) -> Wire:
    """``DELETE /v1/webhook_endpoints/{id}``."""
    call.params.finish()
    endpoint = call.provider.disable_endpoint(call.book, call.ids[0])
    return {"id": endpoint.id, "object": "webhook_endpoint", "deleted": True}


#: Method and path (``*`` stands for an id) to operation.
ROUTES: dict[tuple[str, str], Operation] = {
    ("POST", "checkout/sessions"): create_session,
    ("GET", "checkout/sessions"): list_sessions,
    ("GET", "checkout/sessions/*"): retrieve_session,
    ("GET", "checkout/sessions/*/line_items"): list_session_lines,
    ("POST", "checkout/sessions/*/expire"): end_session,
    ("POST", "payment_intents"): create_intent,
    ("GET", "payment_intents"): list_intents,
    ("GET", "payment_intents/*"): retrieve_intent,
    ("POST", "payment_intents/*/confirm"): confirm_intent,
    ("POST", "payment_intents/*/capture"): capture_intent,
    ("POST", "payment_intents/*/cancel"): cancel_intent,
    ("POST", "refunds"): create_refund,
    ("GET", "refunds"): list_refunds,
    ("GET", "refunds/*"): retrieve_refund,
    ("GET", "charges"): list_charges,
    ("GET", "charges/*"): retrieve_charge,
    ("GET", "disputes"): list_disputes,
    ("GET", "disputes/*"): retrieve_dispute,
    ("POST", "disputes/*"): answer_dispute,
    ("POST", "disputes/*/close"): close_dispute,
    ("GET", "events"): list_events,
    ("GET", "events/*"): retrieve_event,
    ("POST", "webhook_endpoints"): create_endpoint,
    ("GET", "webhook_endpoints"): list_endpoints,
    ("DELETE", "webhook_endpoints/*"): delete_endpoint,
}


def _session(call: Call) -> Session:
    session = call.book.get(Session, call.ids[0], param="session")
    if session.status == "open" and session.expires_at <= call.book.now:
        return expire_session(call.book, session)
    return session


def _confirmed(call: Call, intent: Intent) -> Wire:
    failure = intent.last_payment_error
    if failure is None:
        return call.render(intent)
    raise ApiError(
        failure.message,
        status=402,
        type="card_error",
        code=failure.code,
        decline_code=failure.decline_code,
        charge=failure.charge,
        payment_intent=call.render(intent),
    )


def _line_items(book: Book, params: Params) -> tuple[str, tuple[LineItem, ...]]:
    currencies: set[str] = set()
    lines: list[LineItem] = []
    for line in params.children("line_items", count_max=LINE_ITEMS_MAX):
        price = line.child("price_data")
        if price is None:
            raise line.missing("price_data")
        product = price.child("product_data")
        if product is None:
            raise price.missing("product_data")
        product.accept("images", "metadata", "tax_code")
        currencies.add(_currency(price))
        lines.append(
            LineItem(
                id=book.new_id("li"),
                name=product.required_text("name", length_max=NAME_LENGTH_MAX),
                description=product.text("description"),
                quantity=line.required_integer("quantity", minimum=1, maximum=QUANTITY_MAX),
                unit_amount=price.required_integer("unit_amount", minimum=0, maximum=MINOR_UNITS_MAX),
            )
        )
        price.accept("tax_behavior")
        for part in (product, price, line):
            part.finish()
    if not lines:
        raise params.missing("line_items")
    if len(currencies) > 1:
        raise bad_parameter("All line items must have the same currency.", "line_items")
    return currencies.pop(), tuple(lines)


def _shipping(params: Params, currency: str) -> tuple[str | None, int]:
    options = params.children("shipping_options", count_max=5)
    if not options:
        return None, 0
    rate = options[0].child("shipping_rate_data")
    fixed = rate.child("fixed_amount") if rate is not None else None
    if rate is None or fixed is None:
        raise bad_parameter("A shipping option needs shipping_rate_data[fixed_amount].", "shipping_options")
    rate.accept("type", "delivery_estimate", "metadata", "tax_behavior", "tax_code")
    if _currency(fixed) != currency:
        raise bad_parameter("The shipping rate has another currency.", "shipping_options")
    amount = fixed.required_integer("amount", minimum=0, maximum=MINOR_UNITS_MAX)
    name = rate.required_text("display_name", length_max=100)
    for part in (fixed, rate, options[0]):
        part.finish()
    return name, amount


def _session_end(book: Book, params: Params) -> int:
    end = params.integer("expires_at", minimum=0, maximum=2**40)
    if end is None:
        return book.now + SESSION_LIFE_SECONDS_MAX
    if not SESSION_LIFE_SECONDS_MIN <= end - book.now <= SESSION_LIFE_SECONDS_MAX:
        raise bad_parameter(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.",
            "expires_at",
        )
    return end


def _locale(params: Params) -> str:
    return language_of(params.text("locale", length_max=10) or "auto")


def _capture_method(params: Params) -> CaptureMethod:
    match params.choice("capture_method", _CAPTURE_METHODS):
        case "manual":
            return "manual"
        case "automatic_async":
            return "automatic_async"
    return "automatic"


def _currency(params: Params) -> str:
    currency = params.required_text("currency", length_max=3).lower()
    try:
        exponent(currency.upper())
    except Invalid:
        raise bad_parameter(f"Invalid currency: {currency}", "currency") from None
    return currency


def _url(params: Params, name: str) -> str | None:
    text = params.text(name, length_max=URL_LENGTH_MAX)
    if text is None:
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or any(ord(char) <= 32 for char in text):
        raise bad_parameter("Not a valid URL", name, "url_invalid")
    return text
