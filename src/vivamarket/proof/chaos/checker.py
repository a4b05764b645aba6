"""The verdict: the formulas over the database and the provider's books, and every acknowledged word.

What a client was told is compared with what is there: orders by their bytes, payments by their end, mails
by their number. Nothing here knows which faults there were.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import asyncpg

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.adapters.postgres.evidence import PostgresEvidenceReader
from vivamarket.adapters.postgres.invoices import PostgresInvoiceEvidence
from vivamarket.bootstrap.books import sandbox_books
from vivamarket.checkout.invariants import OrderEvidence, ProviderBooks, Violation, violations
from vivamarket.checkout.transitions import Machine
from vivamarket.invoices.checking import ISSUED_WITHIN, findings
from vivamarket.kernel.ids import OrderId
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.model import RefundStatus
from vivamarket.proof.chaos.caller import Answer
from vivamarket.proof.chaos.history import Acknowledged, History, digest
from vivamarket.proof.chaos.sandbox_process import BOOK_FILE
from vivamarket.proof.chaos.shopper import Intent
from vivamarket.shop.model import StillShop
from vivamarket.shop_file import read_shop_file

REPLAYS_MAX = 20_000
REPLAYS_AT_ONCE = 16
MAIL_PAGE_SIZE = 200
#: Where the money of an acknowledged payment may have come to rest.
_PAID_ENDS = frozenset({OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED, OrderStatus.REFUNDED})
_PLACE = "POST /api/v1/orders"
#: The customer's mails by the beginning of their subject, and the end of an order that causes each.
_CONFIRMED = "is confirmed"
_REFUND = "A refund for"
_EXPIRED = "has expired"
_CANCELED = "is canceled"

_WAITING = """
SELECT (SELECT count(*) FROM orders WHERE status = 'canceling') AS "orders canceling",
    (SELECT count(*) FROM payment WHERE status IN ('requested', 'processing')) AS "payments open",
    (SELECT count(*) FROM refund WHERE status IN ('new', 'requested')) AS "refunds open",
    (SELECT count(*) FROM return_request WHERE status = 'received') AS "returns open",
    (SELECT count(*) FROM inbox WHERE due_at IS NOT NULL) AS "events of the provider",
    (SELECT count(*) FROM outbox WHERE died_at IS NULL AND lane = 'ordinary') AS "events of the shop",
    (SELECT count(*) FROM orders WHERE id = ANY ($1::uuid[])
        AND status NOT IN ('paid', 'partially_refunded', 'refunded')) AS "payments not settled"
