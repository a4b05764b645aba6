"""A shop that has been in use for two months: products in every state, sold by the thousand, found by staff.

The orders are made by the domain (`order_generator.py`), spread over sixty days, by 50,000 buyers; one in
twenty products is a draft, one in thirty archived, one SKU in fifty sold out.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.harness import folder
from benchmarks.order_generator import generate_orders
from benchmarks.ready_orders import Buyer
from benchmarks.running_shop import LOAD_TIMEOUT_SECONDS, Market, fill, shop_in
from vivamarket.bootstrap.accounts import accounts_of
from vivamarket.bootstrap.office import order_indexing_of, staff_index_of, trade_of
from vivamarket.bootstrap.shop import Shop, open_shop
from vivamarket.catalog.model import ProductStatus
from vivamarket.catalog.ports import Write
from vivamarket.kernel.ids import CategoryId, ProductId, Sku
from vivamarket.settings import Settings

DAYS = 60.0
BUYERS = 50_000
SCAN = 1_000
#: Customers with an account; the first of them are the buyers.
JOINED_AT_ONCE = 50_000
_CUSTOMERS_COUNT = "SELECT count(*) FROM customer"
#: Ids by time, as UUIDv7 are; last names of three syllables, one in thirty a frequent one.
_JOIN = """
INSERT INTO customer (id, email, name, locale, password_hash, created_at)
SELECT (substr(stamp, 1, 8) || '-' || substr(stamp, 9, 4) || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    CASE WHEN n <= $3 THEN 'buyer' || n - 1 ELSE 'member' || n END || '@example.com',
    ($4::text[])[n % 12 + 1] || ' ' || CASE WHEN n % 30 = 0 THEN ($5::text[])[n / 30 % 10 + 1]
        ELSE initcap(s.s[n % 26 + 1] || s.s[n / 26 % 26 + 1] || s.s[n / 676 % 26 + 1]) END,
    'en', '', to_timestamp(1700000000 + n)
FROM generate_series($1::int, $2::int) AS n, lpad(to_hex(1700000000000 + n * 1000::bigint), 12, '0') AS stamp,
    (SELECT $6::text[] AS s) AS s
ON CONFLICT DO NOTHING
"""
_SYLLABLES = [f"{consonant}{vowel}" for consonant in "bdfgklmnprstv" for vowel in "ao"]
#: SKUs that orders are of.
SOLD_SKUS = 5_000
EMAIL, PASSWORD = "bench@shop.test", "measuring is knowing"
KNOWN = "known.json"

FIRST = ("Ana", "Ben", "Carla", "David", "Elena", "Farid", "Grace", "Hugo", "Inés", "Jo", "Kenji", "Lucía")
LAST = ("Álvarez", "Brown", "Costa", "Díaz", "Evans", "Fischer", "García", "Haddad", "Ivanov", "Jones")


class Known(msgspec.Struct, frozen=True):
    """What somebody who works in this shop may ask for."""

    products: int
    orders: int
    numbers: tuple[str, ...]
    categories: tuple[CategoryId, ...]
    sold: dict[Sku, ProductId]


@contextlib.contextmanager
def busy_shop(
    products: int, orders: int, customers: int, keep: Path | None
) -> Iterator[tuple[Market, Known]]:
    """Run the database of such a shop: made now and gone afterwards, or kept in a folder for the next time.

    A kept shop must have the products and orders asked for, and gets the customers that it lacks; one that
    was not finished is refused.
    """
    with contextlib.ExitStack() as stack:
        place = keep or stack.enter_context(folder("viva-bench-"))
        notes = place / KNOWN
        if not notes.exists() and (place / "postgres").exists():
            raise SystemExit(f"{place} holds a shop that was not finished. Delete it and start again.")
        place.mkdir(parents=True, exist_ok=True)
        market = stack.enter_context(shop_in(place))
        if not notes.exists():
            begun = time.perf_counter()
            known = asyncio.run(_prepare(market, products, orders))
            notes.write_bytes(msgspec.json.encode(known))
            Console(stderr=True).print(f"prepared in {time.perf_counter() - begun:,.0f} s")
        known = msgspec.json.decode(notes.read_bytes(), type=Known)
        if (known.products, known.orders) != (products, orders):
            raise SystemExit(f"{place} holds {known.products:,} products and {known.orders:,} orders.")
        asyncio.run(_catch_up_with(market, customers))
        yield market, known


async def signed_in(market: Market) -> str:
    """Return the cookie of a member of staff who may do everything."""
    settings = Settings.from_env(market.environ)
    async with open_shop(settings, role="bench", command_timeout_seconds=LOAD_TIMEOUT_SECONDS) as shop:
        token = await accounts_of(shop).sign_in(EMAIL, PASSWORD, address="127.0.0.1")
    return f"viva_staff={token}"


def buyer(number: int) -> Buyer:
    """Return whose order that is: the same few names again and again, an address of their own."""
    one = number * 7_919 % BUYERS
    first, last = FIRST[one % len(FIRST)], LAST[one // 12 % len(LAST)]
    return Buyer(f"buyer{one}@example.com", f"{first} {last} {one // 120}th")


async def _prepare(market: Market, products: int, orders: int) -> Known:
    settings = Settings.from_env(market.environ)
    await fill(settings, products, samples=1)
    async with open_shop(settings, role="bench", command_timeout_seconds=LOAD_TIMEOUT_SECONDS) as shop:
        sold = await _vary(shop)
        with _progress() as bars:
            task = bars.add_task("orders", total=orders)
            await generate_orders(
                market.environ["VIVA_DATABASE_URL"],
                settings.sandbox_path,
                orders,
                list(sold),
                progress=lambda made: bars.advance(task, made),
                days=DAYS,
                buyers=buyer,
                products=sold,
            )
        numbers = await shop.pool.fetch("SELECT number FROM orders ORDER BY md5(number) LIMIT 500")
        tree = await shop.catalog.categories()
        await accounts_of(shop).add_staff(EMAIL, name="Bench", password=PASSWORD)
        return Known(
            products=products,
            orders=orders,
            numbers=tuple(row["number"] for row in numbers),
            categories=tuple(each.id for each in tree),
            sold=sold,
        )


async def _catch_up_with(market: Market, customers: int) -> None:
    settings = Settings.from_env(market.environ)
    async with open_shop(settings, role="bench", command_timeout_seconds=LOAD_TIMEOUT_SECONDS) as shop:
        await _join(shop, customers)
        await _catch_up(shop)


async def _join(shop: Shop, wanted: int) -> None:
    """Let customers join until there are so many."""
    known: int = await shop.pool.fetchval(_CUSTOMERS_COUNT)
    with _progress() as bars:
        task = bars.add_task("customers", total=wanted, completed=min(known, wanted))
        for first in range(known + 1, wanted + 1, JOINED_AT_ONCE):
            last = min(first + JOINED_AT_ONCE - 1, wanted)
            await shop.pool.execute(_JOIN, first, last, BUYERS, list(FIRST), list(LAST), _SYLLABLES)
            bars.advance(task, last - first + 1)


def member(number: int) -> tuple[str, str]:
    """Return the address and name of the customer who joined as that one, beyond the buyers."""
    if number % 30 == 0:
        last = LAST[number // 30 % len(LAST)]
    else:
        last = "".join(_SYLLABLES[number // place % 26] for place in (1, 26, 676)).capitalize()
    return f"member{number}@example.com", f"{FIRST[number % len(FIRST)]} {last}"


async def _vary(shop: Shop) -> dict[Sku, ProductId]:
    """Let some products be drafts, archived, low or sold out; return SKUs to order and their products."""
    sold: dict[Sku, ProductId] = {}
    seen, cursor = 0, None
    while True:
        page = await shop.home.catalog.scan(cursor, SCAN)
        writes, counts = [], []
        for number, product in enumerate(page.items, seen):
            status = _status(number)
            if status is not ProductStatus.ACTIVE:
                writes.append(Write(replace(product, status=status), product.version))
            elif number % 50 == 1:
                counts.append((product.variants[0].sku, number // 50 % 2 * 3))
            elif len(sold) < SOLD_SKUS:
                sold[product.variants[0].sku] = product.id
        await shop.home.catalog.put_many(writes)
        await shop.stock.set_on_hand(counts)
        seen, cursor = seen + len(page.items), page.next_cursor
        if cursor is None:
            return sold


def _status(number: int) -> ProductStatus:
    if number % 20 == 0:
        return ProductStatus.DRAFT
    return ProductStatus.ARCHIVED if number % 30 == 7 else ProductStatus.ACTIVE


async def _catch_up(shop: Shop) -> None:
    """Do what the worker does all the time."""
    for work in (staff_index_of(shop), order_indexing_of(shop)):
        while await work.run_once():
            continue
    while await trade_of(shop).sum_up():
        continue
    await shop.stock.note_low()
    await shop.pool.execute("VACUUM ANALYZE")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=Console(stderr=True),
    )  # fmt: skip
