"""Fetching pictures from the internet without letting an address lead inside our own network."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Collection

import httpx

from vivamarket.adapters.local.addresses import IpAddress, Resolver, is_public, resolve_by_system
from vivamarket.media.errors import PictureUnreachable
from vivamarket.media.model import FETCH_TIMEOUT_SECONDS, SOURCE_BYTES_MAX

URL_LENGTH_MAX = 2_048
REDIRECTS_MAX = 3
CONNECT_TIMEOUT_SECONDS = 1.0
READ_TIMEOUT_SECONDS = 5.0
FETCHES_AT_ONCE_MAX = 8
_REDIRECT_STATUSES = {301, 302, 303, 307, 308}
_BINARY_TYPES = {"application/octet-stream", "binary/octet-stream", ""}


class HttpImageFetcher:
    """Fetch pictures over http(s) from public addresses only.

    The name is resolved here, every address of it must be public, and the connection goes to the very
    address that was checked, so that a name cannot answer differently a moment later (DNS rebinding);
    ``Host`` and the certificate's name stay the URL's. Each redirect, at most ``REDIRECTS_MAX``, passes the
    same checks. ``is_allowed``, ``ports`` and ``resolve`` are for tests against a local server only.
    """

    def __init__(
        self,
        *,
        bytes_max: int = SOURCE_BYTES_MAX,
        timeout_seconds: float = FETCH_TIMEOUT_SECONDS,
        ports: Collection[int] = (80, 443),
        is_allowed: Callable[[IpAddress], bool] = is_public,
        resolve: Resolver = resolve_by_system,
        user_agent: str = "VivaMarket image import",
    ) -> None:
        self._bytes_max = bytes_max
        self._timeout_seconds = timeout_seconds
        self._ports = ports
        self._is_allowed = is_allowed
        self._resolve = resolve
        self._slots = asyncio.Semaphore(FETCHES_AT_ONCE_MAX)
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS),
            # A kept connection belongs to an address, not to a name: never reuse one.
            limits=httpx.Limits(max_connections=FETCHES_AT_ONCE_MAX, max_keepalive_connections=0),
            headers={"User-Agent": user_agent, "Accept": "image/*", "Accept-Encoding": "identity"},
            follow_redirects=False,
            trust_env=False,
        )

    async def fetch(self, url: str) -> bytes:
        """Return the picture's bytes; see the port."""
        async with self._slots:
            try:
                async with asyncio.timeout(self._timeout_seconds):
                    return await self._fetch(url)
            except TimeoutError:
                raise _unreachable(url, f"no answer within {self._timeout_seconds:g} seconds") from None
            except httpx.TimeoutException:
                raise _unreachable(url, "no answer in time") from None
            except (httpx.HTTPError, OSError) as error:
                raise _unreachable(url, str(error) or type(error).__name__) from error

    async def close(self) -> None:
        """Close what is still open."""
        await self._client.aclose()

    async def _fetch(self, url: str) -> bytes:
        target = _parse(url, url)
        for _ in range(REDIRECTS_MAX + 1):
            response = await self._client.send(await self._pinned(target, url), stream=True)
            try:
                if response.status_code not in _REDIRECT_STATUSES:
                    return await self._read(response, url)
                location = response.headers.get("location", "")
            finally:
                await response.aclose()
            if not location or len(location) > URL_LENGTH_MAX:
                raise _unreachable(url, "a redirect leads nowhere")
            target = _parse(str(_join(target, location, url)), url)
        raise _unreachable(url, f"more than {REDIRECTS_MAX} redirects")

    async def _pinned(self, target: httpx.URL, url: str) -> httpx.Request:
        """Return the request that goes to a checked address under the URL's own name."""
        port = target.port or (443 if target.scheme == "https" else 80)
        if port not in self._ports:
            raise _unreachable(url, f"port {port} is not allowed")
        host = target.raw_host.decode("ascii")
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError):
            raise _unreachable(url, "the host name is unknown") from None
        addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in found]
        if not addresses:
            raise _unreachable(url, "the host name has no address")
        if not all(self._is_allowed(address) for address in addresses):
            raise _unreachable(url, "the address is not public")
        return self._client.build_request(
            "GET",
            target.copy_with(host=str(addresses[0])),
            headers={"Host": target.netloc.decode("ascii")},
            extensions={"sni_hostname": host},
        )

    async def _read(self, response: httpx.Response, url: str) -> bytes:
        if response.status_code != 200:
            raise _unreachable(url, f"the server answered {response.status_code}")
        content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not (content_type.startswith("image/") or content_type in _BINARY_TYPES):
            raise _unreachable(url, f"the server sent {content_type[:60]}, not a picture")
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise _unreachable(url, "the server sent packed bytes that nobody asked for")
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > self._bytes_max:
                raise _unreachable(url, f"larger than {self._bytes_max} bytes")
        return bytes(body)


def _parse(text: str, url: str) -> httpx.URL:
    """Return the URL when its form is one we follow."""
    if len(text) > URL_LENGTH_MAX:
        raise _unreachable(url, f"longer than {URL_LENGTH_MAX} characters")
    try:
        target = httpx.URL(text)
    except httpx.InvalidURL:
        raise _unreachable(url, "not a web address") from None
    if target.scheme not in {"http", "https"}:
        raise _unreachable(url, "only http and https are fetched")
    if not target.host or target.userinfo:
        raise _unreachable(url, "not a plain web address")
    return target.copy_with(fragment=None)


def _join(target: httpx.URL, location: str, url: str) -> httpx.URL:
    try:
        return target.join(location)
    except httpx.InvalidURL:
        raise _unreachable(url, "a redirect leads nowhere") from None


def _unreachable(url: str, reason: str) -> PictureUnreachable:
    return PictureUnreachable(f"The picture could not be fetched: {reason}.", url=url[:200], reason=reason)
