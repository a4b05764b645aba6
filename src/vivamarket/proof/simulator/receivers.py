"""Merchants' systems that listen to the shop: what reaches them, what they answer, and what they were owed.

They live outside of every process and check what they are sent as a real one does: the signature, by the
specification Standard Webhooks and not by the shop's own code; that they asked for this kind of event; that
one id is always the same bytes; that nobody's address is in it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from vivamarket.checkout.histories import caused
from vivamarket.checkout.invariants import Evidence, Violation
from vivamarket.checkout.transitions import Machine
from vivamarket.payments.errors import GatewayUnavailable
from vivamarket.proof.simulator.lines import FATES, Line
from vivamarket.proof.simulator.process import START, Process
from vivamarket.returns.events import EVENTS
from vivamarket.webhooks.events import EVENT_TYPES
from vivamarket.webhooks.model import (
    ATTEMPTS_MAX,
    SPREAD_SHARE,
    WAITS_SECONDS,
    Answer,
    Delivery,
    DeliveryStatus,
    Endpoint,
    EndpointId,
    EndpointStatus,
    new_secret,
)
from vivamarket.webhooks.ports import WebhookSender

if TYPE_CHECKING:
    from vivamarket.proof.simulator.world import World

SLOW_SECONDS = 9.0
RETRY_AFTER_SECONDS = 5
#: A clock may have been ahead by so much when it wrote what is due.
_JUMP = timedelta(seconds=600)
#: What is due is begun within this time once all faults have ended.
_BEGUN_WITHIN = timedelta(seconds=30)
#: By then what a dead worker had begun is begun by another.
_LEASE_SECONDS = 60.0
_WISHES: tuple[tuple[str, ...], ...] = (
    tuple(EVENT_TYPES),
    ("order.paid",),
    ("order.expired", "order.canceled", "order.refunded"),
    ("order.shipped", "order.shipment_canceled"),
    ("order.placed", "order.review", "order.disputed"),
)
_PLACED = "order.placed"
#: Nobody is mailed about it.
_PARCEL_BACK = "order.shipment_canceled"
#: Told by histories, like mails; of the others the mails themselves say how often.
_BY_HISTORY = frozenset({"order.paid", "order.expired", "order.canceled", "order.refunded"})
_BAD_ANSWERS = (
    Answer(500, b"sorry"),
    Answer(429, retry_after_seconds=RETRY_AFTER_SECONDS),
    Answer(302, error="It answered with a redirect."),
    Answer(0, error="No connection."),
    Answer(404),
)
_WELL = Answer(204)
_NOTHING = Answer(0, error="No answer in time.")


class Kind(StrEnum):
    """What kind of system it is. The first makes no trouble but what the network makes."""

    STEADY = "steady"
    MOODY = "moody"
    AWAY = "away until the faults end"
    DEAD = "dead"
    GONE = "gone"


_KINDS = tuple(Kind)
#: Those that take everything once all faults have ended.
_COMING_BACK = frozenset({Kind.STEADY, Kind.MOODY, Kind.AWAY})


@dataclass(slots=True)
class Receiver:
    """One merchant's system, and what it has seen."""

    id: EndpointId
    kind: Kind
    secret: str
    wants: frozenset[str]
    #: The bytes of each delivery that arrived, and those of which it said that it has them.
    seen: dict[str, bytes] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)


class _Told(msgspec.Struct):
    type: str
    data: dict[str, Any]


