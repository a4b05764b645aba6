"""What only real processes and sockets can show: kill -9, closed ports, bytes on a wire."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.helpers.payment import SECRET_KEY, WEBHOOK_SECRET, CountingIds, ManualClock, SandboxRig

from vivamarket.adapters.stripe import StripeGateway
from vivamarket.payments.errors import GatewayUnavailable
from vivamarket.sandbox.ports import WebhookUnreachable
from vivamarket.sandbox.senders import AppSender, HttpSender

KILLS = 3
LINES_MIN = 40
PAYING = """
import sys
from pathlib import Path
from tests.helpers.payment import SandboxRig
from vivamarket.sandbox.cards import card_by_key

rig = SandboxRig(Path(sys.argv[1]))
rig.ids._count = int(sys.argv[2]) * 1_000_000
visa = card_by_key("visa")
while True:
    session = rig.session()["id"]
    rig.provider.pay(session, visa)
    print(session, flush=True)
"""


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        yield listener.getsockname()[1]


def test_kill_9_loses_no_acknowledged_payment(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.sqlite3"
    acknowledged: list[str] = []
    for life in range(1, KILLS + 1):
        process = subprocess.Popen(
            [sys.executable, "-c", PAYING, str(path), str(life)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        with process:
            assert process.stdout is not None
            acknowledged += [process.stdout.readline().strip() for _ in range(LINES_MIN)]
            process.kill()

    rig = SandboxRig(path)
    for session_id in acknowledged:
        session = rig.json("GET", f"/v1/checkout/sessions/{session_id}", {"expand[]": "payment_intent"})
        assert session["payment_status"] == "paid"
        assert session["payment_intent"]["amount_received"] == 2_500


async def test_a_provider_that_nobody_runs_is_unavailable_at_once(closed_port: int) -> None:
    clock = ManualClock()
    gateway = StripeGateway(
        api_base=f"http://127.0.0.1:{closed_port}",
        secret_key=SECRET_KEY,
        webhook_secret=WEBHOOK_SECRET,
        clock=clock,
        ids=CountingIds(),
    )

    with pytest.raises(GatewayUnavailable):
        await gateway.retrieve("cs_test_1")
    await gateway.close()


async def test_a_webhook_to_nobody_is_unreachable(closed_port: int) -> None:
    sender = HttpSender()

    with pytest.raises(WebhookUnreachable):
        await sender.send(f"http://127.0.0.1:{closed_port}/hook", {}, b"{}")
    await sender.close()


async def test_a_webhook_travels_with_its_headers_and_bytes() -> None:
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        heard.append(head + await reader.readexactly(2))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    sender = HttpSender()
    port = server.sockets[0].getsockname()[1]

    status = await sender.send(f"http://127.0.0.1:{port}/hook", {"stripe-signature": "t=1,v1=x"}, b"{}")

    assert status == 204
    assert heard[0].startswith(b"POST /hook HTTP/1.1\r\n")
    assert b"stripe-signature: t=1,v1=x\r\n" in heard[0].lower()
    await sender.close()
    server.close()


async def test_a_webhook_reaches_an_app_in_the_same_process() -> None:
    seen: list[tuple[str, bytes]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["path"], (await receive())["body"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async def silent(scope: Any, receive: Any, send: Any) -> None:
        return

    assert await AppSender(app).send("http://shop.example/hook", {"x": "y"}, b"{}") == 200
    assert seen == [("/hook", b"{}")]
    with pytest.raises(WebhookUnreachable):
        await AppSender(silent).send("http://shop.example/hook", {}, b"{}")
