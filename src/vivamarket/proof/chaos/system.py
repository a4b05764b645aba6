"""The shop that is broken: its folder, its processes, and a proxy on every way between them."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.ids import SystemIds
from vivamarket.adapters.local.secrets import ShopSecrets, load_or_create_secrets
from vivamarket.proof.chaos.clocks import MISSING, FalseClock, find_library
from vivamarket.proof.chaos.database import DATABASE, Database
from vivamarket.proof.chaos.disk import SmallDisk
from vivamarket.proof.chaos.model import Fault, Plan, Tally
from vivamarket.proof.chaos.processes import Keeper, Part, PythonPart
from vivamarket.proof.chaos.proxy import HOST, Link, Upstream, Weather
from vivamarket.proof.chaos.sandbox_process import SECRETS_FILE

WEBS = 2
WORKERS = 2
PROBE_TIMEOUT_SECONDS = 1.0
DATABASE_POLL_SECONDS = 0.1
#: One of the pool and one that listens, opened in this order.
WORKER_SESSIONS = 2
FIRST_READY_TIMEOUT_SECONDS = 120.0
SANDBOX_PATH = "/sandbox"
WEBHOOK_PATH = "/api/v1/webhooks/stripe"

_Probe = Callable[[], Awaitable[bool]]


@dataclass(slots=True)
class Address:
    """A direct port, past every proxy."""

    port: int

    @property
    def url(self) -> str:
        """Return it as an address."""
        return f"http://{HOST}:{self.port}"


class System:
    """The whole shop under test. ``links`` are by name; ``front`` are those that shoppers use."""

    def __init__(self, plan: Plan, environ: Mapping[str, str], clock: SystemClock, tally: Tally) -> None:
        self.plan = plan
        self.clock = clock
        self.tally = tally
        self.data = plan.folder / "data"
        self.logs = plan.folder / "logs"
        self.disk = SmallDisk(self.data)
        self.disk_is_small = False
        self.clocks: dict[str, FalseClock] = {}
        self.links: dict[str, Link] = {}
        self.webs = [Address(free_port()) for _ in range(WEBS)]
        self.sandbox = Address(free_port())
        self.database = Database(self.data / "postgres", self.logs / "postgres.log", clock)
        self.keepers: dict[str, Keeper] = {}
        self.secrets: ShopSecrets
        self._environ = {name: value for name, value in environ.items() if not name.startswith("VIVA_")}
        self._probes_opened: aiohttp.ClientSession | None = None
        self._chance = random.Random(plan.seed)

    @property
    def front(self) -> list[str]:
        """Return the addresses that shoppers know."""
        return [f"http://{HOST}:{self.links[f'shop-{number}'].port}" for number in range(1, WEBS + 1)]

    @property
    def page_url(self) -> str:
        """Return where the provider's hosted pages are reached."""
        return f"http://{HOST}:{self.links['pages'].port}{SANDBOX_PATH}"

    async def open(self) -> None:
        """Create folder, database, secrets and links; no Python process runs yet."""
        self.logs.mkdir(parents=True, exist_ok=True)
        if Fault.DISK in self.plan.faults:
            reason = await asyncio.to_thread(self.disk.mount, user_id=os.geteuid())
            self.disk_is_small = reason is None
            if reason is not None:
                self.tally.not_run["disk"] = reason
        self.data.mkdir(parents=True, exist_ok=True)
        library = find_library() if Fault.CLOCK in self.plan.faults else None
        if Fault.CLOCK in self.plan.faults and library is None:
            self.tally.not_run["clock"] = MISSING
        self.secrets = load_or_create_secrets(self.data / SECRETS_FILE, SystemIds(self.clock))
        await self.database.create(small=self.disk_is_small, careless=self.plan.careless)
        await self._open_links()
        self._probes_opened = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=PROBE_TIMEOUT_SECONDS), cookie_jar=aiohttp.DummyCookieJar()
        )
        parts: list[Part] = [self.database, *self._python_parts(library)]
        self.keepers = {part.name: Keeper(part, self.tally, self.clock) for part in parts}

    @property
    def _probes(self) -> aiohttp.ClientSession:
        assert self._probes_opened is not None  # ``open`` comes first
        return self._probes_opened

    async def ready(self) -> None:
        """Wait until every part is ready; raise ``TimeoutError`` with those that do not get there."""
        try:
            async with asyncio.timeout(FIRST_READY_TIMEOUT_SECONDS):
                for keeper in self.keepers.values():
                    await keeper.ready.wait()
                # A keeper may not have seen the newest blow yet.
                while not await self.database.is_ready():
                    await self.clock.sleep(DATABASE_POLL_SECONDS)
        except TimeoutError:
            away = [name for name, keeper in self.keepers.items() if not keeper.ready.is_set()]
            raise TimeoutError(f"not ready: {', '.join(away) or self.database.name}") from None

    def settings_environ(self, name: str) -> dict[str, str]:
        """Return the settings of one process, which reaches everything through its own links."""
        database = self.links[f"database-{name}"].port
        return {
            "VIVA_DATA_DIR": str(self.data),
            "VIVA_DATABASE_URL": f"postgresql://viva@{HOST}:{database}/{DATABASE}?sslmode=disable",
            "VIVA_PUBLIC_URL": self.front[0],
            "VIVA_MUTATIONS_PER_SECOND_MAX": "0",
            "VIVA_LOG_LEVEL": "warning",
            # The production way: a provider at another address, no sandbox inside the shop.
            "VIVA_SANDBOX": "off",
            "VIVA_STRIPE_API_BASE": f"http://{HOST}:{self.links[f'provider-{name}'].port}{SANDBOX_PATH}",
            "VIVA_STRIPE_SECRET_KEY": self.secrets.sandbox_secret_key,
            "VIVA_STRIPE_WEBHOOK_SECRET": self.secrets.sandbox_webhook_secret,
        }

    async def heal(self) -> None:
        """End every fault."""
        await asyncio.to_thread(self.disk.empty)
        for link in self.links.values():
            link.spoil(Weather.CLEAR)
            link.reset()  # what was half open before would stay so
        for clock in self.clocks.values():
            clock.jump(0)
        for keeper in self.keepers.values():
            keeper.part.pause(False)
        await self.order_webhook_faults([])

    async def order_webhook_faults(self, rules: list[dict[str, object]]) -> bool:
        """Tell the sandbox how to treat webhooks; return whether it heard."""
        headers = {"Authorization": f"Bearer {self.secrets.sandbox_secret_key}"}
        url = f"{self.sandbox.url}{SANDBOX_PATH}/_control/faults"
        try:
            async with self._probes.post(url, json={"webhooks": rules}, headers=headers) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def close_processes(self) -> None:
        """End the Python processes; the database stays for the checker."""
        python = [each for each in self.keepers.values() if each.part is not self.database]
        await asyncio.gather(*(keeper.close() for keeper in python))

    async def close(self) -> None:
        """End everything that was started, whatever state it is in."""
        await asyncio.gather(*(keeper.close() for keeper in self.keepers.values()))
        await self.database.stop()
        await asyncio.gather(*(link.close() for link in self.links.values()))
        if self._probes_opened is not None:
            await self._probes_opened.close()

    def keep_data(self) -> None:
        """Move what would vanish with the small disk to a lasting folder."""
        if self.disk_is_small:
            self.disk.keep(self.plan.folder / "data-kept")

    def discard(self) -> None:
        """Unmount the disk."""
        self.disk.unmount()

    async def _open_links(self) -> None:
        for number, web in enumerate(self.webs, start=1):
            self._link(f"shop-{number}", web.port)
        for name in (*self._python_names(), "staff"):
            self._links_of(name)
        self._link("pages", self.sandbox.port)
        self.links["webhooks"] = Link("webhooks", lambda: Upstream(self._chance.choice(self.webs).port))
        for link in self.links.values():
            await link.open()

    def _link(self, name: str, port: int) -> None:
        self.links[name] = Link(name, lambda: Upstream(port))

    def _links_of(self, name: str) -> None:
        socket_path = self.database.socket
        self.links[f"database-{name}"] = Link(f"database-{name}", lambda: Upstream(path=socket_path))
        self._link(f"provider-{name}", self.sandbox.port)

    def _python_names(self) -> list[str]:
        webs = [f"web-{number}" for number in range(1, WEBS + 1)]
        return [*webs, *(f"worker-{number}" for number in range(1, WORKERS + 1))]

    def _python_parts(self, library: Path | None) -> list[Part]:
        parts: list[Part] = []
        for name, web in zip(self._python_names(), [*self.webs, *[None] * WORKERS], strict=True):
            role = "web" if web is not None else "worker"
            environ = self.settings_environ(name)
            if web is not None:
                environ["VIVA_PORT"] = str(web.port)
            probe = self._answers(f"{web.url}/health/ready") if web else self._is_connected(name)
            command = (sys.executable, "-m", "vivamarket.serve", role)
            parts.append(self._part(name, role, command, probe=probe, settings=environ, library=library))
        provider = (
            *(sys.executable, "-m", "vivamarket.proof.chaos.sandbox_process"),
            *(str(self.data), str(self.sandbox.port), self.page_url),
            f"http://{HOST}:{self.links['webhooks'].port}{WEBHOOK_PATH}",
        )
        probe = self._answers(f"{self.sandbox.url}{SANDBOX_PATH}/", status=404)
        parts.append(self._part("sandbox", "sandbox", provider, probe=probe, settings={}, library=library))
        return parts

    def _part(
        self,
        name: str,
        role: str,
        command: tuple[str, ...],
        *,
        probe: _Probe,
        settings: dict[str, str],
        library: Path | None,
    ) -> PythonPart:
        environ = {**self._environ, **settings}
        if library is not None:
            self.clocks[name] = FalseClock(library, self.plan.folder / f"clock-{name}")
            environ.update(self.clocks[name].environ())
        return PythonPart(
            name,
            role,
            command,
            environ=environ,
            log_file=self.logs / f"{name}.log",
            probe=probe,
        )

    def _answers(self, url: str, status: int = 200) -> _Probe:
        async def probe() -> bool:
            try:
                async with self._probes.get(url) as answer:
                    return answer.status == status
            except (aiohttp.ClientError, TimeoutError):
                return False

        return probe

    def _is_connected(self, name: str) -> _Probe:
        """A worker listens on no port; it has begun once it works and listens in sessions of the database."""

        async def probe() -> bool:
            return self.links[f"database-{name}"].connections >= WORKER_SESSIONS

        return probe


def free_port() -> int:
    """Return a loopback port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
