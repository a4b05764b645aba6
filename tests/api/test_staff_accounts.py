"""The owner decides who runs the shop; everybody decides about their own password and second factor."""

from __future__ import annotations

import asyncpg
import pyotp
from tests.helpers.api import STAFF_EMAIL, STAFF_PASSWORD, ApiShop
from tests.helpers.house_recipes import ACCOUNTS, KIM, invited
from tests.helpers.still_shop import still_shop

from vivamarket.accounts.roster import INVITATION_LIFE, STAFF_INVITED
from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import EventId
from vivamarket.notifications.notices import Notices
from vivamarket.notifications.staff_mails import STAFF_MAIL_PREFIX, StaffMails

STAFF = "/api/v1/staff"
NEW_PASSWORD = "quite another password"


async def mailed_code(api: ApiShop, pool: asyncpg.Pool) -> str:
    """Return the code of the newest invitation's mail, sent as the worker does."""
    row = await pool.fetchrow("SELECT * FROM outbox WHERE kind = $1 ORDER BY id DESC LIMIT 1", STAFF_INVITED)
    assert row is not None
    staff = api.services.staff
    mailer = FolderMailer(api.folder / "mail", still_shop())
    notices = Notices(mailer, shop=still_shop(), public_url="https://shop.test")
    page = await staff.mailbox.newest(None, 100)
    number = len(page.items)
    mails = StaffMails(staff.roster, notices, locale="en")
    envelope = Envelope(
        event_id=EventId(f"event-{number}"),
        kind=STAFF_INVITED,
        key=row["key"],
        payload={"invitation_id": await pool.fetchval("SELECT id::text FROM staff_invitation")},
        occurred_at=api.shop.clock.now(),
    )
    await mails.handle(envelope)
    text = (await staff.mailbox.get(f"{STAFF_MAIL_PREFIX}event-{number}")).text
    return text.partition("https://shop.test/admin/welcome#")[2].split()[0]


async def signed_in_as(api: ApiShop, email: str, password: str, code: str = "") -> int:
    """Sign in as a browser does; return the status."""
    api.client.cookies.clear()
    answer = await api.client.post(
        f"{STAFF}/sign-in", json={"email": email, "password": password, "code": code}
    )
    if answer.status_code == 200:
        api.client.headers["x-csrf-token"] = answer.json()["csrf_token"]
    return answer.status_code


async def test_who_is_invited_chooses_a_password_by_the_link_and_works(
    api: ApiShop, pool: asyncpg.Pool
) -> None:
    await api.sign_in()
    await invited(api, KIM["email"])
    code = await mailed_code(api, pool)
    accept = {"code": code, "password": NEW_PASSWORD}

    assert (await api.client.post(f"{STAFF}/invitation", json={**accept, "code": "x"})).status_code == 422
    assert (await api.client.post(f"{STAFF}/invitation", json={**accept, "password": "short"})).json()[
        "code"
    ] == "bad_staff"
    assert (await api.client.post(f"{STAFF}/invitation", json=accept)).status_code == 200
    assert (await api.client.post(f"{STAFF}/invitation", json=accept)).json()["code"] == "invitation_ended"

    assert await signed_in_as(api, KIM["email"], NEW_PASSWORD) == 200
    assert (await api.get(f"{STAFF}/categories")).status_code == 200
    assert (await api.get(ACCOUNTS)).status_code == 403


async def test_a_link_ends_after_half_an_hour(api: ApiShop, pool: asyncpg.Pool) -> None:
    await api.sign_in()
    await invited(api, KIM["email"])
    code = await mailed_code(api, pool)
    api.shop.clock.time += INVITATION_LIFE

    answer = await api.client.post(f"{STAFF}/invitation", json={"code": code, "password": NEW_PASSWORD})

    assert answer.json()["code"] == "invitation_ended"


