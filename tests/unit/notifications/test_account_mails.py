"""The mails about an account: every kind in every language, and nothing in them that a stranger chose."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.identity import EMAIL, HOME, PASSWORD, IdentityHouse, memory_stores
from tests.helpers.notifications import ListMailer
from tests.helpers.still_shop import still_shop

from vivamarket.accounts.identity.letters import Letter, LetterKind
from vivamarket.notifications.account_mails import AccountMails

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def house() -> IdentityHouse:
    clock = StillClock()
    return IdentityHouse(memory_stores(clock), clock)


@pytest.fixture
def mailer() -> ListMailer:
    return ListMailer()


@pytest.fixture
def mails(house: IdentityHouse, mailer: ListMailer) -> AccountMails:
    return AccountMails(house.letters, mailer, shop=still_shop(), public_url="https://shop.example/")


@pytest.mark.parametrize("kind", LetterKind)
@pytest.mark.parametrize("locale", ["en", "es", "de", "xx"])
def test_every_letter_can_be_written(mails: AccountMails, kind: LetterKind, locale: str) -> None:
    mail = mails.render(Letter(kind=kind, to=EMAIL, locale=locale, code="c0de"), "1", NOON)

    assert (mail.to, mail.locale) == (EMAIL, "en" if locale == "xx" else locale)
    assert "VivaMarket" in mail.subject
    for text in (mail.html, mail.text):
        assert "https://shop.example/" in text
        assert not re.search(r"\{\w*\}|\bNone\b", text)


async def test_the_mail_brings_the_code_where_no_server_sees_it(
    house: IdentityHouse, mails: AccountMails, mailer: ListMailer
) -> None:
    await house.ask()
    for envelope in await house.stores.outbox.claim(house.clock.now(), 60, 10):
        await mails.handle(envelope)

    (mail,) = mailer.mails.values()
    link = urlsplit(re.findall(r"https://\S+", mail.text)[0])
    assert (link.path, link.query) == ("/en/account/", "")
    sent = {name: values[0] for name, values in parse_qs(link.fragment).items()}
    assert (sent["do"], sent["email"]) == ("confirm", EMAIL)
    await house.provider.confirm(EMAIL, sent["code"], PASSWORD, address=HOME)


async def test_a_stranger_cannot_have_their_words_mailed(
    house: IdentityHouse, mails: AccountMails, mailer: ListMailer
) -> None:
    words = "Win now at evil.example"
    await house.provider.sign_up(EMAIL, PASSWORD, name=words, locale="en", address=HOME)
    for envelope in await house.stores.outbox.claim(house.clock.now(), 60, 10):
        await mails.handle(envelope)

    (mail,) = mailer.mails.values()
    assert "evil" not in mail.html + mail.text + mail.subject


async def test_a_mail_that_comes_too_late_is_not_sent(
    house: IdentityHouse, mails: AccountMails, mailer: ListMailer
) -> None:
    await house.ask()
    (envelope,) = await house.stores.outbox.claim(house.clock.now(), 60, 10)
    await house.clock.sleep(30 * 60)

    await mails.handle(envelope)

    assert mailer.mails == {}
