"""Who asks: behind a proxy of ours it is the client the proxy names, otherwise the one who connected."""

from __future__ import annotations

import pytest

from vivamarket.api.asgi import Receive, Scope, Send
from vivamarket.serve import server_config
from vivamarket.settings import Settings

PROXY = "10.0.0.7"


async def client_of(trusted: str, connected: str) -> str:
    """Return the client's address as the app sees it, when the request claims to be for 203.0.113.9."""
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["client"][0])

    config = server_config(app, Settings.from_env({"VIVA_TRUSTED_PROXIES": trusted}))
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
