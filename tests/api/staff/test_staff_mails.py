"""Staff read the mails the shop has sent; a mail's page may run nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.helpers.api import ApiShop
from tests.helpers.catalog import NOON

from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.notifications.model import Mail

MAILS = "/api/v1/staff/mails"


def mail(number: int) -> Mail:
    return Mail(
        id=f"019c0000-0000-7000-8000-{number:012}",
        to="jo@example.com",
        subject=f"Your order {number}",
        text=f"Thank you, {number}",
        html=f"<html><head></head><body><p>Thank you, {number}</p><script>alert(1)</script></body></html>",
        locale="en",
        written_at=NOON + timedelta(minutes=number),
    )


@pytest.fixture
async def desk(api: ApiShop) -> ApiShop:
    """A shop that has sent three mails, with somebody of the staff signed in."""
    mailbox = api.services.staff.mailbox
    assert isinstance(mailbox, FolderMailer)
    await mailbox.send(*(mail(number) for number in (1, 2, 3)))
    await api.sign_in()
    return api


async def test_mails_are_listed_newest_first_page_by_page(desk: ApiShop) -> None:
    first = (await desk.get(f"{MAILS}?limit=2")).json()
    second = (await desk.get(f"{MAILS}?limit=2&cursor={first['next_cursor']}")).json()

    assert [each["subject"] for each in first["items"]] == ["Your order 3", "Your order 2"]
    assert [each["subject"] for each in second["items"]] == ["Your order 1"]
    assert second["next_cursor"] is None


async def test_a_mail_is_read_as_text_and_as_it_went_out(desk: ApiShop) -> None:
    newest = (await desk.get(MAILS)).json()["items"][0]

    found = (await desk.get(f"{MAILS}/{newest['id']}")).json()

    assert found["mail"] == newest
    assert "Thank you, 3" in found["text"]
    assert "Subject: Your order 3" in found["source"]


async def test_a_mails_page_stands_in_our_frame_and_runs_nothing(desk: ApiShop) -> None:
    newest = (await desk.get(MAILS)).json()["items"][0]

    page = await desk.get(f"{MAILS}/{newest['id']}/page")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "Thank you, 3" in page.text
    assert '<base target="_blank">' in page.text
    rules = page.headers["content-security-policy"]
    assert "default-src 'none'" in rules
    assert "sandbox" in rules
    assert "allow-scripts" not in rules
    assert "frame-ancestors 'self'" in rules
    assert page.headers["x-frame-options"] == "SAMEORIGIN"
    assert page.headers["cache-control"] == "no-store"


async def test_an_unknown_mail_is_not_found(desk: ApiShop) -> None:
    assert (await desk.get(f"{MAILS}/nothing")).status_code == 404
    assert (await desk.get(f"{MAILS}/nothing/page")).status_code == 404
