"""The hosted payment page: plain forms, no script, every check on the server.

The session id in the address is an unguessable capability, as on Stripe's own page. A card number is
never shown again unless it is a known test card.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

from vivamarket.kernel.money import Money
from vivamarket.sandbox.api import ApiRequest, ApiResponse
from vivamarket.sandbox.cards import TEST_CARDS, CardInput, CardProblem, TestCard, card_by_key, read_card
from vivamarket.sandbox.errors import ApiError
from vivamarket.sandbox.model import Intent, Session
from vivamarket.sandbox.provider import Provider
from vivamarket.sandbox.texts import TEXTS, failure_text

if TYPE_CHECKING:
    import jinja2

_FOLDER = Path(__file__).parent
FORM_FIELDS_MAX = 10
FORM_BYTES_MAX = 8 * 1024
STYLE_MAX_AGE_SECONDS = 31_536_000
_SAME_SITE = {"same-origin", "none"}
_BUTTON_TEXTS = {"declined": "card_declined_button"}


@dataclass(frozen=True, slots=True)
class CardFields:
    """What stands in the card form."""

    number: str = ""
    expiry: str = ""
    cvc: str = ""


class HostedPages:
    """Answers the requests of shoppers' browsers."""

    def __init__(self, provider: Provider, *, mount_path: str, merchant_name: str) -> None:
        self._provider = provider
        self._merchant_name = merchant_name
        self._mount_path = mount_path
        self._style = (_FOLDER / "assets" / "pay.css").read_bytes()
        self._style_version = hashlib.sha256(self._style).hexdigest()[:12]

    def answer(self, request: ApiRequest) -> ApiResponse:
        """Answer one request; unknown addresses are a page with status 404."""
        match (request.method, *request.path.strip("/").split("/")):
            case ("GET" | "HEAD", "assets", "pay.css"):
                cache = f"public, max-age={STYLE_MAX_AGE_SECONDS}, immutable"
                return ApiResponse(
                    200, self._style, {"content-type": "text/css; charset=utf-8", "cache-control": cache}
                )
            case ("GET" | "HEAD", "pay", page_id):
                return self._show(page_id, request)
            case ("POST", "pay", page_id):
                return self._refuse_foreign(request) or self._pay(page_id, request)
            case ("GET" | "HEAD", "pay", page_id, "challenge"):
                return self._show_challenge(page_id)
            case ("POST", "pay", page_id, "challenge"):
                return self._refuse_foreign(request) or self._answer_challenge(page_id, request)
        return self._message("missing", 404, "en", None)

    def _show(self, session_id: str, request: ApiRequest) -> ApiResponse:
        session = self._provider.session(session_id)
        closed = self._closed(session)
        if session is None or closed is not None:
            return closed or self._message("missing", 404, "en", None)
        chosen = card_by_key(_first(parse_qs(request.query, max_num_fields=FORM_FIELDS_MAX), "card"))
        return self._form(session, fields=self._filled(chosen), chosen=chosen)

    def _pay(self, session_id: str, request: ApiRequest) -> ApiResponse:
        session = self._provider.session(session_id)
        closed = self._closed(session)
        if session is None or closed is not None:
            return closed or self._message("missing", 404, "en", None)
        form = _form_values(request)
        typed = CardInput(_first(form, "number"), _first(form, "expiry"), _first(form, "cvc"))
        card = read_card(typed, self._provider.now())
        if isinstance(card, list):
            known = card_by_key(typed.number.replace(" ", ""))
            fields = CardFields(_grouped(known) if known else "", typed.expiry[:10])
            return self._form(session, fields=fields, chosen=None, problems=card)
        try:
            outcome = self._provider.pay(session_id, *card)
        except ApiError:
            return self._see(self._page_path(session_id))
        return self._after(outcome.session, outcome.intent)

    def _show_challenge(self, page_id: str) -> ApiResponse:
        session, intent = self._visit(page_id)
        if intent is None:
            return self._message("missing", 404, "en", None)
        if intent.status != "requires_action" or intent.card is None:
            return self._after(session, intent)
        locale = session.locale if session is not None else "en"
        return self._render(
            "challenge.html",
            locale,
            _destinations(session, intent),
            amount=_amount(intent.amount, intent.currency, locale),
            last4=intent.card.last4,
            action=f"{self._page_path(page_id)}/challenge",
        )

    def _answer_challenge(self, page_id: str, request: ApiRequest) -> ApiResponse:
        approved = _first(_form_values(request), "answer") == "approve"
        session, intent = self._visit(page_id)
        if intent is None:
            return self._message("missing", 404, "en", None)
        try:
            if session is None:
                return self._after(None, self._provider.answer_intent_challenge(page_id, approved=approved))
            outcome = self._provider.answer_challenge(page_id, approved=approved)
        except ApiError:
            return self._after(session, intent)
        return self._after(outcome.session, outcome.intent)

    def _visit(self, page_id: str) -> tuple[Session | None, Intent | None]:
        session = self._provider.session(page_id)
        if session is None:
            return None, self._provider.intent(page_id)
        intent_id = session.payment_intent
        return session, self._provider.intent(intent_id) if intent_id is not None else None

    def _after(self, session: Session | None, intent: Intent) -> ApiResponse:
        """Send the shopper to where the payment stands now."""
        page_id = session.id if session is not None else intent.id
        if intent.status == "requires_action":
            return self._see(f"{self._page_path(page_id)}/challenge")
        if session is None:
            return self._see(intent.return_url or "/")
        if session.status == "complete":
            return self._see(_success_url(session))
        return self._see(self._page_path(page_id))

    def _closed(self, session: Session | None) -> ApiResponse | None:
        """Return the answer for a page on which nothing can be paid any more."""
        if session is None:
            return None
        if session.status == "complete":
            return self._see(_success_url(session))
        if session.status == "expired":
            return self._message("expired", 410, session.locale, session.cancel_url)
        return None

    def _form(
        self,
        session: Session,
        *,
        fields: CardFields,
        chosen: TestCard | None,
        problems: Sequence[CardProblem] = (),
    ) -> ApiResponse:
        texts = TEXTS[session.locale]
        intent = self._provider.intent(session.payment_intent) if session.payment_intent else None
        error = intent.last_payment_error if intent is not None else None
        return self._render(
            "pay.html",
            session.locale,
            _destinations(session, intent),
            status=422 if problems else 200,
            session=session,
            amount=_amount(session.amount_total, session.currency, session.locale),
            subtotal=_amount(session.amount_subtotal, session.currency, session.locale),
            shipping=_amount(session.shipping_amount, session.currency, session.locale),
            lines=[
                (line, _amount(line.amount, session.currency, session.locale)) for line in session.line_items
            ],
            cards=[
                (card, texts[_BUTTON_TEXTS.get(card.key, f"card_{card.key}")])
                for card in TEST_CARDS
                if card.offered
            ],
            chosen=chosen.key if chosen is not None else None,
            fields=fields,
            problems={problem.field: texts[problem.reason] for problem in problems},
            failure=failure_text(texts, error.code, error.decline_code) if error and not chosen else None,
            action=self._page_path(session.id),
        )

    def _filled(self, card: TestCard | None) -> CardFields:
        if card is None:
            return CardFields()
        year = (self._provider.now().year + 2) % 100
        return CardFields(_grouped(card), f"12 / {year:02}", "1234" if card.brand == "amex" else "123")

    def _message(self, name: str, status: int, locale: str, back_url: str | None) -> ApiResponse:
        texts = TEXTS[locale]
        return self._render(
            "message.html",
            locale,
            "",
            status=status,
            heading=texts[f"{name}_title"],
            message=texts.get(f"{name}_text", ""),
            back_url=back_url,
        )

    def _refuse_foreign(self, request: ApiRequest) -> ApiResponse | None:
        """Refuse a form that another site sent; browsers say so in ``Sec-Fetch-Site``."""
        if request.headers.get("sec-fetch-site", "none") in _SAME_SITE:
            return None
        return self._message("refused", 403, "en", None)

    def _page_path(self, page_id: str) -> str:
        return f"{self._mount_path}/pay/{quote(page_id, safe='')}"

    def _see(self, url: str) -> ApiResponse:
        return ApiResponse(303, b"", {"location": url, "cache-control": "no-store"})

    def _render(
        self, template: str, locale: str, form_targets: str, *, status: int = 200, **values: object
    ) -> ApiResponse:
        html = self._templates.get_template(template).render(
            t=TEXTS[locale],
            locale=locale,
            merchant=self._merchant_name,
            style=f"{self._mount_path}/assets/pay.css?v={self._style_version}",
            **values,
        )
        policy = (
            "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; "
            f"form-action 'self' {form_targets}".rstrip()
        )
        headers = {
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": policy,
            "referrer-policy": "same-origin",
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        }
        return ApiResponse(status, html.encode(), headers)

    @cached_property
    def _templates(self) -> jinja2.Environment:
        """Load the template engine at the first page: an API-only process never pays for it."""
        import jinja2

        return jinja2.Environment(
            loader=jinja2.FileSystemLoader(_FOLDER / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # A process keeps the templates it started with, as it keeps its code.
            auto_reload=False,
        )


def _success_url(session: Session) -> str:
    return session.success_url.replace("{CHECKOUT_SESSION_ID}", session.id)


def _destinations(session: Session | None, intent: Intent | None) -> str:
    """Return the origins a form may lead to: ``form-action`` also covers the redirect after it."""
    urls = {session.success_url} if session is not None else set()
    if intent is not None and intent.return_url is not None:
        urls.add(intent.return_url)
    origins = {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, urls)}
    return " ".join(sorted(origins))


def _form_values(request: ApiRequest) -> Mapping[str, list[str]]:
    if len(request.body) > FORM_BYTES_MAX:
        return {}
    try:
        return parse_qs(request.body.decode("ascii"), max_num_fields=FORM_FIELDS_MAX, keep_blank_values=True)
    except ValueError:
        return {}


def _first(values: Mapping[str, list[str]], name: str) -> str:
    return values.get(name, [""])[0][:40]


def _grouped(card: TestCard) -> str:
    number = card.number
    if len(number) == 15:
        return f"{number[:4]} {number[4:10]} {number[10:]}"
    return " ".join(number[index : index + 4] for index in range(0, len(number), 4))


def _amount(minor_units: int, currency: str, locale: str) -> str:
    from decimal import Decimal

    from babel.numbers import format_currency

    money = Money(minor_units, currency.upper())
    text: str = format_currency(Decimal(money.decimal()), money.currency, locale=locale)
    return text
