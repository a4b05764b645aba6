"""How shoppers and staff call the shop over a network that loses things, and what they remember of it."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from vivamarket.checkout.histories import Acknowledged, Answered, Asked, History
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.proof.simulator.lines import FATES
from vivamarket.proof.simulator.machines import WebMachine, Work

if TYPE_CHECKING:
    from vivamarket.proof.simulator.world import World

TIMEOUT_SECONDS = 12.0
TRIES_MAX = 40
_PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0, 3.0)
#: One in so many answers is asked for again, so much later.
REPEATED_ONE_IN = 10
_REPEATS_SECONDS = (1.0, 8.0, 30.0)
_TRAVEL_SECONDS = (0.002, 0.005, 0.01, 0.05)
_EMAIL = re.compile(rb"shopper\d+@")
#: Answers that ask to come again, and say nothing about what happened.
_AGAIN = frozenset({500, 503})
_AGAIN_CODES = frozenset({"request_in_flight", "cart_changed", "stale_version"})


class NoAnswer(Exception):
    """No answer came; what happened is unknown."""


class Client:
    """One person with a browser. ``email`` is what nobody else may be shown."""

    def __init__(self, world: World, machines: list[WebMachine], history: History, name: str) -> None:
        self.world = world
        self.name = name
        self.email = f"{name}@example.com"
        self._machines = machines
        self._history = history
        self._keys = 0
        self._repeated: set[str] = set()

    def new_key(self, verb: str) -> str:
        """Return a key for a new intent."""
        self._keys += 1
        return f"{self.name}-{verb}-{self._keys:04}-0123456789"

    async def pause(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(seconds)

    async def once(self, verb: str, work: Work, *, key: str | None = None) -> StoredResponse:
        """Send one request to one of the web processes. Raise ``NoAnswer``."""
        world = self.world
        fate = world.tape.draw(FATES)
        lost = fate >= world.rates.network
        machine = self._machines[fate & 1]
        await asyncio.sleep(_TRAVEL_SECONDS[(fate >> 1) & 3])
        if lost and fate & 8:
            world.note_fault(None, "network: request lost", f"{self.name} {verb}")
            await asyncio.sleep(TIMEOUT_SECONDS)
            raise NoAnswer
        answered = machine.request(work)
        late = world.loop.call_later(TIMEOUT_SECONDS, _give_up, answered)
        try:
            response = await answered
        except OSError as error:
            world.tell(self.name, f"{verb}: no answer ({error})")
            raise NoAnswer from error
        finally:
            late.cancel()
        if lost:
            world.note_fault(None, "network: answer lost", f"{self.name} {verb}")
            raise NoAnswer
        self._remember(verb, key, response)
        if key is not None and key not in self._repeated and not asks_again(response):
            self._maybe_ask_again(verb, key, work)
        return response

    async def until_answered(self, verb: str, key: str | None, work: Work) -> StoredResponse | None:
        """Repeat the request, with the same key, until it is answered for good; None when patience ends."""
        for attempt in range(TRIES_MAX):
            try:
                response = await self.once(verb, work, key=key)
            except NoAnswer:
                response = None
            if response is not None and not asks_again(response):
                return response
            await asyncio.sleep(_PAUSES_SECONDS[min(attempt, len(_PAUSES_SECONDS) - 1)])
        return None

    def wishes(self, cart_id: str, key: str) -> None:
        """Remember a wish to order, before it is sent."""
        self._history.wishes.append(Asked(self.name, cart_id, key))

    def acknowledged(self, cart_id: str, confirmed: int, body: Any) -> None:
        """Remember an order that the shop said is placed."""
        order = body["order"]
        self._history.acknowledged.append(
            Acknowledged(
                client=self.name,
                cart_id=cart_id,
                order_id=order["id"],
                confirmed=confirmed,
                total=order["total"],
            )
        )

    def _maybe_ask_again(self, verb: str, key: str, work: Work) -> None:
        """Send what was answered once more, as a browser that restores a tab: the same bytes must come."""
        draw = self.world.tape.draw
        self._repeated.add(key)
        if draw(REPEATED_ONE_IN) == 1:
            pause = _REPEATS_SECONDS[draw(len(_REPEATS_SECONDS))]
            self.world.actors += 1
            self.world.tasks.spawn(f"{self.name} again", self._ask_again(pause, verb, key, work))

    async def _ask_again(self, pause: float, verb: str, key: str, work: Work) -> None:
        try:
            await asyncio.sleep(pause)
            with suppress(NoAnswer):
                await self.once(f"{verb} again", work, key=key)
        finally:
            self.world.actors -= 1

    def _remember(self, verb: str, key: str | None, response: StoredResponse) -> None:
        self.world.tell(self.name, f"{verb}: {response.status} {_gist(response)}")
        if key is not None and not asks_again(response):
            self._history.answers.append(Answered(self.name, key, response.status, response.body))
        mine = f"{self.name}@".encode()
        for found in _EMAIL.findall(response.body):
            if found != mine and self.name != "staff":
                self._history.leaks.append((self.name, found.decode()))


def asks_again(response: StoredResponse) -> bool:
    """Return whether the answer asks to come again."""
    if response.status in _AGAIN:
        return True
    return response.status == 409 and code_of(response) in _AGAIN_CODES


def code_of(response: StoredResponse) -> str:
    """Return the code of a refusal."""
    body = read(response)
    return str(body.get("code", "")) if isinstance(body, dict) else ""


def read(response: StoredResponse) -> Any:
    """Return the answer's JSON."""
    return msgspec.json.decode(response.body)


def _gist(response: StoredResponse) -> str:
    if response.status >= 400:
        return code_of(response)
    body = read(response)
    order = body.get("order", body)
    return " ".join(f"{name}={order[name]}" for name in ("number", "status", "total") if name in order)


def _give_up(answered: asyncio.Future[StoredResponse]) -> None:
    if not answered.done():
        answered.set_exception(ConnectionAbortedError("waited too long"))
