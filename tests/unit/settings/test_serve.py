"""How the web process is served: who asks it, and what its garbage collector looks through."""

from __future__ import annotations

import gc

import pytest
from tests.helpers.catalog import CountedIds, StillClock

from vivamarket.api import ApiConfig, RequestIds
from vivamarket.api.asgi import Receive, Scope, Send
from vivamarket.api.door import Door
from vivamarket.kernel.telemetry import SILENT
from vivamarket.serve import COLLECT_AFTER_OBJECTS, keep_what_there_is, server_config
from vivamarket.settings import Settings

PROXY = "10.0.0.7"


async def client_of(trusted: str, connected: str) -> str:
    """Return the client's address as the app sees it, when the request claims to be for 203.0.113.9."""
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["client"][0])

    door = Door(
        config=ApiConfig(), clock=StillClock(), request_ids=RequestIds(CountedIds()), telemetry=SILENT
    )
    config = server_config(app, Settings.from_env({"VIVA_TRUSTED_PROXIES": trusted}), door)
    config.load()
    scope = {"type": "http", "client": (connected, 1), "headers": [(b"x-forwarded-for", b"203.0.113.9")]}
    await config.loaded_app(scope, None, None)
    return seen[0]


@pytest.mark.parametrize(
    ("trusted", "connected", "client"),
    [
        ("", "127.0.0.1", "127.0.0.1"),
        ("", PROXY, PROXY),
        ("10.0.0.0/8", PROXY, "203.0.113.9"),
        ("192.0.2.1, 10.0.0.7", PROXY, "203.0.113.9"),
        ("10.0.0.0/8", "198.51.100.4", "198.51.100.4"),
    ],
)
async def test_only_a_trusted_proxy_names_the_client(trusted: str, connected: str, client: str) -> None:
    assert await client_of(trusted, connected) == client


def test_what_was_built_before_serving_is_not_looked_through_again() -> None:
    built = [object() for _ in range(10)]
    usual = gc.get_threshold()
    assert any(each is built for each in gc.get_objects())

    try:
        keep_what_there_is()
        looked_through, threshold = gc.get_objects(), gc.get_threshold()
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)

    assert not any(each is built for each in looked_through)
    assert threshold == (COLLECT_AFTER_OBJECTS, *usual[1:])
