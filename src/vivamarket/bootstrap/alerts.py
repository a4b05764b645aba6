"""Stock alerts, as web and worker use them, and their mails in notifications' words."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from vivamarket.accounts.identity.ports import IdentityStore
from vivamarket.adapters.postgres.alerts import PostgresAlertStore
from vivamarket.adapters.postgres.identity import PostgresIdentityStore
from vivamarket.alerts.ports import AlertWords
from vivamarket.alerts.service import AlertParts, AlertService, alert_seals
from vivamarket.alerts.telling import AddressOf, AlertTelling
from vivamarket.bootstrap.preferences import preferences_of
from vivamarket.bootstrap.quick import attempts_of
from vivamarket.bootstrap.shop import Shop
from vivamarket.kernel.ids import CustomerId
from vivamarket.notifications.notices import Notice, NoticeKind, Notices
from vivamarket.preferences.service import PreferenceService


class AlertMails:
    """Notices as the ``AlertMailer``. What a link carries stands behind the #, which no server ever sees."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    async def ask_to_confirm(self, mail_id: str, words: AlertWords, written_at: datetime) -> None:
        """See ``AlertMailer``."""
        await self._send(NoticeKind.STOCK_CONFIRM, mail_id, words, written_at, _page("confirm", words))

    async def tell(self, mail_id: str, words: AlertWords, written_at: datetime) -> None:
        """See ``AlertMailer``."""
        await self._send(NoticeKind.STOCK_BACK, mail_id, words, written_at, f"p/{words.slug}/")

    async def _send(
        self, kind: NoticeKind, mail_id: str, words: AlertWords, written_at: datetime, path: str
    ) -> None:
        await self._notices.send(
            Notice(
                kind=kind,
                id=mail_id,
                to=words.to,
                locale=words.alert.locale,
                path=path,
                written_at=written_at,
                words={"title": words.title},
                stop_path=_page("stop", words),
            )
        )


def alerts_of(shop: Shop) -> AlertService:
    """Build the use cases of asking for alerts."""
    return AlertService(_parts(shop))


def alert_telling_of(shop: Shop) -> AlertTelling:
    """Build what tells whom; the worker's alone."""
    customers = PostgresIdentityStore(shop.pool)
    return AlertTelling(
        _parts(shop), AlertMails(notices_of(shop)), address_reader(customers, preferences_of(shop))
    )


def notices_of(shop: Shop) -> Notices:
    """Build what writes notices."""
    return Notices(
        shop.home.mailer,
        shop=shop.rules,
        public_url=shop.settings.public_url,
    )


def address_reader(customers: IdentityStore, preferences: PreferenceService) -> AddressOf:
    """Return what looks up where a customer's alert goes, and whether the customer wants it now."""

    async def address_of(customer_id: CustomerId) -> str | None:
        if not (await preferences.get(customer_id)).mails.stock_alerts:
            return None
        customer = await customers.by_id(customer_id)
        return customer.email if customer is not None else None

    return address_of


def _parts(shop: Shop) -> AlertParts:
    return AlertParts(
        store=PostgresAlertStore(shop.pool),
        catalog=shop.catalog,
        stock=shop.stock,
        attempts=attempts_of(shop),
        clock=shop.clock,
        ids=shop.ids,
        seals=alert_seals(shop.secrets.token_key),
    )


def _page(do: str, words: AlertWords) -> str:
    return f"stock-alert/#{urlencode({'do': do, 'token': words.token})}"
