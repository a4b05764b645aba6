"""The mailbox: every mail the shop has sent."""

from __future__ import annotations

from vivamarket.api.staff.views import Views
from vivamarket.api.staff.visit import Visit
from vivamarket.api.staff.web import PageResponse
from vivamarket.notifications.ports import Mailbox

ROWS_MAX = 50
_VIEWS = ("html", "text", "source")


class MailPages:
    """The section ``/mail``."""

    def __init__(self, mailbox: Mailbox, views: Views) -> None:
        self._mailbox = mailbox
        self._views = views

    async def answer(self, visit: Visit, method: str, parts: tuple[str, ...]) -> PageResponse | None:
        """Answer for the path below ``/mail``; see ``Section``."""
        match (method, *parts):
            case ("GET",):
                page = await self._mailbox.newest(visit.request.query.get("cursor"), ROWS_MAX)
                return self._views.page("mails.html", page=page, section="mail", **visit.common)
            case ("GET", mail_id):
                return await self._mail(visit, mail_id)
            case ("GET", mail_id, "body"):
                return self._views.mail_body((await self._mailbox.get(mail_id)).html)
        return None

    async def _mail(self, visit: Visit, mail_id: str) -> PageResponse:
        view = visit.request.query.get("view", "html")
        return self._views.page(
            "mail.html",
            section="mail",
            mail=await self._mailbox.get(mail_id),
            views=_VIEWS,
            view=view if view in _VIEWS else "html",
            **visit.common,
        )
