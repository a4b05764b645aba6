"""How an alert is asked for, confirmed and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from vivamarket.accounts.identity.limits import Attempts, Limit
from vivamarket.accounts.identity.model import customer_email
from vivamarket.alerts.errors import AlertNotFound, InStock
from vivamarket.alerts.model import (
    ALERTS_PER_CUSTOMER_MAX,
    ASKED_LIFE,
    WAITING_LIFE,
    AlertState,
    StockAlert,
)
from vivamarket.alerts.ports import AlertStore, StockReader
from vivamarket.catalog.errors import ProductNotFound
from vivamarket.catalog.model import Product
from vivamarket.catalog.service import CatalogService
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import CustomerId, IdSource, Sku
from vivamarket.kernel.seals import Seals

#: Confirmation mails asked for, per mail address and per network address.
ALERTS = Limit(name="alert", per_account_max=5, per_address_max=20, window=timedelta(hours=1))
#: Beyond that, how many wait for a SKU makes no difference to whoever orders it.
WAITING_COUNTED_MAX = 1_000
_PURPOSE = "stock"


def alert_seals(key: str) -> Seals:
    """Return what the links of alerts are sealed with."""
    return Seals(key, "alert")


def alert_token(seals: Seals, alert_id: str) -> str:
    """Return the token of an alert's links: who has it has read the mail."""
    return seals.sealed(_PURPOSE, alert_id)


@dataclass(frozen=True, slots=True)
class ShownAlert:
    """An alert and what it is about. A product that is not sold any more is None."""

    alert: StockAlert
    product: Product | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertParts:
    """What the use cases work with."""

    store: AlertStore
    catalog: CatalogService
    stock: StockReader
    attempts: Attempts
    clock: Clock
    ids: IdSource
    seals: Seals


class AlertService:
    """Use cases of asking. A guest's address counts once its owner has confirmed it."""

    def __init__(self, parts: AlertParts) -> None:
        self._parts = parts

    async def ask(self, sku: Sku, email: str, locale: str, *, address: str) -> None:
        """Ask for an alert; the confirmation is mailed to the address, and until then nobody waits.

        The answer never tells whether the address waits already. Raise ``BadCustomer``, ``ProductNotFound``,
        ``InStock``, ``TooManyAttempts``.
        """
        to = customer_email(email)
        product = await self._sold_out(sku)
        await self._parts.attempts.count(ALERTS, to, address)
        now = self._parts.clock.now()
        await self._parts.store.ask(
            StockAlert(
                id=self._parts.ids.uuid7(),
                sku=sku,
                product_id=product.id,
                email=to,
                locale=locale,
                state=AlertState.ASKED,
                asked_at=now,
                expires_at=now + ASKED_LIFE,
            )
        )

    async def waiting(self, skus: Sequence[Sku]) -> Mapping[Sku, int]:
        """Return how many wait for each SKU, counted up to ``WAITING_COUNTED_MAX``; zeros are left out."""
        return await self._parts.store.count_waiting(skus, WAITING_COUNTED_MAX) if skus else {}

    async def ask_as_customer(self, customer_id: CustomerId, sku: Sku, locale: str) -> StockAlert:
        """Wait for the SKU with the customer's confirmed address. Asked twice, one alert waits.

        Raise ``ProductNotFound``, ``InStock``, ``TooManyAlerts``.
        """
        product = await self._sold_out(sku)
        now = self._parts.clock.now()
        alert = await self._parts.store.add(
            StockAlert(
                id=self._parts.ids.uuid7(),
                sku=sku,
                product_id=product.id,
                customer_id=customer_id,
                locale=locale,
                state=AlertState.WAITING,
                asked_at=now,
                expires_at=now + WAITING_LIFE,
            ),
            ALERTS_PER_CUSTOMER_MAX,
        )
        await self._look_again(sku)
        return alert

    async def confirm(self, token: str) -> ShownAlert:
        """Let the alert of the mail wait. Raise ``AlertNotFound``."""
        now = self._parts.clock.now()
        alert = await self._parts.store.confirm(self._read(token), now, now + WAITING_LIFE)
        await self._look_again(alert.sku)
        (shown,) = await self._shown((alert,))
        return shown

    async def stop(self, token: str) -> None:
        """Take the alert of the mail back; one that is gone is fine. Raise ``AlertNotFound`` for no token."""
        await self._parts.store.remove((self._read(token),))

    async def of_customer(self, customer_id: CustomerId) -> tuple[ShownAlert, ...]:
        """Return what the customer waits for, newest first."""
        return await self._shown(await self._parts.store.of_customer(customer_id))

    async def stop_as_customer(self, customer_id: CustomerId, alert_id: str) -> None:
        """Take the customer's alert back; one that is gone, or another's, is left as it is."""
        own = await self._parts.store.of_customer(customer_id)
        await self._parts.store.remove([alert.id for alert in own if alert.id == alert_id])

    async def forget(self, limit: int = 1_000) -> int:
        """Remove at most so many alerts that have expired; return how many went."""
        return await self._parts.store.forget(self._parts.clock.now(), limit)

    async def _sold_out(self, sku: Sku) -> Product:
        product = (await self._parts.catalog.shown_by_skus([sku])).get(sku)
        variant = product.variant(sku) if product is not None else None
        if product is None or variant is None:
            raise ProductNotFound("There is no such product.", sku=sku)
        left = (await self._parts.stock.available([sku])).get(sku, 0)
        if variant.continue_selling or not variant.tracked or left > 0:
            raise InStock("This is in stock: you can buy it now.", sku=sku)
        return product

    async def _look_again(self, sku: Sku) -> None:
        """Note a return that came between the look at the stock and the alert: nobody else would."""
        if (await self._parts.stock.available([sku])).get(sku, 0) > 0:
            await self._parts.store.note_returns([sku], self._parts.clock.now())

    async def _shown(self, alerts: tuple[StockAlert, ...]) -> tuple[ShownAlert, ...]:
        found = await self._parts.catalog.shown_many([alert.product_id for alert in alerts])
        return tuple(ShownAlert(alert, found.get(alert.product_id)) for alert in alerts)

    def _read(self, token: str) -> str:
        parts = self._parts.seals.read(_PURPOSE, token, 1)
        if parts is None:
            raise AlertNotFound("This link is not one of ours, or it is damaged.")
        return parts[0]
