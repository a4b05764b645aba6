"""Where mails go: outside of every process, durable, one mail per event and recipient however often sent."""

from __future__ import annotations

from collections import Counter

from vivamarket.kernel.events import Envelope


class Mailbox:
    """The consumer whose effects are counted: a mail is named after its event, and is kept once."""

    def __init__(self) -> None:
        #: How often each event was handed over; more than once is allowed.
        self.handed_over: Counter[str] = Counter()
        #: The mails there are, by the event's id: its kind and the order it is about.
        self.mails: dict[str, tuple[str, str]] = {}

    async def handle(self, event: Envelope) -> None:
        """Send the mail of the event, once."""
        self.handed_over[event.event_id] += 1
        self.mails.setdefault(event.event_id, (event.kind, str(event.payload["order_id"])))
