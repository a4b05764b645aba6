"""The warehouse and customers who complain: parcels, second thoughts about them, and goods that come back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.proof.simulator.clients import Client, read
from vivamarket.proof.simulator.shoppers import Shopper

if TYPE_CHECKING:
    from vivamarket.proof.simulator.endpoints import Endpoints
    from vivamarket.proof.simulator.world import World

_PAUSES_SECONDS = (8.0, 0.5, 1.0, 1.5, 2.0)
#: Units of one line; none is everything at once.
_QUANTITIES = (0, 1, 2)
_ANSWERS = (*(("approve",),) * 5, ("refuse",), ("approve", "refuse"))
_SENT_FROM = frozenset({"paid", "partially_refunded"})

Request = Callable[["Endpoints"], Awaitable[StoredResponse]]
Doing = Callable[[Any], Awaitable[None]]


class AfterPeople(ABC):
    """Somebody at something every few seconds, with any of the orders there are."""

    def __init__(self, client: Client, shoppers: list[Shopper]) -> None:
        self._client = client
        self._world: World = client.world
        self._shoppers = shoppers

    async def work(self) -> None:
        """Look at an order and do something that can be done with it, until the chaos ends."""
        draw, world = self._world.tape.draw, self._world
        while not (world.healed or world.closing):
            await self._client.pause(_PAUSES_SECONDS[draw(len(_PAUSES_SECONDS))])
            for order_id in self._in_any_order():
                order = await self._look(order_id)
                doings = [] if order is None or world.healed or world.closing else self._doings(order)
                if doings:
                    await doings[draw(len(doings))](order)
                    break

    @abstractmethod
    def _doings(self, order: Any) -> list[Doing]:
        """Return what can be done with the order; what is done most stands there more than once."""

    def _in_any_order(self) -> list[str]:
        """Return all orders, beginning with any of them."""
        known = [order_id for shopper in self._shoppers for order_id in shopper.orders]
        first = self._world.tape.draw(len(known)) if known else 0
        return known[first:] + known[:first]

    async def _look(self, order_id: str) -> Any:
        """Return what is written about the order, None when nobody says."""
        seen = await self._client.until_answered("look", None, lambda api: api.after.look(order_id))
        return {"id": order_id, **read(seen)} if seen is not None and seen.status == 200 else None

    async def _send(self, verb: str, key: str, request: Request) -> StoredResponse | None:
        return await self._client.until_answered(verb, key, request)

    def _beside(self, work: Coroutine[Any, Any, object]) -> None:
        """Let somebody else do that at the same time."""
        self._world.actors += 1
        self._world.tasks.spawn(f"{self._client.name} beside", self._counted(work))

    async def _counted(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        finally:
            self._world.actors -= 1

    def _chosen(self, of: Sequence[Any]) -> Any:
        return of[self._world.tape.draw(len(of))]

    def _is_one_in(self, count: int) -> bool:
        return self._world.tape.draw(count) == 1


class Warehouse(AfterPeople):
    """Sends parcels, corrects them, takes some back, and opens what customers send."""

    def _doings(self, order: Any) -> list[Doing]:
        doings: list[Doing] = []
        if order["status"] in _SENT_FROM:
            doings += [self._ship, self._ship, self._ship_twice]
        if order["parcels"]:
            doings += [self._correct] if self._is_one_in(2) else [self._take_back]
        for status, doing in (("requested", self._answer), ("approved", self._receive)):
            if _returns_in(order, status):
                doings += [doing, doing, doing]
        return doings

    async def _ship(self, order: Any) -> None:
        """Send everything, or one or two units of any line: more than is left is refused, and e-books."""
        quantity = self._chosen(_QUANTITIES)
        units = [(position, ordered) for position, ordered in order["sent_lines"]]
        if quantity:
            units = [(self._chosen(order["lines"])[0], quantity)]
        await self._parcel(order["id"], self._client.new_key("ship"), units)

    async def _parcel(self, order_id: str, key: str, units: list[tuple[int, int]]) -> None:
        await self._send("ship", key, lambda api: api.after.ship(order_id, key, units, key[-20:]))

    async def _ship_twice(self, order: Any) -> None:
        """Click twice, or let two people send the same: one parcel, or one and a refusal."""
        units = [(position, ordered) for position, ordered in order["sent_lines"]]
        key = self._client.new_key("ship")
        other = self._client.new_key("ship") if self._is_one_in(2) else key
        self._beside(self._parcel(order["id"], other, units))
        await self._parcel(order["id"], key, units)

    async def _correct(self, order: Any) -> None:
        parcel_id, key = self._chosen(order["parcels"]), self._client.new_key("track")
        await self._send(
            "correct", key, lambda api: api.after.correct(order["id"], parcel_id, key, key[-20:])
        )

    async def _take_back(self, order: Any) -> None:
        """Take a parcel back, some by two people at once."""
        parcel_id = self._chosen(order["parcels"])
        for _ in range(1 + self._is_one_in(3)):
            self._beside(self._take_back_one(order["id"], parcel_id))

    async def _take_back_one(self, order_id: str, parcel_id: str) -> None:
        key = self._client.new_key("unship")
        await self._send(
            "take parcel back", key, lambda api: api.after.cancel_parcel(order_id, parcel_id, key)
        )

    async def _answer(self, order: Any) -> None:
        """Approve a return, or refuse it; sometimes one does one thing and one the other."""
        found = self._chosen(_returns_in(order, "requested"))
        for verb in self._chosen(_ANSWERS):
            self._beside(self._answer_one(found["id"], verb))

    async def _answer_one(self, return_id: str, verb: str) -> None:
        key = self._client.new_key(verb)
        await self._send(verb, key, lambda api: api.after.answer_return(return_id, key, verb))

    async def _receive(self, order: Any) -> None:
        """Open what came: all or one unit of it, fit for the shelf or not; sometimes two people do."""
        found = self._chosen(_returns_in(order, "approved"))
        came = [
            (position, quantity, 0 if self._is_one_in(3) else quantity)
            for position, quantity in found["lines"]
        ]
        if self._is_one_in(4):
            came = [(found["lines"][0][0], 1, 1)]
        for _ in range(1 + self._is_one_in(3)):
            self._beside(self._receive_one(found["id"], came))

    async def _receive_one(self, return_id: str, came: list[tuple[int, int, int]]) -> None:
        key = self._client.new_key("receive")
        await self._send("receive", key, lambda api: api.after.receive(return_id, key, came))


class Complaining(AfterPeople):
    """Customers who want to send something back, and some who then keep it."""

    def _doings(self, order: Any) -> list[Doing]:
        doings: list[Doing] = [self._ask, self._ask, self._ask_twice] if order["parcels"] else []
        waiting = _returns_in(order, "requested") + _returns_in(order, "approved")
        return [*doings, self._withdraw] if waiting and self._is_one_in(8) else doings

    async def _ask(self, order: Any) -> None:
        position, ordered = self._chosen(order["lines"])
        quantity = 1 if self._is_one_in(2) else ordered
        await self._ask_for(order["id"], self._client.new_key("return"), [(position, quantity)])

    async def _ask_twice(self, order: Any) -> None:
        """Ask for everything in two windows: what comes back once cannot come back twice."""
        lines = [(position, ordered) for position, ordered in order["sent_lines"]]
        self._beside(self._ask_for(order["id"], self._client.new_key("return"), lines))
        await self._ask_for(order["id"], self._client.new_key("return"), lines)

    async def _ask_for(self, order_id: str, key: str, lines: list[tuple[int, int]]) -> None:
        token = self._token(order_id)
        await self._send("ask return", key, lambda api: api.after.ask_return(order_id, token, key, lines))

    async def _withdraw(self, order: Any) -> None:
        found, key = self._chosen(order["returns"]), self._client.new_key("withdraw")
        token = self._token(order["id"])
        await self._send(
            "withdraw", key, lambda api: api.after.withdraw(order["id"], token, key, found["id"])
        )

    def _token(self, order_id: str) -> str:
        return next(each.orders[order_id] for each in self._shoppers if order_id in each.orders)


def _returns_in(order: Any, status: str) -> list[Any]:
    return [each for each in order["returns"] if each["status"] == status]
