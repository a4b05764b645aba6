"""Pictures processed by Pillow in processes of their own, each killed when it takes too long."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict

from vivamarket.adapters.local.picture_codec import Limits, refusal
from vivamarket.kernel.ids import MediaId
from vivamarket.media.errors import BadPicture
from vivamarket.media.model import (
    PROCESS_TIMEOUT_SECONDS,
    SOURCE_BYTES_MAX,
    SOURCE_PIXELS_MAX,
    Picture,
    PictureFault,
)

PROCESSES_MAX = 2
#: A process is replaced after so many pictures: whatever a decoder leaked goes with it.
JOBS_PER_PROCESS_MAX = 500
_LENGTH_BYTES = 4


class PillowImageProcessor:
    """Process pictures in at most ``processes_max`` worker processes, started when first needed.

    A picture that takes longer than ``timeout_seconds`` (a decompression bomb, a slow decoder) costs its
    worker, which is killed and replaced; callers wait in line for a free one. ``close`` ends them all.
    """

    def __init__(
        self,
        *,
        processes_max: int = PROCESSES_MAX,
        timeout_seconds: float = PROCESS_TIMEOUT_SECONDS,
        bytes_max: int = SOURCE_BYTES_MAX,
        pixels_max: int = SOURCE_PIXELS_MAX,
    ) -> None:
        self._limits = Limits(bytes_max, pixels_max)
        self._timeout_seconds = timeout_seconds
        self._slots = asyncio.Semaphore(processes_max)
        self._idle: list[_Worker] = []

    async def process(self, source: bytes) -> tuple[Picture, dict[str, bytes]]:
        """Return the picture and its files; see the port. 20 to 150 ms for a usual product picture."""
        if len(source) > self._limits.bytes_max:
            raise refusal(
                PictureFault.TOO_MANY_BYTES, f"The picture is larger than {self._limits.bytes_max} bytes."
            )
        async with self._worker() as worker:
            try:
                async with asyncio.timeout(self._timeout_seconds):
                    return await worker.convert(source, self._limits)
            except TimeoutError:
                raise refusal(
                    PictureFault.TOO_SLOW,
                    f"The picture took longer than {self._timeout_seconds:g} seconds to process.",
                ) from None
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                raise refusal(PictureFault.DAMAGED, "The picture broke its decoder.") from error

    async def close(self) -> None:
        """End the idle workers; call it when no ``process`` is running."""
        while self._idle:
            await self._idle.pop().kill()

    @contextlib.asynccontextmanager
    async def _worker(self) -> AsyncIterator[_Worker]:
        """Lend a worker; one that was interrupted in a job has lost its place and is killed."""
        async with self._slots:
            worker = self._idle.pop() if self._idle else await _Worker.start()
            try:
                yield worker
            finally:
                if worker.reusable:
                    self._idle.append(worker)
                else:
                    await worker.kill()


class _Worker:
    """One ``image_worker`` process and the conversation with it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._jobs = 0
        self.reusable = False

    @classmethod
    async def start(cls) -> _Worker:
        # -P and an empty-handed environment: the decoder needs no secret and no foreign module.
        environment = {
            name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "vivamarket.adapters.local.image_worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the parent to handle
        )
        return cls(process)

    async def convert(self, source: bytes, limits: Limits) -> tuple[Picture, dict[str, bytes]]:
        """Hand one picture over and read the answer; raise what the worker refused it with."""
        self.reusable = False
        self._jobs += 1
        await self._send(json.dumps(asdict(limits)).encode(), source)
        answer = json.loads(await self._receive())
        body = await self._receive()
        self.reusable = self._jobs < JOBS_PER_PROCESS_MAX
        if "refused" in answer:
            raise BadPicture(answer["refused"], **answer["fields"])
        files: dict[str, bytes] = {}
        start = 0
        for name, size in answer["sizes"].items():
            files[name] = body[start : start + size]
            start += size
        return _picture(answer["picture"]), files

    async def kill(self) -> None:
        """End the process at once and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.communicate()

    async def _send(self, *parts: bytes) -> None:
        sink = self._process.stdin
        if sink is None:
            raise RuntimeError("the worker was started without a pipe")
        for part in parts:
            sink.write(len(part).to_bytes(_LENGTH_BYTES) + part)
        await sink.drain()

    async def _receive(self) -> bytes:
        pipe = self._process.stdout
        if pipe is None:
            raise RuntimeError("the worker was started without a pipe")
        return await pipe.readexactly(int.from_bytes(await pipe.readexactly(_LENGTH_BYTES)))


def _picture(facts: dict[str, object]) -> Picture:
    """Read back what ``asdict`` wrote on the other side of the pipe."""
    match facts:
        case {
            "id": str(name),
            "width": int(width),
            "height": int(height),
            "widths": list(widths),
            "color": str(color),
        }:
            return Picture(MediaId(name), width, height, tuple(int(each) for each in widths), color)
    raise RuntimeError("the worker answered with something else than a picture")
