"""Who runs the shop, as web and worker use it."""

from __future__ import annotations

from vivamarket.accounts.roster import Roster, RosterParts
from vivamarket.adapters.local.passwords import Argon2Hasher
from vivamarket.adapters.postgres.roster import PostgresRosterStore
from vivamarket.bootstrap.alerts import notices_of
from vivamarket.bootstrap.shop import Shop
from vivamarket.kernel.seals import Seals
from vivamarket.notifications.staff_mails import StaffMails

SEALS_AREA = "staff"


def roster_of(shop: Shop) -> Roster:
    """Build the owner's decisions about staff."""
    return Roster(
        RosterParts(
            store=PostgresRosterStore(shop.pool),
            hasher=Argon2Hasher(),
            seals=Seals(shop.secrets.token_key, SEALS_AREA),
            clock=shop.clock,
            ids=shop.ids,
            groups=shop.home.staff_pool.groups if shop.home.staff_pool else None,
        )
    )


def staff_mails_of(shop: Shop) -> StaffMails:
    """Build what mails links to staff; the worker's alone."""
    return StaffMails(roster_of(shop), notices_of(shop), locale=shop.file.profile.default_locale)
