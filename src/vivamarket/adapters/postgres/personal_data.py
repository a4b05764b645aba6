"""What PostgreSQL keeps of a person: one row of statements for each keeper of the registry.

Each statement sees the person as one row, ``person``: ``id``, ``emails``, ``orders``, ``carts``, ``numbers``
(words that orders may go on being found by) and ``words`` (what no kept answer may hold). Statements of one
keeper run in one transaction and may be repeated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from vivamarket.orders.finding import words_of
from vivamarket.orders.model import ERASED
from vivamarket.privacy.model import Person

_PERSON = """
WITH person AS (
    SELECT $1::uuid AS id, $2::text[] AS emails, $3::uuid[] AS orders, $4::text[] AS carts,
           $5::text[] AS numbers, $6::text[] AS words
)
"""
#: The country and its region stay, for the tax.
_ADDRESS = """
    CASE WHEN jsonb_typeof(o.document -> '{field}') = 'object' THEN
        jsonb_build_object(
            'name', '{erased}', 'line1', '{erased}', 'city', '{erased}',
            'country', o.document -> '{field}' -> 'country',
            'region', coalesce(o.document -> '{field}' -> 'region', '""'::jsonb)
        )
    ELSE 'null'::jsonb END
"""
_NAMELESS = f"""
    o.document || jsonb_build_object(
        'shipping_address', {_ADDRESS.format(field="shipping_address", erased=ERASED)},
        'billing_address', {_ADDRESS.format(field="billing_address", erased=ERASED)},
        'note', ''
    )
"""
_NAMED = """
    EXISTS (SELECT FROM unnest(person.words) AS word WHERE position(convert_to(word, 'UTF8') IN {column}) > 0)
"""

#: A parcel's number leads to the carrier's page, and that to the person. Events have it at the top, in the
#: facts of a mail that is sent again, or in the data of a webhook.
_UNTRACKED = """
    {document} #- '{{tracking_number}}' #- '{{tracking_url}}' #- '{{facts,tracking_number}}'
        #- '{{facts,tracking_url}}' #- '{{data,tracking_number}}' #- '{{data,tracking_url}}'
