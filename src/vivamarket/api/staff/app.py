"""The staff's pages behind ASGI: who may come in, and which section answers."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.accounts.errors import (
    BadStaff,
    NotSignedIn,
    SecondFactorNeeded,
    SignInRefused,
    TooManySignIns,
)
from vivamarket.accounts.model import Staff
from vivamarket.accounts.roles import may
from vivamarket.api.asgi import AsgiApp, Receive, Scope, Send
from vivamarket.api.staff.desk import Desk
from vivamarket.api.staff.letter_pages import LetterPages
from vivamarket.api.staff.mail_pages import MailPages
from vivamarket.api.staff.order_pages import OrderPages
from vivamarket.api.staff.permissions import needed, sections_of
from vivamarket.api.staff.ports import StaffServices
from vivamarket.api.staff.report_pages import ReportPages
from vivamarket.api.staff.trail import Credentials, begin_deed, end_deed, note_refusal, sign_in
from vivamarket.api.staff.views import Views
from vivamarket.api.staff.visit import Section, Visit
from vivamarket.api.staff.web import (
    PageRequest,
    PageResponse,
    is_foreign,
    read_request,
    see,
    send_response,
)
from vivamarket.api.staff.webhook_pages import WebhookPages
from vivamarket.kernel.errors import DomainError, Invalid, NotFound, Unavailable

COOKIE = "viva_staff"
#: ``__Host-`` binds the cookie to this host and to HTTPS; browsers refuse the prefix on plain HTTP.
SECURE_COOKIE = "__Host-viva_staff"
ADMIN_PATH = "/admin/"


def cookie_name(*, secure: bool) -> str:
    """Return the name of the session's cookie; ``secure`` is for shops whose public address is https."""
    return SECURE_COOKIE if secure else COOKIE


def session_cookie(token: str, *, secure: bool) -> str:
    """Return the header that gives a browser its session; without a token, the one that takes it away."""
    # __Host- wants the whole site as path; the browser forgets it when it closes.
    parts = [f"{cookie_name(secure=secure)}={token}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if secure:
        parts.append("Secure")
    if not token:
        parts.append("Max-Age=0")
    return "; ".join(parts)


def create_staff_app(services: StaffServices, *, secure_cookies: bool, mount_path: str = "/staff") -> AsgiApp:
    """Return the staff's pages; ``mount_path`` is taken off the front of every path.

    ``secure_cookies`` is for shops whose public address is https.
    """
    return _StaffApp(services, secure_cookies=secure_cookies, mount_path=mount_path)


class _StaffApp:
    def __init__(self, services: StaffServices, *, secure_cookies: bool, mount_path: str) -> None:
        self._services = services
        self._accounts = services.accounts
        self._cookie = cookie_name(secure=secure_cookies)
        self._secure = secure_cookies
        self._mount_path = mount_path
        self._views = Views(shop_name=services.shop_name, mount_path=mount_path)
        desk = Desk(services)
        self._sections: Mapping[str, Section] = {
            "orders": OrderPages(services, desk, self._views, mount_path),
            "mail": MailPages(services.mailbox, self._views),
            "webhooks": WebhookPages(services, self._views, mount_path),
            "dead-letters": LetterPages(desk, self._views, mount_path),
            "reconciliation": ReportPages(desk, self._views, mount_path),
        }

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
        if method == "POST" and is_foreign(request.headers):
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
        if method == "POST" and not visit.is_from_our_form:
            await note_refusal(self._services, visit.staff, request, parts)
            return self._message(403, "This form is out of date.", "Open the page and try again.")
        if method != "POST":
            return await self._inside(visit, method, parts)
        begun = await begin_deed(self._services, visit.staff, request, parts)
        try:
            answer = await self._inside(visit, method, parts)
        except DomainError as error:
            answer = self._refusal(error)
            await end_deed(self._services, begun, answer.status, error.code)
            raise
        await end_deed(self._services, begun, answer.status)
        return answer

    async def _inside(self, visit: Visit, method: str, parts: tuple[str, ...]) -> PageResponse:
        if (method, *parts) == ("POST", "sign-out"):
            return await self._sign_out(visit)
        if method == "GET" and not parts:
            return see(self._home(visit.staff))
        permission = needed(method, parts)
        if permission is not None and not may(visit.staff.role, permission):
            if method != "POST":
                await note_refusal(self._services, visit.staff, visit.request, parts)
            return self._message(403, "Not for your role", f"Your role does not include {permission}.")
        section = self._sections.get(parts[0]) if parts else None
        answer = await section.answer(visit, method, parts[1:]) if section else None
        if answer is None:
            raise NotFound("There is no such page.")
        return answer

    async def _visit(self, request: PageRequest) -> Visit | None:
        token = request.cookie(self._cookie)
        try:
            return Visit(request, await self._accounts.verify(token), token or "")
        except NotSignedIn:
            return None

    def _sign_in_page(self, request: PageRequest, problem: str = "", status: int = 200) -> PageResponse:
        return self._views.page(
            "sign_in.html", status=status, problem=problem, email=request.form.get("email", "")[:254]
        )

    async def _sign_in(self, request: PageRequest) -> PageResponse:
        try:
            token = await sign_in(
                self._services,
                Credentials(
                    email=request.form.get("email", ""),
                    password=request.form.get("password", ""),
                    code=request.form.get("code", ""),
                    address=request.address,
                    user_agent=request.headers.get("user-agent", ""),
                ),
            )
        except (SignInRefused, SecondFactorNeeded, BadStaff) as error:
            return self._sign_in_page(request, error.message, 422)
        except TooManySignIns as error:
            answer = self._sign_in_page(request, error.message, 429)
            retry_after = str(error.fields["retry_after_seconds"])
            return PageResponse(429, answer.body, {**answer.headers, "retry-after": retry_after})
        home = self._home(await self._accounts.verify(token))
        return see(home, set_cookie=self._session_cookie(token))

    def _home(self, staff: Staff) -> str:
        """Return the first page the role may see; some work in the admin only."""
        section = next(iter(sections_of(staff.role)), None)
        return ADMIN_PATH if section is None else f"{self._mount_path}/{section}"

    async def _sign_out(self, visit: Visit) -> PageResponse:
        await self._accounts.sign_out(visit.token)
        return see(f"{self._mount_path}/sign-in", set_cookie=self._session_cookie(""))

    def _session_cookie(self, token: str) -> str:
        return session_cookie(token, secure=self._secure)

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
