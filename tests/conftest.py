"""Fixtures for every test: one embedded PostgreSQL per run, one migrated database per worker.

The server starts with the first test that asks for it (with xdist: in the controller, before the
workers), keeps nothing safe on disk, and ends with the run. The AWS services are an emulator, Valkey is a
real one; both are started for each worker that asks.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio
from tests.helpers.catalog import StillClock
from tests.helpers.set_back import Pristine

from vivamarket.adapters.local.postgres_server import EmbeddedPostgres
from vivamarket.adapters.postgres.migrate import migrate
from vivamarket.adapters.postgres.pool import create_pool

if TYPE_CHECKING:
    from tests.helpers.cloud import Cloud
    from tests.helpers.valkey import ValkeyProcess

    from vivamarket.adapters.valkey.server import ValkeyServer

TEMPLATE = "viva_template"
POOL_SIZE_MAX = 8


class TestServer:
    """The run's PostgreSQL with a migrated template database in a folder of its own."""

    __test__ = False

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="viva-tests-"))
        self._server = EmbeddedPostgres(
            self._folder / "postgres", log_file=self._folder / "postgres.log", durable=False
        )
        self._server.start()
        self._server.create_database(TEMPLATE)
        asyncio.run(_migrate(self._server.url(TEMPLATE)))
        self.url = self._server.url()

    def close(self) -> None:
        """Stop the server and erase its folder."""
        self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


SERVER = pytest.StashKey[TestServer]()


class XdistHooks:
    """Registered only under xdist: the controller starts the server and tells each worker its address."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: object) -> None:
        config: pytest.Config = node.config  # type: ignore[attr-defined]  # xdist ships no types
        if SERVER not in config.stash:
            config.stash[SERVER] = TestServer()
        node.workerinput["postgres_url"] = config.stash[SERVER].url  # type: ignore[attr-defined]  # as above


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, help="rounds of every race in tests/races (short without)")


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(XdistHooks())


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash:
        config.stash[SERVER].close()


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> str:
    """The server's maintenance database; from here a test may create databases of its own."""
    config = request.config
    given: str | None = getattr(config, "workerinput", {}).get("postgres_url")
    if given is not None:
        return given
    if SERVER not in config.stash:
        config.stash[SERVER] = TestServer()
    return config.stash[SERVER].url


@pytest.fixture(scope="session")
def database_url(postgres_url: str, worker_id: str) -> Iterator[str]:
    """This worker's migrated database. Ask for ``pool`` or ``fresh_database`` to have it set back first."""
    name = f"viva_{worker_id}"
    asyncio.run(_clone(postgres_url, name))
    yield _with_database(postgres_url, name)
    asyncio.run(_drop(postgres_url, name))


@pytest.fixture(scope="session")
def pristine(database_url: str) -> Pristine:
    """What the worker's database holds before anybody uses it."""
    return asyncio.run(_read_pristine(database_url))


@pytest_asyncio.fixture
async def fresh_database(database_url: str, pristine: Pristine, postgres_url: str, worker_id: str) -> str:
    """The worker's database, exactly as the migrations made it."""
    if not await _set_back(database_url, pristine):
        await _clone(postgres_url, f"viva_{worker_id}")
    return database_url


@pytest_asyncio.fixture
async def pool(fresh_database: str) -> AsyncIterator[asyncpg.Pool]:
    """A pool on a database that is exactly as the migrations made it."""
    opened = await create_pool(fresh_database, size_max=POOL_SIZE_MAX, application_name="tests")
    yield opened
    opened.terminate()


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    """The AWS services of this run, empty; whoever asks makes what is theirs."""
    from tests.helpers.cloud import Cloud  # with the SDK, which most runs do not need

    with Cloud() as cloud:
        yield cloud


@pytest.fixture(scope="session")
def valkey_process() -> Iterator[ValkeyProcess]:
    """A Valkey of this worker, which keeps nothing when it ends."""
    from tests.helpers.valkey import ValkeyProcess  # with the client, which most runs do not need

    with ValkeyProcess() as process:
        yield process


@pytest.fixture
def valkey_clock() -> StillClock:
    """What ``valkey`` measures its pauses by."""
    return StillClock()


@pytest_asyncio.fixture
async def valkey(valkey_process: ValkeyProcess, valkey_clock: StillClock) -> AsyncIterator[ValkeyServer]:
    """An empty Valkey, as the shop asks it."""
    valkey_process.empty()
    server = valkey_process.server(valkey_clock)
    yield server
    await server.close()


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A temporary folder for a database; every pytest that starts closes pytest's own to its account."""
    folder = Path(tempfile.mkdtemp(prefix="viva-tests-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def _migrate(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await migrate(connection)
    finally:
        await connection.close()


async def _clone(postgres_url: str, name: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE}')
    finally:
        await connection.close()


async def _read_pristine(url: str) -> Pristine:
    connection = await asyncpg.connect(url)
    try:
        return await Pristine.read(connection)
    finally:
        await connection.close()


async def _set_back(url: str, pristine: Pristine) -> bool:
    try:
        connection = await asyncpg.connect(url)
    except asyncpg.InvalidCatalogNameError:  # a test dropped or renamed it
        return False
    try:
        return await pristine.set_back(connection)
    finally:
        await connection.close()


async def _drop(postgres_url: str, name: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()
