"""Short mails: a sentence, one button, a note. Notices and the mails about an account look like this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from vivamarket.kernel.words import Words
from vivamarket.notifications.model import Mail
from vivamarket.notifications.templating import template_environment
from vivamarket.notifications.texts import language_of
from vivamarket.shop.ports import CurrentShop

if TYPE_CHECKING:
    import jinja2

_PARTS = ("subject", "heading", "lead", "button", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortMail:
    """One such mail before it is written. ``name`` chooses its sentences, ``named`` fills their places."""

    id: str
    name: str
    to: str
    locale: str
    named: Mapping[str, str]
    button_url: str
    written_at: datetime


class ShortMailRenderer:
    """Writes the short mails of one shop from one family of sentences."""

    def __init__(self, sentences: Words, *, shop: CurrentShop) -> None:
        self._sentences = sentences
        self._shop = shop

    def render(self, mail: ShortMail) -> Mail:
        """Return the mail. Unknown languages fall back to English."""
        language = language_of(mail.locale)
        sentences = self._sentences[language]
        named = {"shop": self._shop.profile.name, **mail.named}
        texts = {part: sentences[f"{mail.name}_{part}"].format(**named) for part in _PARTS}
        values = {
            **texts,
            "locale": language,
            "shop": self._shop.profile.name,
            "button_url": mail.button_url,
            "footer": sentences["footer"].format(**named),
        }
        return Mail(
            id=mail.id,
            to=mail.to,
            subject=texts["subject"],
            locale=language,
            html=self._templates.get_template("short.html").render(values),
            text=self._templates.get_template("short.txt").render(values),
            written_at=mail.written_at,
        )

    @cached_property
    def _templates(self) -> jinja2.Environment:
        return template_environment()
