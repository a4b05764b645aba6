"""Calling receivers: what is sent, what is kept, and that no address leads inside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from vivamarket.adapters.local.webhook_sender import HttpWebhookSender
from vivamarket.webhooks.errors import ReceiverRefused

HEADERS = {"webhook-id": "msg-1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}


@dataclass
class Receiver:
    """A local server that gives one answer, and a resolver that sends every name to it."""

    answer: bytes = b"HTTP/1.1 204 X\r\nconnection: close\r\n\r\n"
    requests: list[bytes] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-l")
        )
        self.requests.append(head + await reader.readexactly(length))
        writer.write(self.answer)
        await writer.drain()
        writer.close()

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        if host not in self.names:
            raise OSError("unknown")
        return self.names[host]

    def url(self, path: str = "/hook") -> str:
        return f"http://erp.example:{self.port}{path}"


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    built = Receiver(names={"erp.example": ["127.0.0.1"]})
    server = await asyncio.start_server(built.serve, "127.0.0.1", 0)
    built.port = server.sockets[0].getsockname()[1]
    yield built
    server.close()


@pytest_asyncio.fixture
async def sender(receiver: Receiver) -> AsyncIterator[HttpWebhookSender]:
    built = HttpWebhookSender(local=True, resolve=receiver.resolve)
    yield built
    await built.close()


async def test_the_body_goes_out_as_it_is_under_the_urls_own_name(
    receiver: Receiver, sender: HttpWebhookSender
) -> None:
    answer = await sender.send(receiver.url("/hook?a=b"), HEADERS, b'{"a":1}')

    assert (answer.status_code, answer.error) == (204, "")
    head, _, body = receiver.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert lines[0] == "post /hook?a=b http/1.1"
    assert {f"host: erp.example:{receiver.port}", "webhook-id: msg-1", "webhook-signature: v1,x"} <= {*lines}
    assert "content-type: application/json" in lines
    assert body == b'{"a":1}'


async def test_only_the_beginning_of_an_answer_is_kept(receiver: Receiver, sender: HttpWebhookSender) -> None:
    receiver.answer = b"HTTP/1.1 500 X\r\nretry-after: 120\r\nconnection: close\r\n\r\n" + b"x" * 100_000

    answer = await sender.send(receiver.url(), HEADERS, b"{}")

    assert (answer.status_code, len(answer.body), answer.retry_after_seconds) == (500, 1_024, 120)


async def test_a_redirect_is_an_answer_and_not_followed(
    receiver: Receiver, sender: HttpWebhookSender
) -> None:
    receiver.answer = b"HTTP/1.1 307 X\r\nlocation: /other\r\nconnection: close\r\n\r\n"

    assert (await sender.send(receiver.url(), HEADERS, b"{}")).status_code == 307
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("text", ["", "soon", "-1", "1" * 20, "Wed, 21 Oct 2026 07:28:00 GMT", "²"])
async def test_a_strange_retry_after_is_none(
    receiver: Receiver, sender: HttpWebhookSender, text: str
) -> None:
    receiver.answer = f"HTTP/1.1 503 X\r\nretry-after: {text}\r\nconnection: close\r\n\r\n".encode()

    assert (await sender.send(receiver.url(), HEADERS, b"{}")).retry_after_seconds is None


async def test_nonsense_and_silence_are_answers_with_an_error(
    receiver: Receiver, sender: HttpWebhookSender
) -> None:
    receiver.answer = b"\x00\x01 no http\r\n\r\n"
    nonsense = await sender.send(receiver.url(), HEADERS, b"{}")
    receiver.answer = b""
    silence = await sender.send(receiver.url(), HEADERS, b"{}")
    closed = await sender.send("http://erp.example:1/", HEADERS, b"{}")

    for answer in (nonsense, silence, closed):
        assert answer.status_code == 0
        assert answer.error


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.8",
        "64:ff9b::a00:8",
        "2002:7f00:1::",
    ],
)
async def test_no_address_leads_inside(receiver: Receiver, address: str) -> None:
    sender = HttpWebhookSender(resolve=receiver.resolve)
    receiver.names["inside.example"] = [address]
    receiver.names["half.example"] = ["93.184.216.34", address]

    for host in ("inside.example", "half.example"):
        with pytest.raises(ReceiverRefused):
            await sender.check(f"https://{host}/")
        answer = await sender.send(f"https://{host}/", HEADERS, b"{}")
        assert (answer.status_code, answer.error) == (0, "its address is not public")
    await sender.close()


async def test_a_developers_shop_reaches_itself_but_no_neighbour(
    receiver: Receiver, sender: HttpWebhookSender
) -> None:
    receiver.names["nas.example"] = ["192.168.1.1"]

    await sender.check(receiver.url())

    with pytest.raises(ReceiverRefused):
        await sender.check("http://nas.example/")


async def test_the_name_is_asked_once_a_call_and_that_address_is_called(
    receiver: Receiver, sender: HttpWebhookSender
) -> None:
    """A name that answers differently the second time (DNS rebinding) changes nothing."""
    await sender.send(receiver.url(), HEADERS, b"{}")

    assert receiver.asked == ["erp.example"]


@pytest.mark.parametrize(
    "url", ["https://erp.example:22/", "http://erp.example/", "https://erp.example:5432/"]
)
async def test_other_ports_are_refused(receiver: Receiver, url: str) -> None:
    sender = HttpWebhookSender(resolve=receiver.resolve)
    receiver.names["erp.example"] = ["93.184.216.34"]

    with pytest.raises(ReceiverRefused):
        await sender.check(url)
    await sender.check("https://erp.example/")
    await sender.close()


async def test_an_unknown_name_is_refused(sender: HttpWebhookSender) -> None:
    with pytest.raises(ReceiverRefused, match="unknown"):
        await sender.check("https://nowhere.example/")
