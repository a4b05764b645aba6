"""What one shopper's corner of the world looks like to the explorer: small, frozen, hashable."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

#: The state of no order yet, in ``Corner.order``.
NO_ORDER = 0
#: An inbox slot before its message came, and after its effect was committed; else the attempt it is about.
UNSENT, DONE = 0, -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How far the explorer looks. Everything within is visited, nothing beyond.

    The number of crashes has no bound: at any point, any activity may be lost.
    """

    #: Attempts to pay per order.
    attempts_max: int = 1
    #: Copies of a webhook per shopper, under different event ids, so that the inbox cannot hide the second.
    deliveries_max: int = 2
    #: Activities of one order that are under way at the same time, each holding what it has read.
    flights_max: int = 2
    #: Payments that succeed although the provider had said that they never would, per shopper.
    late_payments_max: int = 1
    #: Whether the shopper can pay another amount than the total.
    mismatches: bool = True
    #: Whether a payment can take its time at the provider before it succeeds or fails.
    slow_payments: bool = True
    #: Whether the provider can refuse to open a page, to take held money and to give money back.
    refusals: bool = True
    #: Whether the shop lets the provider hold the money until staff take it.
    manual_capture: bool = False
    #: How often staff begin to take held money, per shopper.
    captures_max: int = 2
    #: Which refunds staff ask for: ``part`` of the money, some ``more`` of it, the ``rest``.
    refunds: tuple[str, ...] = ()
    #: Where the search gives up, should the model have grown by mistake.
    states_max: int = 20_000_000


class Need(StrEnum):
    """What a step asks of the one unit of stock."""

    NOTHING = "nothing"
    AVAILABLE = "available"
    SOLD_OUT = "sold out"


class By(StrEnum):
    """Who takes a step; liveness asks what the repairs reach without the others."""

    SHOPPER = "shopper"
    STAFF = "staff"
    #: Time, and what the provider does sooner or later by itself.
    WORLD = "world"
    #: A webhook that comes at last.
    WEBHOOK = "webhook"
    RETURN_PAGE = "return page"
    RECONCILER = "reconciler"
    EXPIRY = "expiry"
    #: An activity that goes on: ours, or the provider answering it.
    FLIGHT = "flight"
    #: Something goes wrong: a crash, no answer, a refusal, a broken promise of the provider.
    MISHAP = "mishap"


class Session(StrEnum):
    """What the provider knows of one attempt. ``OTHER``: succeeded with another amount."""

    NONE = "none"
    OPEN = "open"
    PROCESSING = "processing"
    #: The money is held.
    AUTHORIZED = "authorized"
    SUCCEEDED = "succeeded"
    OTHER = "other"
    FAILED = "failed"
    CANCELED = "canceled"
    #: The provider would not open a page, and will not: no money can ever come this way.
    REFUSED = "refused"


class Returned(StrEnum):
    """What the provider knows of one refund."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUSED = "refused"


class Stage(StrEnum):
    """Where one activity stands between two of its steps."""

    #: The intention is committed; the provider is asked to open the page, or to open it again by key.
    OPEN = "open"
    REOPEN = "reopen"
    VOID = "void"
    RETRIEVE = "retrieve"
    #: The money is held: the provider is asked to take it, or to let it go.
    TAKE = "take"
    LET_GO = "let_go"
    #: The provider has refused to take it and still holds it; that is not written yet.
    NOT_TAKEN = "not_taken"
    #: The provider has answered; the answer is not written yet.
    SEEN = "seen"
    REFUSED = "refused"
    FORGET = "forget"
    #: Only the event's mark is to be written.
    KEEP = "keep"
    #: The provider is to be asked about refunds, or has answered about the first of them.
    PUSH = "push"
    REFUND_SEEN = "refund_seen"


class Flight(NamedTuple):
    """One activity under way. It holds what it has read; meanwhile the world may have moved on."""

    stage: Stage
    #: The attempt it is about; 0 when it is about refunds.
    attempt: int = 0
    #: What the provider answered: a ``Session`` or a ``Returned``.
    seen: str = ""
    #: Whose activity: ``shopper`` starts, ``settle`` settles, ``expiry_worker`` and ``settle`` cancel.
    driver: str = ""
    #: Whether it means to end the order: then the page is closed before it is read.
    ends: bool = False
    #: The inbox slot whose mark commits with the effect; -1 without.
    slot: int = -1
    #: Refunds still to be asked about, the first one now.
    refunds: tuple[str, ...] = ()
    #: What it will do with held money, by the order as it read it: a ``HeldMoney``, or nothing.
    held: str = ""
    #: Which beginning to take it that was.
    captures_begun: int = 0


class Corner(NamedTuple):
    """One shopper, the order, and what provider, inbox and running activities know of it."""

    #: Names a canonical order in ``Orders``.
    order: int = NO_ORDER
    sessions: tuple[Session, ...] = ()
    #: The provider's refunds by our name for them, sorted.
    returned: tuple[tuple[str, Returned], ...] = ()
    inbox: tuple[int, ...] = ()
    late_payments: int = 0
    hold_over: bool = False
    #: Of an authorized order: whether the time has come by which its money must be taken.
    authorization_over: bool = False
    #: Sorted: it does not matter which of two equal activities is which.
    flights: tuple[Flight, ...] = ()


class Move(NamedTuple):
    """One step that a corner of the world can take."""

    by: By
    label: str
    need: Need
    corner: Corner
