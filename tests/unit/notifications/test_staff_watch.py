"""Staff hear of what goes wrong with the shop itself: once for each trouble, in their language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.catalog import NOON, StillClock
from tests.helpers.checkout import Shop
from tests.helpers.notifications import ListMailer
from tests.helpers.still_shop import still_shop
from tests.helpers.webhooks import URL, WebhookRig
from tests.helpers.webhooks import told as event

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.bootstrap.troubles import InboxTroubles, MoneyTroubles, OutboxTroubles, WebhookTroubles
from vivamarket.kernel.ids import OrderId, uuid7
from vivamarket.notifications import StaffWatch, Trouble, TroubleKind, TroubleReader
from vivamarket.notifications.texts import TROUBLE_TEXTS
from vivamarket.notifications.trouble_mails import TroubleRenderer
from vivamarket.payments.statement import Difference, DifferenceKind, ReconciliationReport
from vivamarket.webhooks.model import ATTEMPTS_MAX, FAILING_TRIES, Answer

TROUBLE = Trouble(
    id="20260301-dead-events",
    kind=TroubleKind.DEAD_EVENTS,
    count=2,
    details=("order.paid: ValueError: <poison>",),
    at=NOON,
)


class Known:
    """A ``TroubleReader`` that knows what it was given."""

    def __init__(self, *troubles: Trouble) -> None:
        self.known = troubles
        self.asked = 0

    async def troubles(self) -> Sequence[Trouble]:
        self.asked += 1
        return self.known


def watch(*readers: TroubleReader, mailer: ListMailer, clock: StillClock, locale: str = "en") -> StaffWatch:
    renderer = TroubleRenderer(shop=still_shop(), public_url="https://shop.example/")
    return StaffWatch(
        readers,
        mailer,
        renderer,
        clock=clock,
        shop=still_shop(email="staff@shop.example", locale=locale),
    )


@pytest.fixture
def mailer() -> ListMailer:
    return ListMailer()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


async def test_a_trouble_is_told_once(mailer: ListMailer, clock: StillClock) -> None:
    staff = watch(Known(TROUBLE), mailer=mailer, clock=clock)

    for _ in range(3):
        await staff.run_once()

    (mail,) = mailer.mails.values()
    assert (mail.id, mail.to) == (TROUBLE.id, "staff@shop.example")
    assert mailer.sent == 1


async def test_after_a_restart_the_mailer_knows_what_was_told(mailer: ListMailer, clock: StillClock) -> None:
    for _ in range(2):
        await watch(Known(TROUBLE), mailer=mailer, clock=clock).run_once()

    assert list(mailer.mails) == [TROUBLE.id]


async def test_old_troubles_are_history(mailer: ListMailer, clock: StillClock) -> None:
    clock.time = NOON + timedelta(days=3)

    await watch(Known(TROUBLE), mailer=mailer, clock=clock).run_once()

    assert mailer.mails == {}


async def test_the_mail_says_what_where_and_why_and_escapes_it(mailer: ListMailer, clock: StillClock) -> None:
    await watch(Known(TROUBLE), mailer=mailer, clock=clock).run_once()

    mail = mailer.mails[TROUBLE.id]
    assert mail.subject == "Something of the shop could not be finished"
    assert "https://shop.example/admin/dead-letters" in mail.text
    assert "order.paid: ValueError: <poison>" in mail.text
    assert "order.paid: ValueError: &lt;poison&gt;" in mail.html


@pytest.mark.parametrize("locale", sorted(TROUBLE_TEXTS))
@pytest.mark.parametrize("kind", list(TroubleKind))
async def test_every_kind_has_its_mail_in_every_language(
    kind: TroubleKind, locale: str, mailer: ListMailer, clock: StillClock
) -> None:
    trouble = replace(TROUBLE, kind=kind, subject=URL)

    await watch(Known(trouble), mailer=mailer, clock=clock, locale=locale).run_once()

    mail = mailer.mails[trouble.id]
    assert mail.locale == locale
    assert mail.subject.strip()
    assert not re.search(r"[{}]", mail.subject + mail.text)


async def test_an_endpoint_that_fails_again_and_again_is_told_once_a_day(pool, mailer: ListMailer) -> None:
    rig = WebhookRig(pool)
    await rig.endpoint()
    rig.receivers.answers[URL] = Answer(0, error="nobody answers")
    staff = watch(WebhookTroubles(rig.store), mailer=mailer, clock=rig.clock)
    await rig.service.handle(event())
    told = []

    for _ in range(FAILING_TRIES + 2):
        await rig.send()
        await staff.run_once()
        told.append(len(mailer.mails))
        rig.clock.time += timedelta(hours=3)

    assert told == [0, 0, 1, 1, 1]
    (mail,) = mailer.mails.values()
    assert mail.subject == f"Webhooks do not reach {URL}"
    assert "nobody answers" in mail.text


async def test_webhooks_given_up_are_told_with_their_last_answer(pool, mailer: ListMailer) -> None:
    rig = WebhookRig(pool)
    await rig.endpoint()
    rig.receivers.answers[URL] = Answer(500)
    for number in range(2):
        await rig.service.handle(event(number))
    for _ in range(ATTEMPTS_MAX):
        await rig.send()
        rig.clock.time += timedelta(hours=30)
    rig.clock.time -= timedelta(hours=30)

    await watch(WebhookTroubles(rig.store), mailer=mailer, clock=rig.clock).run_once()

    (mail,) = mailer.mails.values()
    assert mail.subject == f"Webhooks to {URL} were given up"
    assert "so far: 2" in mail.text
    assert mail.text.count("order.paid: it answered 500") == 2


async def test_dead_letters_are_told_once_a_day_and_kind(mailer: ListMailer, clock: StillClock) -> None:
    database = MemoryDatabase(clock)
    shop = Shop(database)
    await shop.open(MUG=5)
    order_id = await shop.paid()
    await shop.webhook(order_id, "first")
    await shop.webhook(order_id, "second")
    events = await database.outbox.claim(shop.clock.now(), 60.0, 10)
    staff = watch(
        OutboxTroubles(database.outbox), InboxTroubles(database.inbox), mailer=mailer, clock=shop.clock
    )

    await database.outbox.bury(events[0].event_id, shop.clock.now(), "ValueError: poison")
    await database.inbox.bury("first", shop.clock.now(), "ValueError: bad message")
    await staff.run_once()
    await database.outbox.bury(events[1].event_id, shop.clock.now(), "ValueError: poison")
    await database.inbox.bury("second", shop.clock.now(), "ValueError: bad message")
    await staff.run_once()

    assert sorted(mailer.mails) == ["20260501-dead-events", "20260501-dead-messages"]
    assert f"{events[0].kind}: ValueError: poison" in mailer.mails["20260501-dead-events"].text
    assert "ValueError: bad message" in mailer.mails["20260501-dead-messages"].text


async def test_money_that_the_comparison_could_not_settle_is_told_with_both_sides(
    mailer: ListMailer, clock: StillClock
) -> None:
    database = MemoryDatabase(clock)
    settled, lost, strange = (
        Difference(
            kind=DifferenceKind.UNKNOWN_TO_US,
            payment_id=None,
            order_id=order_id,
            provider_payment_ref=f"pi_{name}",
            ours="",
            theirs="succeeded, 12.50 EUR, 0.00 EUR given back",
            settled=name == "settled",
        )
        for name, order_id in (("settled", OrderId("a")), ("lost", OrderId("b")), ("strange", None))
    )
    await database.reports.put(
        ReconciliationReport(
            id=uuid7(1, 1),
            begun_at=NOON,
            ended_at=NOON,
            since=NOON - timedelta(days=30),
            compared_count=3,
            complete=True,
            sums=(),
            counts={DifferenceKind.UNKNOWN_TO_US: 3},
            open_count=2,
            differences=(settled, lost, strange),
        )
    )

    await watch(MoneyTroubles(database.reports), mailer=mailer, clock=clock).run_once()

    (mail,) = mailer.mails.values()
    assert "pi_lost, order b: here nothing, provider succeeded, 12.50 EUR" in mail.text
    assert "pi_settled" not in mail.text
    assert "pi_strange" not in mail.text


async def test_a_comparison_without_a_difference_tells_nothing(mailer: ListMailer, clock: StillClock) -> None:
    shop = Shop(MemoryDatabase(clock))
    await shop.open(MUG=5)
    await shop.paid()
    await shop.comparison.run()

    await watch(MoneyTroubles(shop.database.reports), mailer=mailer, clock=shop.clock).run_once()

    assert mailer.mails == {}
