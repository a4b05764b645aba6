"""Webhooks as pure values: signatures, waits, verdicts, what an endpoint may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from tests.helpers.catalog import NOON

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.kernel.ids import uuid7
from vivamarket.webhooks.errors import BadEndpoint
from vivamarket.webhooks.model import (
    ATTEMPTS_MAX,
    OLD_SECRET_LIFE,
    WAITS_SECONDS,
    Answer,
    Delivery,
    DeliveryId,
    DeliveryStatus,
    Endpoint,
    EndpointId,
    EndpointStatus,
    clean_description,
    clean_event_types,
    clean_url,
    judge,
    new_secret,
    sign,
    wait_seconds,
)
from vivamarket.webhooks.service import payload

DELIVERY = Delivery(
    id=DeliveryId(uuid7(7, 7)),
    endpoint_id=EndpointId(uuid7(1, 1)),
    event_id="1",
    event_type="order.paid",
    body=b"{}",
    attempts=1,
    tries=1,
    due_at=NOON,
    created_at=NOON,
)
ENDPOINT = Endpoint(
    id=DELIVERY.endpoint_id,
    url="https://erp.example/hook",
    description="",
    event_types=("order.paid",),
    secret="whsec_first",
    request_key="request-1",
    created_at=NOON,
    updated_at=NOON,
)


@given(st.text(), st.text(max_size=200))
def test_the_official_library_verifies_what_we_sign(token: str, word: str) -> None:
    now = SystemClock().now()
    secret = new_secret(token)
    body = payload("order.paid", now, {"word": word})

    headers = sign([secret], DELIVERY.id, now, body)

    assert Webhook(secret).verify(body, headers)["data"]["word"] == word
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret(token + "x")).verify(body, headers)


def test_after_a_rotation_both_secrets_verify_for_a_day() -> None:
    now = SystemClock().now()
    old, new = new_secret("old"), new_secret("new")
    rotated = replace(ENDPOINT, secret=old).rotated(new, "rotation-1", now)

    headers = sign(rotated.secrets(now), DELIVERY.id, now, b"{}")

    for secret in (old, new):
        Webhook(secret).verify(b"{}", headers)
    assert rotated.secrets(now + OLD_SECRET_LIFE - timedelta(seconds=1)) == (new, old)
    assert rotated.secrets(now + OLD_SECRET_LIFE) == (new,)


def test_a_rotation_repeated_under_its_key_changes_nothing() -> None:
    rotated = ENDPOINT.rotated("whsec_second", "rotation-1", NOON)

    assert rotated.rotated("whsec_third", "rotation-1", NOON) == rotated
    assert rotated.rotated("whsec_third", "rotation-2", NOON).old_secret == "whsec_second"


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_any_2xx_is_success(status: int) -> None:
    verdict = judge(DELIVERY, Answer(status), NOON)

    assert (verdict.status, verdict.endpoint) == (DeliveryStatus.SUCCEEDED, EndpointStatus.ENABLED)


@pytest.mark.parametrize("status", [0, 100, 301, 302, 400, 404, 429, 500, 502, 503])
def test_anything_else_is_tried_again(status: int) -> None:
    verdict = judge(DELIVERY, Answer(status, error="no answer in time"), NOON)

    assert (verdict.status, verdict.endpoint) == (DeliveryStatus.PENDING, None)
    assert timedelta(seconds=5) <= verdict.due_at - NOON <= timedelta(seconds=5.5)


def test_410_disables_the_endpoint_at_once() -> None:
    verdict = judge(DELIVERY, Answer(410), NOON)

    assert (verdict.status, verdict.endpoint) == (DeliveryStatus.DEAD, EndpointStatus.DISABLED)


def test_waits_grow_for_a_little_more_than_three_days() -> None:
    waits = [wait_seconds(replace(DELIVERY, tries=tries), Answer(500)) for tries in range(1, ATTEMPTS_MAX)]

    assert waits == sorted(waits)
    assert timedelta(days=3) < timedelta(seconds=sum(WAITS_SECONDS)) < timedelta(days=3.5)
    assert sum(WAITS_SECONDS) <= sum(waits) <= 1.1 * sum(WAITS_SECONDS)


@pytest.mark.parametrize(("tries", "endpoint"), [(2, None), (3, EndpointStatus.FAILING)])
def test_an_endpoint_is_failing_once_a_delivery_failed_several_times(
    tries: int, endpoint: EndpointStatus | None
) -> None:
    verdict = judge(replace(DELIVERY, tries=tries), Answer(0, error="nobody answers"), NOON)

    assert (verdict.status, verdict.endpoint) == (DeliveryStatus.PENDING, endpoint)


def test_after_the_last_try_it_is_dead_and_the_endpoint_failing() -> None:
    verdict = judge(replace(DELIVERY, tries=ATTEMPTS_MAX), Answer(500), NOON)

    assert (verdict.status, verdict.endpoint) == (DeliveryStatus.DEAD, EndpointStatus.FAILING)
    assert "it answered 500" in verdict.reason


@pytest.mark.parametrize(("asked", "waited"), [(60, 60), (1, 5), (10**9, 86_400)])
def test_retry_after_is_heard_within_a_day(asked: int, waited: int) -> None:
    seconds = wait_seconds(DELIVERY, Answer(429, retry_after_seconds=asked))

    assert waited <= seconds <= waited * 1.1


def test_deliveries_that_failed_together_do_not_come_back_together() -> None:
    ids = [DeliveryId(uuid7(number, number)) for number in range(20)]

    waits = {wait_seconds(replace(DELIVERY, id=each), Answer(500)) for each in ids}

    assert len(waits) == 20


@pytest.mark.parametrize(
    "url",
    [
        "http://erp.example/hook",
        "ftp://erp.example/",
        "https://",
        "https://user@erp.example/",
        "https://:secret@erp.example/",
        "https://erp.example/#part",
        "https://erp.example:70000/",
        "https://[::1",
        "https://erp.example/a b",
        "https://erp.example/ñ",
        "javascript:alert(1)",
        "https://erp.example/" + "x" * 2_048,
        "",
    ],
)
def test_an_address_is_plain_https(url: str) -> None:
    with pytest.raises(BadEndpoint):
        clean_url(url, local=False)


def test_a_developers_shop_takes_http_too() -> None:
    assert clean_url(" http://127.0.0.1:9000/hook ", local=True) == "http://127.0.0.1:9000/hook"
    assert clean_url("https://erp.example/hook?a=b", local=False) == "https://erp.example/hook?a=b"


def test_types_are_chosen_from_the_table() -> None:
    assert clean_event_types(["order.refunded", "order.paid"]) == ("order.paid", "order.refunded")
    for wrong in ([], ["webhook.test"], ["order.paid", "order.eaten"]):
        with pytest.raises(BadEndpoint):
            clean_event_types(wrong)


def test_a_description_is_one_short_line() -> None:
    assert clean_description("  Our \n ERP ") == "Our ERP"
    for wrong in ("x" * 201, "bell \x07"):
        with pytest.raises(BadEndpoint):
            clean_description(wrong)


def test_a_body_too_large_loses_its_lists_and_says_so() -> None:
    lines = [{"sku": f"SKU-{number:04}", "quantity": 1} for number in range(1_000)]

    body = payload("order.paid", NOON, {"number": "VM-1", "lines": lines})

    assert body == (
        b'{"type":"order.paid","timestamp":"' + NOON.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + b'",'
        b'"data":{"number":"VM-1","omitted":["lines"]}}'
    )
