"""Short mails with one button: alerts of stock, and what a customer asked about their own data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from vivamarket.notifications.errors import BadMailAddress
from vivamarket.notifications.model import Mail
from vivamarket.notifications.notice_texts import NOTICE_TEXTS
from vivamarket.notifications.ports import Mailer
from vivamarket.notifications.rendering import date_words
from vivamarket.notifications.templating import template_environment
from vivamarket.notifications.texts import DEFAULT_LOCALE


class NoticeKind(StrEnum):
    """What a notice is about."""

    STOCK_CONFIRM = "stock_confirm"
    STOCK_BACK = "stock_back"
    EXPORT_READY = "export_ready"
    ERASURE_ASKED = "erasure_asked"
    ERASURE_CANCELED = "erasure_canceled"
    STAFF_INVITED = "staff_invited"
    STAFF_LINK = "staff_link"


class Notices:
    """Writes and sends notices of one shop. The same ``mail_id`` is sent once."""

    def __init__(self, mailer: Mailer, *, shop_name: str, public_url: str) -> None:
        self._mailer = mailer
        self._shop_name = shop_name
        self._public_url = public_url.rstrip("/")
        self._templates = template_environment()

    async def send(
        self,
        kind: NoticeKind,
        *,
        mail_id: str,
        to: str,
        locale: str,
        path: str,
        written_at: datetime,
        words: Mapping[str, str] | None = None,
        stop_path: str = "",
        until: datetime | None = None,
    ) -> None:
        """Send one notice; an address that no mail can go to is passed over.

        ``path`` is the button's page within the reader's language, or with a slash in front within the
        whole site; ``stop_path`` is the one that ends such mails. Raise ``Unavailable`` when later might
        work.
        """
        mail = self.render(
            kind,
            mail_id=mail_id,
            to=to,
            locale=locale,
            path=path,
            written_at=written_at,
            words=words,
            stop_path=stop_path,
            until=until,
        )
        try:
            await self._mailer.send(mail)
        except BadMailAddress:
            return

    def render(
        self,
        kind: NoticeKind,
        *,
        mail_id: str,
        to: str,
        locale: str,
        path: str,
        written_at: datetime,
        words: Mapping[str, str] | None = None,
        stop_path: str = "",
        until: datetime | None = None,
    ) -> Mail:
        """Return the mail. Unknown languages fall back to English."""
        language = locale if locale in NOTICE_TEXTS else DEFAULT_LOCALE
        home = f"{self._public_url}/{language}/"
        named = {"shop": self._shop_name, "stop_url": home + stop_path, **(words or {})}
        if until is not None:
            named["until"] = date_words(until, language)
        texts = {
            part: NOTICE_TEXTS[language][f"{kind}_{part}"].format(**named)
            for part in ("subject", "heading", "lead", "button", "note")
        }
        values = {
            **texts,
            "locale": language,
            "shop": self._shop_name,
            "button_url": self._public_url + path if path.startswith("/") else home + path,
            "footer": NOTICE_TEXTS[language]["footer"].format(**named),
        }
        return Mail(
            id=mail_id,
            to=to,
            subject=texts["subject"],
            locale=language,
            html=self._templates.get_template("account.html").render(values),
            text=self._templates.get_template("account.txt").render(values),
            written_at=written_at,
        )
