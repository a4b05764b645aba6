"""The shop's processes as the rig runs them: started, killed, paused, started again, and timed."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psutil

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.proof.chaos.model import Tally

READY_POLL_SECONDS = 0.05
START_PAUSE_SECONDS = 0.2
STOP_TIMEOUT_SECONDS = 15.0
#: Waits on a pipe from us and kills the child when the pipe closes: when we are gone, however we went.
_LEASH = ("/bin/sh", "-c", 'read -r _; kill -KILL "$1"', "viva-leash")


class Part(Protocol):
    """Something of the shop that runs, may die, and is started again."""

    name: str
    #: Parts of one role are counted together.
    role: str

    async def start(self) -> None:
        """Start it. Raise ``OSError`` when it does not start; it may then be tried again."""
        ...

    async def is_ready(self) -> bool:
        """Tell whether it does its work."""
        ...

    def is_running(self) -> bool:
        """Tell whether its process exists."""
        ...

    def kill(self) -> bool:
        """Kill it with SIGKILL; return whether there was a process to kill."""
        ...

    def pause(self, stopped: bool) -> None:
        """Stop it where it stands, or let it go on."""
        ...

    async def ended(self) -> str:
        """Return how it ended, once it has."""
        ...

    async def stop(self) -> None:
        """End it as an operator would."""
        ...


class PythonPart:
    """One Python process of the shop, in a session of its own as under ``viva up``."""

    def __init__(
        self,
        name: str,
        role: str,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        log_file: Path,
        probe: Callable[[], Awaitable[bool]],
    ) -> None:
        self.name = name
        self.role = role
        self._command = tuple(command)
        self._environ = dict(environ)
        self._log_file = log_file
        self._probe = probe
        self._process: asyncio.subprocess.Process | None = None
        self._leash: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process; its output goes to the log file."""
        with self._log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                env=self._environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us
            )
        quiet = asyncio.subprocess.DEVNULL
        self._leash = await asyncio.create_subprocess_exec(
            *_LEASH,
            str(self._process.pid),
            stdin=asyncio.subprocess.PIPE,
            stdout=quiet,
            stderr=quiet,
            start_new_session=True,
        )

    async def is_ready(self) -> bool:
        """Ask the process."""
        return await self._probe()

    def is_running(self) -> bool:
        """Tell whether the process exists."""
        return self._process is not None and self._process.returncode is None

    def kill(self) -> bool:
        """Kill it with SIGKILL."""
        return self._signal(signal.SIGKILL)

    def pause(self, stopped: bool) -> None:
        """SIGSTOP or SIGCONT."""
        self._signal(signal.SIGSTOP if stopped else signal.SIGCONT)

    async def ended(self) -> str:
        """Wait for its end."""
        assert self._process is not None
        code = await self._process.wait()
        await self._let_go()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL when that is not heard in time."""
        if self._process is not None and self._signal(signal.SIGTERM):
            try:
                async with asyncio.timeout(STOP_TIMEOUT_SECONDS):
                    await self._process.wait()
            except TimeoutError:
                self.kill()
                await self._process.wait()
        await self._let_go()

    async def _let_go(self) -> None:
        """End the shell, which must not kill whoever gets the process's number next."""
        leash, self._leash = self._leash, None
        if leash is not None:
            with suppress(ProcessLookupError):
                leash.kill()
            await leash.wait()

    def _signal(self, number: int) -> bool:
        if not self.is_running() or self._process is None:
            return False
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
            return True
        return False


class Keeper:
    """Keeps one part alive and times how long each return takes."""

    def __init__(self, part: Part, tally: Tally, clock: SystemClock) -> None:
        self.part = part
        self.ready = asyncio.Event()
        self._tally = tally
        self._clock = clock
        self._killed_at: float | None = None
        self._closing = False
        #: How many faults under way give the part a reason to end by itself.
        self.excuses = 0

    def kill(self) -> bool:
        """Kill the part and count it, unless it is dead already."""
        at = self._clock.monotonic()
        if not self.part.kill():
            return False
        self.ready.clear()
        self._killed_at = at
        self._tally.kills[self.part.role] += 1
        return True

    async def keep(self) -> None:
        """Start the part whenever it does not run, until ``close``."""
        while not self._closing:
            if not await self._start():
                continue
            how = await self.part.ended()
            self.ready.clear()
            if self._killed_at is None and not self._closing and not self.excuses:
                self._tally.ended_alone.append(f"{self.part.name}: {how}")

    async def close(self) -> None:
        """End the part for good."""
        self._closing = True
        self.part.pause(False)
        await self.part.stop()

    async def _start(self) -> bool:
        """Start once; return whether the part became ready before it died."""
        try:
            await self.part.start()
        except OSError:
            self._tally.failed_starts[self.part.role] += 1
            await self._clock.sleep(START_PAUSE_SECONDS)
            return False
        while not self._closing:
            if await self.part.is_ready():
                if self._killed_at is not None:
                    self._tally.recovered(self.part.role, self._clock.monotonic() - self._killed_at)
                self._killed_at = None
                self.ready.set()
                return True
            if not self.part.is_running():
                self._tally.failed_starts[self.part.role] += 1
                await self._clock.sleep(START_PAUSE_SECONDS)
                return False
            await self._clock.sleep(READY_POLL_SECONDS)
        return True


def family(process_id: int) -> list[psutil.Process]:
    """Return the process and all that descend from it; nothing when it is gone."""
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(process_id)
        return [root, *root.children(recursive=True)]
    return []