class ReceiverSite:
    """All merchants' systems of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._receivers: dict[str, Receiver] = {}
        self.found: list[Violation] = []

    async def open(self) -> None:
        """Draw who listens, and write them into the shop's records."""
        world, draw = self._world, self._world.tape.draw
        for number in range(world.swarm.listeners):
            url = f"https://merchant{number}.example/hooks"
            endpoint = Endpoint(
                id=EndpointId(world.ids.uuid7()),
                url=url,
                description="",
                event_types=_WISHES[draw(len(_WISHES))],
                secret=new_secret(world.ids.token()),
                request_key=f"listener-{number}",
                created_at=START,
                updated_at=START,
            )
            await world.database.webhooks.add(endpoint, world.swarm.listeners)
            self._receivers[url] = Receiver(
                endpoint.id, _KINDS[draw(len(_KINDS))], endpoint.secret, frozenset(endpoint.event_types)
            )

    def reached_by(self, process: Process) -> WebhookSender:
        """Return the way of one process to them."""
        return _Sender(self, process)

    async def take(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Let a call arrive, or not, and answer it."""
        world, receiver = self._world, self._receivers[url]
        lost = world.tape.draw(FATES) >= world.rates.network
        if lost and world.tape.draw(2) == 1:
            world.note_fault(None, "merchant: call lost", url)
            return _NOTHING
        answer = self._answer(receiver, headers, body)
        if lost:
            world.note_fault(None, "merchant: answer lost", url)
            await asyncio.sleep(SLOW_SECONDS)
            return _NOTHING
        return answer

    def violations(self, evidence: Evidence, mails: Counter[tuple[str, str]]) -> Iterator[Violation]:
        """Yield what was promised to merchants and is not so, long after the last fault.

        ``mails`` are the events that were mailed: for those that no history counts.
        """
        yield from self.found
        told = mails | self._of_returns()
        for receiver in self._receivers.values():
            mine = [each for each in self._deliveries() if each.endpoint_id == receiver.id]
            yield from _owed(receiver, mine, evidence, told)
            for delivery in mine:
                yield from self._standing(receiver, delivery)

    def _of_returns(self) -> Counter[tuple[str, str]]:
        """Return how often each event must have been told of each order, by the histories of its returns."""
        returns = self._world.database.tables.returns.values()
        steps = ((each.order_id, entry.event) for each in returns for entry in each.history)
        return Counter((order_id, EVENTS[event].kind) for order_id, event in steps if event in EVENTS)

    def next_due(self) -> datetime | None:
        """Return when the last of the calls that wait is due; None when none waits."""
        gone = {each.id for each in self._receivers.values() if each.kind is Kind.GONE}
        waiting = [each for each in self._deliveries() if each.status is DeliveryStatus.PENDING]
        return max((each.due_at for each in waiting if each.endpoint_id not in gone), default=None)

    def never_ended(self) -> Iterator[Violation]:
        """Yield what has no end although all attempts have had their time."""
        for receiver in self._receivers.values():
            if receiver.kind is Kind.GONE:
                continue
            wanted = DeliveryStatus.SUCCEEDED if receiver.kind in _COMING_BACK else DeliveryStatus.DEAD
            for each in self._deliveries():
                if each.endpoint_id == receiver.id and each.status is not wanted:
                    yield _broken(each, f"is {each.status} after days; its receiver is {receiver.kind}")

    def _deliveries(self) -> list[Delivery]:
        return list(self._world.database.tables.webhook_deliveries.values())

    def _answer(self, receiver: Receiver, headers: Mapping[str, str], body: bytes) -> Answer:
        world = self._world
        if receiver.kind is Kind.GONE:
            return Answer(410)
        if receiver.kind is Kind.DEAD or (receiver.kind is Kind.AWAY and not world.healed):
            return _BAD_ANSWERS[-2]
        if receiver.kind is Kind.MOODY and not world.healed and world.tape.draw(2) == 1:
            return _BAD_ANSWERS[world.tape.draw(len(_BAD_ANSWERS))]
        self._check(receiver, headers, body)
        receiver.taken.add(headers["webhook-id"])
        return _WELL

    def _check(self, receiver: Receiver, headers: Mapping[str, str], body: bytes) -> None:
        delivery_id = headers["webhook-id"]
        told = msgspec.json.decode(body, type=_Told)
        complaints = {
            "its signature is wrong": _is_signed(receiver.secret, headers, body),
            f"{told.type} was never asked for": told.type in receiver.wants,
            "one id had two bodies": receiver.seen.setdefault(delivery_id, body) == body,
            "somebody's address is in it": b"@" not in body,
        }
        for complaint, is_fine in complaints.items():
            if not is_fine:
                self.found.append(Violation("I13", delivery_id, f"webhook to {receiver.id}: {complaint}"))

    def _standing(self, receiver: Receiver, delivery: Delivery) -> Iterator[Violation]:
        now, swarm = self._world.clock.now(), self._world.swarm
        match delivery.status:
            case DeliveryStatus.SUCCEEDED:
                if delivery.id not in receiver.taken:
                    yield _broken(delivery, "counts as taken, and its receiver never said so")
            case DeliveryStatus.DEAD:
                if delivery.tries < ATTEMPTS_MAX and receiver.kind is not Kind.GONE:
                    yield _broken(delivery, f"was given up after {delivery.tries} tries")
            case DeliveryStatus.PENDING if not self._is_disabled(receiver):
                latest = now + _longest_wait(delivery) + (_JUMP if swarm.clock_jumps else timedelta())
                if delivery.due_at < now - _BEGUN_WITHIN:
                    yield _broken(delivery, f"is due since {delivery.due_at} and nobody calls")
                elif delivery.due_at > latest:
                    yield _broken(delivery, f"waits until {delivery.due_at} after {delivery.tries} tries")

    def _is_disabled(self, receiver: Receiver) -> bool:
        endpoint = self._world.database.tables.webhook_endpoints[receiver.id]
        return endpoint.status is EndpointStatus.DISABLED


class _Sender:
    """The ``WebhookSender`` of one process: what happens on its way is an answer, never an error."""

    def __init__(self, site: ReceiverSite, process: Process) -> None:
        self._line: Any = Line(process, "receiver", site, "merchant")

    async def check(self, url: str) -> None:
        """See ``WebhookSender``."""

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """See ``WebhookSender``."""
        try:
            answer: Answer = await self._line.take(url, headers, body)
        except GatewayUnavailable:
            return _NOTHING
        return answer


def _owed(
    receiver: Receiver, mine: list[Delivery], evidence: Evidence, told: Counter[tuple[str, str]]
) -> Iterator[Violation]:
    """Yield where there is not exactly one delivery for each event that the receiver wants."""
    if receiver.kind is Kind.GONE:
        return  # it is disabled at some moment, and hears nothing of what happens later
    happened = caused(evidence)
    wanted: Counter[tuple[str, str]] = Counter()
    for order in evidence.orders:
        wanted[order.state.id, _PLACED] = 1
        wanted[order.state.id, _PARCEL_BACK] = sum(
            (step.machine, step.event) == (Machine.SHIPMENT, "canceled") for step in order.steps
        )
        for kind in EVENT_TYPES.keys() - {_PLACED, _PARCEL_BACK}:
            source = happened if kind in _BY_HISTORY else told
            wanted[order.state.id, kind] = source[order.state.id, kind]
    made = Counter((_order_of(each), each.event_type) for each in mine)
    for key in wanted.keys() | made.keys():
        due = wanted[key] if key[1] in receiver.wants else 0
        if made[key] != due:
            detail = f"{key[1]}: {due} webhooks owed to {receiver.id}, {made[key]} made"
            yield Violation("I13", key[0], detail)


def _order_of(delivery: Delivery) -> str:
    data = msgspec.json.decode(delivery.body, type=_Told).data
    return str(data["order"]["id"])


def _longest_wait(delivery: Delivery) -> timedelta:
    """Return how far away the next attempt may be: the plan's wait, or the lease of one under way."""
    planned = WAITS_SECONDS[max(min(delivery.tries, len(WAITS_SECONDS)), 1) - 1] * (1 + SPREAD_SHARE)
    return timedelta(seconds=max(planned, _LEASE_SECONDS, RETRY_AFTER_SECONDS))


def _is_signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Check as Standard Webhooks says: one of the ``v1`` signatures is the right one."""
    key = base64.b64decode(secret.partition("_")[2])
    content = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    right = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    given = (each.partition(",") for each in headers["webhook-signature"].split())
    return any(version == "v1" and hmac.compare_digest(code, right) for version, _, code in given)


def _broken(delivery: Delivery, what: str) -> Violation:
    return Violation("I13", delivery.id, f"webhook {delivery.event_type} {what}")
