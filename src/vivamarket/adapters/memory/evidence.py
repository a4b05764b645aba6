"""Reads everything the invariants speak of."""

from __future__ import annotations

from collections import Counter

from vivamarket.adapters.memory.stock import reservations_of
from vivamarket.adapters.memory.tables import OrderRecord, Tables
from vivamarket.checkout.fulfillment import fulfillment_of
from vivamarket.checkout.invariants import Evidence, OrderEvidence, RecordedStep, account_key
from vivamarket.inventory.model import MoveReason
from vivamarket.kernel.money import Money


class MemoryEvidenceReader:
    """The ``EvidenceReader`` over the tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def read(self) -> Evidence:
        """Return the evidence as of now."""
        tables = self._tables
        return Evidence(
            orders=tuple(_order(tables.orders[order_id]) for order_id in sorted(tables.orders)),
            stock=tuple(tables.stock[key] for key in sorted(tables.stock)),
            moved={key: sum(each.quantity for each in lines) for key, lines in tables.moves.items()},
            sent={
                key: -sum(each.quantity for each in lines if each.reason is MoveReason.SHIPMENT)
                for key, lines in tables.moves.items()
            },
            # ``LedgerTransaction`` does not exist unbalanced.
            unbalanced=(),
        )


def _order(record: OrderRecord) -> OrderEvidence:
    currency = record.order.currency
    balances: Counter[str] = Counter()
    for transaction in record.ledger:
        for entry in transaction.entries:
            balances[account_key(entry.account, entry.amount.currency, currency)] += entry.amount.minor_units
    return OrderEvidence(
        state=record.state,
        captured=Money(record.captured, currency),
        refunded=Money(record.refunded, currency),
        cart_id=record.order.cart_id,
        fulfillment=fulfillment_of(record.state),
        steps=tuple(
            RecordedStep(each.machine, each.subject_id, each.event, each.source, each.target)
            for each in record.steps
        ),
        reservations=reservations_of(record),
        ledger=dict(balances),
    )
