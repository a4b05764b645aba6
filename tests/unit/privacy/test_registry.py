"""The registry of personal data knows every column, and every keeper it names exists."""

from __future__ import annotations

from pathlib import Path

import asyncpg
from tests.helpers.still_shop import still_shop

from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.adapters.local.mail_keeper import MailFolderKeeper
from vivamarket.adapters.memory.password_pool import MemoryPasswordPool
from vivamarket.adapters.postgres.personal_data import postgres_keepers
from vivamarket.adapters.postgres.preferences import PostgresPreferenceStore
from vivamarket.bootstrap.pools import PooledPasswords
from vivamarket.bootstrap.preferences import PreferenceKeeper
from vivamarket.privacy.ports import PersonalDataKeeper
from vivamarket.privacy.registry import HOLDINGS, Fate, named_columns

#: What can hold words of a person, and what leads to one. Numbers and times alone cannot.
_COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables
    USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND (
    data_type IN ('text', 'character varying', 'jsonb', 'json', 'bytea', 'inet', 'ARRAY', 'USER-DEFINED')
    OR column_name = 'customer_id'
)
"""


async def test_every_column_that_may_hold_something_of_a_person_is_named(pool: asyncpg.Pool) -> None:
    columns = {(row["table_name"], row["column_name"]) for row in await pool.fetch(_COLUMNS)}

    unnamed = sorted(columns - named_columns())
    gone = sorted(named_columns() - columns - {(each.place, "") for each in HOLDINGS})

    assert unnamed == [], "name them in privacy/registry.py, and erase them in a keeper if they are personal"
    assert gone == [], "these are in privacy/registry.py and not in the database"


async def test_everything_that_is_to_be_erased_has_a_keeper(pool: asyncpg.Pool, tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path, still_shop(email="s@shop.test"))
    all_keepers: list[PersonalDataKeeper] = [
        MailFolderKeeper(mailer),
        PreferenceKeeper(PostgresPreferenceStore(pool)),
        PooledPasswords(MemoryPasswordPool()),
        *postgres_keepers(pool),
    ]
    keepers = {each.name for each in all_keepers}
    by_themselves = {Fate.EXPIRES, Fate.LEADS_NOWHERE, Fate.STAFF}

    named = {each.keeper for each in HOLDINGS if each.fate not in by_themselves}

    assert named - keepers == {"exports"}  # The work itself removes their files.
    assert keepers <= named
