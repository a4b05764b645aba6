"""The checker believes nobody: each lie about a true shop is found, and the truth is not."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest_asyncio
from tests.helpers.aftersales import invoices_on
from tests.helpers.checkout import Shop
from tests.helpers.still_shop import still_shop

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.checkout.model import CancelReason
from vivamarket.kernel.ids import OrderId
from vivamarket.notifications.model import Mail
from vivamarket.proof.chaos import checker
from vivamarket.proof.chaos.caller import Answer
from vivamarket.proof.chaos.history import Acknowledged, History, digest
from vivamarket.proof.chaos.shopper import Intent

EMAIL = "jo@example.com"


class Scene:
    """A true shop with one paid order, its mails, and what its shopper was told."""

    def __init__(self, pool: asyncpg.Pool, folder: Path) -> None:
        self.pool = pool
        self.folder = folder
        self.shop = Shop(pool)
        self.mails = 0

    async def open(self) -> None:
        await self.shop.open(MUG=5)
        self.order_id = await self.shop.paid()
        await invoices_on(self.shop).issue(self.order_id)
        self.intent = await self.told(self.order_id, charged=True)
        await self.mail(f"Your order {self.intent.number} is confirmed")

    async def told(self, order_id: OrderId, *, charged: bool = False) -> Intent:
        order = await self.shop.orders.by_id(order_id)
        return Intent(
            email=EMAIL,
            cart_id=order.cart_id,
            order_id=order.id,
            number=order.number,
            total=order.total.minor_units,
            charged=charged,
        )

    async def mail(self, subject: str) -> None:
        self.mails += 1
        mailer = FolderMailer(self.folder / "mail", still_shop(email="shop@example.com"))
        await mailer.send(
            Mail(
                id=f"mail-{self.mails}",
                to=EMAIL,
                subject=subject,
                text="Hello",
                html="<p>Hello</p>",
                locale="en",
                written_at=self.shop.clock.now(),
            )
        )

    async def judged(self, *intents: Intent) -> list[str]:
        found, _, _ = await checker.judge(self.pool, self.folder, intents, SystemClock())
        return [each.invariant for each in found]


@pytest_asyncio.fixture
async def scene(pool: asyncpg.Pool, tmp_path: Path) -> Scene:
    made = Scene(pool, tmp_path)
    await made.open()
    return made


async def test_a_true_shop_has_nothing_against_it(scene: Scene) -> None:
    assert await scene.judged(scene.intent) == []


async def test_an_acknowledged_order_that_is_not_there_is_lost(scene: Scene) -> None:
    gone = replace(scene.intent, order_id="018f0000-0000-7000-8000-000000000000")

    assert "I12" in await scene.judged(scene.intent, gone)


async def test_an_order_that_is_not_as_it_was_acknowledged_is_found(scene: Scene) -> None:
    dearer = replace(scene.intent, total=scene.intent.total + 1)

    assert await scene.judged(dearer) == ["I12"]


async def test_a_payment_that_ended_in_an_unpaid_order_is_found(scene: Scene) -> None:
    unpaid = await scene.told(await scene.shop.ordered(), charged=True)

    assert "I5" in await scene.judged(scene.intent, unpaid)


async def test_a_mail_that_is_missing_or_sent_twice_is_found(scene: Scene) -> None:
    canceled = await scene.shop.ordered()
    await scene.shop.checkout.cancel_order(canceled, CancelReason.CUSTOMER)
    told = await scene.told(canceled)

    assert await scene.judged(scene.intent, told) == ["I13"]

    await scene.mail(f"Your order {told.number} is canceled")
    assert await scene.judged(scene.intent, told) == []

    await scene.mail(f"Your order {scene.intent.number} is confirmed")
    assert await scene.judged(scene.intent, told) == ["I13"]


async def test_what_is_on_its_way_is_named(scene: Scene) -> None:
    unpaid = await scene.told(await scene.shop.ordered(), charged=True)
    await scene.shop.checkout.start_payment(OrderId(unpaid.order_id))

    left = await checker.waiting(scene.pool, [scene.intent, unpaid])

    assert left["payments not settled"] == 1


async def test_hurrying_makes_leased_work_due(scene: Scene) -> None:
    await scene.pool.execute("UPDATE outbox SET due_at = now() + interval '1 hour'")

    await checker.hurry(scene.pool)

    assert not await scene.pool.fetchval("SELECT count(*) FROM outbox WHERE due_at > now()")


class Echo:
    """Answers every replay with the same words."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    async def try_once(self, *_: object, **__: object) -> Answer:
        return self.answer

    async def pause(self, attempt: int) -> None:
        raise AssertionError(f"it had answered, and was asked again ({attempt})")


async def test_replays_must_answer_the_same_bytes(tmp_path: Path) -> None:
    history = History(tmp_path / "history.jsonl", SystemClock())
    first, second = (json.dumps({"order": number}).encode() for number in (1, 2))
    for key, body in (("key-1", first), ("key-2", second)):
        history.acknowledge(key, Acknowledged("POST", "/api/v1/orders", {}, b"{}", 201, digest(body)))
    history.close()

    replayed, found = await checker.replay(Echo(Answer(201, first)), history, random.Random(1))

    assert replayed == 2
    assert [each.detail for each in found] == ["key-2 answered 201, later 201"]


async def test_a_sale_without_its_invoice_is_found(scene: Scene) -> None:
    await scene.pool.execute(
        "ALTER TABLE invoice DISABLE TRIGGER ALL; DELETE FROM invoice_buyer; DELETE FROM invoice"
    )

    assert set(await scene.judged(scene.intent)) == {"I21"}


async def test_a_return_that_nobody_finished_or_that_was_paid_back_twice_is_found(scene: Scene) -> None:
    await scene.pool.execute(
        """INSERT INTO return_request (id, order_id, status, reason, note, answer, refusal_code, lines,
               history, request_key)
           SELECT gen_random_uuid(), $1, 'refunded', 'other', '', '', '', '[]', '[]', 'r'""",
        scene.order_id,
    )

    assert await scene.judged(scene.intent) == ["I8"]
