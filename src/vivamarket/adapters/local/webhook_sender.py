"""Calling merchants' systems over HTTP without letting an address lead inside our own network."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from vivamarket.adapters.local.addresses import IpAddress, Resolver, is_public, resolve_by_system
from vivamarket.webhooks.errors import ReceiverRefused
from vivamarket.webhooks.model import ANSWER_KEPT_BYTES, ENDPOINTS_MAX, LINES_MAX, Answer

if TYPE_CHECKING:
    import httpx

CONNECT_TIMEOUT_SECONDS = 1.0
READ_TIMEOUT_SECONDS = 5.0
#: The whole call, name and answer included: a receiver that drips bytes does not hold a line for longer.
CALL_TIMEOUT_SECONDS = 8.0
CHECK_TIMEOUT_SECONDS = 5.0
PORTS = frozenset({443, 8443})
_DEFAULT_PORTS = {"https": 443, "http": 80}
_USER_AGENT = "VivaMarket webhooks (standardwebhooks.com)"


def is_public_or_loopback(address: IpAddress) -> bool:
    """Return whether a developer's shop may call the address: the internet, or this very machine."""
    return is_public(address) or address.is_loopback


class HttpWebhookSender:
    """The ``WebhookSender`` over HTTP.

    The name is resolved for each call, every address of it must be allowed, and the connection goes to the
    very address that was checked, so that a name cannot answer differently a moment later (DNS
    rebinding); ``Host`` and the certificate's name stay the URL's. Redirects are answers, not ways on.
    Neither proxies of the environment nor cookies are used, and no connection is kept. ``local`` is for
    development: it also reaches this machine, at any port.
    """

    def __init__(self, *, local: bool = False, resolve: Resolver = resolve_by_system) -> None:
        self._is_allowed: Callable[[IpAddress], bool] = is_public_or_loopback if local else is_public
        self._ports: frozenset[int] | None = None if local else PORTS
        self._resolve = resolve

    async def check(self, url: str) -> None:
        """Raise ``ReceiverRefused`` when nothing could be sent there as things are now."""
        import httpx

        try:
            async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
                await self._address(httpx.URL(url))
        except TimeoutError:
            raise _refused("its name could not be looked up in time") from None
        except httpx.InvalidURL:
            raise _refused("this is not a web address") from None

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST the body and return the answer; never raise. See the port."""
        import httpx

        try:
            async with asyncio.timeout(CALL_TIMEOUT_SECONDS):
                return await self._send(httpx.URL(url), headers, body)
        except ReceiverRefused as refusal:
            return Answer(0, error=str(refusal.fields["reason"]))
        except (TimeoutError, httpx.TimeoutException):
            return Answer(0, error="no answer in time")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Answer(0, error=str(error) or type(error).__name__)

    async def close(self) -> None:
        """Close what is still open."""
        await self._client.aclose()

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        """Open the client with the first call: it and its library cost a tenth of a process's start."""
        import httpx

        return httpx.AsyncClient(
            timeout=httpx.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS),
            # A kept connection belongs to an address, not to a name: never reuse one.
            limits=httpx.Limits(max_connections=ENDPOINTS_MAX * LINES_MAX, max_keepalive_connections=0),
            headers={"User-Agent": _USER_AGENT, "Accept-Encoding": "identity"},
            follow_redirects=False,
            trust_env=False,
        )

    async def _send(self, target: httpx.URL, headers: Mapping[str, str], body: bytes) -> Answer:
        address = await self._address(target)
        request = self._client.build_request(
            "POST",
            target.copy_with(host=str(address)),
            content=body,
            headers={
                **headers,
                "Content-Type": "application/json",
                "Host": target.netloc.decode("ascii"),
            },
            extensions={"sni_hostname": target.raw_host.decode("ascii")},
        )
        response = await self._client.send(request, stream=True)
        try:
            kept = await _beginning(response)
        finally:
            await response.aclose()
        return Answer(response.status_code, kept, retry_after_seconds=_retry_after(response))

    async def _address(self, target: httpx.URL) -> IpAddress:
        """Return the address to connect to. Raise ``ReceiverRefused``."""
        port = target.port or _DEFAULT_PORTS.get(target.scheme, 0)
        if self._ports is not None and port not in self._ports:
            raise _refused(f"port {port} is not allowed")
        try:
            found = await self._resolve(target.raw_host.decode("ascii"), port)
        except (OSError, UnicodeError):
            raise _refused("its host name is unknown") from None
        addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in found]
        if not addresses:
            raise _refused("its host name has no address")
        if not all(self._is_allowed(address) for address in addresses):
            raise _refused("its address is not public")
        return addresses[0]


async def _beginning(response: httpx.Response) -> bytes:
    """Read the answer's first bytes; what comes after them is never read."""
    kept = bytearray()
    async for piece in response.aiter_raw(ANSWER_KEPT_BYTES):
        kept += piece
        if len(kept) >= ANSWER_KEPT_BYTES:
            break
    return bytes(kept[:ANSWER_KEPT_BYTES])


def _retry_after(response: httpx.Response) -> int | None:
    """Return ``Retry-After`` in seconds; its form as a date is rare and left to our own schedule."""
    text = response.headers.get("retry-after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _refused(reason: str) -> ReceiverRefused:
    return ReceiverRefused(f"No webhook can be sent there: {reason}.", reason=reason)
