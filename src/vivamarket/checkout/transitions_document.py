"""Prints the transition table as a page of the documentation: a diagram and a table per machine."""

from __future__ import annotations

from collections.abc import Iterator

from vivamarket.checkout.transitions import TABLE, Machine, StockEffect, Transition

_INTRODUCTION = {
    Machine.ORDER: "An order exists before its payment; money always finds a row to belong to.",
    Machine.RESERVATION: "All reservations of an order move together, by the order's transition.",
    Machine.PAYMENT: "One row per attempt to pay. At most one attempt of an order is live.",
    Machine.REFUND: "One row per wish to give money back, however often it is repeated.",
    Machine.DISPUTE: "A cardholder asked the bank for the money back. A flag: no order changes state by it.",
    Machine.SHIPMENT: "One row per parcel. How far an order is fulfilled is told from them.",
}
_COLUMNS = ("From", "Event", "To", "Driven by", "What one transaction does", "Stock", "Bound", "If it fails")


def transitions_document() -> str:
    """Return the page."""
    lines = [
        "# States and transitions of a checkout",
        "",
        "Printed from `src/vivamarket/checkout/transitions.py` by `./viva generate`; do not edit. The code",
        "runs this very table: a change that is not listed cannot happen. Every transition is one",
        "transaction and one line of the order's history.",
    ]
    for machine in Machine:
        rows = [row for row in TABLE if row.machine is machine]
        lines += ["", f"## {machine.value.capitalize()}", "", _INTRODUCTION[machine], ""]
        lines += ["```mermaid", "stateDiagram-v2", *_diagram(rows), "```", ""]
        lines += [f"| {' | '.join(_COLUMNS)} |", "|---" * len(_COLUMNS) + "|"]
        lines += [_table_row(row) for row in rows]
    return "\n".join(lines) + "\n"


def _diagram(rows: list[Transition]) -> Iterator[str]:
    leaving = {row.source for row in rows}
    for row in rows:
        yield f"    {row.source or '[*]'} --> {row.target}: {row.event}"
    for state in dict.fromkeys(row.target for row in rows):
        if state not in leaving:
            yield f"    {state} --> [*]"


def _table_row(row: Transition) -> str:
    drivers = ", ".join(driver.value.replace("_", " ") for driver in row.drivers)
    stock = "" if row.stock is StockEffect.NONE else row.stock.value
    source = f"`{row.source}`" if row.source else "–"
    cells = (source, row.event, f"`{row.target}`", drivers, row.does, stock, row.within, row.on_failure)
    return "| " + " | ".join(cells) + " |"
