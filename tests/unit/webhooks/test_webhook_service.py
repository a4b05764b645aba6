"""Endpoints for staff, events from the relay, deliveries to receivers: the use cases together."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from tests.helpers.catalog import NOON
from tests.helpers.webhooks import URL, WebhookRig, told

from vivamarket.webhooks.errors import (
    BadEndpoint,
    EndpointDisabled,
    EndpointNotFound,
    ReceiverRefused,
    TooManyEndpoints,
)
from vivamarket.webhooks.model import (
    ATTEMPTS_MAX,
    ENDPOINTS_MAX,
    LINES_MAX,
    Answer,
    DeliveryStatus,
    EndpointStatus,
)
from vivamarket.webhooks.service import ENDPOINTS_FRESH_SECONDS, LOG_LIFE, EndpointWish

OTHER = "https://mail.example/hook"


@pytest.fixture
def rig(pool: asyncpg.Pool) -> WebhookRig:
    return WebhookRig(pool)


async def test_an_event_reaches_who_wants_it_signed_and_logged(rig: WebhookRig) -> None:
    endpoint = await rig.endpoint()
    await rig.service.handle(told())

    assert await rig.send() == 1

    call = rig.receivers.calls[0]
    body = json.loads(call.body)
    assert (call.url, body["type"], body["data"]["number"]) == (URL, "order.paid", "VM-7K3QX9")
    assert body["timestamp"] == NOON.isoformat().replace("+00:00", "Z")
    (log,) = (await rig.service.deliveries(endpoint.id)).items
    assert log.delivery.status is DeliveryStatus.SUCCEEDED
    assert call.headers["webhook-id"] == log.delivery.id
    assert log.attempts[0].status_code == 204


async def test_an_event_handed_out_twice_is_delivered_once(rig: WebhookRig) -> None:
    await rig.endpoint()

    await rig.service.handle(told())
    await rig.send()
    await rig.service.handle(told())

    assert await rig.send() == 0
    assert len(rig.receivers.calls) == 1


async def test_an_endpoint_added_meanwhile_hears_of_it_a_second_later(rig: WebhookRig) -> None:
    await rig.service.handle(told(1))
    await rig.endpoint()
    await rig.service.handle(told(2))
    rig.clock.time += timedelta(seconds=ENDPOINTS_FRESH_SECONDS)
    await rig.service.handle(told(3))

    assert await rig.send() == 1


@pytest.mark.parametrize("kind", ["order.placed", "payment.failed", "stock.availability_changed"])
async def test_nobody_hears_what_nobody_asked_for(rig: WebhookRig, kind: str) -> None:
    await rig.endpoint()

    await rig.service.handle(told(kind=kind))

    assert await rig.send() == 0


async def test_repeats_carry_the_same_id_and_bytes_until_they_succeed(rig: WebhookRig) -> None:
    await rig.endpoint()
    rig.receivers.answers[URL] = Answer(503, b"busy")
    await rig.service.handle(told())
    await rig.send()

    rig.receivers.answers.clear()
    rig.clock.time += timedelta(seconds=6)

    assert await rig.send() == 1
    first, second = rig.receivers.calls
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]


async def test_after_three_days_a_delivery_is_dead_and_its_endpoint_failing(rig: WebhookRig) -> None:
    endpoint = await rig.endpoint()
    rig.receivers.answers[URL] = Answer(0, error="no answer in time")
    await rig.service.handle(told())

    calls = 0
    for _ in range(ATTEMPTS_MAX + 3):
        calls += await rig.send()
        rig.clock.time += timedelta(hours=27)

    assert calls == ATTEMPTS_MAX
    (log,) = (await rig.service.deliveries(status=DeliveryStatus.DEAD)).items
    assert log.attempts[0].error == "no answer in time"
    assert (await rig.service.endpoint(endpoint.id)).status is EndpointStatus.FAILING


async def test_a_replay_is_the_same_webhook_again_and_heals_the_endpoint(rig: WebhookRig) -> None:
    endpoint = await rig.endpoint()
    rig.receivers.answers[URL] = Answer(500)
    await rig.service.handle(told())
    for _ in range(ATTEMPTS_MAX):
        await rig.send()
        rig.clock.time += timedelta(hours=27)
    (dead,) = (await rig.service.deliveries(status=DeliveryStatus.DEAD)).items
    rig.receivers.answers.clear()

    await rig.service.replay(dead.delivery.id)

    assert await rig.send() == 1
    assert rig.receivers.calls[-1].headers["webhook-id"] == dead.delivery.id
    assert (await rig.service.endpoint(endpoint.id)).status is EndpointStatus.ENABLED
    log = await rig.service.delivery(dead.delivery.id)
    assert len(log.attempts) == ATTEMPTS_MAX + 1


async def test_410_ends_it_until_staff_enable_it_again(rig: WebhookRig) -> None:
    endpoint = await rig.endpoint()
    rig.receivers.answers[URL] = Answer(410)
    await rig.service.handle(told(1))
    await rig.send()
    rig.clock.time += timedelta(seconds=ENDPOINTS_FRESH_SECONDS)
    await rig.service.handle(told(2))

    assert await rig.send() == 0
    gone = await rig.service.endpoint(endpoint.id)
    assert (gone.status, "410" in gone.status_reason) == (EndpointStatus.DISABLED, True)

    rig.receivers.answers.clear()
    await rig.service.set_enabled(endpoint.id, True)
    rig.clock.time += timedelta(seconds=ENDPOINTS_FRESH_SECONDS)
    await rig.service.handle(told(3))
    assert await rig.send() == 1


async def test_what_waits_for_a_disabled_endpoint_goes_out_later(rig: WebhookRig) -> None:
    endpoint = await rig.endpoint()
    await rig.service.handle(told())
    await rig.service.set_enabled(endpoint.id, False)

    assert await rig.send() == 0
    with pytest.raises(EndpointDisabled):
        await rig.service.send_test(endpoint.id, request_key="test-1")

    await rig.service.set_enabled(endpoint.id, True)
    assert await rig.send() == 1


async def test_a_dead_receiver_holds_up_nobody_else(rig: WebhookRig) -> None:
    await rig.endpoint()
    await rig.endpoint(OTHER, "request-2")
    for number in range(3 * LINES_MAX):
        await rig.service.handle(told(number))

    begun = await rig.deliveries.run_once()
    again = await rig.deliveries.run_once()

    assert (begun, again) == (2 * LINES_MAX, 0)  # each has its own lines, and no more than those
    await rig.tasks.run_all()
    assert [call.url for call in rig.receivers.calls].count(OTHER) == 3 * LINES_MAX


async def test_a_worker_that_died_in_a_call_loses_its_lease_not_the_delivery(rig: WebhookRig) -> None:
    endpoint = await rig.endpoint()
    await rig.service.handle(told())
    await rig.store.claim(endpoint.id, rig.clock.now(), 60.0)

    assert await rig.send() == 0
    rig.clock.time += timedelta(seconds=61)
    assert await rig.send() == 1


async def test_a_test_is_sent_once_however_often_it_is_asked_for(rig: WebhookRig) -> None:
    endpoint = await rig.endpoint()
    for _ in range(3):
        await rig.service.send_test(endpoint.id, request_key="test-1")

    assert await rig.send() == 1
    assert json.loads(rig.receivers.calls[0].body)["type"] == "webhook.test"


async def test_the_same_request_makes_one_endpoint_with_one_secret(rig: WebhookRig) -> None:
    first, second = await rig.endpoint(), await rig.endpoint()

    assert first == second
    assert len(await rig.service.endpoints()) == 1


async def test_a_rotation_asked_for_twice_keeps_the_secret_that_receivers_know(rig: WebhookRig) -> None:
    endpoint = await rig.endpoint()

    first = await rig.service.rotate(endpoint.id, request_key="rotation-1")
    again = await rig.service.rotate(endpoint.id, request_key="rotation-1")

    assert first == again
    assert first.old_secret == endpoint.secret != first.secret


async def test_an_endpoint_can_be_changed_and_removed(rig: WebhookRig) -> None:
    endpoint = await rig.endpoint()
    wish = EndpointWish(url=OTHER, description=" New  ERP ", event_types=("order.placed",))

    changed = await rig.service.update(endpoint.id, wish)

    assert changed == replace(
        endpoint,
        url=OTHER,
        description="New ERP",
        event_types=("order.placed",),
        updated_at=rig.clock.now(),
    )
    assert await rig.service.remove(endpoint.id) is True
    with pytest.raises(EndpointNotFound):
        await rig.service.endpoint(endpoint.id)


async def test_an_address_inside_is_refused_before_it_is_kept(rig: WebhookRig) -> None:
    rig.receivers.refused.add(URL)

    with pytest.raises(ReceiverRefused):
        await rig.endpoint()
    with pytest.raises(BadEndpoint):
        await rig.endpoint("http://127.0.0.1/")
    assert await rig.service.endpoints() == ()


async def test_there_is_a_limit_of_endpoints(rig: WebhookRig) -> None:
    for number in range(ENDPOINTS_MAX):
        await rig.endpoint(key=f"request-{number}")

    with pytest.raises(TooManyEndpoints):
        await rig.endpoint(key="one-more")


async def test_the_log_is_forgotten_after_its_time(rig: WebhookRig) -> None:
    await rig.endpoint()
    await rig.service.handle(told())
    await rig.send()
    rig.clock.time += LOG_LIFE + timedelta(seconds=1)

    assert await rig.service.forget() == 1
    assert (await rig.service.deliveries()).items == ()
