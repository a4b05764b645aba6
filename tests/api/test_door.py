"""A crowd is sent away by the connections themselves, in the gate's words, and each goes on afterwards."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from tests.helpers.catalog import CountedIds, StillClock
from tests.helpers.quiet_api import quiet_services
from uvicorn.server import ServerState

from vivamarket.api import ApiConfig, HotReads, RequestIds, StaticConfig, StaticSite, create_api, create_edge
from vivamarket.api.admission import RETRY_AFTER_SECONDS, Lane
from vivamarket.api.asgi import Receive, Scope, Send
from vivamarket.api.door import Door
from vivamarket.api.protocol import DoorProtocol, Farewells, protocol_of
from vivamarket.cart.errors import CartNotFound
from vivamarket.kernel.telemetry import SILENT

from .test_admission import Held

CART = "/api/v1/carts/" + "c" * 24
PLACES = 4
FEW = ApiConfig(requests_at_once_min=PLACES, requests_at_once_first=PLACES, mutations_per_second_max=None)
DATE = (b"date", b"Sun, 22 Nov 2026 22:40:00 GMT")
NEW_CART = b'{"currency": "EUR", "lines": []}'


@dataclass(frozen=True, slots=True)
class Answer:
    """What one connection was told."""

    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """One connection that says exactly the bytes it is given."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def say(self, *pieces: bytes) -> None:
        """Send the pieces, each on its own."""
        for piece in pieces:
            self._writer.write(piece)
            await self._writer.drain()
            await asyncio.sleep(0)

    async def hear(self, *, head: bool = False) -> Answer:
        """Read one answer; ``head`` says that it has no body."""
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in lines[1:] if line)
        headers = dict(pairs)
        length = 0 if head else int(headers["content-length"])
        return Answer(int(lines[0].split()[1]), headers, await self._reader.readexactly(length))

    async def ask(self, method: str, path: str, body: bytes = b"", *more: str) -> Answer:
        """Send one whole request and read its answer."""
        await self.say(request(method, path, body, *more))
        return await self.hear(head=method == "HEAD")

    async def ended(self) -> bool:
        """Return whether the server has closed the connection, saying nothing more."""
        return await self._reader.read() == b""

    def close(self) -> None:
        self._writer.close()


def request(method: str, path: str, body: bytes = b"", *more: str) -> bytes:
    """Return one request as a browser writes it."""
    lines = [f"{method} {path} HTTP/1.1", "Host: shop.test", *more]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(slots=True)
class Shop:
    """A web process whose cart service holds every call; it counts what reaches the application."""

    address: tuple[str, int]
    door: Door
    carts: Held
    reached: list[str]
    _clients: list[Client] = field(default_factory=list)

    async def client(self) -> Client:
        client = Client(*await asyncio.open_connection(*self.address))
        self._clients.append(client)
        return client

    async def fill(self) -> list[Client]:
        """Take every place; return the connections that wait for their answers."""
        clients = [await self.client() for _ in range(PLACES)]
        for client in clients:
            await client.say(request("GET", CART))
            await self.carts.reached.acquire()
        return clients

    def close(self) -> None:
        for client in self._clients:
            client.close()


@pytest.fixture
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    clock, carts, reached = StillClock(), Held(CartNotFound("no such cart")), list[str]()
    services = quiet_services(clock, carts=carts)
    ids = RequestIds(CountedIds())
    door = Door(config=FEW, clock=clock, request_ids=ids, telemetry=SILENT)
    site = StaticSite(tmp_path_factory.mktemp("site"), clock=clock, config=StaticConfig())
    hot = HotReads(clock=clock, request_ids=ids, config=FEW)
    edge = create_edge(create_api(services, FEW, door=door), site, {}, hot)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(f"{scope['method']} {scope['path']}")
        await edge(scope, receive, send)

    config = uvicorn.Config(app, http=protocol_of(door), lifespan="off", log_config=None, access_log=False)
    config.load()
    state = ServerState()
    state.default_headers = [DATE]
    async with _serving(config, state) as address:
        shop = Shop(address, door, carts, reached)
        yield shop
        carts.go.set()
        shop.close()
        await asyncio.gather(*state.tasks)


