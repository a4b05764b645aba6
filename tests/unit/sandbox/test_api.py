"""Keys, idempotency, lists, errors and limits of the API."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers.payment import BASE, SECRET_KEY, SandboxRig

from vivamarket.adapters.stripe import AppTransport
from vivamarket.sandbox import ApiRequest
from vivamarket.sandbox.cards import TEST_CARDS, luhn_valid
from vivamarket.sandbox.params import BODY_BYTES_MAX, parse_form
from vivamarket.sandbox.wire import API_VERSION

SESSION = {
    "mode": "payment",
    "line_items[0][price_data][currency]": "eur",
    "line_items[0][price_data][unit_amount]": 1_250,
    "line_items[0][price_data][product_data][name]": "Mug",
    "line_items[0][quantity]": 1,
    "success_url": "https://shop.example/done",
}
SESSIONS = "/v1/checkout/sessions"


@pytest.fixture
def rig() -> SandboxRig:
    return SandboxRig()


def test_the_records_have_the_shape_of_the_library_that_is_installed() -> None:
    assert stripe.api_version == API_VERSION


def test_a_wrong_key_is_refused(rig: SandboxRig) -> None:
    assert rig.call("GET", SESSIONS, secret="sk_test_other").status == 401


def test_the_same_key_and_parameters_give_the_same_bytes_and_one_effect(rig: SandboxRig) -> None:
    first = rig.call("POST", SESSIONS, SESSION, key="pay:1:1")
    second = rig.call("POST", SESSIONS, SESSION, key="pay:1:1")

    assert second.body == first.body
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["original-request"] == first.headers["request-id"]
    assert len(rig.json("GET", SESSIONS)["data"]) == 1


def test_the_same_key_with_other_parameters_is_refused(rig: SandboxRig) -> None:
    rig.call("POST", SESSIONS, SESSION, key="pay:1:1")

    refusal = rig.call("POST", SESSIONS, {**SESSION, "line_items[0][quantity]": 2}, key="pay:1:1")

    assert refusal.status == 400
    assert b'"type":"idempotency_error"' in refusal.body


def test_an_error_of_execution_is_kept_under_its_key(rig: SandboxRig) -> None:
    intent = {"amount": 900, "currency": "eur", "confirm": "true", "payment_method": "pm_card_chargeDeclined"}

    first = rig.call("POST", "/v1/payment_intents", intent, key="declined-once")
    second = rig.call("POST", "/v1/payment_intents", intent, key="declined-once")

    assert (first.status, second.status) == (402, 402)
    assert first.body == second.body
    assert len(rig.json("GET", "/v1/charges")["data"]) == 1


def test_a_refusal_of_form_is_not_kept_under_its_key(rig: SandboxRig) -> None:
    assert rig.call("POST", SESSIONS, {"mode": "payment"}, key="pay:1:1").status == 400

    assert rig.call("POST", SESSIONS, SESSION, key="pay:1:1").status == 200


def test_a_key_is_forgotten_after_a_day(rig: SandboxRig) -> None:
    first = rig.json("POST", SESSIONS, SESSION, key="pay:1:1")
    rig.clock.turn(24 * 3_600)

    second = rig.json("POST", SESSIONS, SESSION, key="pay:1:1")

    assert second["id"] != first["id"]


def test_a_second_call_is_refused_while_the_first_with_its_key_is_in_flight(rig: SandboxRig) -> None:
    request = ApiRequest("POST", SESSIONS, headers={"idempotency-key": "pay:1:1"})
    assert rig.handler.claim(request) is None

    refusal = rig.handler.claim(request)

    assert refusal is not None
    assert refusal.status == 409
    rig.handler.release(request)
    assert rig.handler.claim(request) is None


def test_lists_are_newest_first_and_follow_their_cursor(rig: SandboxRig) -> None:
    made = [rig.json("POST", SESSIONS, SESSION)["id"] for _ in range(5)]

    first = rig.json("GET", SESSIONS, {"limit": 2})
    second = rig.json("GET", SESSIONS, {"limit": 2, "starting_after": first["data"][-1]["id"]})
    back = rig.json("GET", SESSIONS, {"limit": 2, "ending_before": second["data"][0]["id"]})

    assert [row["id"] for row in first["data"] + second["data"]] == made[:0:-1]
    assert (first["has_more"], second["has_more"]) == (True, True)
    assert [row["id"] for row in back["data"]] == [made[4], made[3]]


def test_a_list_can_start_at_a_time(rig: SandboxRig) -> None:
    rig.json("POST", SESSIONS, SESSION)
    rig.clock.turn(100)
    late = rig.json("POST", SESSIONS, SESSION)

    rows = rig.json("GET", SESSIONS, {"created[gte]": late["created"]})["data"]

    assert [row["id"] for row in rows] == [late["id"]]


def test_a_list_can_end_at_a_time(rig: SandboxRig) -> None:
    early = rig.json("POST", SESSIONS, SESSION)
    rig.clock.turn(100)
    rig.json("POST", SESSIONS, SESSION)

    rows = rig.json("GET", SESSIONS, {"created[lte]": early["created"]})["data"]

    assert [row["id"] for row in rows] == [early["id"]]


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"mode": "subscription"}, "mode"),
        ({"success_url": ""}, "success_url"),
        ({"success_url": "javascript:alert(1)"}, "success_url"),
        ({"colour": "red"}, "colour"),
        ({"line_items[0][quantity]": 0}, "line_items[0][quantity]"),
        ({"line_items[0][price_data][unit_amount]": "12.5"}, "line_items[0][price_data][unit_amount]"),
        ({"line_items[0][price_data][currency]": "euro"}, "line_items[0][price_data][currency]"),
        ({"line_items[0][price_data][unit_amount]": 0}, "line_items"),
    ],
)
def test_bad_parameters_are_refused_by_name_and_leave_nothing(
    rig: SandboxRig, change: dict[str, object], param: str
) -> None:
    refusal = rig.json("POST", SESSIONS, {**SESSION, **change})

    assert refusal["error"]["param"] == param
    assert rig.json("GET", SESSIONS)["data"] == []


def test_a_bad_expansion_leaves_nothing(rig: SandboxRig) -> None:
    assert rig.call("POST", SESSIONS, {**SESSION, "expand[]": "secrets"}).status == 400

    assert rig.json("GET", SESSIONS)["data"] == []


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/refunds/re_1/cancel", "/v1/checkout", "/v1/"])
def test_an_unknown_route_is_404(rig: SandboxRig, path: str) -> None:
    assert rig.call("GET", path).status == 404


def test_an_unknown_id_is_a_missing_resource(rig: SandboxRig) -> None:
    assert rig.json("GET", f"{SESSIONS}/cs_test_none")["error"]["code"] == "resource_missing"


def test_what_was_acknowledged_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.sqlite3"
    before = SandboxRig(path)
    session = before.json("POST", SESSIONS, SESSION, key="pay:1:1")

    after = SandboxRig(path)

    assert after.json("GET", f"{SESSIONS}/{session['id']}") == session
    assert after.json("POST", SESSIONS, SESSION, key="pay:1:1") == session


def test_a_full_disk_keeps_nothing_and_the_same_call_works_later(tmp_path: Path) -> None:
    rig = SandboxRig(tmp_path / "sandbox.sqlite3")
    (pages,) = rig.store._connection.execute("PRAGMA page_count").fetchone()
    rig.store._connection.execute(f"PRAGMA max_page_count = {pages}")
    fill = (rig.call("POST", SESSIONS, SESSION, key=f"pay:{number}:1") for number in range(100))
    with pytest.raises(sqlite3.OperationalError, match="full"):
        list(fill)

    rig.store._connection.execute("PRAGMA max_page_count = 100000")

    made = len(rig.json("GET", SESSIONS, {"limit": 100})["data"])
    assert rig.call("POST", SESSIONS, SESSION, key=f"pay:{made}:1").status == 200
    assert len(rig.json("GET", SESSIONS, {"limit": 100})["data"]) == made + 1


async def test_a_store_that_fails_is_a_failure_of_the_provider(tmp_path: Path) -> None:
    rig = SandboxRig(tmp_path / "sandbox.sqlite3")
    rig.store._connection.execute("DROP TABLE record")
    transport = AppTransport(rig.app)

    _, status, _ = await transport.request(
        "GET", f"{BASE}{SESSIONS}", {"authorization": f"Bearer {SECRET_KEY}"}, b""
    )

    assert status == 500


async def test_a_body_over_the_limit_is_refused_however_it_is_cut(rig: SandboxRig) -> None:
    chunks = [b"a=1&", b"b" * BODY_BYTES_MAX, b""]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"authorization", f"Bearer {SECRET_KEY}".encode())]
    scope = {"type": "http", "method": "POST", "path": f"/sandbox{SESSIONS}", "query_string": b""}
    await rig.app({**scope, "headers": headers}, receive, send)

    assert sent[0]["status"] == 413


def test_every_test_card_passes_the_luhn_check_and_is_listed_once() -> None:
    numbers = [card.number for card in TEST_CARDS]

    assert all(luhn_valid(number) for number in numbers)
    assert len(set(numbers)) == len({card.method for card in TEST_CARDS}) == len(numbers)


@given(st.text(max_size=200))
def test_any_body_is_an_answer_and_never_a_crash(body: str) -> None:
    rig = SandboxRig()
    request = ApiRequest(
        "POST",
        SESSIONS,
        headers={"authorization": "Bearer sk_test_sandbox"},
        body=body.encode("utf-8", "replace"),
    )

    assert 400 <= rig.handler.handle(request).status < 500


def test_nested_names_become_nested_values() -> None:
    assert parse_form("a[b][0][c]=1&a[b][1][c]=2&e[]=x&e[]=y") == {
        "a": {"b": {"0": {"c": "1"}, "1": {"c": "2"}}},
        "e": {"0": "x", "1": "y"},
    }
