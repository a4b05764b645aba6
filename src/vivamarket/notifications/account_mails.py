"""The mails about a customer's account: confirm, reset, what has changed."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from vivamarket.accounts.identity.letters import Letter, LetterKind, Letters
from vivamarket.kernel.events import Envelope
from vivamarket.notifications.model import Mail
from vivamarket.notifications.ports import Mailer
from vivamarket.notifications.short_mails import ShortMail, ShortMailRenderer
from vivamarket.notifications.texts import ACCOUNT_TEXTS
from vivamarket.shop.ports import CurrentShop

_PAGES: dict[LetterKind, str] = {
    LetterKind.CONFIRM: "confirm",
    LetterKind.RESET: "reset",
    LetterKind.NEW_EMAIL: "email",
}


class AccountMails:
    """Writes and sends the mails that events of an identity cause."""

    def __init__(self, letters: Letters, mailer: Mailer, *, shop: CurrentShop, public_url: str) -> None:
        self._letters = letters
        self._mailer = mailer
        self._public_url = public_url.rstrip("/")
        self._renderer = ShortMailRenderer(ACCOUNT_TEXTS, shop=shop)

    async def handle(self, envelope: Envelope) -> None:
        """Send the mail of this event, if there is anybody to write to.

        Safe to repeat: the mail is named after the event, so that it is sent once.
        """
        letter = await self._letters.of(envelope)
        if letter is not None:
            await self._mailer.send(self.render(letter, envelope.event_id, envelope.occurred_at))

    def render(self, letter: Letter, mail_id: str, written_at: datetime) -> Mail:
        """Return the mail. Unknown languages fall back to English.

        It holds no name: whoever asks for an account chooses the name and the address, and must not be able
        to have us mail words of their own to a stranger.
        """
        return self._renderer.render(
            ShortMail(
                id=mail_id,
                name=letter.kind,
                to=letter.to,
                locale=letter.locale,
                named={},
                button_url=self._button_url(letter),
                written_at=written_at,
            )
        )

    def _button_url(self, letter: Letter) -> str:
        """Return the page's address. The code stands behind the #, which no server and no log ever sees."""
        page = _PAGES.get(letter.kind)
        home = f"{self._public_url}/{letter.locale}/account/"
        if letter.kind is LetterKind.PROOF:
            return f"{home}privacy/#{urlencode({'code': letter.code})}"
        if page is None:
            return home
        return f"{home}#{urlencode({'do': page, 'email': letter.to, 'code': letter.code})}"
