"""Swarm testing: each run first draws what kind of world it is, so that no two runs stress the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from vivamarket.proof.simulator.tape import Tape
from vivamarket.sandbox.cards import AUTHORIZATION_SECONDS


class Path(StrEnum):
    """The three ways by which a payment's success reaches its order."""

    WEBHOOK = "webhook"
    RETURN = "return"
    RECONCILER = "reconciler"


ALL_PATHS = tuple(Path)
_PATH_SETS: tuple[frozenset[Path], ...] = (
    frozenset(ALL_PATHS),
    frozenset({Path.WEBHOOK}),
    frozenset({Path.RETURN}),
    frozenset({Path.RECONCILER}),
    frozenset({Path.WEBHOOK, Path.RETURN}),
    frozenset({Path.RETURN, Path.RECONCILER}),
    frozenset({Path.WEBHOOK, Path.RECONCILER}),
)

_OF_LATE_MONEY = frozenset({Path.WEBHOOK, Path.RECONCILER})

#: Faults per 1,000 calls. The zero comes first: it is the harmless one.
_CALL_RATES = (0, 20, 60, 150)
_MILD_RATES = (0, 10, 30)
_HOLDS_SECONDS = (900, 10, 20, 60)
#: Either there is time for another attempt, or the order has ended when its money comes.
_LATE_HOLDS_SECONDS = (900, 900, 15)
_CHAOS_SECONDS = (40.0, 20.0, 60.0, 130.0)
#: Seconds between two blows of the nemesis, on average; None is peace.
_BLOW_PAUSES: tuple[float | None, ...] = (None, 3.0, 8.0, 20.0)
#: How much rarer than in a shop the workers look when nobody wakes them.
_PACES = (3.0, 1.0, 6.0)

#: Of so many points of the checkout one is aimed at; 0 is none. A world of a rare kind aims more.
_AIMS_ONE_IN = (0, 8)
_AIMS_ONE_IN_RARE = 4
_AIMS_AFTER_SECONDS = (0.0, 10.0, 14.0)
#: How many systems of merchants listen.
_LISTENERS = (0, 0, 1, 3)

#: All attempts of an event with their pauses take this long.
POISON_SECONDS = 1_100.0
#: Long enough for a payment, its refusal, the next attempt and the money of the first.
LATE_SECONDS = 80.0
#: And for a parcel that goes out, comes back and is opened.
RETURN_SECONDS = 110.0
_POISON_PAUSE = 60.0
_NIGHT_PAUSE = 3.0
_MILD_PAUSE = 40.0
#: What is drawn where the provider's account holds all money first, and where the shop asks it to.
_ACCOUNT_HOLDS, _STAFF_CAPTURE = 1, 2
#: Some banks let go while staff are still at work.
_AUTHORIZATIONS_SECONDS = (AUTHORIZATION_SECONDS, 30, 60)
#: One for the first to come, and one for which all the others quarrel.
RUSH_STOCK = 2
#: Enough for orders of which a part is sent and comes back before the rest goes out.
PARTS_STOCK = 4


@dataclass(frozen=True, slots=True)
class Swarm:
    """What kind of world a run plays in."""

    paths: frozenset[Path]
    shoppers: int
    stock: int
    hold_seconds: int
    chaos_seconds: float
    #: Faults per 1,000 calls of the database, of the provider, of the network to shoppers, of webhooks.
    database_rate: int
    provider_rate: int
    network_rate: int
    webhook_rate: int
    blow_pause_seconds: float | None
    clock_jumps: bool
    staff: bool
    wakes: bool
    shuffle: bool
    pace: float
    #: The official library between shop and provider, instead of a lighter client of the same wire form.
    stripe_library: bool
    #: The whole shop is off for a day before it heals: longer than the provider remembers keys.
    night: bool
    #: The provider's account only holds the money until it is told to take it, unasked.
    manual_capture: bool
    #: Events that no handler can ever bear, for long enough to be taken out of the queue.
    poison: bool
    #: The provider says no to many sessions, captures and refunds.
    refuses: bool
    #: Banks pay after all what they had refused, and pages that were closed take money.
    late_money: bool
    #: A sale opens: everybody orders the same at the same moment, and the database is slow and quarrels.
    rush: bool
    #: Of so many points of the checkout one is shot at; 0 is none.
    aims_one_in: int
    #: The first shot falls after so long: what needs a long story gets one.
    aims_after_seconds: float
    #: Merchants' systems that want to hear of orders.
    listeners: int
    #: In the end days pass, until every webhook was taken or given up.
    days: bool
    #: A warehouse sends parcels, and customers send goods back.
    sends: bool
    #: Invoices are written by the job that walks the books alone: the events tell nobody.
    papers_late: bool
    #: The shop lets the provider hold the money until staff take it, and banks hold it for so long.
    staff_capture: bool = False
    authorization_seconds: int = AUTHORIZATION_SECONDS

    def describe(self) -> str:
        """Return the world in one line."""
        ways = "+".join(sorted(path.value for path in self.paths))
        blows = f"{self.blow_pause_seconds:.0f} s" if self.blow_pause_seconds else "never"
        return (
            f"{self.shoppers} shoppers, stock {self.stock}, hold {self.hold_seconds} s, settled by {ways}; "
            f"faults per 1000 calls: database {self.database_rate}, provider {self.provider_rate}, "
            f"network {self.network_rate}, webhooks {self.webhook_rate}; blows every {blows}"
            f"{', clocks jump' if self.clock_jumps else ''}{', a day off' if self.night else ''}"
            f"{', money is held first' if self.manual_capture else ''}"
            f"{f', staff capture within {self.authorization_seconds} s' if self.staff_capture else ''}"
            f"{', some events are poison' if self.poison else ''}"
            f"{', the provider refuses much' if self.refuses else ''}"
            f"{', money comes late' if self.late_money else ''}{', a rush' if self.rush else ''}"
            f"{', goods go out and come back' if self.sends else ''}"
            f"{', papers are late' if self.papers_late else ''}"
            f"{f', {self.listeners} merchants listen' if self.listeners else ''}"
            f"{f', one point in {self.aims_one_in} is aimed at' if self.aims_one_in else ''}"
        )


