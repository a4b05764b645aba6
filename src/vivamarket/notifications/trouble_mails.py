"""From troubles to mails for the staff."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from vivamarket.notifications.model import Mail, Trouble, TroubleKind
from vivamarket.notifications.templating import template_environment
from vivamarket.notifications.texts import TROUBLE_TEXTS, language_of
from vivamarket.shop.ports import CurrentShop

if TYPE_CHECKING:
    import jinja2

_ADMIN_PAGES: dict[TroubleKind, str] = {
    TroubleKind.WEBHOOK_FAILING: "webhooks",
    TroubleKind.WEBHOOK_GIVEN_UP: "webhooks",
    TroubleKind.DEAD_EVENTS: "dead-letters",
    TroubleKind.DEAD_MESSAGES: "dead-letters",
    TroubleKind.MONEY_DIFFERS: "reconciliation",
}


class TroubleRenderer:
    """Writes the mails of one shop to its staff."""

    def __init__(self, *, shop: CurrentShop, public_url: str) -> None:
        self._shop = shop
        self._public_url = public_url.rstrip("/")

    def render(self, trouble: Trouble, *, to: str, locale: str) -> Mail:
        """Return the mail to staff about a trouble. Unknown languages fall back to English."""
        language = language_of(locale)
        texts = TROUBLE_TEXTS[language]
        words = {"subject": trouble.subject, "count": trouble.count, "shop": self._shop.profile.name}
        lead = texts[f"{trouble.kind}_lead"].format(**words)
        values = {
            "locale": language,
            "shop": self._shop.profile.name,
            "heading": texts[f"{trouble.kind}_heading"].format(**words),
            "lead": lead,
            "details": trouble.details,
            "button": texts["open_staff"],
            "button_url": f"{self._public_url}/admin/{_ADMIN_PAGES[trouble.kind]}",
            "footer": texts["footer"].format(**words),
        }
        return Mail(
            id=trouble.id,
            to=to,
            subject=texts[f"{trouble.kind}_subject"].format(**words),
            locale=language,
            html=self._templates.get_template("notice.html").render(values),
            text=self._templates.get_template("notice.txt").render(values),
            written_at=trouble.at,
        )

    @cached_property
    def _templates(self) -> jinja2.Environment:
        return template_environment()
