"""A shop is the same in both of its homes: what one process keeps, the next one finds."""

from __future__ import annotations

import sys
from pathlib import Path

import asyncpg
import pytest
from tests.helpers.catalog import NOON, product
from tests.helpers.cloud import REGION, Cloud
from tests.helpers.event_roads import write_events
from tests.helpers.mailers import MAIL

from vivamarket.adapters.aws.tables import CATALOG, MAILS, PREFERENCES
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.bootstrap.privacy import keepers_of
from vivamarket.bootstrap.shop import open_shop
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import CustomerId, uuid7
from vivamarket.preferences.model import Consent, ConsentPurpose, Preferences
from vivamarket.privacy.model import Person
from vivamarket.settings import BadSetting, Settings
from vivamarket.worker.publishing import Publisher
from vivamarket.worker.relay import Relay

JO = CustomerId(uuid7(1, 1))
PERSON = Person(customer_id=JO, email="jo@birds.example", locale="es", emails=("jo@birds.example",))
AGREED = Consent(purpose=ConsentPurpose.STATISTICS, text_version="2026-11", given=True, at=NOON)


def in_aws(cloud: Cloud) -> dict[str, str]:
    """Make the shop's place in AWS; return what its processes are told."""
    prefix = cloud.name("home-")
    cloud.event_road(prefix)
    for table in (CATALOG, MAILS, PREFERENCES):
        cloud.dynamodb.create_table(**table.creation(f"{prefix}{table.name}"))
    return {
        "VIVA_PROFILE": "aws",
        "VIVA_AWS_REGION": REGION,
        "VIVA_AWS_BUCKET": cloud.bucket(),
        "VIVA_AWS_TABLE_PREFIX": prefix,
        "VIVA_AWS_ENDPOINT": cloud.endpoint_url,
    }


def files_in(folder: Path) -> list[str]:
    """Return the names of all files below."""
    return [path.name for path in folder.rglob("*") if path.is_file()]


@pytest.fixture(params=["local", "aws"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    environ = {"VIVA_DATA_DIR": str(tmp_path)}
    if request.param == "aws":
        environ |= in_aws(request.getfixturevalue("cloud"))
    return Settings.from_env(environ)


async def test_what_one_process_keeps_the_next_one_finds(settings: Settings, fresh_database: str) -> None:
    async with open_shop(settings, role="test", database_url=fresh_database) as shop:
        mug = await shop.home.catalog.put(product(), 0)
        kept = await shop.home.preferences.put(Preferences(customer_id=JO, locale="es"), None)
        await shop.home.files.put("media/mug.txt", b"blue", content_type="text/plain")

    async with open_shop(settings, role="test", database_url=fresh_database) as shop:
        assert await shop.catalog.get(mug.id) == mug
        assert await shop.home.preferences.get(JO) == kept
        assert await shop.home.quick_files.get("media/mug.txt") == b"blue"


async def test_in_aws_nothing_of_it_lies_on_the_machine(
    cloud: Cloud, fresh_database: str, tmp_path: Path
) -> None:
    settings = Settings.from_env({"VIVA_DATA_DIR": str(tmp_path), **in_aws(cloud)})
    async with open_shop(settings, role="test", database_url=fresh_database) as shop:
        domain = shop.rules.profile.email.rpartition("@")[2]
        cloud.ses.create_email_identity(EmailIdentity=domain)
        await shop.home.catalog.put(product(), 0)
        await shop.home.preferences.put(Preferences(customer_id=JO, locale="es"), None)
        await shop.home.files.put("media/mug.txt", b"blue", content_type="text/plain")
        await shop.home.mailer.send(MAIL)

        tables = [
            await shop.pool.fetchval(f"SELECT count(*) FROM {name}") for name in ("product", "preference")
        ]
        assert (await shop.home.mailbox.newest(None, 10)).items == ()

    assert tables == [0, 0]
    assert files_in(tmp_path) == ["secrets.json"]
    assert [mail["Subject"] for mail in cloud.mails_from(domain)] == [MAIL.subject]


async def test_in_aws_events_reach_their_handlers_through_the_queues(
    cloud: Cloud, pool: asyncpg.Pool, fresh_database: str, tmp_path: Path
) -> None:
    settings = Settings.from_env({"VIVA_DATA_DIR": str(tmp_path), **in_aws(cloud)})
    await write_events(pool, "order.paid", 2)
    heard: list[str] = []

    async def hear(event: Envelope) -> None:
        heard.append(event.key)

    async with open_shop(settings, role="test", database_url=fresh_database) as shop:
        queues = shop.home.queues
        assert queues is not None
        outbox = PostgresOutboxStore(shop.pool)
        await Publisher(outbox=outbox, bus=queues.bus, clock=shop.clock).run_once()
        assert await pool.fetchval("SELECT count(*) FROM outbox") == 0
        await Relay(outbox=queues.source, subscriptions={"order.paid": (hear,)}, clock=shop.clock).run_once()

    assert sorted(heard) == ["1", "2"]


async def test_without_the_library_of_aws_the_profile_says_what_to_install(
    cloud: Cloud, fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.from_env({"VIVA_DATA_DIR": str(tmp_path), **in_aws(cloud)})
    monkeypatch.setitem(sys.modules, "vivamarket.bootstrap.home_aws", None)

    with pytest.raises(BadSetting, match=r"vivamarket\[aws\]"):
        async with open_shop(settings, role="test", database_url=fresh_database):
            pass


async def test_preferences_are_told_and_erased_wherever_they_are(
    settings: Settings, fresh_database: str
) -> None:
    async with open_shop(settings, role="test", database_url=fresh_database) as shop:
        await shop.home.preferences.put(
            Preferences(customer_id=JO, locale="es", wishlist_link_id=uuid7(2, 2)), b"l" * 32
        )
        await shop.home.preferences.add_consent(JO, AGREED)
        (keeper,) = [each for each in keepers_of(shop.home, shop.pool) if each.name == "preferences"]

        told = await keeper.export(PERSON, 10)
        await keeper.erase(PERSON)

        assert (told[0]["locale"], told[1]["purpose"]) == ("es", "statistics")
        assert uuid7(2, 2) not in str(told)
        assert await keeper.export(PERSON, 10) == []