"""


@dataclass(frozen=True, slots=True)
class _Statements:
    name: str
    #: Each returns ``record``, one JSON object a row; ``$7`` is how many at most.
    exports: tuple[str, ...]
    erases: tuple[str, ...]


_KEEPERS = (
    _Statements(
        "answers",
        (),
        (
            # An answer about a return names neither the order nor the customer.
            f"""DELETE FROM idempotency_key USING person WHERE {_NAMED.format(column="body")}
                OR EXISTS (SELECT FROM return_request AS r WHERE r.order_id = ANY (person.orders)
                           AND position(convert_to(r.id::text, 'UTF8') IN body) > 0)""",
        ),
    ),
    _Statements(
        "messages",
        (),
        (
            """DELETE FROM outbox USING person WHERE payload ->> 'customer_id' = person.id::text
               OR EXISTS (SELECT FROM unnest(person.emails) AS email
                          WHERE strpos(payload::text || coalesce(error, ''), email) > 0)""",
            # What happened to an order goes on being told, without the way of its parcel. An error is text
            # of whatever failed.
            f"""UPDATE outbox SET payload = {_UNTRACKED.format(document="payload")},
                   error = CASE WHEN error IS NULL THEN NULL ELSE '{ERASED}' END
               FROM person WHERE payload ->> 'order_id' = ANY (person.orders::text[])""",
            f"""DELETE FROM inbox USING person
               WHERE payment_id IN (SELECT p.id FROM payment AS p WHERE p.order_id = ANY (person.orders))
                  OR {_NAMED.format(column="body")}""",
        ),
    ),
    _Statements(
        "webhooks",
        (),
        (
            f"""UPDATE webhook_attempt AS a SET answer = '', error = ''
               FROM webhook_delivery AS d, person
               WHERE a.delivery_id = d.id AND (a.answer <> '' OR a.error <> '')
                   AND {_NAMED.format(column="d.body")}""",
            f"""UPDATE webhook_delivery SET body = convert_to(({
                _UNTRACKED.format(document="convert_from(body, 'UTF8')::jsonb")
            })::text, 'UTF8')
               FROM person WHERE position(convert_to('"tracking_number"', 'UTF8') IN body) > 0
                   AND {_NAMED.format(column="body")}""",
        ),
    ),
    _Statements(
        "carts",
        (
            """SELECT doc AS record FROM cart, person WHERE cart.id = ANY (person.carts)
               ORDER BY updated_at""",
        ),
        (
            """DELETE FROM cart USING person WHERE cart.id = ANY (person.carts) AND order_id IS NULL""",
            """UPDATE cart SET doc = doc || jsonb_build_object('details', '{}'::jsonb)
               FROM person WHERE cart.id = ANY (person.carts)""",
            "DELETE FROM customer_cart USING person WHERE customer_id = person.id",
        ),
    ),
    _Statements(
        "alerts",
        (
            """SELECT jsonb_build_object('sku', sku, 'email', email, 'state', state, 'asked_at', asked_at)
               AS record FROM stock_alert, person WHERE customer_id = person.id OR email = ANY (person.emails)
               ORDER BY stock_alert.id""",
        ),
        (
            """DELETE FROM stock_alert USING person
               WHERE customer_id = person.id OR email = ANY (person.emails)""",
        ),
    ),
    _Statements(
        "orders",
        (
            """SELECT o.document || jsonb_build_object('number', o.number, 'status', o.status,
               'email', o.email, 'currency', o.currency, 'total', o.total, 'placed_at', o.placed_at) AS record
               FROM orders AS o, person WHERE o.id = ANY (person.orders) ORDER BY o.id""",
        ),
        (
            """DELETE FROM order_word USING person
               WHERE order_id = ANY (person.orders) AND NOT word = ANY (person.numbers)""",
            f"""UPDATE orders AS o SET email = '{ERASED}', document = {_NAMELESS}
               FROM person WHERE o.id = ANY (person.orders)""",
            """UPDATE shipment SET tracking_number = '', tracking_url = NULL
               FROM person WHERE order_id = ANY (person.orders)""",
            f"""UPDATE order_diary SET text = '{ERASED}'
               FROM person WHERE order_id = ANY (person.orders) AND kind = 'note'""",
            "DELETE FROM customer_order USING person WHERE customer_id = person.id",
        ),
    ),
    _Statements(
        "invoices",
        (
            """SELECT b.buyer || jsonb_build_object('series', b.series, 'number', b.sequence) AS record
               FROM invoice_buyer AS b JOIN invoice AS i USING (series, sequence), person
               WHERE i.order_id = ANY (person.orders) ORDER BY i.issued_at""",
        ),
        (
            """DELETE FROM invoice_buyer AS b USING invoice AS i, person
               WHERE i.series = b.series AND i.sequence = b.sequence AND i.order_id = ANY (person.orders)""",
        ),
    ),
    _Statements(
        "returns",
        (
            """SELECT jsonb_build_object('order_id', order_id, 'status', status, 'reason', reason,
               'note', note, 'answer', answer, 'lines', lines) AS record
               FROM return_request AS r, person WHERE order_id = ANY (person.orders) ORDER BY r.id""",
        ),
        (
            """UPDATE return_request SET note = '', answer = ''
               FROM person WHERE order_id = ANY (person.orders)""",
        ),
    ),
    _Statements(
        "notes",
        (
            # Not who wrote it: that is somebody else's data.
            """SELECT jsonb_build_object('note', n.text, 'at', n.at) AS record
               FROM customer_note AS n, person WHERE customer_id = person.id ORDER BY n.at, n.id""",
        ),
        ("DELETE FROM customer_note USING person WHERE customer_id = person.id",),
    ),
    _Statements(
        "addresses",
        ("SELECT document AS record FROM address_book, person WHERE customer_id = person.id",),
        ("DELETE FROM address_book USING person WHERE customer_id = person.id",),
    ),
    # Last, so that an erasure that was interrupted still knows whom it is about.
    _Statements(
        "account",
        (
            """SELECT jsonb_build_object('email', email, 'name', name, 'locale', locale,
               'created_at', created_at, 'has_second_factor', totp_secret IS NOT NULL) AS record
               FROM customer, person WHERE customer.id = person.id""",
            """SELECT jsonb_build_object('passkey', p.name, 'created_at', p.created_at) AS record
               FROM passkey AS p, person WHERE customer_id = person.id ORDER BY p.created_at""",
            """SELECT jsonb_build_object('signed_in_at', s.created_at, 'last_used_at', s.rotated_at) AS record
               FROM customer_session AS s, person WHERE customer_id = person.id ORDER BY s.created_at""",
        ),
        (
            """DELETE FROM identity_code USING person
               WHERE customer_id = person.id OR email = ANY (person.emails)""",
            # Its sessions and passkeys go with it.
            "DELETE FROM customer USING person WHERE customer.id = person.id",
        ),
    ),
)


class PostgresKeeper:
    """One ``PersonalDataKeeper`` on a pool."""

    def __init__(self, pool: asyncpg.Pool, statements: _Statements) -> None:
        self._pool = pool
        self._statements = statements

    @property
    def name(self) -> str:
        """See ``PersonalDataKeeper``."""
        return self._statements.name

    async def export(self, person: Person, limit: int) -> Sequence[Mapping[str, object]]:
        """See ``PersonalDataKeeper``."""
        found: list[Mapping[str, object]] = []
        for statement in self._statements.exports:
            rows = await self._pool.fetch(
                f"{_PERSON} SELECT record::text FROM ({statement}) AS found LIMIT $7", *_values(person), limit
            )
            found += [json.loads(row["record"]) for row in rows]
        return found[:limit]

    async def erase(self, person: Person) -> None:
        """See ``PersonalDataKeeper``."""
        async with self._pool.acquire() as connection, connection.transaction():
            for statement in self._statements.erases:
                await connection.execute(_PERSON + statement, *_values(person))


def postgres_keepers(pool: asyncpg.Pool) -> tuple[PostgresKeeper, ...]:
    """Return a keeper for each feature's tables, in the order they erase."""
    return tuple(PostgresKeeper(pool, statements) for statements in _KEEPERS)


def _values(person: Person) -> tuple[object, ...]:
    numbers = [word for number in person.order_numbers for word in _number_words(number)]
    words = [*person.emails, *person.order_ids, *person.order_numbers, *person.cart_ids, person.customer_id]
    return person.customer_id, person.emails, person.order_ids, person.cart_ids, numbers, words


def _number_words(number: str) -> tuple[str, ...]:
    return (*words_of(number), *words_of(number.rpartition("-")[2]))
