"""The shopper's browser on the provider's payment page."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from vivamarket.proof.chaos.caller import ATTEMPTS_MAX, Caller, Unanswered, new_session
from vivamarket.proof.chaos.history import History

_EXPIRY = "12 / {year:02}"
_CVC = "123"
_RETURN = "/checkout/return/"
_CHALLENGE = "/challenge"


class PageOutcome(StrEnum):
    """How the page ended."""

    #: It sent the shopper back to the shop: the provider has accepted the payment.
    ACCEPTED = "accepted"
    DECLINED = "declined"
    #: Nothing can be paid there any more.
    CLOSED = "closed"


class HostedPage:
    """One shopper's browser; the page has no keys, but a visit to it shows what has happened."""

    def __init__(self, caller: Caller, history: History, *, year: int) -> None:
        self._caller = caller
        self._history = history
        self._expiry = _EXPIRY.format(year=(year + 4) % 100)
        self._session = new_session()

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def pay(self, url: str, card_number: str) -> PageOutcome:
        """Fill the form in and send it; after a lost answer look first. Raise ``Unanswered``."""
        for attempt in range(ATTEMPTS_MAX):
            try:
                outcome = await self._visit(url, card_number, look_first=attempt > 0)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                self._history.write(
                    "unknown", client=self._caller.name, step="pay", key=url, error=type(error).__name__
                )
                outcome = None
            if outcome is not None:
                self._history.write(
                    "ok", client=self._caller.name, step="pay", key=url, status=200, body=outcome.encode()
                )
                return outcome
            await self._caller.pause(attempt)
        raise Unanswered(f"{self._caller.name}: {url}")

    async def _visit(self, url: str, card_number: str, *, look_first: bool) -> PageOutcome | None:
        self._history.write("invoke", client=self._caller.name, step="pay", key=url)
        if look_first:
            status, location = await self._send("GET", url, {})
            if status != 200:
                return await self._after(status, location, url)
        form = {"number": card_number, "expiry": self._expiry, "cvc": _CVC}
        status, location = await self._send("POST", url, form)
        return await self._after(status, location, url)

    async def _after(self, status: int, location: str, url: str) -> PageOutcome | None:
        if status == 410:
            return PageOutcome.CLOSED
        if status != 303:
            return None
        if location.endswith(_CHALLENGE):
            page = urlunsplit(urlsplit(url)._replace(path=urlsplit(location).path))
            status, location = await self._send("POST", page, {"answer": "approve"})
            if status != 303:
                return None
        return PageOutcome.ACCEPTED if _RETURN in location else PageOutcome.DECLINED

    async def _send(self, method: str, url: str, form: dict[str, str]) -> tuple[int, str]:
        async with self._session.request(method, url, data=form or None, allow_redirects=False) as answer:
            await answer.read()
            return answer.status, answer.headers.get("Location", "")
