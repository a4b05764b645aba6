import asyncio

import httpx
import pytest
from tests.helpers.catalog import CountedIds, StillClock

from vivamarket.api import ApiConfig, HotReads, RequestIds
from vivamarket.api.asgi import Receive, Scope, Send
from vivamarket.api.hot import PRODUCT_KEY, HotKind, hot_kind

LIST = "/api/v1/products"


class Origin:
    """The API behind the cache: counts how often it is asked, and can be held up."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.body = b'{"items":[]}'
        self.started = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        self.started.set()
        body = self.body
        await self.gate.wait()
        if hot_kind(scope["path"]) is HotKind.DETAIL:
            scope[PRODUCT_KEY] = scope["path"].rsplit("/", 1)[1]
        headers = [(b"content-type", b"application/json"), (b"x-request-id", b"of-the-origin")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class Cache:
    def __init__(self, config: ApiConfig) -> None:
        self.origin = Origin()
        self.clock = StillClock()
        self.hot = HotReads(clock=self.clock, request_ids=RequestIds(CountedIds()), config=config)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self), base_url="http://shop.test")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert await self.hot.answer(self.origin, scope, receive, send)

    async def get(self, path: str = LIST, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers={"accept-encoding": "identity", **named})


@pytest.fixture
def cache() -> Cache:
    return Cache(ApiConfig())


async def test_the_second_answer_comes_from_memory(cache: Cache) -> None:
    first, second = await cache.get(), await cache.get()

    assert first.content == second.content == b'{"items":[]}'
    assert cache.origin.asked == 1


async def test_every_answer_has_a_request_id_of_its_own(cache: Cache) -> None:
    first, second = await cache.get(), await cache.get()
    named = await cache.get(x_request_id="my-own-name")

    assert first.headers["x-request-id"] != second.headers["x-request-id"] != "of-the-origin"
    assert named.headers["x-request-id"] == "my-own-name"


async def test_a_known_etag_answers_304(cache: Cache) -> None:
    etag = (await cache.get()).headers["etag"]

    unchanged = await cache.get(if_none_match=f'"other", {etag}')

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["etag"] == etag


async def test_another_query_is_another_answer(cache: Cache) -> None:
    await cache.get(f"{LIST}?limit=1")
    await cache.get(f"{LIST}?limit=2")

    assert cache.origin.asked == 2


async def test_head_is_answered_from_the_same_memory_without_a_body(cache: Cache) -> None:
    await cache.get()
    answer = await cache.client.head(LIST, headers={"accept-encoding": "identity"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "12"
    assert cache.origin.asked == 1


async def test_a_large_answer_is_packed_for_whoever_takes_gzip(cache: Cache) -> None:
    cache.origin.body = b'{"items":[' + b"1," * 2_000 + b"1]}"

    plain = await cache.get()
    packed = await cache.get(accept_encoding="gzip")

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 5


async def test_however_many_ask_the_route_is_asked_once(cache: Cache) -> None:
    cache.origin.gate.clear()
    waiting = [asyncio.create_task(cache.get()) for _ in range(20)]
    await cache.origin.started.wait()
    cache.origin.gate.set()

    answers = await asyncio.gather(*waiting)

    assert {answer.status_code for answer in answers} == {200}
    assert cache.origin.asked == 1


async def test_an_invalidated_kind_is_asked_for_again(cache: Cache) -> None:
    await cache.get()
    cache.hot.invalidate(HotKind.SEARCH)
    await cache.get()
    assert cache.origin.asked == 1

    cache.hot.invalidate(HotKind.LIST)
    await cache.get()
    assert cache.origin.asked == 2


async def test_a_changed_product_drops_its_page_and_the_lists_only(cache: Cache) -> None:
    for path in (LIST, f"{LIST}/mug", f"{LIST}/cup"):
        await cache.get(path)

    cache.hot.products_changed({"mug"})
    for path in (LIST, f"{LIST}/mug", f"{LIST}/cup"):
        await cache.get(path)

    assert cache.origin.asked == 5


@pytest.mark.parametrize("path", [LIST, f"{LIST}/mug"])
async def test_an_answer_made_while_something_changed_is_not_kept(cache: Cache, path: str) -> None:
    cache.origin.gate.clear()
    early = asyncio.create_task(cache.get(path))
    await cache.origin.started.wait()
    cache.origin.body = b'{"items":["new"]}'
    cache.hot.products_changed({"mug"})
    cache.origin.gate.set()
    await early

    assert (await cache.get(path)).content == b'{"items":["new"]}'


async def test_refusals_are_not_kept(cache: Cache) -> None:
    cache.origin.status = 404
    await cache.get()
    await cache.get()

    assert cache.origin.asked == 2


async def test_what_is_live_ages_out_in_five_seconds_and_the_rest_in_sixty(cache: Cache) -> None:
    paths = (LIST, "/api/v1/live?skus=MUG")
    for path in paths:
        await cache.get(path)

    await cache.clock.sleep(5.0)
    for path in paths:
        await cache.get(path)
    assert cache.origin.asked == 3

    await cache.clock.sleep(60.0)
    await cache.get(LIST)
    assert cache.origin.asked == 4


async def test_memory_is_bounded_by_bytes() -> None:
    cache = Cache(ApiConfig(hot_bytes_max=20_000))
    for number in range(100):
        await cache.get(f"{LIST}?limit={number}")

    await cache.get(f"{LIST}?limit=99")
    await cache.get(f"{LIST}?limit=0")

    assert cache.origin.asked == 101


async def test_an_answer_too_large_to_keep_is_given_and_forgotten() -> None:
    cache = Cache(ApiConfig(hot_entry_bytes_max=2_000))
    cache.origin.body = b"x" * 5_000

    assert (await cache.get()).content == cache.origin.body
    await cache.get()
    assert cache.origin.asked == 2


@pytest.mark.parametrize(
    "path", ["/api/v1/carts/abc", "/api/v1/products/", "/api/v1/products/a/b", "/health/live"]
)
def test_other_addresses_are_not_hot(path: str) -> None:
    assert hot_kind(path) is None
