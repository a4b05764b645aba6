"""How a client calls: one key per step, the same request again until there is a final answer."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.proof.chaos.history import Acknowledged, History, Kind, digest
from vivamarket.proof.chaos.model import Tally

ATTEMPTS_MAX = 600
ATTEMPT_TIMEOUT_SECONDS = 6.0
CONNECT_TIMEOUT_SECONDS = 1.0
PAUSE_SECONDS_FIRST = 0.05
PAUSE_SECONDS_MAX = 1.0
STRANGE_MAX = 50
BODY_SHOWN_MAX = 400
#: Answers that say nothing about the request itself: the same one may be sent again.
_AGAIN_STATUSES = frozenset({429, 502, 503, 504})
#: Conflicts of the moment; every other refusal is final and kept by the shop.
_AGAIN_CODES = frozenset({"request_in_flight", "cart_changed", "stale_version"})
_SERVER_ERROR = 500


class Unanswered(Exception):
    """No final answer came, however often the request was sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A final answer of the shop's API."""

    status: int
    body: bytes

    @property
    def is_ok(self) -> bool:
        """Tell whether it is a success."""
        return self.status < 400

    @property
    def content(self) -> Any:
        """Return the decoded JSON."""
        return msgspec.json.decode(self.body)

    @property
    def code(self) -> str:
        """Return the refusal's code; empty for a success, and for what is no answer of the API."""
        if self.is_ok:
            return ""
        try:
            content = self.content
        except msgspec.DecodeError:
            return ""
        return str(content.get("code", "")) if isinstance(content, dict) else ""


class Caller:
    """One client's way to the shop. Every attempt may reach another web process."""

    def __init__(
        self,
        name: str,
        front: list[str],
        *,
        clock: SystemClock,
        chance: random.Random,
        history: History,
        tally: Tally,
    ) -> None:
        self.name = name
        self._front = front
        self._clock = clock
        self._chance = chance
        self._history = history
        self._tally = tally
        self._session = new_session()

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def ask(
        self,
        step: str,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str = "",
        token: str = "",
    ) -> Answer:
        """Send until there is a final answer; raise ``Unanswered`` after ``ATTEMPTS_MAX``.

        Two acknowledged answers under one key that differ are noted as strange, here and at once.
        """
        request = b"" if body is None else msgspec.json.encode(body)
        headers = _headers(key, token, has_body=body is not None)
        for attempt in range(ATTEMPTS_MAX):
            answer = await self.try_once(step, method, path, request, headers=headers, key=key)
            if answer is not None:
                return answer
            self._tally.again[step] += 1
            await self.pause(attempt)
        raise Unanswered(f"{self.name}: {step} {path}")

    async def try_once(
        self,
        step: str,
        method: str,
        path: str,
        request: bytes,
        *,
        headers: dict[str, str],
        key: str,
        keep: bool = True,
    ) -> Answer | None:
        """Send once; ``None`` means that the outcome is not known. ``keep`` remembers a final answer."""
        self._history.write("invoke", client=self.name, step=step, key=key)
        url = self._chance.choice(self._front) + path
        try:
            async with self._session.request(
                method, url, data=request, headers=headers, allow_redirects=False
            ) as got:
                answer = Answer(got.status, await got.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            told = f"{type(error).__name__}: {error}"[:200]
            self._history.write("unknown", client=self.name, step=step, key=key, error=told)
            return None
        if self._is_final(step, path, answer):
            self._tally.answers += 1
            if not keep:
                return answer
            self._keep(step, answer, key=key, asked=(method, path, headers, request))
            return answer
        self._history.write(
            "unknown", client=self.name, step=step, key=key, status=answer.status, body=answer.body
        )
        return None

    async def pause(self, attempt: int) -> None:
        """Wait before the next attempt: longer each time up to a bound, and never in step with others."""
        longest = min(PAUSE_SECONDS_FIRST * 2.0 ** min(attempt, 10), PAUSE_SECONDS_MAX)
        await self._clock.sleep(longest * self._chance.uniform(0.3, 1.0))

    def strange(self, what: str) -> None:
        """Note what no fault excuses."""
        if what in self._tally.strange or len(self._tally.strange) < STRANGE_MAX:
            self._tally.strange[what] += 1

    def _is_final(self, step: str, path: str, answer: Answer) -> bool:
        if answer.status in _AGAIN_STATUSES:
            return False
        if answer.status >= _SERVER_ERROR:
            self.strange(f"{step}: {answer.status} {answer.code}")
            return False
        return answer.code not in _AGAIN_CODES

    def _keep(
        self, step: str, answer: Answer, *, key: str, asked: tuple[str, str, dict[str, str], bytes]
    ) -> None:
        kind: Kind = "ok" if answer.is_ok else "refused"
        self._history.write(
            kind, client=self.name, step=step, key=key, status=answer.status, body=answer.body
        )
        if not key:
            return
        same = self._history.acknowledge(key, Acknowledged(*asked, answer.status, digest(answer.body)))
        if not same:
            self.strange(f"{step}: two answers under the key {key}: {_shown(answer.body)}")


def new_session() -> aiohttp.ClientSession:
    """Open a client that bounds every wait and follows nobody's cookies."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=ATTEMPT_TIMEOUT_SECONDS, sock_connect=CONNECT_TIMEOUT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def _headers(key: str, token: str, *, has_body: bool) -> dict[str, str]:
    headers = {"Content-Type": "application/json"} if has_body else {}
    if key:
        headers["Idempotency-Key"] = key
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _shown(body: bytes) -> str:
    return body[:BODY_SHOWN_MAX].decode("utf-8", "replace")
