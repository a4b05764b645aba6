"""Staff find customers, see their orders and help them in; nobody learns more than that."""

from __future__ import annotations

from tests.helpers.api import ApiShop
from tests.helpers.house_recipes import CUSTOMERS
from tests.helpers.identity import PASSWORD

EMAIL = "jo@example.com"


async def test_a_customer_is_found_with_guest_orders_too(api: ApiShop) -> None:
    await api.sign_in()
    order, _ = await api.placed()
    jo = (await api.identity.joined(EMAIL)).customer.id

    (row,) = (await api.get(CUSTOMERS, params={"q": "jo@"})).json()["items"]
    by_number = (await api.get(CUSTOMERS, params={"q": order["number"]})).json()["items"]
    file = (await api.get(f"{CUSTOMERS}/{jo}")).json()
    orders = (await api.get(f"{CUSTOMERS}/{jo}/orders")).json()["items"]

    assert (row["id"], by_number) == (jo, [row])
    assert file == {"customer": row, "has_second_factor": False, "is_locked": False}
    assert [each["number"] for each in orders] == [order["number"]]
    assert (await api.get(f"{CUSTOMERS}/nobody")).status_code == 404


async def test_staff_end_a_customers_sessions_and_let_them_try_again(api: ApiShop) -> None:
    await api.sign_in()
    joined = await api.identity.joined(EMAIL)
    path = f"{CUSTOMERS}/{joined.customer.id}"
    bearer = {"authorization": f"Bearer {joined.access_token}"}
    assert (await api.get("/api/v1/account/session", headers=bearer)).status_code == 200

    await api.send("POST", f"{path}/sign-out")
    for _ in range(11):
        wrong = {"email": EMAIL, "password": "a wrong password"}
        await api.client.post("/api/v1/account/sign-in", json=wrong)
    locked = (await api.get(path)).json()["is_locked"]
    unlocked = (await api.send("POST", f"{path}/unlock")).json()["is_locked"]
    right = await api.client.post("/api/v1/account/sign-in", json={"email": EMAIL, "password": PASSWORD})

    assert (await api.get("/api/v1/account/session", headers=bearer)).status_code == 401
    assert (locked, unlocked, right.status_code) == (True, False, 200)
    log = (await api.get("/api/v1/staff/audit-log", params={"resource": joined.customer.id})).json()
    assert [each["operation"] for each in log["items"]] == ["unlockStaffCustomer", "signOutStaffCustomer"]
    assert EMAIL not in str(log)


async def test_staff_send_a_customer_their_data_and_begin_and_call_off_the_end(api: ApiShop) -> None:
    await api.sign_in()
    path = f"{CUSTOMERS}/{(await api.identity.joined(EMAIL)).customer.id}"

    exported = await api.send("POST", f"{path}/export")
    asked = (await api.send("POST", f"{path}/erasure")).json()["items"]
    kept = await api.send("DELETE", f"{path}/erasure")
    again = await api.send("DELETE", f"{path}/erasure")
    listed = (await api.get(f"{path}/data-requests")).json()["items"]

    assert exported.status_code == 202
    assert {(each["kind"], each["state"]) for each in asked} == {
        ("erasure", "waiting"),
        ("export", "waiting"),
    }
    assert {(each["kind"], each["state"]) for each in listed} == {
        ("erasure", "canceled"),
        ("export", "waiting"),
    }
    assert kept.status_code == 202
    assert (again.status_code, again.json()["code"]) == (404, "nothing_to_cancel")


async def test_staff_note_what_colleagues_should_know_of_a_customer(api: ApiShop) -> None:
    await api.sign_in()
    jo = (await api.identity.joined(EMAIL)).customer.id
    path = f"{CUSTOMERS}/{jo}/notes"

    first = await api.send("POST", path, {"text": "  Rings twice. "})
    api.shop.later(minutes=1)
    second = (await api.send("POST", path, {"text": "Moved to Porto."})).json()
    empty = await api.send("POST", path, {"text": " \n"})
    long = await api.send("POST", path, {"text": "x" * 2_001})
    listed = (await api.get(path)).json()

    assert (first.status_code, listed) == (201, second)
    assert (listed["customer_id"], [each["text"] for each in listed["items"]]) == (
        jo,
        ["Moved to Porto.", "Rings twice."],
    )
    assert listed["items"][0]["author"] != ""
    assert listed["items"][0]["at"] > listed["items"][1]["at"]
    assert (empty.status_code, empty.json()["code"]) == (400, "empty_note")
    assert long.status_code == 422
    assert (await api.send("POST", f"{CUSTOMERS}/nobody/notes", {"text": "x"})).status_code == 404
    log = (await api.get("/api/v1/staff/audit-log", params={"resource": jo})).json()
    assert {each["operation"] for each in log["items"]} == {"addStaffCustomerNote"}
    assert "Porto" not in str(log)
