"""What stock alerts need from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vivamarket.alerts.model import StockAlert
from vivamarket.kernel.ids import CustomerId, Sku


@dataclass(frozen=True, slots=True)
class Return:
    """A SKU that came back and is waited for. Alerts up to the id ``told_to`` have had their turn."""

    sku: Sku
    noted_at: datetime
    told_to: str | None


class AlertStore(Protocol):
    """Keeps stock alerts and which of them are to be told. Each method is one transaction."""

    async def ask(self, alert: StockAlert) -> None:
        """Keep a guest's alert together with the event that has its confirmation mailed.

        One that is asked for already begins anew under its old id and is mailed again; one that waits
        already is left as it is, and nothing is mailed.
        """
        ...

    async def add(self, alert: StockAlert, per_customer_max: int) -> StockAlert:
        """Keep a customer's alert; return the one there is for that SKU. Raise ``TooManyAlerts``."""
        ...

    async def get(self, alert_id: str) -> StockAlert:
        """Return the alert. Raise ``AlertNotFound``."""
        ...

    async def confirm(self, alert_id: str, now: datetime, expires_at: datetime) -> StockAlert:
        """Let the alert wait until that moment; one that waits already is fine.

        Raise ``AlertNotFound``, also when it has expired.
        """
        ...

    async def remove(self, alert_ids: Sequence[str]) -> None:
        """Remove alerts; unknown ones are fine."""
        ...

    async def of_customer(self, customer_id: CustomerId) -> tuple[StockAlert, ...]:
        """Return the customer's alerts, newest first."""
        ...

    async def note_returns(self, skus: Sequence[Sku], now: datetime) -> None:
        """Note those of the SKUs that somebody waits for as returned; everybody's turn begins anew."""
        ...

    async def returns(self, limit: int) -> tuple[Return, ...]:
        """Return what came back and is not told to everybody yet, oldest first."""
        ...

    async def waiting(self, of: Return, limit: int) -> tuple[StockAlert, ...]:
        """Return the next waiting alerts of a return, oldest first; those of that moment only."""
        ...

    async def told(self, of: Return, told_to: str | None) -> None:
        """Note how far a return is; None ends it. One that was noted anew meanwhile stays as it is."""
        ...

    async def count_waiting(self, skus: Sequence[Sku], count_max: int) -> Mapping[Sku, int]:
        """Return how many wait for each SKU, counted up to ``count_max``; zeros are left out."""
        ...

    async def forget(self, now: datetime, limit: int) -> int:
        """Remove at most ``limit`` alerts that expired before that moment; return how many went."""
        ...


class StockReader(Protocol):
    """Says what can be bought."""

    async def available(self, skus: Sequence[Sku]) -> Mapping[Sku, int]:
        """Return how many of each SKU can be promised; one that is not counted is left out."""
        ...


@dataclass(frozen=True, slots=True)
class AlertWords:
    """What a mail about an alert says and links to."""

    alert: StockAlert
    to: str
    title: str
    slug: str
    #: Lets its reader confirm the alert, or take it back.
    token: str


class AlertMailer(Protocol):
    """Sends the mails about alerts. The same ``mail_id`` is sent once, however often it is asked for.

    Raise ``Unavailable`` when later might work; an address that no mail can go to is passed over.
    """

    async def ask_to_confirm(self, mail_id: str, words: AlertWords, written_at: datetime) -> None:
        """Ask whether the address's owner wants the alert."""
        ...

    async def tell(self, mail_id: str, words: AlertWords, written_at: datetime) -> None:
        """Tell that the SKU is back."""
        ...
