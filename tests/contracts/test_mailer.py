"""The promises of ``Mailer`` and ``Mailbox``, kept by every adapter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest
from tests.helpers.notifications import PLACED_AT
from tests.helpers.still_shop import still_shop

from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.kernel.paging import BadCursor
from vivamarket.notifications import BadMailAddress, Mail, Mailbox, Mailer, MailNotFound
from vivamarket.shop.model import ShopProfile


class MailHome(Mailer, Mailbox, Protocol):
    """Something that both sends and shows."""


MAIL = Mail(
    id="019c0000-0000-7000-8000-000000000001",
    to="jo@example.com",
    subject="Tu pedido está confirmado ✓",
    locale="es",
    html="<p>¡Gracias!</p>",
    text="¡Gracias!\n",
    written_at=PLACED_AT,
)


@pytest.fixture(params=["folder"])
def mail_home(request: pytest.FixtureRequest, tmp_path: Path) -> MailHome:
    return FolderMailer(tmp_path / "mail", still_shop(email="shop@shop.example"))


def numbered(number: int) -> Mail:
    return replace(MAIL, id=f"019c0000-0000-7000-8000-{number:012}", subject=f"Mail {number}")


async def test_what_is_sent_is_read_back(mail_home: MailHome) -> None:
    await mail_home.send(MAIL)

    mail = await mail_home.get(MAIL.id)
    assert (mail.header.to, mail.header.subject) == (MAIL.to, MAIL.subject)
    assert mail.header.sent_at == PLACED_AT
    assert mail.sender == "VivaMarket <shop@shop.example>"
    assert (mail.html.strip(), mail.text.strip()) == ("<p>¡Gracias!</p>", "¡Gracias!")
    assert f"Message-ID: <{MAIL.id}@shop.example>" in mail.source


async def test_a_second_mail_of_the_same_id_is_not_sent(mail_home: MailHome) -> None:
    await mail_home.send(MAIL)
    before = await mail_home.get(MAIL.id)

    await mail_home.send(replace(MAIL, subject="Another"))

    assert await mail_home.get(MAIL.id) == before
    assert len((await mail_home.newest(None, 10)).items) == 1


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


async def test_long_lines_many_of_them_and_dots_arrive_as_they_were(mail_home: MailHome) -> None:
    text = "\n".join(["", ".", "From here", "trailing blank ", "=3D", "€" * 500, "x" * 2_000, "end"])
    subject = "Señales " * 30

    await mail_home.send(replace(MAIL, subject=subject, text=text, html=f"<p>{text}</p>"))

    mail = await mail_home.get(MAIL.id)
    assert mail.text.splitlines() == text.splitlines()
    assert mail.html.splitlines() == f"<p>{text}</p>".splitlines()
    assert mail.header.subject == subject.strip()
    assert max(map(len, mail.source.splitlines())) <= 100


async def test_several_mails_are_sent_together(mail_home: MailHome) -> None:
    await mail_home.send(numbered(1), numbered(2))

    assert len((await mail_home.newest(None, 10)).items) == 2


@pytest.mark.parametrize("to", ["", "jo", "jo@example.com\nBcc: all@example.com", "a b@c", "jo@"])
async def test_a_bad_address_is_refused(mail_home: MailHome, to: str) -> None:
    with pytest.raises(BadMailAddress):
        await mail_home.send(replace(MAIL, to=to))


async def test_a_subject_cannot_add_headers(mail_home: MailHome) -> None:
    await mail_home.send(replace(MAIL, subject="Hello\r\nBcc: all@example.com"))

    mail = await mail_home.get(MAIL.id)
    assert mail.header.subject == "Hello Bcc: all@example.com"
    assert "\nBcc:" not in mail.source


async def test_an_address_beyond_ascii_arrives(mail_home: MailHome) -> None:
    await mail_home.send(replace(MAIL, to="josé@example.com"))

    assert (await mail_home.get(MAIL.id)).header.to == "josé@example.com"


async def test_mails_come_from_the_shop_as_it_is_called_now(tmp_path: Path) -> None:
    @dataclass
    class Renamed:
        profile: ShopProfile

    shop = Renamed(still_shop().profile)
    home = FolderMailer(tmp_path / "mail", shop)
    await home.send(numbered(1))
    shop.profile = replace(shop.profile, name="Mercado", email="hola@mercado.example")
    await home.send(numbered(2))

    senders = [(await home.get(numbered(number).id)).sender for number in (1, 2)]
    assert senders == ["VivaMarket <shop@shop.test>", "Mercado <hola@mercado.example>"]