"""
_DEAD = """
SELECT 'outbox ' || kind || ': ' || coalesce(error, '') FROM outbox WHERE died_at IS NOT NULL
UNION ALL SELECT 'inbox ' || kind || ': ' || coalesce(error, '') FROM inbox WHERE died_at IS NOT NULL
"""
_RETURNS = """
SELECT q.id::text || ' is ' || q.status || ' with ' || count(r.id) || ' refunds' FROM return_request AS q
LEFT JOIN refund AS r ON r.order_id = q.order_id AND r.request_key = 'return:' || q.id
GROUP BY q.id HAVING count(r.id) <> CASE q.status WHEN 'refunded' THEN 1 ELSE 0 END
"""
#: What waits for the end of a lease or of a pause, made due at once.
_HURRY = (
    "UPDATE inbox SET due_at = now() WHERE due_at > now()",
    "UPDATE outbox SET due_at = now() WHERE due_at > now() AND died_at IS NULL",
    "UPDATE orders SET check_at = now() WHERE check_at > now()",
    "UPDATE orders SET expire_at = now() WHERE expire_at > now() AND status = 'canceling'",
    "UPDATE idempotency_key SET claimed_at = now() - interval '1 hour' WHERE status IS NULL",
)


class Client(Protocol):
    """The part of ``Caller`` that asking again needs."""

    async def try_once(
        self,
        step: str,
        method: str,
        path: str,
        request: bytes,
        *,
        headers: dict[str, str],
        key: str,
        keep: bool,
    ) -> Answer | None:
        """Send once; ``None`` means that the outcome is not known."""
        ...

    async def pause(self, attempt: int) -> None:
        """Wait before the next attempt."""
        ...


async def waiting(pool: asyncpg.Pool, charged: Sequence[Intent]) -> dict[str, int]:
    """Return what the repairs have not finished yet, by kind; empty when nothing is on its way."""
    row = await pool.fetchrow(_WAITING, [intent.order_id for intent in charged])
    assert row is not None  # an aggregate always has one row
    return {kind: count for kind, count in row.items() if count}


async def hurry(pool: asyncpg.Pool) -> None:
    """Make everything that waits due now, as if its lease or pause were over."""
    for statement in _HURRY:
        await pool.execute(statement)


async def replay(caller: Client, history: History, chance: random.Random) -> tuple[int, list[Violation]]:
    """Ask again for what was acknowledged; return how many, and where the bytes are not the same.

    All placements, and of the rest as many as ``REPLAYS_MAX`` allows.
    """
    keys = sorted(history.acknowledged, key=lambda key: (not _places(history.acknowledged[key]), key))
    placed = sum(map(_places, history.acknowledged.values()))
    rest = keys[placed:]
    room = max(0, REPLAYS_MAX - placed)
    chosen = [*keys[:placed], *(rest if len(rest) <= room else chance.sample(rest, room))]
    found: list[Violation] = []
    line = iter(chosen)

    async def work() -> None:
        for key in line:
            known = history.acknowledged[key]
            status, body = await _again(caller, known, key)
            if (status, digest(body)) != (known.status, known.digest):
                subject = f"{known.method} {known.path}"
                found.append(Violation("I10", subject, f"{key} answered {known.status}, later {status}"))

    await asyncio.gather(*(work() for _ in range(REPLAYS_AT_ONCE)))
    return len(chosen), found


async def judge(
    pool: asyncpg.Pool, data: Path, orders: Sequence[Intent], clock: SystemClock
) -> tuple[list[Violation], dict[str, int], int]:
    """Return the violations, the orders by state, and the number of mails. Nothing else runs any more."""
    evidence = await PostgresEvidenceReader(pool).read()
    by_id = {order.state.id: order for order in evidence.orders}
    books, unknown = _books(data / BOOK_FILE, by_id)
    found = violations(evidence, provider=books, settled_at=clock.now())
    found += [Violation("I5", name, "charged, and there is no such order") for name in unknown]
    for intent in orders:
        found.extend(_acknowledged(intent, by_id.get(OrderId(intent.order_id))))
    found += [Violation("I13", "dead letter", row[0]) for row in await pool.fetch(_DEAD)]
    found += [Violation("I8", "return", row[0]) for row in await pool.fetch(_RETURNS)]
    async with PostgresInvoiceEvidence(pool).snapshot() as papers:
        late = clock.now() + 2 * ISSUED_WITHIN  # nothing runs any more: what is missing now stays missing
        found += [Violation("I21", each.subject, each.detail) for each in await findings(papers, late)]
    mails = await _mails(data / "mail")
    email_of = {intent.order_id: intent.email for intent in orders}
    for order in evidence.orders:
        found.extend(_told_once(order, mails, email_of.get(order.state.id, "")))
    states = Counter(order.state.status.value for order in evidence.orders)
    return found, dict(states), sum(mails.values())


def _books(
    path: Path, known: Mapping[OrderId, OrderEvidence]
) -> tuple[dict[OrderId, ProviderBooks] | None, list[OrderId]]:
    """Return what the provider says about our orders, and the orders that only the provider knows."""
    with sandbox_books(path) as books:
        if books is None:
            return None, []
        books.refresh()
        charged = books.with_money(None, len(known) + MAIL_PAGE_SIZE)
        return dict(books.of(sorted(known))), [name for name in charged if name not in known]


def _acknowledged(intent: Intent, order: OrderEvidence | None) -> Iterator[Violation]:
    """I12 and I5: what a shopper was told is so."""
    if order is None:
        yield Violation("I12", intent.number, "acknowledged, and lost")
        return
    state = order.state
    told = (intent.number, intent.total, intent.cart_id)
    if told != (state.number, state.total.minor_units, order.cart_id):
        yield Violation("I12", intent.number, f"acknowledged as {told}, is {state.number} {state.total}")
    gone_back = order.captured == order.refunded and order.captured.minor_units > 0
    if intent.charged and state.status not in _PAID_ENDS and not gone_back:
        yield Violation("I5", intent.number, f"paid at the provider, ended {state.status}")


def _told_once(order: OrderEvidence, mails: Counter[tuple[str, str]], email: str) -> Iterator[Violation]:
    """I13: each thing that happened was told by exactly one mail."""
    if not email:
        return  # nobody was told of this order: its answer was lost and its shopper gave up
    state = order.state
    reached = Counter(step.target for step in order.steps if step.machine is Machine.ORDER)
    refunds = sum(refund.status is RefundStatus.SUCCEEDED for refund in state.refunds)
    wanted = {
        f"Your order {state.number} {_CONFIRMED}": min(1, reached[OrderStatus.PAID]),
        f"{_REFUND} your order {state.number}": refunds,
        f"Your order {state.number} {_EXPIRED}": reached[OrderStatus.EXPIRED],
        f"Your order {state.number} {_CANCELED}": reached[OrderStatus.CANCELED],
    }
    for subject, count in wanted.items():
        if mails[email, subject] != count:
            yield Violation("I13", state.number, f"{mails[email, subject]} mails “{subject}”, {count} due")


async def _mails(folder: Path) -> Counter[tuple[str, str]]:
    """Return how many mails there are per address and subject."""
    mailbox = FolderMailer(folder, StillShop(read_shop_file().profile))
    found: Counter[tuple[str, str]] = Counter()
    cursor: str | None = None
    while True:
        page = await mailbox.newest(cursor, MAIL_PAGE_SIZE)
        found.update((header.to, header.subject) for header in page.items)
        cursor = page.next_cursor
        if cursor is None:
            return found


def _places(known: Acknowledged) -> bool:
    return f"{known.method} {known.path}" == _PLACE


async def _again(caller: Client, known: Acknowledged, key: str) -> tuple[int, bytes]:
    for attempt in range(REPLAYS_AT_ONCE):
        answer = await caller.try_once(
            "replay", known.method, known.path, known.request, headers=known.headers, key=key, keep=False
        )
        if answer is not None:
            return answer.status, answer.body
        await caller.pause(attempt)
    return 0, b""
