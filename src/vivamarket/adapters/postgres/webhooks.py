"""Webhook endpoints, deliveries and their log in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import asyncpg

from vivamarket.adapters.postgres.outbox import NO_WAIT
from vivamarket.kernel.ids import parse_uuid
from vivamarket.kernel.paging import BadCursor, Page, decode_cursor, encode_cursor
from vivamarket.webhooks.errors import (
    DeliveryNotFound,
    EndpointDisabled,
    EndpointNotFound,
    TooManyEndpoints,
)
from vivamarket.webhooks.model import (
    ENDPOINTS_MAX,
    Delivery,
    DeliveryAttempt,
    DeliveryId,
    DeliveryLog,
    DeliveryStatus,
    Endpoint,
    EndpointId,
    EndpointStatus,
    Verdict,
)
from vivamarket.webhooks.ports import ATTEMPTS_SHOWN_MAX

_SCOPE = "webhook-deliveries"
_ENDPOINT = """
SELECT id::text, url, description, event_types, status, status_reason, secret, old_secret, old_secret_until,
       request_key, rotation_key, created_at, updated_at FROM webhook_endpoint
"""
_BY_ID = f"{_ENDPOINT} WHERE id = $1"
_BY_KEY = f"{_ENDPOINT} WHERE request_key = $1"
_ALL = f"{_ENDPOINT} ORDER BY id LIMIT $1"
#: Counting and adding must not interleave with another adding; readers are not held up.
_LOCK = "LOCK TABLE webhook_endpoint IN SHARE ROW EXCLUSIVE MODE"
_COUNT = "SELECT count(*) FROM webhook_endpoint"
_ADD = """
INSERT INTO webhook_endpoint (
    url, description, event_types, status, status_reason, secret, old_secret, old_secret_until,
    rotation_key, updated_at, id, request_key, created_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
_CHANGE = """
UPDATE webhook_endpoint SET
    url = $1, description = $2, event_types = $3, status = $4, status_reason = $5, secret = $6,
    old_secret = $7, old_secret_until = $8, rotation_key = $9, updated_at = $10
WHERE id = $11
"""
_REMOVE = "DELETE FROM webhook_endpoint WHERE id = $1 RETURNING id"
_ENQUEUE = """
INSERT INTO webhook_delivery (
    id, endpoint_id, event_id, event_type, body, status, attempts, tries, due_at, created_at
)
SELECT n.* FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::integer[], $8::integer[],
    $9::timestamptz[], $10::timestamptz[]
) AS n (id, endpoint_id, event_id, event_type, body, status, attempts, tries, due_at, created_at)
JOIN (SELECT id FROM webhook_endpoint WHERE id = ANY ($2) FOR KEY SHARE) AS e ON e.id = n.endpoint_id
ON CONFLICT ON CONSTRAINT webhook_delivery_once DO NOTHING
RETURNING id
"""
#: After the commit, not in it: a NOTIFY inside lets no two transactions commit at the same time.
_WAKE = "NOTIFY viva_changes, 'webhooks'"
_DUE = """
SELECT e.id::text, (
    SELECT count(*) FROM (
        SELECT FROM webhook_delivery AS d
        WHERE d.endpoint_id = e.id AND d.status = 'pending' AND d.due_at <= $1 LIMIT $2
    ) AS waiting
) AS waiting FROM webhook_endpoint AS e WHERE e.status <> 'disabled' ORDER BY e.id
"""
_COLUMNS = """
d.id::text, d.endpoint_id::text, d.event_id, d.event_type, d.body, d.status, d.attempts, d.tries, d.due_at,
d.created_at
"""
_CLAIM = f"""
UPDATE webhook_delivery AS d SET attempts = attempts + 1, tries = tries + 1,
    due_at = $2::timestamptz + $3::float8 * interval '1 second'
FROM {NO_WAIT} WHERE d.id = (
    SELECT w.id FROM webhook_delivery AS w JOIN webhook_endpoint AS e ON e.id = w.endpoint_id
    WHERE w.endpoint_id = $1 AND w.status = 'pending' AND w.due_at <= $2 AND e.status <> 'disabled'
    ORDER BY w.due_at, w.id LIMIT 1 FOR UPDATE OF w SKIP LOCKED
) RETURNING {_COLUMNS}
"""
#: Before the delivery's own lock: removing an endpoint locks in this order too.
_KEEP_ENDPOINT = "SELECT FROM webhook_endpoint WHERE id = $1 FOR KEY SHARE"
_LOG = """
INSERT INTO webhook_attempt (delivery_id, number, at, milliseconds, status_code, error, answer)
SELECT id, $2, $3, $4, $5, $6, $7 FROM webhook_delivery WHERE id = $1
ON CONFLICT DO NOTHING RETURNING delivery_id
"""
#: Success counts whenever it is heard of; anything else only of the newest attempt, and of no attempt from
#: before staff asked for the delivery again.
_JUDGE = """
UPDATE webhook_delivery SET status = $2, due_at = $3
WHERE id = $1 AND ($2::text = 'succeeded' OR status = 'pending' AND attempts = $4 AND tries = $5) RETURNING id
"""
_JUDGE_ENDPOINT = """
UPDATE webhook_endpoint SET status = $2, status_reason = $3, updated_at = $4
WHERE id = $1 AND status <> 'disabled' AND status <> $2
"""
_PAGE = f"""
SELECT {_COLUMNS}, e.url, a.number, a.at, a.milliseconds, a.status_code, a.error, a.answer
FROM webhook_delivery AS d JOIN webhook_endpoint AS e ON e.id = d.endpoint_id
LEFT JOIN webhook_attempt AS a ON a.delivery_id = d.id AND a.number = (
    SELECT max(number) FROM webhook_attempt WHERE delivery_id = d.id
)
WHERE ($1::uuid IS NULL OR d.endpoint_id = $1) AND ($2::text IS NULL OR d.status = $2)
    AND ($3::uuid IS NULL OR d.id < $3)
ORDER BY d.id DESC LIMIT $4
"""
_DELIVERY = f"""
SELECT {_COLUMNS}, e.url, e.status AS endpoint_status
FROM webhook_delivery AS d JOIN webhook_endpoint AS e ON e.id = d.endpoint_id WHERE d.id = $1
"""
_ATTEMPTS = """
SELECT number, at, milliseconds, status_code, error, answer FROM webhook_attempt
WHERE delivery_id = $1 ORDER BY number DESC LIMIT $2
"""
_REVIVE = "UPDATE webhook_delivery SET status = 'pending', tries = 0, due_at = $2 WHERE id = $1"
_FORGET = """
DELETE FROM webhook_delivery WHERE id = ANY (ARRAY(
    SELECT id FROM webhook_delivery WHERE created_at < $1 ORDER BY created_at LIMIT $2
))
"""


class PostgresWebhookStore:
    """The ``WebhookStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def add(self, endpoint: Endpoint, endpoints_max: int) -> Endpoint:
        """Keep the endpoint, or return the one that the same ``request_key`` made. See the port."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_LOCK)
            known = await connection.fetchrow(_BY_KEY, endpoint.request_key)
            if known is not None:
                return _endpoint(known)
            if await connection.fetchval(_COUNT) >= endpoints_max:
                raise TooManyEndpoints(
                    f"The shop has {endpoints_max} webhook endpoints already. Remove one first.",
                    endpoints_max=endpoints_max,
                )
            await connection.execute(
                _ADD, *_values(endpoint), endpoint.id, endpoint.request_key, endpoint.created_at
            )
        return endpoint

    async def get(self, endpoint_id: EndpointId) -> Endpoint:
        """Return the endpoint. Raise ``EndpointNotFound``."""
        return _found(await self._pool.fetchrow(_BY_ID, endpoint_id))

    async def all(self) -> tuple[Endpoint, ...]:
        """Return all endpoints, oldest first."""
        return tuple(_endpoint(row) for row in await self._pool.fetch(_ALL, ENDPOINTS_MAX))

    async def change(self, endpoint_id: EndpointId, decide: Callable[[Endpoint], Endpoint]) -> Endpoint:
        """Lock the endpoint, decide, write. See the port."""
        async with self._pool.acquire() as connection, connection.transaction():
            known = _found(await connection.fetchrow(f"{_BY_ID} FOR UPDATE", endpoint_id))
            wanted = decide(known)
            if wanted != known:
                await connection.execute(_CHANGE, *_values(wanted), endpoint_id)
            return wanted

    async def remove(self, endpoint_id: EndpointId) -> bool:
        """Remove the endpoint with its deliveries; return whether there was one."""
        return await self._pool.fetchval(_REMOVE, endpoint_id) is not None

    async def enqueue(self, deliveries: Sequence[Delivery]) -> int:
        """Keep deliveries, once per endpoint and event; return how many are new."""
        columns = list(
            zip(
                *(
                    (
                        each.id,
                        each.endpoint_id,
                        each.event_id,
                        each.event_type,
                        each.body,
                        each.status,
                        each.attempts,
                        each.tries,
                        each.due_at,
                        each.created_at,
                    )
                    for each in deliveries
                ),
                strict=True,
            )
        )
        if not columns:
            return 0
        async with self._pool.acquire() as connection:
            written = await connection.fetch(_ENQUEUE, *columns)
            if written:
                await connection.execute(_WAKE)
        return len(written)

    async def due(self, now: datetime, limit: int) -> Mapping[EndpointId, int]:
        """Return how many deliveries wait for each endpoint, counted to ``limit``."""
        rows = await self._pool.fetch(_DUE, now, limit)
        return {EndpointId(row["id"]): row["waiting"] for row in rows if row["waiting"]}

    async def claim(
        self, endpoint_id: EndpointId, now: datetime, lease_seconds: float
    ) -> tuple[Delivery, Endpoint] | None:
        """Return the delivery that is due longest, hidden until the lease ends. See the port."""
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(_CLAIM, endpoint_id, now, lease_seconds)
            if row is None:
                return None
            endpoint = await connection.fetchrow(_BY_ID, endpoint_id)
        return None if endpoint is None else (_delivery(row), _endpoint(endpoint))

    async def record(self, delivery: Delivery, attempt: DeliveryAttempt, verdict: Verdict) -> None:
        """Write the attempt, and what it leads to. See the port."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_KEEP_ENDPOINT, delivery.endpoint_id)
            logged = await connection.fetchval(
                _LOG,
                delivery.id,
                attempt.number,
                attempt.at,
                attempt.milliseconds,
                attempt.status_code,
                attempt.error,
                attempt.answer,
            )
            if logged is None:
                return
            judged = await connection.fetchval(
                _JUDGE, delivery.id, verdict.status, verdict.due_at, delivery.attempts, delivery.tries
            )
            if judged is not None and verdict.endpoint is not None:
                await connection.execute(
                    _JUDGE_ENDPOINT, delivery.endpoint_id, verdict.endpoint, verdict.reason, attempt.at
                )

    async def deliveries(
        self, endpoint_id: EndpointId | None, status: DeliveryStatus | None, cursor: str | None, limit: int
    ) -> Page[DeliveryLog]:
        """Return a keyset page, newest first: ids are UUIDv7, so they order by time."""
        rows = await self._pool.fetch(_PAGE, endpoint_id, status, _after(cursor), limit + 1)
        items = tuple(
            DeliveryLog(
                delivery=_delivery(row),
                url=row["url"],
                attempts=(_attempt(row),) if row["number"] is not None else (),
            )
            for row in rows[:limit]
        )
        return Page(items, encode_cursor(_SCOPE, [items[-1].delivery.id]) if len(rows) > limit else None)

    async def delivery(self, delivery_id: DeliveryId) -> DeliveryLog:
        """Return the delivery with its newest attempts. Raise ``DeliveryNotFound``."""
        async with self._pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            return await _log_of(connection, delivery_id)

    async def revive(self, delivery_id: DeliveryId, now: datetime) -> DeliveryLog:
        """Make the delivery due now with all its tries. See the port."""
        async with self._pool.acquire() as connection:
            async with connection.transaction():
                row = await connection.fetchrow(f"{_DELIVERY} FOR UPDATE OF d", delivery_id)
                if row is None:
                    raise DeliveryNotFound("There is no such delivery (any more).")
                if row["endpoint_status"] == EndpointStatus.DISABLED:
                    raise EndpointDisabled("Nothing is sent to a disabled endpoint. Enable it first.")
                await connection.execute(_REVIVE, delivery_id, now)
                log = await _log_of(connection, delivery_id)
            await connection.execute(_WAKE)
        return log

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` deliveries created before that moment."""
        done: str = await self._pool.execute(_FORGET, before, limit)
        return int(done.rsplit(" ", 1)[-1])


async def _log_of(connection: asyncpg.pool.PoolConnectionProxy, delivery_id: DeliveryId) -> DeliveryLog:
    row = await connection.fetchrow(_DELIVERY, delivery_id)
    if row is None:
        raise DeliveryNotFound("There is no such delivery (any more).")
    attempts = await connection.fetch(_ATTEMPTS, delivery_id, ATTEMPTS_SHOWN_MAX)
    return DeliveryLog(
        delivery=_delivery(row), url=row["url"], attempts=tuple(_attempt(each) for each in attempts)
    )


def _after(cursor: str | None) -> str | None:
    if not cursor:
        return None
    (key,) = decode_cursor(_SCOPE, cursor, 1)
    if not isinstance(key, str):
        raise BadCursor("The cursor is damaged; start again from the first page.")
    return parse_uuid(key)


def _found(row: asyncpg.Record | None) -> Endpoint:
    if row is None:
        raise EndpointNotFound("There is no such webhook endpoint (any more).")
    return _endpoint(row)


def _endpoint(row: asyncpg.Record) -> Endpoint:
    return Endpoint(
        id=EndpointId(row["id"]),
        url=row["url"],
        description=row["description"],
        event_types=tuple(row["event_types"]),
        status=EndpointStatus(row["status"]),
        status_reason=row["status_reason"],
        secret=row["secret"],
        old_secret=row["old_secret"],
        old_secret_until=row["old_secret_until"],
        request_key=row["request_key"],
        rotation_key=row["rotation_key"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _values(endpoint: Endpoint) -> tuple[object, ...]:
    """Return what may change, in the order of the statements."""
    return (
        endpoint.url,
        endpoint.description,
        list(endpoint.event_types),
        endpoint.status,
        endpoint.status_reason,
        endpoint.secret,
        endpoint.old_secret,
        endpoint.old_secret_until,
        endpoint.rotation_key,
        endpoint.updated_at,
    )


def _delivery(row: asyncpg.Record) -> Delivery:
    return Delivery(
        id=DeliveryId(row["id"]),
        endpoint_id=EndpointId(row["endpoint_id"]),
        event_id=row["event_id"],
        event_type=row["event_type"],
        body=row["body"],
        status=DeliveryStatus(row["status"]),
        attempts=row["attempts"],
        tries=row["tries"],
        due_at=row["due_at"],
        created_at=row["created_at"],
    )


def _attempt(row: asyncpg.Record) -> DeliveryAttempt:
    return DeliveryAttempt(
        number=row["number"],
        at=row["at"],
        milliseconds=row["milliseconds"],
        status_code=row["status_code"],
        error=row["error"],
        answer=row["answer"],
    )
