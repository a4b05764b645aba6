"""``PrivacyStore`` in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vivamarket.adapters.memory.outbox import tell
from vivamarket.adapters.memory.tables import Tables
from vivamarket.kernel.ids import CustomerId
from vivamarket.privacy.events import ERASURE_ASKED, ERASURE_CANCELED
from vivamarket.privacy.model import PrivacyRequest, RequestKind, RequestState


class MemoryPrivacyStore:
    """The ``PrivacyStore``. Its events go to the outbox of the tables it is given."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._requests: dict[str, PrivacyRequest] = {}

    async def ask(self, request: PrivacyRequest) -> PrivacyRequest:
        """See ``PrivacyStore``."""
        known = self._waiting(request.customer_id, request.kind)
        if known is not None:
            return known
        self._requests[request.id] = request
        if request.kind is RequestKind.ERASURE:
            self._tell(ERASURE_ASKED, request.id, request.asked_at)
        return request

    async def get(self, request_id: str) -> PrivacyRequest | None:
        """See ``PrivacyStore``."""
        return self._requests.get(request_id)

    async def of_customer(self, customer_id: CustomerId, limit: int) -> tuple[PrivacyRequest, ...]:
        """See ``PrivacyStore``."""
        own = (each for each in self._requests.values() if each.customer_id == customer_id)
        return tuple(sorted(own, key=lambda each: each.id, reverse=True)[:limit])

    async def cancel(self, customer_id: CustomerId, kind: RequestKind, at: datetime) -> bool:
        """See ``PrivacyStore``."""
        known = self._waiting(customer_id, kind)
        if known is None:
            return False
        self._requests[known.id] = replace(known, state=RequestState.CANCELED, finished_at=at)
        if kind is RequestKind.ERASURE:
            self._tell(ERASURE_CANCELED, known.id, at)
        return True

    async def due(self, now: datetime, limit: int) -> tuple[PrivacyRequest, ...]:
        """See ``PrivacyStore``."""
        waiting = (each for each in self._requests.values() if each.state is RequestState.WAITING)
        return tuple(
            sorted((each for each in waiting if each.due_at <= now), key=lambda each: (each.due_at, each.id))[
                :limit
            ]
        )

    async def put_off(self, request_id: str, due_at: datetime) -> None:
        """See ``PrivacyStore``."""
        known = self._requests.get(request_id)
        if known is not None and known.state is RequestState.WAITING:
            self._requests[request_id] = replace(known, due_at=due_at)

    async def finish(self, request_id: str, at: datetime, due_at: datetime) -> None:
        """See ``PrivacyStore``."""
        known = self._requests.get(request_id)
        if known is not None and known.state is RequestState.WAITING:
            self._requests[request_id] = replace(
                known, state=RequestState.DONE, finished_at=at, due_at=due_at
            )

    async def old_exports(self, now: datetime, limit: int) -> tuple[PrivacyRequest, ...]:
        """See ``PrivacyStore``."""
        old = (
            each
            for each in self._requests.values()
            if each.state is RequestState.DONE and each.kind is RequestKind.EXPORT and each.due_at <= now
        )
        return tuple(sorted(old, key=lambda each: each.due_at)[:limit])

    async def expire(self, request_ids: Sequence[str]) -> None:
        """See ``PrivacyStore``."""
        for request_id in request_ids:
            known = self._requests.get(request_id)
            if known is not None and known.state is RequestState.DONE:
                self._requests[request_id] = replace(known, state=RequestState.EXPIRED)

    def _waiting(self, customer_id: CustomerId, kind: RequestKind) -> PrivacyRequest | None:
        for each in self._requests.values():
            if (each.customer_id, each.kind, each.state) == (customer_id, kind, RequestState.WAITING):
                return each
        return None

    def _tell(self, kind: str, request_id: str, at: datetime) -> None:
        with self._tables.transaction():
            tell(self._tables, kind, request_id, {"request_id": request_id}, at)
