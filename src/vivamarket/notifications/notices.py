"""Short mails with one button: alerts of stock, what a customer asked about their own data, invitations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from vivamarket.notifications.errors import BadMailAddress
from vivamarket.notifications.model import Mail
from vivamarket.notifications.ports import Mailer
from vivamarket.notifications.rendering import date_words
from vivamarket.notifications.short_mails import ShortMail, ShortMailRenderer
from vivamarket.notifications.texts import NOTICE_TEXTS, language_of
from vivamarket.shop.ports import CurrentShop


class NoticeKind(StrEnum):
    """What a notice is about."""

    STOCK_CONFIRM = "stock_confirm"
    STOCK_BACK = "stock_back"
    EXPORT_READY = "export_ready"
    ERASURE_ASKED = "erasure_asked"
    ERASURE_CANCELED = "erasure_canceled"
    STAFF_INVITED = "staff_invited"
    STAFF_LINK = "staff_link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice. The same ``id`` is sent once.

    ``path`` is the button's page within the reader's language, or with a slash in front within the whole
    site; ``stop_path`` is the one that ends such mails.
    """

    id: str
    kind: NoticeKind
    to: str
    locale: str
    path: str
    written_at: datetime
    words: Mapping[str, str] = field(default_factory=dict)
    stop_path: str = ""
    until: datetime | None = None


class Notices:
    """Writes and sends notices of one shop."""

    def __init__(self, mailer: Mailer, *, shop: CurrentShop, public_url: str) -> None:
        self._mailer = mailer
        self._public_url = public_url.rstrip("/")
        self._renderer = ShortMailRenderer(NOTICE_TEXTS, shop=shop)

    async def send(self, notice: Notice) -> None:
        """Send one notice; an address that no mail can go to is passed over.

        Raise ``Unavailable`` when later might work.
        """
        try:
            await self._mailer.send(self.render(notice))
        except BadMailAddress:
            return

    def render(self, notice: Notice) -> Mail:
        """Return the mail. Unknown languages fall back to English, its links to nothing: they stay theirs."""
        home = f"{self._public_url}/{notice.locale}/"
        named = {"stop_url": home + notice.stop_path, **notice.words}
        if notice.until is not None:
            named["until"] = date_words(notice.until, language_of(notice.locale))
        return self._renderer.render(
            ShortMail(
                id=notice.id,
                name=notice.kind,
                to=notice.to,
                locale=notice.locale,
                named=named,
                button_url=(self._public_url if notice.path.startswith("/") else home) + notice.path,
                written_at=notice.written_at,
            )
        )