async def test_a_disabled_account_is_out_at_once_and_stays_out(api: ApiShop, pool: asyncpg.Pool) -> None:
    await api.sign_in()
    owner = dict(api.client.cookies), api.client.headers["x-csrf-token"]
    kim = await invited(api, KIM["email"])
    code = await mailed_code(api, pool)
    await api.client.post(f"{STAFF}/invitation", json={"code": code, "password": NEW_PASSWORD})
    assert await signed_in_as(api, KIM["email"], NEW_PASSWORD) == 200
    kims = dict(api.client.cookies)

    api.client.cookies.update(owner[0])
    headers = {"x-csrf-token": owner[1]}
    answer = await api.send("PATCH", f"{ACCOUNTS}/{kim}", {"is_disabled": True}, headers=headers)

    assert answer.json()["is_disabled"] is True
    api.client.cookies.update(kims)
    assert (await api.get(f"{STAFF}/session")).status_code == 401
    assert await signed_in_as(api, KIM["email"], NEW_PASSWORD) == 422


async def test_the_last_owner_stays_and_the_log_tells_of_changes(api: ApiShop) -> None:
    await api.sign_in()
    me = (await api.get(f"{STAFF}/session")).json()["id"]
    kim = await invited(api, KIM["email"])

    refused = await api.send("PATCH", f"{ACCOUNTS}/{me}", {"role": "editor"})
    await api.send("PATCH", f"{ACCOUNTS}/{kim}", {"role": "support", "must_have_factor": True})

    assert (refused.status_code, refused.json()["code"]) == (422, "last_owner")
    log = (await api.get(f"{STAFF}/audit-log", params={"resource": kim})).json()["items"]
    assert log[0]["changes"] == [
        {"field": "role", "before": "editor", "after": "support"},
        {"field": "must_have_factor", "before": "False", "after": "True"},
    ]


async def test_who_must_have_a_second_factor_sets_it_up_before_anything_else(
    api: ApiShop, pool: asyncpg.Pool
) -> None:
    await api.sign_in()
    await pool.execute("UPDATE staff SET must_have_factor = true")

    session = (await api.get(f"{STAFF}/session")).json()
    refused = await api.get(f"{STAFF}/orders")
    secret = (await api.send("POST", f"{STAFF}/profile/totp-secret")).json()
    code = pyotp.TOTP(secret["secret"]).at(api.shop.clock.now())
    wish = {"current_password": STAFF_PASSWORD, "secret": secret["secret"], "code": code}
    wrong = await api.client.put(f"{STAFF}/profile/totp", json={**wish, "current_password": "wrong"})
    right = await api.client.put(f"{STAFF}/profile/totp", json=wish)

    assert session["second_factor"] == "missing"
    assert (refused.status_code, refused.json()["second_factor"]) == (403, "missing")
    assert secret["uri"].startswith("otpauth://totp/VivaMarket%3Astaff%40shop.test?secret=")
    assert secret["qr_svg"].startswith("<svg")
    assert wrong.json()["code"] == "sign_in_refused"
    assert right.json()["second_factor"] == "on"
    api.client.headers["x-csrf-token"] = right.json()["csrf_token"]
    assert (await api.get(f"{STAFF}/orders")).status_code == 200
    removal = await api.client.post(
        f"{STAFF}/profile/totp-removal", json={"current_password": STAFF_PASSWORD}
    )
    assert removal.json()["code"] == "second_factor_kept"


async def test_ones_own_password_is_changed_with_the_current_one(api: ApiShop) -> None:
    await api.sign_in()
    path = f"{STAFF}/profile/password"

    wrong = await api.client.put(path, json={"current_password": "wrong", "password": NEW_PASSWORD})
    right = await api.client.put(path, json={"current_password": STAFF_PASSWORD, "password": NEW_PASSWORD})

    assert wrong.json()["code"] == "sign_in_refused"
    assert right.status_code == 200
    assert (await api.get(f"{STAFF}/session")).status_code == 200
    assert await signed_in_as(api, STAFF_EMAIL, STAFF_PASSWORD) == 422
    assert await signed_in_as(api, STAFF_EMAIL, NEW_PASSWORD) == 200


async def test_only_an_owner_reads_a_mail_that_lets_its_reader_in(api: ApiShop, pool: asyncpg.Pool) -> None:
    await api.sign_in()
    await invited(api, KIM["email"])
    await mailed_code(api, pool)
    path = f"{STAFF}/mails/{STAFF_MAIL_PREFIX}event-0"
    assert (await api.get(path)).status_code == 200

    await pool.execute("UPDATE staff SET role = 'staff'")

    assert (await api.get(path)).status_code == 403
    assert (await api.get(f"{path}/page")).status_code == 403
