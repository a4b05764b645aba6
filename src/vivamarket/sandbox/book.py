"""One unit of work on the provider's records: reads, writes, new ids, events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from vivamarket.kernel.ids import IdSource
from vivamarket.sandbox.errors import missing_resource
from vivamarket.sandbox.model import Delivery, Endpoint, ProviderEvent, Record
from vivamarket.sandbox.ports import Duty, RecordStore
from vivamarket.sandbox.wire import wire

R = TypeVar("R", bound=Record)

DELIVERY = "delivery"
SESSION_EXPIRY = "session_expiry"
INTENT_SETTLE = "intent_settle"
AUTHORIZATION_END = "authorization_end"
CHARGE_DISPUTE = "charge_dispute"
REFUND_SETTLE = "refund_settle"
#: What a bank decides after a while, ``SETTLE_AFTER_SECONDS`` at most.
BANK_DUTIES = (INTENT_SETTLE, CHARGE_DISPUTE, REFUND_SETTLE)
#: Duties the provider itself does; deliveries are the deliverer's.
OWN_DUTIES = (SESSION_EXPIRY, AUTHORIZATION_END, *BANK_DUTIES)


class Book:
    """The records as seen and changed by one call. Use it inside ``store.transaction()`` only."""

    def __init__(
        self,
        store: RecordStore,
        ids: IdSource,
        *,
        now: int,
        page_url: str,
        endpoints: Sequence[Endpoint],
        authorization_seconds: int,
        request_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        self.store = store
        self.ids = ids
        self.now = now
        self.page_url = page_url
        #: How long a card's bank holds money that nobody takes.
        self.authorization_seconds = authorization_seconds
        self._endpoints = endpoints
        self._request_id = request_id
        self._idempotency_key = idempotency_key
        self.deliveries_added = False

    def new_id(self, prefix: str) -> str:
        """Return a new id that sorts by time; not a secret."""
        return f"{prefix}_{self.ids.uuid7().replace('-', '')}"

    def get(self, kind: type[R], record_id: str, *, param: str = "id") -> R:
        """Return the record; raise Stripe's 404 when there is none."""
        record = self.store.get(kind, record_id)
        if record is None:
            raise missing_resource(kind.object_name, record_id, param)
        return record

    def put(self, record: R) -> R:
        """Write the record and return it."""
        self.store.put(record)
        return record

    def emit(self, event_type: str, record: Record) -> None:
        """Write an event with the record's wire form, and the duty to deliver it."""
        event = ProviderEvent(
            id=self.new_id("evt"),
            created=self.now,
            type=event_type,
            object=msgspec.Raw(msgspec.json.encode(wire(record, page_url=self.page_url))),
            request_id=self._request_id,
            idempotency_key=self._idempotency_key,
        )
        self.store.put(event)
        for endpoint in self._endpoints:
            if endpoint.wants(event_type):
                delivery = Delivery(
                    id=self.new_id("del"), created=self.now, event=event.id, endpoint=endpoint.id
                )
                self.store.put(delivery)
                self.store.schedule(Duty(DELIVERY, delivery.id), self.now)
                self.deliveries_added = True
