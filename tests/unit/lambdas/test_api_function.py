"""The shop's API behind API Gateway, one event after another as Lambda sends them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.helpers.catalog import product
from tests.helpers.pages import write_export

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.adapters.postgres.pool import create_pool
from vivamarket.api import ApiConfig
from vivamarket.lambdas import TRUSTED_SECONDS, ApiFunction

NEW_CART = {"currency": "EUR", "locale": "en"}
BURST = ApiConfig().mutations_burst_max
KEY = {"idempotency-key": "made-once-by-the-test-of-the-function"}


class Pauses(SystemClock):
    """The real clock, and pauses that take no time."""

    def __init__(self) -> None:
        self._paused_seconds = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self._paused_seconds

    def pause(self, seconds: float) -> None:
        self._paused_seconds += seconds


@pytest.fixture
def clock() -> Pauses:
    return Pauses()


@pytest.fixture
def function(fresh_database: str, tmp_path: Path, clock: Pauses) -> Iterator[ApiFunction]:
    export = write_export(tmp_path / "export", locales=("en", "es", "de"))
    environ = {
        "VIVA_DATA_DIR": str(tmp_path),
        "VIVA_DATABASE_URL": fresh_database,
        "VIVA_STOREFRONT_DIR": str(export),
        "VIVA_TRUSTED_PROXIES": "10.0.0.0/8",
    }
    function = ApiFunction(environ, clock)
    yield function
    function.close()


def event(
    method: str, path: str, body: object = None, *, headers: Mapping[str, str] | None = None, **query: str
) -> dict[str, Any]:
    """Return an event of API Gateway's REST APIs (Lambda proxy integration, payload version 1.0)."""
    given = {"host": "shop.example", "accept": "application/json", **(headers or {})}
    if body is not None:
        given["content-type"] = "application/json"
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": given,
        "multiValueHeaders": {name: [value] for name, value in given.items()},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": "/{proxy+}",
            "httpMethod": method,
            "identity": {"sourceIp": "10.0.0.7", "userAgent": "test"},
            "stage": "live",
            "path": path,
        },
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


def put_elsewhere(database_url: str, change: Callable[[Any], Any]) -> None:
    """Change the catalogue in another process."""

    async def put() -> None:
        pool = await create_pool(database_url, size_max=1, application_name="tests")
        try:
            store = PostgresCatalogStore(pool, SystemClock(), locales=("en", "es", "de"))
            await change(store)
        finally:
            await pool.close()

    asyncio.run(put())


def test_a_read_is_answered(function: ApiFunction) -> None:
    answer = function(event("GET", "/api/v1/shop"), None)

    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["currencies"]
    assert not answer["isBase64Encoded"]


def test_what_one_call_makes_the_next_one_reads(function: ApiFunction) -> None:
    made = function(event("POST", "/api/v1/carts", NEW_CART, headers=KEY), None)
    assert made["statusCode"] == 201, made["body"]
    cart = json.loads(made["body"])
    read = function(event("GET", f"/api/v1/carts/{cart['id']}"), None)

    assert read["statusCode"] == 200
    assert json.loads(read["body"]) == cart


def test_a_bad_request_is_a_problem_as_anywhere(function: ApiFunction) -> None:
    answer = function(event("POST", "/api/v1/carts", NEW_CART), None)

    assert answer["statusCode"] == 400
    assert json.loads(answer["body"])["code"] == "bad_idempotency_key"


def test_a_page_that_is_missing_in_the_bucket_is_rendered(function: ApiFunction) -> None:
    answer = function(event("GET", "/en/"), None)

    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"].startswith("text/html")


def read_what_is_then_removed_elsewhere(function: ApiFunction, database: str) -> dict[str, Any]:
    mug = product()
    put_elsewhere(database, lambda store: store.put(mug, 0))
    read = event("GET", f"/api/v1/products/{mug.texts['en'].slug}", locale="en", currency="EUR")
    assert function(read, None)["statusCode"] == 200
    put_elsewhere(database, lambda store: store.remove(mug.id, 1))
    return read


def test_after_a_pause_what_others_changed_is_seen(
    function: ApiFunction, clock: Pauses, fresh_database: str
) -> None:
    read = read_what_is_then_removed_elsewhere(function, fresh_database)

    clock.pause(TRUSTED_SECONDS * 2)

    assert function(read, None)["statusCode"] in {404, 410}


def test_calls_that_follow_one_another_closely_do_not_grow_old(
    function: ApiFunction, clock: Pauses, fresh_database: str
) -> None:
    read = read_what_is_then_removed_elsewhere(function, fresh_database)

    answers = []
    for _ in range(3):
        clock.pause(TRUSTED_SECONDS * 0.6)
        answers.append(function(read, None)["statusCode"])

    assert answers[-1] in {404, 410}


def test_a_shop_that_cannot_be_opened_is_opened_by_a_later_call(tmp_path: Path, clock: Pauses) -> None:
    nobody = {"VIVA_DATA_DIR": str(tmp_path), "VIVA_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    function = ApiFunction(nobody, clock)
    for _ in range(2):
        with pytest.raises(OSError):
            function(event("GET", "/api/v1/shop"), None)
    function.close()


def test_a_client_is_who_the_proxy_says(function: ApiFunction) -> None:
    def change(client: str) -> int:
        headers = {"x-forwarded-for": client}
        answer = function(event("DELETE", "/api/v1/carts/none", headers=headers), None)
        return int(answer["statusCode"])

    crowd = {change("203.0.113.9") for _ in range(BURST + 50)}

    assert 429 in crowd
    assert change("203.0.113.10") != 429
