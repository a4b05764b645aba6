"""Who carries parcels, and where each can be followed: data of the shop's profile."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from vivamarket.kernel.errors import Invalid

#: Where the template of an address takes the tracking number.
NUMBER = "{number}"
CARRIER_NAME_LENGTH_MAX = 60
TRACKING_NUMBER_LENGTH_MAX = 64


class UnknownCarrier(Invalid):
    """The shop's profile names no such carrier."""

    code = "unknown_carrier"


class BadCarrier(Invalid):
    """A carrier of the profile cannot be used."""

    code = "bad_carrier"


@dataclass(frozen=True, slots=True)
class Carrier:
    """One who carries parcels. ``tracking_url`` holds ``{number}``; empty when parcels cannot be followed."""

    key: str
    name: str
    tracking_url: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.tracking_url)
        if self.tracking_url and (parts.scheme != "https" or not parts.netloc):
            raise BadCarrier(
                f"{self.name} is followed at an address that begins with https://.", key=self.key
            )
        if self.tracking_url and NUMBER not in self.tracking_url:
            raise BadCarrier(f"The address of {self.name} needs {NUMBER}.", key=self.key)

    def link(self, number: str) -> str | None:
        """Return where the parcel of that number can be followed, None when nowhere."""
        if not self.tracking_url or not number:
            return None
        return self.tracking_url.replace(NUMBER, quote(number, safe=""))


@dataclass(frozen=True, slots=True)
class Carriers:
    """The carriers that staff choose from, in the profile's order."""

    all: tuple[Carrier, ...] = ()

    def named(self, key: str) -> Carrier:
        """Return the carrier of that key. Raise ``UnknownCarrier``."""
        for carrier in self.all:
            if carrier.key == key:
                return carrier
        raise UnknownCarrier("Choose one of the shop's carriers, or name another.", carrier=key[:80])
