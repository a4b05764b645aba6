"""Webhooks: signed, retried, at least once, and broken on demand."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import stripe
from tests.helpers.payment import WEBHOOK_SECRET, RecordingSender, SandboxRig

from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.sandbox import Deliverer
from vivamarket.sandbox.cards import card_by_key
from vivamarket.sandbox.deliveries import LEASE_SECONDS, RETRY_DELAYS_SECONDS, retry_delay_seconds
from vivamarket.sandbox.faults import CallRule, WebhookRule

URL = "https://shop.example/api/v1/webhooks/stripe"


@pytest.fixture
def rig() -> SandboxRig:
    rig = SandboxRig()
    rig.provider.configure_endpoint(
        url=URL,
        enabled_events=("checkout.session.completed", "payment_intent.succeeded"),
        secret=WEBHOOK_SECRET,
    )
    return rig


class WaitedSender(RecordingSender):
    """Tells when two webhooks have come."""

    def __init__(self) -> None:
        super().__init__()
        self.both = asyncio.Event()

    async def send(self, url: str, headers: Any, body: bytes) -> int:
        status = await super().send(url, headers, body)
        if len(self.sent) == 2:
            self.both.set()
        return status


def buy(rig: SandboxRig) -> None:
    card = card_by_key("visa")
    assert card is not None
    rig.provider.pay(rig.session()["id"], card)


async def test_wanted_events_are_sent_once_and_signed(rig: SandboxRig) -> None:
    buy(rig)

    await rig.deliver()
    await rig.deliver()

    assert rig.sender.types == ["payment_intent.succeeded", "checkout.session.completed"]
    for url, signature, body in rig.sender.sent:
        assert url == URL
        assert stripe.WebhookSignature.verify_header(body, signature, WEBHOOK_SECRET)


async def test_a_refused_webhook_is_tried_again_after_a_pause(rig: SandboxRig) -> None:
    rig.sender.statuses = [500, 500]
    buy(rig)
    await rig.deliver()
    assert len(rig.sender.sent) == 2

    await rig.deliver()
    assert len(rig.sender.sent) == 2
    rig.clock.turn(RETRY_DELAYS_SECONDS[0] * 2)
    await rig.deliver()

    assert sorted(rig.sender.types) == sorted(["payment_intent.succeeded", "checkout.session.completed"] * 2)


async def test_a_delivery_whose_process_died_is_sent_again(rig: SandboxRig) -> None:
    buy(rig)
    rig.deliverer.start_due()
    for work in rig.tasks.waiting:
        work.close()
    rig.tasks.waiting.clear()
    survivor = SandboxRig()
    survivor.provider.store, survivor.store = rig.store, rig.store
    survivor.clock.turn(LEASE_SECONDS)

    await survivor.deliver()

    assert len(survivor.sender.sent) == 2


def test_retries_last_almost_three_days_and_then_end() -> None:
    delays = [retry_delay_seconds("del_1", attempts) for attempts in range(1, len(RETRY_DELAYS_SECONDS) + 2)]

    assert delays[-1] is None
    total = sum(delay for delay in delays if delay is not None)
    assert 2 * 86_400 < total < 3.5 * 86_400


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (WebhookRule(fault="drop"), []),
        (WebhookRule(fault="duplicate", copies=2, times=1), ["payment_intent.succeeded"] * 3),
        (WebhookRule(fault="delay", seconds=5, times=1), ["payment_intent.succeeded"]),
    ],
)
async def test_webhooks_misbehave_as_told(rig: SandboxRig, rule: WebhookRule, expected: list[str]) -> None:
    rig.faults.set([], [rule])
    buy(rig)

    await rig.deliver()

    assert [kind for kind in rig.sender.types if kind == "payment_intent.succeeded"] == expected


async def test_reordered_webhooks_arrive_in_the_other_order(rig: SandboxRig) -> None:
    rig.faults.set([], [WebhookRule(fault="reorder", times=1)])
    buy(rig)

    await rig.deliver()

    assert rig.sender.types == ["checkout.session.completed", "payment_intent.succeeded"]


async def test_the_background_loop_delivers_what_comes_up_until_it_is_canceled(rig: SandboxRig) -> None:
    tasks, sender = AsyncioTasks(), WaitedSender()
    deliverer = Deliverer(rig.provider, sender, rig.clock, tasks)
    tasks.spawn("deliverer", deliverer.run())
    await asyncio.sleep(0)

    buy(rig)
    deliverer.wake()
    async with asyncio.timeout(5):
        await sender.both.wait()

    await tasks.close()
    assert sender.types == ["payment_intent.succeeded", "checkout.session.completed"]


def test_a_fault_ends_after_its_times(rig: SandboxRig) -> None:
    rig.faults.set([CallRule(fault="error", method="POST", times=1)], [])

    assert rig.faults.for_call("GET", "/v1/refunds") is None
    assert rig.faults.for_call("POST", "/v1/refunds") is not None
    assert rig.faults.for_call("POST", "/v1/refunds") is None
