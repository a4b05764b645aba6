"""The staff's pages behind ASGI: who may see what, and which page it is."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vivamarket.accounts.errors import BadStaff, NotSignedIn, SignInRefused, TooManySignIns
from vivamarket.accounts.model import Staff
from vivamarket.accounts.service import csrf_token
from vivamarket.api.asgi import AsgiApp, Receive, Scope, Send
from vivamarket.api.staff.ports import StaffServices
from vivamarket.api.staff.views import Views
from vivamarket.api.staff.web import PageRequest, PageResponse, read_request, see, send_response
from vivamarket.kernel.errors import DomainError, Invalid, NotFound, Unavailable
from vivamarket.kernel.ids import OrderNumber

ROWS_MAX = 50
COOKIE = "viva_staff"
#: ``__Host-`` binds the cookie to this host and to HTTPS; browsers refuse the prefix on plain HTTP.
SECURE_COOKIE = "__Host-viva_staff"
_MAIL_VIEWS = ("html", "text", "source")


def create_staff_app(services: StaffServices, *, secure_cookies: bool, mount_path: str = "/staff") -> AsgiApp:
    """Return the staff's pages; ``mount_path`` is taken off the front of every path.

    ``secure_cookies`` is for shops whose public address is https.
    """
    return _StaffApp(services, secure_cookies=secure_cookies, mount_path=mount_path)


@dataclass(frozen=True, slots=True)
class _Visit:
    """A signed-in browser's request."""

    request: PageRequest
    staff: Staff
    token: str

    @property
    def common(self) -> dict[str, Any]:
        """Return what every page shows."""
        return {"staff": self.staff, "csrf": csrf_token(self.token)}


class _StaffApp:
    def __init__(self, services: StaffServices, *, secure_cookies: bool, mount_path: str) -> None:
        self._services = services
        self._cookie = SECURE_COOKIE if secure_cookies else COOKIE
        self._secure = secure_cookies
        self._mount_path = mount_path
        self._views = Views(shop_name=services.shop_name, mount_path=mount_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            request = await read_request(scope, receive, self._mount_path)
            answer = await self._answer(request)
        except DomainError as error:
            answer = self._refusal(error)
        await send_response(send, answer, head=scope["method"] == "HEAD")

    async def _answer(self, request: PageRequest) -> PageResponse:
        method = "GET" if request.method == "HEAD" else request.method
        if method == "POST" and request.is_foreign():
            return self._message(403, "This form came from another site.", "Open the page and try again.")
        parts = tuple(part for part in request.path.split("/") if part)
        match (method, *parts):
            case ("GET", "assets", "staff.css"):
                return self._views.style()
            case ("GET", "sign-in"):
                return self._sign_in_page(request)
            case ("POST", "sign-in"):
                return await self._sign_in(request)
        visit = await self._visit(request)
        if visit is None:
            return see(f"{self._mount_path}/sign-in")
        match (method, *parts):
            case ("POST", "sign-out"):
                return await self._sign_out(visit)
            case ("GET",):
                return see(f"{self._mount_path}/orders")
            case ("GET", "orders"):
                return await self._orders(visit)
            case ("GET", "orders", number):
                return await self._order(visit, OrderNumber(number))
            case ("GET", "mail"):
                return await self._mails(visit)
            case ("GET", "mail", mail_id):
                return await self._mail(visit, mail_id)
            case ("GET", "mail", mail_id, "body"):
                return self._views.mail_body((await self._services.mailbox.get(mail_id)).html)
        raise NotFound("There is no such page.")

    async def _visit(self, request: PageRequest) -> _Visit | None:
        token = request.cookie(self._cookie)
        try:
            return _Visit(request, await self._services.accounts.verify(token), token or "")
        except NotSignedIn:
            return None

    def _sign_in_page(self, request: PageRequest, problem: str = "", status: int = 200) -> PageResponse:
        return self._views.page(
            "sign_in.html", status=status, problem=problem, email=request.form.get("email", "")[:254]
        )

    async def _sign_in(self, request: PageRequest) -> PageResponse:
        try:
            token = await self._services.accounts.sign_in(
                request.form.get("email", ""), request.form.get("password", ""), address=request.address
            )
        except (SignInRefused, BadStaff) as error:
            return self._sign_in_page(request, error.message, 422)
        except TooManySignIns as error:
            answer = self._sign_in_page(request, error.message, 429)
            retry_after = str(error.fields["retry_after_seconds"])
            return PageResponse(429, answer.body, {**answer.headers, "retry-after": retry_after})
        return see(f"{self._mount_path}/orders", set_cookie=self._session_cookie(token))

    async def _sign_out(self, visit: _Visit) -> PageResponse:
        if not hmac.compare_digest(
            visit.request.form.get("csrf", "").encode(), csrf_token(visit.token).encode()
        ):
            return self._message(403, "This form is out of date.", "Open the page and try again.")
        await self._services.accounts.sign_out(visit.token)
        return see(f"{self._mount_path}/sign-in", set_cookie=self._session_cookie(""))

    def _session_cookie(self, token: str) -> str:
        # __Host- wants the whole site as path; the browser forgets it when it closes.
        parts = [f"{self._cookie}={token}", "Path=/", "HttpOnly", "SameSite=Lax"]
        if self._secure:
            parts.append("Secure")
        if not token:
            parts.append("Max-Age=0")
        return "; ".join(parts)

    async def _orders(self, visit: _Visit) -> PageResponse:
        page = await self._services.orders.newest(visit.request.query.get("cursor"), ROWS_MAX)
        return self._views.page("orders.html", page=page, section="orders", **visit.common)

    async def _order(self, visit: _Visit, number: OrderNumber) -> PageResponse:
        order = await self._services.orders.by_number(number)
        state = await self._services.states.state(order.id)
        reservations = await self._services.stock.reservations(order.id)
        levels = await self._services.stock.levels([each.sku for each in reservations])
        return self._views.page(
            "order.html",
            section="orders",
            order=order,
            payments=state.payments,
            refunds=state.refunds,
            ledger=await self._services.ledger.of_order(order.id),
            reservations=reservations,
            levels=levels,
            **visit.common,
        )

    async def _mails(self, visit: _Visit) -> PageResponse:
        page = await self._services.mailbox.newest(visit.request.query.get("cursor"), ROWS_MAX)
        return self._views.page("mails.html", page=page, section="mail", **visit.common)

    async def _mail(self, visit: _Visit, mail_id: str) -> PageResponse:
        view = visit.request.query.get("view", "html")
        return self._views.page(
            "mail.html",
            section="mail",
            mail=await self._services.mailbox.get(mail_id),
            views=_MAIL_VIEWS,
            view=view if view in _MAIL_VIEWS else "html",
            **visit.common,
        )

    def _refusal(self, error: DomainError) -> PageResponse:
        match error:
            case NotFound():
                return self._message(404, "Nothing here", error.message)
            case Unavailable():
                later = {"retry-after": str(error.retry_after_seconds)}
                return self._message(503, "Not available right now", error.message, later)
            case Invalid():
                return self._message(400, "That did not work", error.message)
        return self._message(422, "That did not work", error.message)

    def _message(
        self, status: int, heading: str, message: str, headers: Mapping[str, str] | None = None
    ) -> PageResponse:
        answer = self._views.page("message.html", status=status, heading=heading, message=message)
        return PageResponse(status, answer.body, {**answer.headers, **(headers or {})})
