"""What went wrong in each part of the shop, in the words of the mails to staff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from vivamarket.bootstrap.checkout import Payments
from vivamarket.bootstrap.shop import Shop
from vivamarket.bootstrap.webhooks import Webhooks
from vivamarket.kernel.outbox import OutboxStore
from vivamarket.notifications.model import Trouble, TroubleKind
from vivamarket.notifications.trouble_mails import TroubleRenderer
from vivamarket.notifications.watching import StaffWatch
from vivamarket.payments.ports import InboxStore, ReportStore
from vivamarket.payments.statement import Difference, DifferenceKind
from vivamarket.webhooks.model import DeliveryLog, DeliveryStatus, EndpointStatus
from vivamarket.webhooks.ports import WebhookStore

LOOKED_AT_MAX = 100
DETAILS_MAX = 10
DETAIL_LENGTH_MAX = 300


def staff_watch_of(shop: Shop, webhooks: Webhooks, payments: Payments, outbox: OutboxStore) -> StaffWatch:
    """Build what tells staff by mail of troubles in any part of the shop."""
    return StaffWatch(
        (
            WebhookTroubles(webhooks.store),
            OutboxTroubles(outbox),
            InboxTroubles(shop.inbox),
            MoneyTroubles(payments.reports),
        ),
        shop.home.mailer,
        TroubleRenderer(shop=shop.rules, public_url=shop.settings.public_url),
        clock=shop.clock,
        shop=shop.rules,
    )


class WebhookTroubles:
    """Endpoints that fail, and webhooks that were given up: one a day for each endpoint and kind."""

    def __init__(self, store: WebhookStore) -> None:
        self._store = store

    async def troubles(self) -> Sequence[Trouble]:
        """See ``TroubleReader``."""
        endpoints = await self._store.all()
        failing = [
            Trouble(
                id=f"{_day(each.updated_at)}-webhook-failing-{each.id}",
                kind=TroubleKind.WEBHOOK_FAILING,
                subject=each.url,
                count=1,
                details=(each.status_reason,),
                at=each.updated_at,
            )
            for each in endpoints
            if each.status is EndpointStatus.FAILING
        ]
        dead = await self._store.deliveries(None, DeliveryStatus.DEAD, None, LOOKED_AT_MAX)
        return [*failing, *_given_up(dead.items)]


class OutboxTroubles:
    """Events that failed as often as they may: one a day."""

    def __init__(self, outbox: OutboxStore) -> None:
        self._outbox = outbox

    async def troubles(self) -> Sequence[Trouble]:
        """See ``TroubleReader``."""
        letters = await self._outbox.dead_letters(LOOKED_AT_MAX)
        told = [(each.died_at, f"{each.envelope.kind}: {each.error}") for each in letters]
        return _of_days(told, "dead-events", TroubleKind.DEAD_EVENTS)


class InboxTroubles:
    """Messages of the payment provider that failed as often as they may: one a day."""

    def __init__(self, inbox: InboxStore) -> None:
        self._inbox = inbox

    async def troubles(self) -> Sequence[Trouble]:
        """See ``TroubleReader``."""
        letters = await self._inbox.dead_letters(LOOKED_AT_MAX)
        told = [(each.died_at, f"{each.event.kind}: {each.error}") for each in letters]
        return _of_days(told, "dead-messages", TroubleKind.DEAD_MESSAGES)


class MoneyTroubles:
    """What the newest comparison with the provider could not settle: one a report.

    Money that carries no id of ours is in the report, not here: the account may have other uses.
    """

    def __init__(self, reports: ReportStore) -> None:
        self._reports = reports

    async def troubles(self) -> Sequence[Trouble]:
        """See ``TroubleReader``."""
        return [
            Trouble(
                id=f"{_day(report.begun_at)}-money-differs-{report.id}",
                kind=TroubleKind.MONEY_DIFFERS,
                count=len(left),
                details=_first(_told(each) for each in left),
                at=report.ended_at,
            )
            for report in await self._reports.newest(1)
            if (left := [each for each in report.differences if not each.settled and _is_ours(each)])
        ]


def _given_up(dead: Sequence[DeliveryLog]) -> list[Trouble]:
    by_endpoint: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    urls: dict[str, str] = {}
    for log in dead:
        if log.attempts:
            last = log.attempts[0]
            outcome = last.error or f"it answered {last.status_code}"
            name = log.delivery.endpoint_id
            by_endpoint[name].append((last.at, f"{log.delivery.event_type}: {outcome}"))
            urls[name] = log.url
    return [
        trouble
        for name, told in by_endpoint.items()
        for trouble in _of_days(
            told, f"webhook-given-up-{name}", TroubleKind.WEBHOOK_GIVEN_UP, subject=urls[name]
        )
    ]


def _of_days(
    told: Iterable[tuple[datetime, str]], name: str, kind: TroubleKind, *, subject: str = ""
) -> list[Trouble]:
    """Return one trouble for each day on which something happened."""
    days: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for at, detail in told:
        days[_day(at)].append((at, detail))
    return [
        Trouble(
            id=f"{day}-{name}",
            kind=kind,
            subject=subject,
            count=len(of_day),
            details=_first(detail for _, detail in of_day),
            at=max(at for at, _ in of_day),
        )
        for day, of_day in days.items()
    ]


def _first(details: Iterable[str]) -> tuple[str, ...]:
    return tuple(each[:DETAIL_LENGTH_MAX] for _, each in zip(range(DETAILS_MAX), details, strict=False))


def _is_ours(difference: Difference) -> bool:
    return difference.kind is not DifferenceKind.UNKNOWN_TO_US or difference.order_id is not None


def _told(difference: Difference) -> str:
    ref = difference.provider_payment_ref or "unknown to the provider"
    return (
        f"{ref}, order {difference.order_id}: here {difference.ours or 'nothing'}, "
        f"provider {difference.theirs or 'nothing'}"
    )


def _day(moment: datetime) -> str:
    return f"{moment:%Y%m%d}"
