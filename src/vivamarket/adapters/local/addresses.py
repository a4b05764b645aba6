"""Which addresses the shop may call on somebody else's word: public ones, none inside our own network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Resolves a host name to IP addresses as text; raises ``OSError`` when the name is unknown.
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

#: A name whose servers are dead keeps its thread for half a minute, whoever has stopped waiting. Lookups have
#: threads of their own, so that such names hold up neither the mails nor whatever else runs in threads.
LOOKUPS_MAX = 64
_LOOKUPS = ThreadPoolExecutor(max_workers=LOOKUPS_MAX, thread_name_prefix="lookup")

#: Ranges that wrap an IPv4 address and would reach it past the check (RFC 6052, 3056, 4380), and those
#: that older Pythons call global.
_WRAPPING_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/23", "::/96", "fec0::/10",
                    "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "100.64.0.0/10")
)  # fmt: skip


def is_public(address: IpAddress) -> bool:
    """Return whether the address is a plain public unicast one (IANA special-purpose registries).

    Private, loopback, link-local (cloud metadata), unique-local, carrier-grade NAT, multicast, reserved,
    documentation and unspecified addresses are not, nor is any IPv6 address that wraps an IPv4 one.
    """
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return False
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in _WRAPPING_NETWORKS if network.version == address.version)


async def resolve_by_system(host: str, port: int) -> list[str]:
    """Ask the operating system; raise ``OSError`` when it does not know the name."""
    look = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_LOOKUPS, look)
    return [str(entry[4][0]) for entry in found]
