"""Who may see the staff's pages, and what stands on them."""

from __future__ import annotations

import re
from pathlib import Path

import asyncpg
import pytest
from tests.helpers.staff_pages import EMAIL, PASSWORD, StaffRig

PAGES = (
    "/staff/orders",
    "/staff/orders/VM-7K3QX9",
    "/staff/mail",
    "/staff/mail/event-1",
    "/staff/mail/event-1/body",
)


@pytest.fixture
async def rig(pool: asyncpg.Pool, tmp_path: Path) -> StaffRig:
    rig = StaffRig(pool, tmp_path)
    await rig.prepare()
    return rig


@pytest.mark.parametrize("path", ["/staff", "/staff/", "/staff/nothing", *PAGES])
async def test_strangers_are_sent_to_the_door(rig: StaffRig, path: str) -> None:
    answer = await rig.get(path)

    assert (answer.status, answer.headers["location"]) == (303, "/staff/sign-in")


async def test_signing_in_opens_the_orders_and_hides_the_session_from_scripts(rig: StaffRig) -> None:
    answer = await rig.sign_in()

    assert (answer.status, answer.headers["location"]) == (303, "/staff/orders")
    assert re.fullmatch(r"viva_staff=[^;]+; Path=/; HttpOnly; SameSite=Lax", answer.headers["set-cookie"])
    assert "VM-7K3QX9" in (await rig.get("/staff/orders")).text


async def test_over_https_the_cookie_is_bound_to_the_host(pool: asyncpg.Pool, tmp_path: Path) -> None:
    rig = StaffRig(pool, tmp_path, secure=True)
    await rig.prepare()

    cookie = (await rig.sign_in()).headers["set-cookie"]

    assert cookie.startswith("__Host-viva_staff=")
    assert cookie.endswith("; Secure")
    assert (await rig.get("/staff/orders")).status == 200


async def test_a_wrong_password_stays_at_the_door_and_keeps_the_address(rig: StaffRig) -> None:
    answer = await rig.sign_in("wrong password")

    assert answer.status == 422
    assert 'role="alert"' in answer.text
    assert f'value="{EMAIL}"' in answer.text
    assert PASSWORD not in answer.text
    assert "set-cookie" not in answer.headers


async def test_too_many_guesses_are_told_to_wait(rig: StaffRig) -> None:
    for _ in range(10):
        await rig.sign_in("wrong password")

    answer = await rig.sign_in()

    assert (answer.status, answer.headers["retry-after"]) == (429, "900")


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}],
)
async def test_forms_of_other_sites_are_refused(rig: StaffRig, headers: dict[str, str]) -> None:
    answer = await rig.post("/staff/sign-in", headers, email=EMAIL, password=PASSWORD)

    assert answer.status == 403
    assert "set-cookie" not in answer.headers


async def test_signing_out_wants_the_form_of_this_session(rig: StaffRig) -> None:
    await rig.sign_in()
    form = re.search(r'name="csrf" value="(\w+)"', (await rig.get("/staff/orders")).text)
    assert form is not None

    assert (await rig.post("/staff/sign-out", csrf="guess")).status == 403
    assert (await rig.get("/staff/orders")).status == 200
    out = await rig.post("/staff/sign-out", csrf=form.group(1))

    assert "Max-Age=0" in out.headers["set-cookie"]
    assert (await rig.get("/staff/orders")).status == 303


async def test_the_order_page_shows_everything_about_the_order(rig: StaffRig) -> None:
    await rig.sign_in()

    text = (await rig.get("/staff/orders/VM-7K3QX9")).text

    for part in ("partially refunded", "€29.99", "jo@example.com", "10115 Berlin", "pi_1", "chipped"):
        assert part in text
    for part in ("provider clearing", "tax payable", "MUG-BLUE", "payment: succeed", "of which VAT 19.5%"):
        assert part in text
    assert '<td class="number">37</td>' in text


async def test_nothing_from_a_shopper_is_html_on_a_staff_page(rig: StaffRig) -> None:
    await rig.sign_in()

    text = (await rig.get("/staff/orders/VM-7K3QX9")).text

    assert "<script" not in text
    assert "<neighbours>" not in text


async def test_the_list_leads_to_older_orders(rig: StaffRig) -> None:
    await rig.sign_in()

    first = await rig.get("/staff/orders")
    last = await rig.get("/staff/orders?cursor=x")

    assert "/staff/orders?cursor=older%20%26%20older" in first.text
    assert "cursor=" not in last.text


async def test_a_mail_is_shown_as_mail_text_and_source(rig: StaffRig) -> None:
    await rig.sign_in()

    assert "Your order VM-7K3QX9 is confirmed" in (await rig.get("/staff/mail")).text
    assert '<iframe class="mail"' in (await rig.get("/staff/mail/event-1")).text
    assert "2 × Mug &lt;blue&gt;" in (await rig.get("/staff/mail/event-1?view=text")).text
    assert "Message-ID: " in (await rig.get("/staff/mail/event-1?view=source")).text


async def test_a_mail_in_its_frame_can_do_nothing(rig: StaffRig) -> None:
    await rig.sign_in()

    answer = await rig.get("/staff/mail/event-1/body")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy


@pytest.mark.parametrize("path", ["/staff/orders/VM-NONE00", "/staff/mail/unknown", "/staff/nothing"])
async def test_what_is_not_there_is_404(rig: StaffRig, path: str) -> None:
    await rig.sign_in()

    assert (await rig.get(path)).status == 404


async def test_a_damaged_cursor_is_400(rig: StaffRig) -> None:
    await rig.sign_in()

    assert (await rig.get("/staff/mail?cursor=x")).status == 400


async def test_a_huge_form_is_refused(rig: StaffRig) -> None:
    assert (await rig.post("/staff/sign-in", email="x" * 20_000)).status == 400


async def test_control_characters_are_refused_at_the_door(rig: StaffRig) -> None:
    typed = await rig.post("/staff/sign-in", email="jo\x00@example.com", password=PASSWORD)
    await rig.sign_in()

    assert typed.status == 400
    for path in ("/staff/orders/\x00", "/staff/mail?cursor=%00", "/staff/orders/\x1b"):
        assert (await rig.get(path)).status == 400


async def test_pages_are_not_kept_framed_or_scripted(rig: StaffRig) -> None:
    await rig.sign_in()

    for path in PAGES[:4]:
        headers = (await rig.get(path)).headers
        assert headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
