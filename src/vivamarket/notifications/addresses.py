"""Which texts can be the address of a mail."""

from __future__ import annotations

import re

from vivamarket.notifications.errors import BadMailAddress

#: Local part, @, domain, without what has a meaning of its own in a header (RFC 5322 §3.2.3 "specials").
_ADDRESS = re.compile(
    r"([^\s\x00-\x1f\x7f\"(),:;<>@\[\\\]]{1,64})@([^\s\x00-\x1f\x7f\"(),:;<>@\[\\\]]{1,189})"
)


def checked_address(address: str) -> str:
    """Return the address unchanged. Raise ``BadMailAddress``."""
    if _ADDRESS.fullmatch(address) is None:
        raise bad_address(address)
    return address


def bad_address(address: str) -> BadMailAddress:
    """Return the refusal of that address."""
    return BadMailAddress("This is not an address that mail can go to.", to=address[:200])
