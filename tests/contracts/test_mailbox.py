"""The promises of ``Mailbox``, kept by every adapter that shows what was sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest
from tests.helpers.mailers import MAIL, numbered
from tests.helpers.notifications import PLACED_AT
from tests.helpers.still_shop import still_shop

from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.kernel.paging import BadCursor
from vivamarket.notifications import Mailbox, Mailer, MailNotFound


class MailHome(Mailer, Mailbox, Protocol):
    """Something that both sends and shows."""


@pytest.fixture(params=["folder"])
def mail_home(request: pytest.FixtureRequest, tmp_path: Path) -> MailHome:
    return FolderMailer(tmp_path / "mail", still_shop(email="shop@shop.example"))


async def test_what_is_sent_is_read_back(mail_home: MailHome) -> None:
    await mail_home.send(MAIL)

    mail = await mail_home.get(MAIL.id)
    assert (mail.header.to, mail.header.subject) == (MAIL.to, MAIL.subject)
    assert mail.header.sent_at == PLACED_AT
    assert mail.sender == "VivaMarket <shop@shop.example>"
    assert (mail.html.strip(), mail.text.strip()) == ("<p>¡Gracias!</p>", "¡Gracias!")
    assert f"Message-ID: <{MAIL.id}@shop.example>" in mail.source


async def test_mails_are_listed_newest_first_in_pages(mail_home: MailHome) -> None:
    for number in range(1, 6):
        await mail_home.send(replace(numbered(number), written_at=PLACED_AT + timedelta(minutes=number)))

    first = await mail_home.newest(None, 2)
    second = await mail_home.newest(first.next_cursor, 2)
    third = await mail_home.newest(second.next_cursor, 2)

    subjects = [header.subject for page in (first, second, third) for header in page.items]
    assert subjects == [f"Mail {number}" for number in range(5, 0, -1)]
    assert third.next_cursor is None


async def test_the_order_of_sending_counts_whatever_the_ids_are(mail_home: MailHome) -> None:
    names = ["99", "100", "20260301-dead-events", "101"]
    for name in names:
        await mail_home.send(replace(MAIL, id=name))

    first = await mail_home.newest(None, 2)
    second = await mail_home.newest(first.next_cursor, 2)

    assert [header.id for header in (*first.items, *second.items)] == names[::-1]


async def test_an_empty_mailbox_has_an_empty_page(mail_home: MailHome) -> None:
    assert (await mail_home.newest(None, 10)).items == ()


async def test_a_foreign_cursor_is_refused(mail_home: MailHome) -> None:
    with pytest.raises(BadCursor):
        await mail_home.newest("nonsense", 10)


@pytest.mark.parametrize("mail_id", ["unknown", "../secrets", "a/b", ""])
async def test_an_unknown_mail_is_not_found(mail_home: MailHome, mail_id: str) -> None:
    with pytest.raises(MailNotFound):
        await mail_home.get(mail_id)


async def test_an_address_beyond_ascii_is_shown_as_it_is(mail_home: MailHome) -> None:
    await mail_home.send(replace(MAIL, to="josé@example.com"))

    assert (await mail_home.get(MAIL.id)).header.to == "josé@example.com"


async def test_no_line_of_a_source_is_too_long_for_mail(mail_home: MailHome) -> None:
    long = "x" * 2_000 + "€" * 500

    await mail_home.send(replace(MAIL, subject="Señales " * 30, text=long, html=f"<p>{long}</p>"))

    mail = await mail_home.get(MAIL.id)
    assert max(map(len, mail.source.splitlines())) <= 100


async def test_a_subject_adds_no_header_to_the_source(mail_home: MailHome) -> None:
    await mail_home.send(replace(MAIL, subject="Hello\r\nBcc: all@example.com"))

    assert "\nBcc:" not in (await mail_home.get(MAIL.id)).source
