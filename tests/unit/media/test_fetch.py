"""Fetching pictures: what is followed, what is refused, and that no address leads inside."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from vivamarket.adapters.local.addresses import IpAddress, is_public
from vivamarket.adapters.local.fetch import HttpImageFetcher
from vivamarket.media.errors import PictureUnreachable

PICTURE = b"\x89PNG and so on"
SHOP = "pictures.example"


def answer(status: int = 200, body: bytes = PICTURE, **headers: str) -> bytes:
    fields = {"content-type": "image/png", "content-length": str(len(body)), "connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + body


@dataclass
class Web:
    """A local server that plays any web host, and a resolver that sends every name to it."""

    pages: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    addresses: dict[str, list[str]] = field(default_factory=dict)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(head)
        page = self.pages.get(head.split()[1])
        if page is not None:
            writer.write(page)
            await writer.drain()
            writer.close()
        else:
            await reader.read()  # never answers; ends when the client hangs up
            writer.close()

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        if host in self.addresses:
            return self.addresses[host]
        if host.endswith(".example"):
            return ["127.0.0.1"]
        return [str(ipaddress.ip_address(host))]

    def fetcher(self, *, timeout_seconds: float = 5.0, bytes_max: int = 1_000) -> HttpImageFetcher:
        def is_allowed(address: IpAddress) -> bool:
            return address == ipaddress.ip_address("127.0.0.1") or is_public(address)

        return HttpImageFetcher(
            bytes_max=bytes_max,
            timeout_seconds=timeout_seconds,
            ports={self.port},
            is_allowed=is_allowed,
            resolve=self.resolve,
        )

    def url(self, path: str, host: str = SHOP) -> str:
        return f"http://{host}:{self.port}{path}"


@pytest_asyncio.fixture
async def web() -> AsyncIterator[Web]:
    served = Web()
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    yield served
    server.close()
    await server.wait_closed()


async def reason(fetcher: HttpImageFetcher, url: str) -> str:
    with pytest.raises(PictureUnreachable) as refusal:
        await fetcher.fetch(url)
    await fetcher.close()
    return str(refusal.value.fields["reason"])


async def test_a_picture_is_fetched_from_the_checked_address_under_its_own_name(web: Web) -> None:
    web.pages["/mug.png?size=2"] = answer()
    fetcher = web.fetcher()

    assert await fetcher.fetch(web.url("/mug.png?size=2")) == PICTURE

    assert f"Host: {SHOP}:{web.port}\r\n" in web.requests[0]
    await fetcher.close()


async def test_no_cookie_or_credential_is_ever_sent(web: Web) -> None:
    web.pages["/1"] = answer(302, b"", location="/2", set_cookie="a=b")
    web.pages["/2"] = answer()
    fetcher = web.fetcher()

    await fetcher.fetch(web.url("/1"))

    assert not any("authorization" in head.lower() for head in web.requests)
    await fetcher.close()


@pytest.mark.parametrize("content_type", ["image/jpeg", "IMAGE/WebP; q=1", "application/octet-stream", ""])
async def test_pictures_and_unnamed_bytes_are_taken(web: Web, content_type: str) -> None:
    web.pages["/a"] = answer(content_type=content_type)
    fetcher = web.fetcher()

    assert await fetcher.fetch(web.url("/a")) == PICTURE
    await fetcher.close()


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (answer(404), "404"),
        (answer(500), "500"),
        (answer(206), "206"),
        (answer(content_type="text/html"), "text/html"),
        (answer(content_encoding="gzip"), "packed"),
        (answer(body=b"x" * 1_001), "larger than 1000 bytes"),
        (answer(302, location=""), "leads nowhere"),
        (answer(302, location="file:///etc/passwd"), "only http and https"),
        (answer(302, location="http://host:port/"), "Invalid URL"),
        (b"not http at all\r\n\r\n", ""),
    ],
)
async def test_a_bad_answer_is_refused(web: Web, page: bytes, said: str) -> None:
    web.pages["/a"] = page

    assert said in await reason(web.fetcher(), web.url("/a"))


async def test_a_body_that_never_ends_is_cut_at_the_limit(web: Web) -> None:
    web.pages["/a"] = answer(body=b"x" * 500_000).replace(b"content-length: 500000\r\n", b"")

    assert "larger" in await reason(web.fetcher(), web.url("/a"))


async def test_a_server_that_says_nothing_is_given_up(web: Web) -> None:
    assert "0.05 seconds" in await reason(web.fetcher(timeout_seconds=0.05), web.url("/silent"))


async def test_three_redirects_are_followed_and_a_fourth_is_not(web: Web) -> None:
    web.pages |= {f"/{step}": answer(301, b"", location=f"/{step + 1}") for step in range(4)}
    web.pages["/4"] = answer()
    fetcher = web.fetcher()

    assert await fetcher.fetch(web.url("/1")) == PICTURE
    assert "more than 3 redirects" in await reason(fetcher, web.url("/0"))


@pytest.mark.parametrize("inside", ["10.0.0.5", "192.168.1.1", "169.254.169.254", "[::1]", "[fd00::1]"])
async def test_a_redirect_inside_is_refused(web: Web, inside: str) -> None:
    web.pages["/a"] = answer(302, b"", location=f"http://{inside}:{web.port}/latest/meta-data")

    assert "not public" in await reason(web.fetcher(), web.url("/a"))
    assert len(web.requests) == 1


async def test_a_name_with_one_inside_address_is_refused_whole(web: Web) -> None:
    web.addresses[SHOP] = ["93.184.216.34", "10.0.0.5"]

    assert "not public" in await reason(web.fetcher(), web.url("/a"))


async def test_a_name_is_resolved_once_and_cannot_answer_differently_later(web: Web) -> None:
    web.pages["/a"] = answer()
    answers = iter([["127.0.0.1"], ["10.0.0.5"]])
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    fetcher = HttpImageFetcher(ports={web.port}, resolve=rebinding, is_allowed=lambda a: a.is_loopback)

    assert await fetcher.fetch(web.url("/a")) == PICTURE
    assert asked == [SHOP]
    await fetcher.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://pictures.example/a.png", "only http"),
        ("file:///etc/passwd", "only http"),
        ("data:image/png;base64,AAAA", "only http"),
        ("/a.png", "only http"),
        ("", "only http"),
        ("http:///a.png", "plain web address"),
        ("http://user:secret@pictures.example/a.png", "plain web address"),
        ("http://pictures.example:22/a.png", "port 22"),
        ("http://pictures.example:6379/", "port 6379"),
        ("http://" + "a" * 2_100, "longer than"),
        ("http://[::1", "web address"),
    ],
)
async def test_an_odd_address_is_refused_without_asking_anybody(url: str, said: str) -> None:
    async def nobody(host: str, port: int) -> Sequence[str]:
        raise AssertionError("was asked")

    assert said in await reason(HttpImageFetcher(resolve=nobody), url)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "0.0.0.0"]
)
async def test_no_spelling_of_this_machine_is_fetched(host: str) -> None:
    assert await reason(HttpImageFetcher(), f"http://{host}/") in {
        "the address is not public",
        "the host name is unknown",
        "not a web address",
    }


async def test_an_unknown_name_is_reported(web: Web) -> None:
    async def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError("no such host")

    assert "unknown" in await reason(HttpImageFetcher(resolve=unknown), "https://nobody.example/a.png")


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
        "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "100::1",
        "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "93.184.216.34", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_addresses_that_are_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))
