"""``AlertStore`` in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from vivamarket.adapters.memory.outbox import tell
from vivamarket.adapters.memory.tables import Tables
from vivamarket.alerts.errors import AlertNotFound, TooManyAlerts
from vivamarket.alerts.events import ALERT_ASKED
from vivamarket.alerts.model import AlertState, StockAlert
from vivamarket.alerts.ports import Return
from vivamarket.kernel.ids import CustomerId, Sku


class MemoryAlertStore:
    """The ``AlertStore``. Its events go to the outbox of the tables it is given."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._alerts: dict[str, StockAlert] = {}
        self._returns: dict[Sku, Return] = {}

    async def ask(self, alert: StockAlert) -> None:
        """See ``AlertStore``."""
        known = next(
            (each for each in self._alerts.values() if (each.email, each.sku) == (alert.email, alert.sku)),
            None,
        )
        if known is not None and known.state is AlertState.WAITING:
            return
        kept = alert if known is None else replace(alert, id=known.id)
        self._alerts[kept.id] = kept
        with self._tables.transaction():
            tell(self._tables, ALERT_ASKED, kept.id, {"alert_id": kept.id}, kept.asked_at)

    async def add(self, alert: StockAlert, per_customer_max: int) -> StockAlert:
        """See ``AlertStore``."""
        own = [each for each in self._alerts.values() if each.customer_id == alert.customer_id]
        known = next((each for each in own if each.sku == alert.sku), None)
        if known is not None:
            return known
        if len(own) >= per_customer_max:
            raise TooManyAlerts("You wait for too many things.", alerts_max=per_customer_max)
        self._alerts[alert.id] = alert
        return alert

    async def get(self, alert_id: str) -> StockAlert:
        """See ``AlertStore``."""
        if alert_id not in self._alerts:
            raise AlertNotFound("There is no such alert.")
        return self._alerts[alert_id]

    async def confirm(self, alert_id: str, now: datetime, expires_at: datetime) -> StockAlert:
        """See ``AlertStore``."""
        alert = await self.get(alert_id)
        if alert.expires_at <= now:
            raise AlertNotFound("This link is too old.")
        ends = max(alert.expires_at, expires_at)
        self._alerts[alert_id] = replace(alert, state=AlertState.WAITING, expires_at=ends)
        return self._alerts[alert_id]

    async def remove(self, alert_ids: Sequence[str]) -> None:
        """See ``AlertStore``."""
        for alert_id in alert_ids:
            self._alerts.pop(alert_id, None)

    async def of_customer(self, customer_id: CustomerId) -> tuple[StockAlert, ...]:
        """See ``AlertStore``."""
        own = (each for each in self._alerts.values() if each.customer_id == customer_id)
        return tuple(sorted(own, key=lambda each: each.id, reverse=True))

    async def note_returns(self, skus: Sequence[Sku], now: datetime) -> None:
        """See ``AlertStore``."""
        waited_for = {each.sku for each in self._alerts.values() if each.state is AlertState.WAITING}
        for sku in set(skus) & waited_for:
            self._returns[sku] = Return(sku, now, None)

    async def returns(self, limit: int) -> tuple[Return, ...]:
        """See ``AlertStore``."""
        return tuple(sorted(self._returns.values(), key=lambda each: (each.noted_at, each.sku))[:limit])

    async def waiting(self, of: Return, limit: int) -> tuple[StockAlert, ...]:
        """See ``AlertStore``."""
        found = (
            each
            for each in self._alerts.values()
            if each.sku == of.sku
            and each.state is AlertState.WAITING
            and each.id > (of.told_to or "")
            and each.expires_at > of.noted_at
        )
        return tuple(sorted(found, key=lambda each: each.id)[:limit])

    async def told(self, of: Return, told_to: str | None) -> None:
        """See ``AlertStore``."""
        known = self._returns.get(of.sku)
        if known is None or known.noted_at != of.noted_at:
            return
        if told_to is None:
            del self._returns[of.sku]
        else:
            self._returns[of.sku] = replace(known, told_to=told_to)

    async def count_waiting(self, skus: Sequence[Sku], count_max: int) -> Mapping[Sku, int]:
        """See ``AlertStore``."""
        waiting = Counter(each.sku for each in self._alerts.values() if each.state is AlertState.WAITING)
        return {sku: min(waiting[sku], count_max) for sku in skus if waiting[sku]}

    async def forget(self, now: datetime, limit: int) -> int:
        """See ``AlertStore``."""
        gone = [each.id for each in self._alerts.values() if each.expires_at <= now][:limit]
        await self.remove(gone)
        return len(gone)
