"""How a client repeats itself, and what it remembers."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from aiohttp import web

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.proof.chaos.caller import Caller
from vivamarket.proof.chaos.history import History
from vivamarket.proof.chaos.model import Tally


class Rig:
    """A client, its history, and a server that gives the planned answers one after the other."""

    def __init__(self, folder: Path) -> None:
        self.answers: list[tuple[int, bytes]] = []
        self.keys: list[str] = []
        self.tally = Tally()
        self.file = folder / "history.jsonl"
        self.history = History(self.file, SystemClock())
        self.caller: Caller

    async def handle(self, request: web.Request) -> web.Response:
        self.keys.append(request.headers["Idempotency-Key"])
        status, body = self.answers.pop(0)
        return web.Response(status=status, body=body)

    async def ask(self, *answers: tuple[int, bytes]) -> tuple[int, bytes]:
        self.answers = list(answers)
        answer = await self.caller.ask("place", "POST", "/orders", {"cart": 1}, key="key-1")
        return answer.status, answer.body

    def kinds(self) -> list[str]:
        self.history.close()
        return [json.loads(line)["kind"] for line in self.file.read_text().splitlines()]


@pytest_asyncio.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    made = Rig(tmp_path)
    app = web.Application()
    app.router.add_post("/orders", made.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    made.caller = Caller(
        "shopper",
        [f"http://127.0.0.1:{port}"],
        clock=SystemClock(),
        chance=random.Random(1),
        history=made.history,
        tally=made.tally,
    )
    yield made
    await made.caller.close()
    made.history.close()
    await runner.cleanup()


def _problem(code: str) -> bytes:
    return json.dumps({"code": code}).encode()


async def test_the_same_request_is_sent_until_there_is_a_final_answer(rig: Rig) -> None:
    busy, in_flight = (503, _problem("checkout_busy")), (409, _problem("request_in_flight"))

    answer = await rig.ask(busy, in_flight, (201, b"{}"))

    assert answer == (201, b"{}")
    assert rig.keys == ["key-1"] * 3
    assert rig.tally.again == {"place": 2}
    assert rig.kinds() == ["invoke", "unknown", "invoke", "unknown", "invoke", "ok"]


async def test_a_refusal_is_final(rig: Rig) -> None:
    answer = await rig.ask((409, _problem("out_of_stock")))

    assert answer[0] == 409
    assert rig.kinds() == ["invoke", "refused"]
    assert not rig.tally.strange


async def test_an_internal_error_is_strange_and_asked_again(rig: Rig) -> None:
    await rig.ask((500, _problem("internal_error")), (201, b"{}"))

    assert rig.tally.strange == {"place: 500 internal_error": 1}


async def test_another_answer_under_the_same_key_is_strange(rig: Rig) -> None:
    await rig.ask((201, b'{"order": 1}'))
    await rig.ask((201, b'{"order": 2}'))

    assert len(rig.tally.strange) == 1
