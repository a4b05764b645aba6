"""Every connection that the shop opens is limited in time: 1 s to connect, 5 s to read.

The modules that open one are found in the source; a new one must be listed here with its limits.
"""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

import vivamarket

SOURCE = Path(vivamarket.__file__).parent
OPENERS = {"ClientSession", "AsyncClient", "Client", "connect", "create_pool", "create_connection"}
LIBRARIES = {"aiohttp", "httpx", "asyncpg"}
#: Our own class that opens connections; to anything else the libraries are called by their names.
OWN_OPENER = "BoundedPool"
#: Calls to somebody else's system, each with CONNECT_TIMEOUT_SECONDS and READ_TIMEOUT_SECONDS.
OTHERS = {
    "adapters/aws/identity_keys.py",
    "adapters/stripe/transport.py",
    "adapters/local/fetch.py",
    "adapters/local/webhook_sender.py",
    "sandbox/senders.py",
}
#: Connections to our own database.
DATABASE = {"adapters/postgres/pool.py", "adapters/postgres/listen.py", "cli/database.py"}


def opened() -> dict[str, list[ast.Call]]:
    """Return where the source opens connections. The proof's clients are tools, not the shop."""
    found: dict[str, list[ast.Call]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if name.startswith("proof/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _opens(node.func):
                found.setdefault(name, []).append(node)
    return found


def _opens(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id == OWN_OPENER
    return (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and called.value.id in LIBRARIES
        and called.attr in OPENERS
    )


def test_connections_are_opened_in_known_places_only_and_always_with_a_timeout() -> None:
    calls = opened()

    assert calls.keys() == OTHERS | DATABASE
    for name, each in calls.items():
        for call in each:
            assert "timeout" in {keyword.arg for keyword in call.keywords}, f"{name}:{call.lineno}"


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_calls_to_others_connect_within_one_second_and_read_within_five(name: str) -> None:
    module = import_module("vivamarket." + name.removesuffix(".py").replace("/", "."))

    assert 0 < module.CONNECT_TIMEOUT_SECONDS <= 1
    assert 0 < module.READ_TIMEOUT_SECONDS <= 5


def test_a_shopper_waits_for_no_statement_longer_than_five_seconds() -> None:
    from vivamarket.adapters.postgres.pool import CONNECT_TIMEOUT_SECONDS
    from vivamarket.bootstrap.shop import WEB_STATEMENT_TIMEOUT_SECONDS

    assert CONNECT_TIMEOUT_SECONDS <= 5
    assert WEB_STATEMENT_TIMEOUT_SECONDS <= 5