@asynccontextmanager
async def _serving(config: uvicorn.Config, state: ServerState) -> AsyncIterator[tuple[str, int]]:
    def connection() -> asyncio.Protocol:
        return config.http_protocol_class(config=config, server_state=state, app_state={})  # type: ignore[call-arg]  # uvicorn's own way to make one

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[:2]
    finally:
        server.close()


async def test_who_finds_no_place_is_told_so_before_the_application_hears_of_it(shop: Shop) -> None:
    await shop.fill()
    client = await shop.client()

    answers = [await client.ask("POST", "/api/v1/carts", NEW_CART) for _ in range(3)]

    assert [each.status for each in answers] == [503] * 3
    assert {int(each.headers["retry-after"]) for each in answers} == set(RETRY_AFTER_SECONDS)
    assert shop.reached == [f"GET {CART}"] * PLACES


async def test_the_connection_says_the_same_as_the_gate(shop: Shop) -> None:
    await shop.fill()
    client = await shop.client()
    own_id = "X-Request-Id: my-own-id-of-this"

    at_the_connection = await client.ask("PUT", f"{CART}/details", b"{}", own_id)
    for _ in RETRY_AFTER_SECONDS[1:]:
        await client.ask("POST", "/api/v1/carts", NEW_CART)
    at_the_gate = await client.ask("PUT", f"{CART}/det%61ils", b"{}", own_id)

    assert at_the_connection == at_the_gate
    assert at_the_connection.headers["date"] == DATE[1].decode()
    assert at_the_connection.headers["x-request-id"] == "my-own-id-of-this"
    assert json.loads(at_the_connection.body)["code"] == "overloaded"
    assert len(shop.reached) == PLACES + 1


async def test_a_new_second_has_a_new_date(shop: Shop) -> None:
    later = [(b"date", b"Sun, 22 Nov 2026 22:40:01 GMT")]

    answer = shop.door.shedding.raw_answer(b"an-id-of-ours", 4, [DATE])
    again = shop.door.shedding.raw_answer(b"an-id-of-ours", 4, later)

    assert b"22:40:00 GMT\r\n" in answer
    assert b"22:40:01 GMT\r\n" in again


async def test_a_body_that_comes_in_pieces_is_read_past(shop: Shop) -> None:
    await shop.fill()
    client = await shop.client()
    whole = request("POST", "/api/v1/carts", b"x" * 300_000)
    chunked = request("POST", "/api/v1/carts", b"", "Transfer-Encoding: chunked")

    await client.say(whole[:10], whole[10:100], whole[100:200_000], whole[200_000:])
    first = await client.hear()
    await client.say(chunked, b"5\r\nhe", b"llo\r\n0\r\n", b"\r\n")
    second = await client.hear()
    alive = await client.ask("GET", "/health/live")

    assert [first.status, second.status, alive.status] == [503, 503, 200]
    assert shop.reached[PLACES:] == ["GET /health/live"]


def _line(door: Door, heard: list[bytes], loop: asyncio.AbstractEventLoop) -> DoorProtocol:
    """Return a connection whose client's words are given by hand; ``heard`` is what it was told."""

    class Wire(asyncio.Transport):
        def write(self, data: bytes | bytearray | memoryview) -> None:
            heard.append(bytes(data))

        def is_closing(self) -> bool:
            return False

        def close(self) -> None:
            heard.append(b"closed")

    config = uvicorn.Config(nobody, http=protocol_of(door), lifespan="off", log_config=None, access_log=False)
    config.load()
    made = config.http_protocol_class(config=config, server_state=ServerState(), app_state={}, _loop=loop)  # type: ignore[call-arg]  # uvicorn's own way to make one
    assert isinstance(made, DoorProtocol)
    made.connection_made(Wire())
    return made