def draw_swarm(tape: Tape, paths: Iterable[Path] | None = None) -> Swarm:
    """Draw a world; ``paths`` fixes which of the three ways are on."""
    drawn = frozenset(paths) if paths else _PATH_SETS[tape.draw(len(_PATH_SETS))]
    poison = tape.draw(40) == 1
    night = tape.draw(12) == 1
    # Of money that comes after its refusal only a message tells, and pages that its order needs no more are
    # the reconciler's to close.
    late_money = tape.draw(7) == 1 and (drawn >= _OF_LATE_MONEY or not paths)
    rush = tape.draw(12) == 1
    refuses = tape.draw(8) == 1
    listeners = _LISTENERS[tape.draw(len(_LISTENERS))]
    sends = tape.draw(3) == 1
    rare = poison or night or late_money or rush or refuses or sends
    # A long story comes to its end only where not every step of it fails; the sniper is enough.
    rates = _MILD_RATES if late_money or refuses or rush or sends else _CALL_RATES
    calls = _MILD_RATES if late_money else _CALL_RATES
    holds = _LATE_HOLDS_SECONDS if late_money or sends else _HOLDS_SECONDS
    stock, chaos_seconds = 1 + tape.draw(4), _CHAOS_SECONDS[tape.draw(len(_CHAOS_SECONDS))]
    ways = drawn | _OF_LATE_MONEY if late_money else drawn
    if sends and not paths:
        # What goes out and comes back was paid first, the sooner the better.
        ways = frozenset(ALL_PATHS)
    long_seconds = max(LATE_SECONDS * late_money, RETURN_SECONDS * sends)
    swarm = Swarm(
        paths=ways,
        shoppers=4 if rush else 2 + tape.draw(3),
        # Money that comes late must find the last unit sold, and a rush wants more than there is.
        stock=1 if late_money else RUSH_STOCK if rush else max(stock, PARTS_STOCK * sends),
        hold_seconds=holds[tape.draw(len(holds))],
        chaos_seconds=POISON_SECONDS if poison else max(chaos_seconds, long_seconds),
        database_rate=rates[tape.draw(len(rates))],
        provider_rate=calls[tape.draw(len(calls))] * 2,
        network_rate=rates[tape.draw(len(rates))],
        webhook_rate=rates[tape.draw(len(rates))] * 2,
        blow_pause_seconds=_blow_pause(tape, poison=poison, night=night, mild=late_money or refuses or sends),
        clock_jumps=tape.draw(3) == 1,
        staff=tape.draw(3) > 0 or refuses or late_money,
        wakes=tape.draw(4) > 0,
        shuffle=tape.draw(2) == 1,
        pace=_PACES[tape.draw(len(_PACES))],
        stripe_library=tape.draw(24) == 1,
        night=night,
        manual_capture=(held := tape.draw(3 if refuses else 6)) == _ACCOUNT_HOLDS,
        poison=poison,
        refuses=refuses,
        late_money=late_money,
        rush=rush,
        aims_one_in=_AIMS_ONE_IN_RARE if rare else _AIMS_ONE_IN[tape.draw(len(_AIMS_ONE_IN))],
        aims_after_seconds=_AIMS_AFTER_SECONDS[tape.draw(len(_AIMS_AFTER_SECONDS))] if late_money else 0.0,
        listeners=listeners,
        days=listeners > 0 and tape.draw(3) == 1,
        sends=sends,
        papers_late=tape.draw(4) == 1,
    )
    # What is to go out and come back is paid at once.
    captures = held == _STAFF_CAPTURE and not sends
    return _with_staff_who_capture(swarm, tape) if captures else swarm


def _with_staff_who_capture(swarm: Swarm, tape: Tape) -> Swarm:
    seconds = _AUTHORIZATIONS_SECONDS[tape.draw(len(_AUTHORIZATIONS_SECONDS))]
    return replace(swarm, staff=True, staff_capture=True, authorization_seconds=seconds)


def _blow_pause(tape: Tape, *, poison: bool, night: bool, mild: bool) -> float | None:
    drawn = _BLOW_PAUSES[tape.draw(len(_BLOW_PAUSES))]
    # A morning is short, and what is found then is what no other world has.
    return _POISON_PAUSE if poison else _NIGHT_PAUSE if night else _MILD_PAUSE if mild else drawn
