"""Money that comes after all: a bank pays what it had refused, a page that was closed takes a payment.

No provider promises that this cannot happen, and the shop must not keep such money: it pays the order while
there is stock for it, or goes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import msgspec

from vivamarket.adapters.stripe.reading import ORDER_KEY
from vivamarket.sandbox import ApiRequest, Provider, payments
from vivamarket.sandbox.cards import card_by_key, kept_card
from vivamarket.sandbox.model import Intent, Session

if TYPE_CHECKING:
    from vivamarket.proof.simulator.world import World

#: So often in a run, and so many pages are looked through.
LATE_MAX = 5
PAGES_MAX = 100
#: How long the provider takes to open a page while money comes for the one before.
MEANWHILE_SECONDS = 3.0
#: A refund of the second takes a while.
_CARDS = ("visa", "refund_pending")
_CARD_YEARS = 2
_REFUSED = "requires_payment_method"


class LateMoney:
    """Lets dead pages of the provider take money."""

    def __init__(self, world: World, provider: Provider) -> None:
        self._world = world
        self._provider = provider
        self._left = LATE_MAX

    def comes_while(self, request: ApiRequest) -> bool:
        """Let money come for an order's earlier page while this call opens the next; tell whether it did."""
        if request.method != "POST" or not request.path.endswith("/sessions"):
            return False
        named = parse_qs(request.body.decode()).get(f"metadata[{ORDER_KEY}]", [""])
        return self._world.tape.draw(4) > 0 and self.comes(named[0])

    def comes(self, order_id: str | None = None) -> bool:
        """Let one dead page, of that order or of any, take its money; return whether there was one."""
        dead = self._dead(order_id)
        if not dead or not self._left or self._world.healed:
            return False
        self._left -= 1
        draw = self._world.tape.draw
        session = dead[draw(len(dead))]
        card = card_by_key(_CARDS[draw(len(_CARDS))])
        assert card is not None
        with self._provider.book() as book:
            session, intent = payments.open_intent(book, session)
            awaiting = msgspec.structs.replace(intent, status="requires_payment_method", canceled_at=None)
            used = kept_card(card, exp_year=self._provider.now().year + _CARD_YEARS, exp_month=12)
            payments.attempt(book, awaiting, card, used)
        self._world.note_fault(None, "late money", session.metadata[ORDER_KEY])
        return True

    def _dead(self, order_id: str | None) -> list[Session]:
        sessions, _ = self._provider.store.page(Session, limit=PAGES_MAX)
        return [
            each
            for each in sessions
            if (order_id is None or each.metadata[ORDER_KEY] == order_id) and self._is_dead(each)
        ]

    def _is_dead(self, session: Session) -> bool:
        if session.status == "expired":
            return True
        intent = self._provider.store.get(Intent, session.payment_intent or "")
        return session.status == "complete" and intent is not None and intent.status == _REFUSED
