"""Mails the shop has sent, for staff."""

from __future__ import annotations

from typing import Annotated

from litestar import MediaType, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter

from vivamarket.accounts.roles import Area, Level, Permission, may
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes
from vivamarket.api.errors import Forbidden
from vivamarket.api.routes.staff_words import READS, staff_of
from vivamarket.api.schemas.staff import MailOut, MailPage, MailWithText
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CursorQuery, LimitQuery
from vivamarket.kernel.paging import PAGE_SIZE_DEFAULT
from vivamarket.notifications.model import MailHeader, ReceivedMail
from vivamarket.notifications.staff_mails import STAFF_MAIL_PREFIX

MailIdPath = Annotated[str, PathParameter(max_length=255, description="The mail's id.")]

#: A mail's page comes with its own rules: it stands in a frame of ours, alone and without scripts.
_PAGE_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox"
    ),
    "x-frame-options": "SAMEORIGIN",
}


def mail_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""

    @get(
        "/mails",
        operation_id="listStaffMails",
        summary="List sent mails",
        security=READS,
        responses=describes(400, 401),
    )
    async def list_staff_mails(cursor: CursorQuery = None, limit: LimitQuery = PAGE_SIZE_DEFAULT) -> MailPage:
        """Return a page of the mails the shop has sent, newest first."""
        page = await services.staff.mailbox.newest(cursor, limit)
        return MailPage(tuple(_header(each) for each in page.items), page.next_cursor)

    @get(
        "/mails/{mail_id:str}/page",
        operation_id="getStaffMailPage",
        summary="Show a sent mail",
        security=READS,
        media_type=MediaType.HTML,
        responses=describes(400, 401, 403, 404),
    )
    async def get_staff_mail_page(request: ApiRequest, mail_id: MailIdPath) -> Response[bytes]:
        """Return the mail's HTML for a frame. It may run nothing; its links open in a new tab."""
        html = (await _readable(services, request, mail_id)).html
        shown = html.replace("<head>", '<head><base target="_blank">', 1).encode()
        return Response(shown, media_type=MediaType.HTML, headers=_PAGE_HEADERS)

    @get(
        "/mails/{mail_id:str}",
        operation_id="getStaffMail",
        summary="Read a sent mail",
        security=READS,
        responses=describes(400, 401, 403, 404),
    )
    async def get_staff_mail(request: ApiRequest, mail_id: MailIdPath) -> MailWithText:
        """Return the mail as text and as it went out."""
        found = await _readable(services, request, mail_id)
        return MailWithText(_header(found.header), found.sender, found.text, found.source)

    return [list_staff_mails, get_staff_mail, get_staff_mail_page]


async def _readable(services: ApiServices, request: ApiRequest, mail_id: str) -> ReceivedMail:
    """Return the mail. Links for staff are for those alone who decide about staff: raise ``Forbidden``."""
    role = staff_of(request).role
    if mail_id.startswith(STAFF_MAIL_PREFIX) and not may(role, Permission(Area.STAFF, Level.WRITE)):
        raise Forbidden("This mail lets its reader in as somebody else. Only an owner may read it.")
    return await services.staff.mailbox.get(mail_id)


def _header(header: MailHeader) -> MailOut:
    return MailOut(header.id, header.to, header.subject, header.sent_at)