async def nobody(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("a request that was sent away came in")


def _full_door() -> Door:
    door = Door(config=FEW, clock=StillClock(), request_ids=RequestIds(CountedIds()), telemetry=SILENT)
    while door.admission.enter(Lane.ORDINARY):
        pass
    return door


async def test_who_is_sent_away_at_about_the_same_time_is_told_together() -> None:
    heard: list[bytes] = []
    timers: list[Callable[[], None]] = []
    farewells = Farewells(lambda _seconds, say: timers.append(say))
    loop = asyncio.get_running_loop()
    first, second = (_line(_full_door(), heard, loop) for _ in range(2))

    for line in (first, second):
        type(line).farewells = farewells
        line.data_received(request("POST", "/api/v1/orders", b"{}"))
    before = list(heard)
    timers.pop()()

    assert before == []
    assert [answer.partition(b"\r\n")[0] for answer in heard] == [b"HTTP/1.1 503 Service Unavailable"] * 2
    assert timers == []


async def test_a_server_that_stops_tells_first_who_was_sent_away() -> None:
    heard: list[bytes] = []
    line = _line(_full_door(), heard, asyncio.get_running_loop())

    line.data_received(request("POST", "/api/v1/orders", b"{}"))
    line.shutdown()

    assert heard[0].startswith(b"HTTP/1.1 503")
    assert heard[1:] == [b"closed"]


async def test_several_in_one_breath_are_answered_in_their_order(shop: Shop) -> None:
    await shop.fill()
    client = await shop.client()
    orders = [request("POST", "/api/v1/orders", b"{}", f"X-Request-Id: order-number-{n}") for n in range(3)]

    await client.say(b"".join(orders) + request("GET", "/health/live"))
    answers = [await client.hear() for _ in range(4)]

    assert [each.status for each in answers] == [503, 503, 503, 200]
    assert [each.headers["x-request-id"] for each in answers[:3]] == [f"order-number-{n}" for n in range(3)]


async def test_behind_an_answer_of_the_same_connection_the_gate_decides(shop: Shop) -> None:
    waiting = await shop.fill()
    await waiting[0].say(request("POST", "/api/v1/orders", b"{}"))

    shop.carts.go.set()
    answers = [await waiting[0].hear(), await waiting[0].hear()]

    assert [each.status for each in answers] == [404, 422]
    assert shop.reached[-1] == "POST /api/v1/orders"


async def test_who_asks_for_the_head_gets_no_body(shop: Shop) -> None:
    await shop.fill()
    client = await shop.client()

    head = await client.ask("HEAD", CART)
    alive = await client.ask("GET", "/health/live")

    assert (head.status, alive.status) == (503, 200)
    assert int(head.headers["content-length"]) > 0


@pytest.mark.parametrize("more", ["Connection: close", "Expect: 100-continue"])
async def test_the_unusual_is_left_to_the_gate(shop: Shop, more: str) -> None:
    await shop.fill()
    client = await shop.client()

    answer = await client.ask("POST", "/api/v1/orders", b"{}", more)

    assert answer.status == 503
    assert shop.reached[-1] == "POST /api/v1/orders"
    assert more != "Connection: close" or await client.ended()


async def test_what_may_be_answered_from_memory_comes_in_when_all_is_full(shop: Shop) -> None:
    await shop.fill()
    client = await shop.client()

    await client.ask("GET", "/api/v1/products?limit=24")
    await client.ask("GET", "/en/")

    assert shop.reached[PLACES:] == ["GET /api/v1/products", "GET /en/"]


async def test_every_place_is_given_back(shop: Shop) -> None:
    clients = await shop.fill()
    refused = await shop.client()
    await refused.ask("POST", "/api/v1/orders", b"{}")

    shop.carts.go.set()
    answers = [await client.hear() for client in clients]
    free = sum(_places(shop.door))

    assert [each.status for each in answers] == [404] * PLACES
    assert free == PLACES


def _places(door: Door) -> Iterator[bool]:
    while door.admission.enter(Lane.ORDINARY):
        yield True
