"""The promises of ``Mailer``, kept by every adapter. An adapter joins by a line in ``rig``."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.helpers.mailers import MAIL, FolderRig, MailRig, SesRig, numbered

from vivamarket.kernel.errors import Unavailable
from vivamarket.notifications import BadMailAddress
from vivamarket.notifications.errors import MailTooLarge
from vivamarket.notifications.model import MAIL_BYTES_MAX


@pytest.fixture(params=["folder", "ses"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> MailRig:
    if request.param == "ses":
        return SesRig(request.getfixturevalue("cloud"))
    return FolderRig(tmp_path / "mail")


async def test_what_is_sent_arrives(rig: MailRig) -> None:
    await rig.mailer.send(MAIL)

    (mail,) = await rig.arrived()
    assert (mail.to, mail.subject) == (MAIL.to, MAIL.subject)
    assert mail.sender == ("VivaMarket", rig.shop.profile.email)
    assert (mail.html.strip(), mail.text.strip()) == ("<p>¡Gracias!</p>", "¡Gracias!")


async def test_a_second_mail_of_the_same_id_is_not_sent(rig: MailRig) -> None:
    await rig.mailer.send(MAIL)
    before = await rig.arrived()

    await rig.mailer.send(replace(MAIL, subject="Another"))

    assert await rig.arrived() == before


async def test_a_mail_that_is_sent_twice_at_once_arrives_once(rig: MailRig) -> None:
    answers = await asyncio.gather(*(rig.mailer.send(MAIL) for _ in range(4)), return_exceptions=True)

    assert [each for each in answers if each is not None and not isinstance(each, Unavailable)] == []
    assert len(await rig.arrived()) == 1


async def test_several_mails_are_sent_together(rig: MailRig) -> None:
    await rig.mailer.send(numbered(1), numbered(2))

    assert sorted(mail.subject for mail in await rig.arrived()) == ["Mail 1", "Mail 2"]


async def test_of_several_those_that_were_sent_before_are_not_sent_again(rig: MailRig) -> None:
    await rig.mailer.send(numbered(2))

    await rig.mailer.send(numbered(1), numbered(2), numbered(3))

    assert sorted(mail.subject for mail in await rig.arrived()) == ["Mail 1", "Mail 2", "Mail 3"]


async def test_long_lines_many_of_them_and_dots_arrive_as_they_were(rig: MailRig) -> None:
    text = "\n".join(["", ".", "From here", "trailing blank ", "=3D", "€" * 500, "x" * 2_000, "end"])
    subject = "Señales " * 30

    await rig.mailer.send(replace(MAIL, subject=subject, text=text, html=f"<p>{text}</p>"))

    (mail,) = await rig.arrived()
    assert mail.text.splitlines() == text.splitlines()
    assert mail.html.splitlines() == f"<p>{text}</p>".splitlines()
    assert mail.subject == subject.strip()


@pytest.mark.parametrize("to", ["", "jo", "jo@example.com\nBcc: all@example.com", "a b@c", "jo@"])
async def test_a_bad_address_is_refused(rig: MailRig, to: str) -> None:
    with pytest.raises(BadMailAddress):
        await rig.mailer.send(replace(MAIL, to=to))

    assert await rig.arrived() == []


async def test_a_mail_that_was_refused_is_sent_once_it_is_mended(rig: MailRig) -> None:
    with pytest.raises(BadMailAddress):
        await rig.mailer.send(replace(MAIL, to="jo@"))

    await rig.mailer.send(MAIL)

    assert len(await rig.arrived()) == 1


async def test_a_mail_is_at_most_so_long(rig: MailRig) -> None:
    longest = MAIL_BYTES_MAX - len(MAIL.html.encode())
    with pytest.raises(MailTooLarge):
        await rig.mailer.send(replace(MAIL, text="x" * (longest + 1)))

    await rig.mailer.send(replace(MAIL, text="x" * longest))

    assert [len(mail.text.strip()) for mail in await rig.arrived()] == [longest]


async def test_a_subject_cannot_add_headers(rig: MailRig) -> None:
    await rig.mailer.send(replace(MAIL, subject="Hello\r\nBcc: all@example.com"))

    (mail,) = await rig.arrived()
    assert (mail.to, mail.subject) == (MAIL.to, "Hello Bcc: all@example.com")


async def test_mails_come_from_the_shop_as_it_is_called_now(rig: MailRig) -> None:
    await rig.mailer.send(numbered(1))
    rig.shop.rename('Café "Ñandú", S.A.')
    await rig.mailer.send(numbered(2))

    arrived = await rig.arrived()
    assert {mail.subject: mail.sender[0] for mail in arrived} == {
        "Mail 1": "VivaMarket",
        "Mail 2": 'Café "Ñandú", S.A.',
    }
