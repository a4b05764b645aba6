"""Requests about personal data, as web and worker use them, and every keeper of such data."""

from __future__ import annotations

from datetime import datetime

import asyncpg

from vivamarket.adapters.postgres.personal_data import postgres_keepers
from vivamarket.adapters.postgres.privacy import PostgresPersonReader, PostgresPrivacyStore
from vivamarket.bootstrap.alerts import notices_of
from vivamarket.bootstrap.home import Home
from vivamarket.bootstrap.preferences import PreferenceKeeper
from vivamarket.bootstrap.shop import Shop
from vivamarket.notifications.notices import Notice, NoticeKind, Notices
from vivamarket.privacy.model import Person
from vivamarket.privacy.ports import PersonalDataKeeper
from vivamarket.privacy.service import ExportLinks, PrivacyService
from vivamarket.privacy.work import PrivacyParts, PrivacyWork


class PrivacyMails:
    """Notices as the ``PrivacyMailer``."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    async def export_ready(
        self, mail_id: str, person: Person, token: str, until: datetime, written_at: datetime
    ) -> None:
        """See ``PrivacyMailer``."""
        await self._notices.send(
            Notice(
                kind=NoticeKind.EXPORT_READY,
                id=mail_id,
                to=person.email,
                locale=person.locale,
                path=f"/api/v1/exports/{token}",
                written_at=written_at,
                until=until,
            )
        )

    async def erasure_asked(
        self, mail_id: str, person: Person, until: datetime, written_at: datetime
    ) -> None:
        """See ``PrivacyMailer``."""
        await self._notices.send(
            Notice(
                kind=NoticeKind.ERASURE_ASKED,
                id=mail_id,
                to=person.email,
                locale=person.locale,
                path="account/privacy/",
                written_at=written_at,
                until=until,
            )
        )

    async def erasure_canceled(self, mail_id: str, person: Person, written_at: datetime) -> None:
        """See ``PrivacyMailer``."""
        await self._notices.send(
            Notice(
                kind=NoticeKind.ERASURE_CANCELED,
                id=mail_id,
                to=person.email,
                locale=person.locale,
                path="account/",
                written_at=written_at,
            )
        )


def privacy_of(shop: Shop) -> PrivacyService:
    """Build the use cases of asking."""
    return PrivacyService(
        store=PostgresPrivacyStore(shop.pool),
        people=PostgresPersonReader(shop.pool),
        files=shop.home.files,
        links=ExportLinks(shop.secrets.token_key),
        clock=shop.clock,
        ids=shop.ids,
    )


def keepers_of(home: Home, pool: asyncpg.Pool) -> tuple[PersonalDataKeeper, ...]:
    """Return every place that holds something of persons."""
    return (*home.keepers, PreferenceKeeper(home.preferences), *postgres_keepers(pool))


def privacy_work_of(shop: Shop) -> PrivacyWork:
    """Build what works requests off; the worker's alone."""
    return PrivacyWork(
        PrivacyParts(
            store=PostgresPrivacyStore(shop.pool),
            people=PostgresPersonReader(shop.pool),
            keepers=keepers_of(shop.home, shop.pool),
            files=shop.home.files,
            mailer=PrivacyMails(notices_of(shop)),
            links=ExportLinks(shop.secrets.token_key),
            clock=shop.clock,
        )
    )
