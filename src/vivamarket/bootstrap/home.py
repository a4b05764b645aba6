"""A shop's two homes: the adapters that differ between one machine and AWS (docs/decisions/0028)."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

import asyncpg

from vivamarket.accounts.ports import PasswordPool
from vivamarket.accounts.service import StaffPool
from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.ids import SystemIds
from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.adapters.local.mail_keeper import MailFolderKeeper
from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.adapters.postgres.preferences import PostgresPreferenceStore
from vivamarket.catalog.ports import CatalogStore
from vivamarket.kernel.outbox import EventBus, EventSource
from vivamarket.media.ports import ObjectStore
from vivamarket.notifications.ports import Mailbox, Mailer
from vivamarket.preferences.ports import PreferenceStore
from vivamarket.privacy.ports import PersonalDataKeeper
from vivamarket.settings import BadSetting, Settings
from vivamarket.shop_settings import LiveSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQueues:
    """Where events go from the outbox, and where the relay takes them from then."""

    bus: EventBus
    source: EventSource
    #: What the queues have put aside by themselves.
    dead: EventSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What the shop's parts are built upon. Everything else is the same in both homes."""

    catalog: CatalogStore
    preferences: PreferenceStore
    files: ObjectStore
    #: The same files, for what can be made again: on one machine they are not forced to disk one by one.
    quick_files: ObjectStore
    mailer: Mailer
    mailbox: Mailbox
    #: Who keeps passwords instead of our own records; None means hashes there.
    customers_pool: PasswordPool | None = None
    staff_pool: StaffPool | None = None
    #: Keepers of personal data that only this home has.
    keepers: tuple[PersonalDataKeeper, ...]
    #: None where the relay takes events from the outbox itself.
    queues: EventQueues | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What stands before the home does."""

    settings: Settings
    pool: asyncpg.Pool
    clock: SystemClock
    ids: SystemIds
    rules: LiveSettings
    #: Called when the process ends.
    closing: ExitStack


def home_on(ground: Ground) -> Home:
    """Build the home that the settings ask for. Raise ``BadSetting`` when its library is not there."""
    if ground.settings.profile == "aws":
        # boto3 takes 200 ms to import, which one machine need not pay.
        try:
            from vivamarket.bootstrap.home_aws import aws_home
        except ModuleNotFoundError as missing:
            raise BadSetting(
                f"VIVA_PROFILE is aws, and {missing.name} is not installed: install vivamarket[aws].",
                variable="VIVA_PROFILE",
            ) from missing
        return aws_home(ground)
    return local_home(ground)


def local_home(ground: Ground) -> Home:
    """Build the home of one machine: PostgreSQL and a folder."""
    settings, pool = ground.settings, ground.pool
    mails = FolderMailer(settings.mail_dir, ground.rules)
    return Home(
        catalog=PostgresCatalogStore(pool, ground.clock, locales=ground.rules.profile.locales),
        preferences=PostgresPreferenceStore(pool),
        files=FolderObjectStore(settings.data_dir),
        quick_files=FolderObjectStore(settings.data_dir, durable=False),
        mailer=mails,
        mailbox=mails,
        keepers=(MailFolderKeeper(mails),),
    )
