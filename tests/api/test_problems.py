"""What is refused before any use case runs: form, size, type, rate; and what happens when ours break."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.quiet_api import Broken, quiet_client

from vivamarket.api import ApiConfig, Drain
from vivamarket.api.errors import STATUS_BY_KIND, json_pointer, problem_bytes, status_of
from vivamarket.api.health import run_checks
from vivamarket.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused, Unavailable

KEY = {"idempotency-key": "a-key-of-ours-that-nobody-guesses"}
CARTS = "/api/v1/carts"


@pytest.fixture
def client() -> httpx.AsyncClient:
    return quiet_client()


async def post(client: httpx.AsyncClient, body: bytes, **headers: str) -> httpx.Response:
    named = {"content-type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return await client.post(CARTS, content=body, headers={**KEY, **named})


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["code"] == code
    assert problem["status"] == status
    assert problem["type"] == "https://vivamarket.dev/errors/" + code.replace("_", "-")
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["detail"]
    assert "Traceback" not in answer.text
    return problem


async def test_an_unknown_address_is_a_problem(client: httpx.AsyncClient) -> None:
    for path in ("/api/v1/nowhere", "/api/v2/shop", "/health/never"):
        assert_problem(await client.get(path), 404, "route_not_found")


async def test_an_unknown_method_names_the_known_ones(client: httpx.AsyncClient) -> None:
    answer = await client.delete(CARTS)

    assert_problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"currency": "\xed\xa0\x80"}',
        b"{" * 5_000,
        b"NaN",
        b'{"currency":"EUR","locale":"en"}{}',
        b"\x00",
    ],
)
async def test_a_body_that_is_no_json_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    assert_problem(await post(client, body), 400, "malformed_json")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"[]", ""),
        (b"null", ""),
        (b'{"currency":"EUR"}', ""),
        (b'{"currency":"EUR","locale":"en","admin":true}', ""),
        (b'{"currency":"eur","locale":"en"}', "/currency"),
        (b'{"currency":"EUR","locale":"en","lines":[{"sku":"A","quantity":"1"}]}', "/lines/0/quantity"),
        (b'{"currency":"EUR","locale":"en","lines":[{"sku":"A","quantity":1.5}]}', "/lines/0/quantity"),
        (b'{"currency":"EUR","locale":"en","lines":[{"sku":"A","quantity":0}]}', "/lines/0/quantity"),
        (b'{"currency":"EUR","locale":"en","lines":[{"sku":"A","quantity":1e999}]}', "/lines/0/quantity"),
        (b'{"currency":"EUR","locale":"en","lines":[{"sku":"A\\u0000","quantity":1}]}', "/lines/0/sku"),
        (b'{"currency":"EUR","locale":"en","lines":[{"sku":"","quantity":1}]}', "/lines/0/sku"),
        (b'{"currency":"EUR","locale":"en","lines":' + b"[" * 20_000, "/lines/0"),
        (
            b'{"currency":"EUR","locale":"en","lines":[{"sku":"A","quantity":' + b"9" * 4_000 + b"}]}",
            "/lines/0/quantity",
        ),
    ],
)  # fmt: skip
async def test_a_body_of_the_wrong_shape_names_the_place(
    client: httpx.AsyncClient, body: bytes, pointer: str
) -> None:
    problem = assert_problem(await post(client, body), 422, "validation_failed")

    assert problem["errors"][0]["pointer"] == pointer


async def test_only_json_is_read(client: httpx.AsyncClient) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        answer = await post(client, b"{}", content_type=content_type)
        assert_problem(answer, 415, "unsupported_media_type")


async def test_a_body_over_the_limit_is_refused_with_or_without_its_length(
    client: httpx.AsyncClient,
) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b" " * 1024

    headers = {**KEY, "content-type": "application/json"}

    assert_problem(await post(client, b" " * 70_000), 413, "payload_too_large")
    assert_problem(await client.post(CARTS, content=parts(), headers=headers), 413, "payload_too_large")


@pytest.mark.parametrize("key", [None, "short", "x" * 129, "with space in it", "ünïcödé-key"])
async def test_a_change_needs_a_well_formed_key(client: httpx.AsyncClient, key: str | None) -> None:
    headers = {} if key is None else {b"idempotency-key": key.encode("latin-1")}
    answer = await client.post(CARTS, json={"currency": "EUR", "locale": "en"}, headers=headers)

    assert_problem(answer, 400, "bad_idempotency_key")


@pytest.mark.parametrize("path", ["/api/v1/products/a%00b", "/api/v1/products/%ff", "/api/v1/search?q=%00"])
async def test_an_address_with_impossible_characters_is_refused(client: httpx.AsyncClient, path: str) -> None:
    assert_problem(await client.get(path), 400, "bad_parameter")


async def test_an_endless_address_is_refused(client: httpx.AsyncClient) -> None:
    assert_problem(await client.get("/api/v1/" + "a" * 3_000), 414, "uri_too_long")
    assert_problem(await client.get("/api/v1/search?q=" + "a" * 9_000), 414, "uri_too_long")


async def test_a_missing_parameter_is_named(client: httpx.AsyncClient) -> None:
    problem = assert_problem(await client.get("/api/v1/live"), 400, "bad_parameter")

    assert problem["errors"] == [{"parameter": "skus", "detail": "missing"}]


async def test_a_mistake_of_ours_tells_nothing_but_the_request_id() -> None:
    client = quiet_client(catalog=Broken(ZeroDivisionError("secret detail")))

    answer = await client.get("/api/v1/products")

    assert_problem(answer, 500, "internal_error")
    assert "secret detail" not in answer.text
    assert "ZeroDivisionError" not in answer.text


async def test_a_database_that_is_away_is_a_503_with_a_time_to_come_back() -> None:
    client = quiet_client(catalog=Broken(ConnectionRefusedError("5432")))

    answer = await client.get("/api/v1/products")

    assert_problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "2"


async def test_an_answer_that_takes_too_long_is_given_up() -> None:
    class Slow:
        async def list_shown(self, **_named: object) -> None:
            await asyncio.Event().wait()

    client = quiet_client(ApiConfig(request_timeout_seconds=0.01), catalog=Slow())

    answer = await client.get("/api/v1/products")

    assert_problem(answer, 503, "deadline_exceeded")
    assert answer.headers["retry-after"] == "2"


async def test_too_many_changes_from_one_address_are_slowed_down_and_reading_is_not() -> None:
    clock = StillClock()
    client = quiet_client(ApiConfig(mutations_per_second_max=1.0, mutations_burst_max=3), clock=clock)

    statuses = [(await post(client, b"{")).status_code for _ in range(4)]
    refused = await post(client, b"{")
    reading = await client.get("/health/live")
    await clock.sleep(1.0)
    later = await post(client, b"{")

    assert statuses == [400, 400, 400, 429]
    assert_problem(refused, 429, "rate_limited")
    assert refused.headers["retry-after"] == "1"
    assert reading.status_code == 200
    assert later.status_code == 400


async def test_a_request_id_is_taken_from_the_caller_when_it_is_well_formed(
    client: httpx.AsyncClient,
) -> None:
    named = await client.get("/health/live", headers={"x-request-id": "trace-12345678"})
    hostile = await client.get("/health/live", headers={"x-request-id": "a b\tc <script>"})

    assert named.headers["x-request-id"] == "trace-12345678"
    assert "script" not in hostile.headers["x-request-id"]


async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/health/live", "/api/v1/nowhere", "/api/v1/shop"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert "access-control-allow-origin" not in headers
    assert (await client.get("/health/live")).headers["cache-control"] == "no-store"


async def test_head_answers_like_get_without_a_body(client: httpx.AsyncClient) -> None:
    answer = await client.head("/health/live")

    assert (answer.status_code, answer.content) == (200, b"")


async def test_readiness_tells_what_is_failing_but_not_why() -> None:
    async def works() -> None:
        return None

    async def fails() -> None:
        raise ConnectionRefusedError("postgresql://secret@db")

    ready = await quiet_client(checks={"database": works}).get("/health/ready")
    failing = await quiet_client(checks={"database": fails, "search": works}).get("/health/ready")

    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "checks": {"database": "ok"}})
    assert (failing.status_code, failing.headers["retry-after"]) == (503, "5")
    assert failing.json()["checks"] == {"database": "failing", "search": "ok"}
    assert "secret" not in failing.text


async def test_a_check_that_never_ends_is_failing_and_holds_up_nobody() -> None:
    async def waits_for_ever() -> None:
        await asyncio.Event().wait()

    async def works() -> None:
        return None

    answers = await run_checks({"database": waits_for_ever, "search": works}, timeout_seconds=0.01)

    assert answers == {"database": "failing", "search": "ok"}


async def test_a_process_on_its_way_out_is_alive_and_not_ready() -> None:
    drain = Drain()
    client = quiet_client(drain=drain)
    drain.begin()

    assert (await client.get("/health/live")).status_code == 200
    assert (await client.get("/health/ready")).json()["status"] == "draining"


async def test_the_docs_page_needs_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await client.get("/api/docs")
    script = await client.get("/api/docs/swagger-ui-bundle.js")
    document = await client.get("/api/v1/openapi.json")

    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "<script>" not in page.text
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert document.json()["openapi"].startswith("3.1")
    assert (await client.get("/api/docs/../app.py")).status_code == 404
    assert (await client.get("/api/docs/oauth2-redirect.html")).status_code == 404


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("x"), 404),
        (Invalid("x"), 400),
        (Refused("x"), 422),
        (Conflict("x"), 409),
        (Unavailable("x"), 503),
        (DomainError("x"), 500),
    ],
)
def test_each_kind_has_its_status(error: DomainError, status: int) -> None:
    assert status_of(error) == status


def test_no_row_of_the_table_is_hidden_by_one_before_it() -> None:
    for position, (kind, _) in enumerate(STATUS_BY_KIND):
        assert not any(issubclass(kind, before) for before, _ in STATUS_BY_KIND[:position])


def test_a_field_never_replaces_a_standard_one() -> None:
    assert b'"status":404' in problem_bytes(NotFound("x", status=200, code="other"), "r-1")


def test_pointers_escape_what_the_standard_asks_for() -> None:
    assert json_pointer(".lines[0].a/b~c") == "/lines/0/a~1b~0c"
