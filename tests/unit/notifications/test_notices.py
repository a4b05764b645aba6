"""Notices: every kind in every language, and each sent once."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from tests.helpers.notifications import ListMailer
from tests.helpers.still_shop import still_shop

from vivamarket.notifications import BadMailAddress, Mail
from vivamarket.notifications.notices import Notice, NoticeKind, Notices

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
WORDS = {"title": "Mug <blue>", "name": "Sam"}


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("locale", ["en", "es", "de", "xx"])
async def test_every_notice_can_be_written(kind: NoticeKind, locale: str) -> None:
    mailer = ListMailer()
    notices = Notices(mailer, shop=still_shop(), public_url="https://shop.example/")

    await notices.send(
        Notice(
            id="1",
            kind=kind,
            to="jo@example.com",
            locale=locale,
            path="some/page/#token=1",
            written_at=NOON,
            words=WORDS,
            stop_path="stop/#token=1",
            until=NOON,
        )
    )

    (mail,) = mailer.mails.values()
    assert (mail.to, mail.locale) == ("jo@example.com", "en" if locale == "xx" else locale)
    assert f"https://shop.example/{locale}/some/page/#token=1" in mail.text
    assert "Mug <blue>" not in mail.html
    assert not re.search(r"\{\w*\}", mail.html + mail.text + mail.subject)


async def test_an_address_that_no_mail_can_go_to_is_passed_over() -> None:
    class Picky(ListMailer):
        async def send(self, *mails: Mail) -> None:
            raise BadMailAddress("No.", to="x")

    notices = Notices(Picky(), shop=still_shop(), public_url="https://shop.example/")

    await notices.send(
        Notice(id="1", kind=NoticeKind.STOCK_BACK, to="x", locale="en", path="", written_at=NOON, words=WORDS)
    )
