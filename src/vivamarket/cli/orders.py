"""``viva orders``: the latest orders, or one with its whole story."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from vivamarket.cli.context import print_json, read_settings

if TYPE_CHECKING:
    from vivamarket.inventory.model import Reservation
    from vivamarket.kernel.money import Money
    from vivamarket.orders.model import Order, OrderRow
    from vivamarket.payments.ledger import LedgerTransaction

LIMIT_MAX = 100


@dataclass(frozen=True, slots=True)
class _Story:
    """An order with what it did to the books and to the stock."""

    order: Order
    ledger: tuple[LedgerTransaction, ...]
    reservations: tuple[Reservation, ...]


@click.command
@click.argument("number", required=False)
@click.option("--limit", type=click.IntRange(1, LIMIT_MAX), default=20, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print for a script.")
def command(*, number: str | None, limit: int, as_json: bool) -> None:
    """List the latest orders, or show the one with NUMBER and its whole story."""
    from vivamarket.cli.database import open_database

    with open_database(read_settings()) as url:
        if number is None:
            rows = asyncio.run(_latest(url, limit))
        else:
            story = asyncio.run(_one(url, number))
    if number is None:
        _tell_rows(rows, as_json=as_json)
    elif as_json:
        print_json(_story_fields(story))
    else:
        _tell_order(story.order)
        _tell_books(story)


async def _latest(url: str, limit: int) -> tuple[OrderRow, ...]:
    from vivamarket.adapters.postgres.orders import PostgresOrderStore
    from vivamarket.adapters.postgres.pool import create_pool

    async with await create_pool(url, size_max=1, application_name="viva orders") as pool:
        return tuple((await PostgresOrderStore(pool).newest(None, limit)).items)


async def _one(url: str, number: str) -> _Story:
    from vivamarket.adapters.postgres.inventory import PostgresStockStore
    from vivamarket.adapters.postgres.ledger import PostgresLedgerReader
    from vivamarket.adapters.postgres.orders import PostgresOrderStore
    from vivamarket.adapters.postgres.pool import create_pool
    from vivamarket.kernel.ids import OrderNumber

    async with await create_pool(url, size_max=1, application_name="viva orders") as pool:
        order = await PostgresOrderStore(pool).by_number(OrderNumber(number.upper()))
        return _Story(
            order=order,
            ledger=await PostgresLedgerReader(pool).of_order(order.id),
            reservations=await PostgresStockStore(pool).reservations(order.id),
        )


def _tell_rows(rows: tuple[OrderRow, ...], *, as_json: bool) -> None:
    if as_json:
        print_json([_row_fields(row) for row in rows])
        return
    if not rows:
        click.echo("No orders yet.")
    for row in rows:
        total = _amount(row.total)
        click.echo(
            f"{row.placed_at:%Y-%m-%d %H:%M}  {row.number:<12} {row.status:<18} {total:>14}  {row.email}"
        )


def _tell_order(order: Order) -> None:
    click.echo(
        f"{order.number}  {order.status}  {order.email}  placed {order.placed_at:%Y-%m-%d %H:%M} UTC\n"
    )
    for line in order.lines:
        click.echo(f"{line.quantity:>5} × {line.title[:50]:<50} {_amount(line.total):>14}")
    click.echo(f"{'total':>58} {_amount(order.total):>14}")
    _tell_money_back(order)
    if order.payment is not None:
        click.echo(f"\npayment   {order.payment.status} (attempt {order.payment.attempt})")
    click.echo("\n" + "\n".join(f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.kind}" for entry in order.timeline))


def _tell_money_back(order: Order) -> None:
    """Show who got what back, and what a bank has asked for."""
    titles = {line.position: line.title for line in order.lines}
    for refund in order.refunds:
        click.echo(f"\nrefund {refund.at:%Y-%m-%d %H:%M}  {refund.status}  {refund.reason}".rstrip())
        for line in refund.lines:
            click.echo(f"{line.quantity:>5} × {titles[line.position][:50]:<50} {_amount(line.amount):>14}")
        for label, amount in (("shipping", refund.shipping), ("goodwill", refund.goodwill)):
            if amount:
                click.echo(f"{label:>58} {_amount(amount):>14}")
        click.echo(f"{'given back':>58} {_amount(refund.amount):>14}")
    for dispute in order.disputes:
        away = ", taken away" if dispute.withdrawn else ""
        click.echo(
            f"\ndisputed {dispute.opened_at:%Y-%m-%d %H:%M}  {dispute.status}  {dispute.reason}  "
            f"{_amount(dispute.amount)}{away}"
        )


def _tell_books(story: _Story) -> None:
    """Show what the order did to the books and to the stock."""
    if story.ledger:
        click.echo("\nledger")
    for transaction in story.ledger:
        for entry in transaction.entries:
            click.echo(
                f"{transaction.at:%Y-%m-%d %H:%M:%S}  {transaction.kind:<12} {entry.account:<22} "
                f"{_amount(entry.amount):>14}"
            )
    if story.reservations:
        click.echo("\nstock")
    for each in story.reservations:
        click.echo(f"{each.quantity:>5} × {each.sku:<30} {each.status}")


def _row_fields(row: OrderRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "status": row.status,
        "email": row.email,
        "total": row.total,
        "refunded_total": row.refunded_total,
        "placed_at": row.placed_at,
    }


def _story_fields(story: _Story) -> dict[str, Any]:
    order = story.order
    return {
        "id": order.id,
        "number": order.number,
        "status": order.status,
        "email": order.email,
        "placed_at": order.placed_at,
        "lines": [
            {"sku": line.sku, "title": line.title, "quantity": line.quantity, "total": line.total}
            for line in order.lines
        ],
        "total": order.total,
        "refunded_total": order.refunded_total,
        "refunds": order.refunds,
        "disputes": order.disputes,
        "payment": order.payment,
        "timeline": order.timeline,
        "ledger": story.ledger,
        "stock": story.reservations,
    }


def _amount(money: Money) -> str:
    return f"{money.decimal()} {money.currency}"
