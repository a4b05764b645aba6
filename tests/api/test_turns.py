"""While others read, requests that work begin one by one; while nobody reads, at once."""

from __future__ import annotations

import asyncio

import pytest
from tests.helpers.catalog import CountedIds, StillClock
from tests.helpers.quiet_api import quiet_services

from vivamarket.api import ApiConfig, HotReads, RequestIds, StaticConfig, StaticSite, create_api, create_edge
from vivamarket.api.asgi import Message, Scope
from vivamarket.api.door import Door
from vivamarket.api.turns import Turns
from vivamarket.cart.errors import CartNotFound
from vivamarket.kernel.telemetry import SILENT

from .test_admission import CART, Held

CROWD = 12
CONFIG = ApiConfig(mutations_per_second_max=None)


class Crowd:
    """Requests that want to work, and those of them that have begun, in their order."""

    def __init__(self, turns: Turns) -> None:
        self.begun: list[int] = []
        self._turns = turns
        self.tasks = [asyncio.create_task(self._begin(number)) for number in range(CROWD)]

    async def _begin(self, number: int) -> None:
        await self._turns.take()
        self.begun.append(number)


async def rounds(count: int, turns: Turns | None = None, quick_each: int = 0) -> None:
    """Let the loop go round that often; so many readers are answered in each round."""
    for _ in range(count):
        for _ in range(quick_each):
            assert turns is not None
            turns.quick()
        await asyncio.sleep(0)


async def test_while_nobody_reads_all_begin_at_once() -> None:
    crowd = Crowd(Turns())

    await rounds(1)

    assert crowd.begun == list(range(CROWD))


async def test_while_many_read_one_begins_for_so_many_answers() -> None:
    turns = Turns(quick_answers=20, rounds_max=1_000)
    turns.quick()
    crowd = Crowd(turns)

    await rounds(40, turns, quick_each=5)

    assert 8 <= len(crowd.begun) <= 10
    assert crowd.begun == sorted(crowd.begun)
    await rounds(100, turns, quick_each=5)
    assert len(crowd.begun) == CROWD


async def test_however_many_read_in_one_round_those_who_order_get_their_share_of_it() -> None:
    turns = Turns(quick_answers=20, rounds_max=1_000)
    turns.quick()
    crowd = Crowd(turns)

    await rounds(3, turns, quick_each=100)
    await rounds(1)

    assert 10 <= len(crowd.begun) <= CROWD
    assert crowd.begun == sorted(crowd.begun)


async def test_while_few_read_nobody_waits_longer_than_so_many_rounds() -> None:
    turns = Turns(quick_answers=1_000, rounds_max=3)
    turns.quick()
    crowd = Crowd(turns)

    await rounds(3 * CROWD + 2)

    assert len(crowd.begun) == CROWD


async def test_who_went_away_takes_no_turn() -> None:
    turns = Turns(quick_answers=1_000, rounds_max=3)
    turns.quick()
    crowd = Crowd(turns)
    await rounds(1)
    for task in crowd.tasks[:-1]:
        task.cancel()

    await rounds(6)

    assert crowd.begun == [CROWD - 1]


@pytest.mark.parametrize("path", ["/en/", "/api/v1/products?limit=24"])
async def test_an_answer_from_memory_or_a_file_makes_the_next_cart_take_its_turn(
    path: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clock, carts, ids = StillClock(), Held(CartNotFound("no such cart")), RequestIds(CountedIds())
    door = Door(config=CONFIG, clock=clock, request_ids=ids, telemetry=SILENT)
    api = create_api(quiet_services(clock, carts=carts), CONFIG, door=door)
    site = StaticSite(tmp_path_factory.mktemp("site"), clock=clock, config=StaticConfig())
    hot = HotReads(clock=clock, request_ids=ids, config=CONFIG)
    edge = create_edge(api, site, {}, hot, turns=door.turns)
    carts.go.set()

    async def ask(path: str) -> None:
        address, _, query = path.partition("?")
        scope: Scope = {
            "type": "http",
            "method": "GET",
            "path": address,
            "query_string": query.encode(),
            "headers": [],
        }

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(_message: Message) -> None:
            return

        await edge(scope, receive, send)

    await ask(path)
    wanted = [asyncio.create_task(ask(CART)) for _ in range(2)]
    await rounds(1)

    assert carts.calls < 2
    await asyncio.gather(*wanted)
    assert carts.calls == 2
