"""How a person, or staff on their behalf, ask for what the shop knows, or for its end."""

from __future__ import annotations

from datetime import timedelta

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import CustomerId, IdSource, StaffId
from vivamarket.kernel.seals import Seals
from vivamarket.media.errors import ObjectNotFound
from vivamarket.media.ports import ObjectStore
from vivamarket.privacy.errors import ExportNotFound, NoSuchPerson, NothingToCancel
from vivamarket.privacy.model import (
    ERASURE_GRACE,
    REQUESTS_MAX,
    PrivacyRequest,
    RequestKind,
    RequestState,
)
from vivamarket.privacy.ports import PersonReader, PrivacyStore

_PURPOSE = "file"


def export_key(request_id: str) -> str:
    """Return where the file of an export lies; no server hands out that folder."""
    return f"personal/{request_id}.json"


class ExportLinks:
    """The tokens of the links to exports."""

    def __init__(self, key: str) -> None:
        self._seals = Seals(key, "export")

    def token(self, request_id: str) -> str:
        """Return the token of the request's file."""
        return self._seals.sealed(_PURPOSE, request_id)

    def read(self, token: str) -> str:
        """Return the id of the request. Raise ``ExportNotFound``."""
        parts = self._seals.read(_PURPOSE, token, 1)
        if parts is None:
            raise ExportNotFound("This link is not one of ours, or it is damaged.")
        return parts[0]


class PrivacyService:
    """Use cases. Who may ask is for the caller to make sure of; the work is the worker's."""

    def __init__(
        self,
        *,
        store: PrivacyStore,
        people: PersonReader,
        files: ObjectStore,
        links: ExportLinks,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._store = store
        self._people = people
        self._files = files
        self._links = links
        self._clock = clock
        self._ids = ids

    async def ask_export(self, customer_id: CustomerId, asked_by: StaffId | None = None) -> PrivacyRequest:
        """Ask for a file with everything about the customer; the link to it is mailed to the customer.

        Asked again while it waits, it is the same request. Raise ``NoSuchPerson``.
        """
        return await self._ask(RequestKind.EXPORT, customer_id, asked_by, timedelta())

    async def ask_erasure(self, customer_id: CustomerId, asked_by: StaffId | None = None) -> PrivacyRequest:
        """Ask for the end of the account after ``ERASURE_GRACE``; the customer is told by mail.

        Asked again while it waits, it is the same request. Raise ``NoSuchPerson``.
        """
        return await self._ask(RequestKind.ERASURE, customer_id, asked_by, ERASURE_GRACE)

    async def cancel_erasure(self, customer_id: CustomerId) -> None:
        """Call the erasure off. Raise ``NothingToCancel``."""
        if not await self._store.cancel(customer_id, RequestKind.ERASURE, self._clock.now()):
            raise NothingToCancel("No erasure is waiting.")

    async def state(self, customer_id: CustomerId) -> tuple[PrivacyRequest, ...]:
        """Return the newest requests of the customer, newest first."""
        return await self._store.of_customer(customer_id, REQUESTS_MAX)

    async def export_file(self, token: str) -> bytes:
        """Return the file of a finished export. Raise ``ExportNotFound``, also when it has expired."""
        request = await self._store.get(self._links.read(token))
        if request is None or request.state is not RequestState.DONE or request.due_at <= self._clock.now():
            raise ExportNotFound("This file is gone. Ask for a new one in your account.")
        try:
            return await self._files.get(export_key(request.id))
        except ObjectNotFound:
            raise ExportNotFound("This file is gone. Ask for a new one in your account.") from None

    async def _ask(
        self, kind: RequestKind, customer_id: CustomerId, asked_by: StaffId | None, wait: timedelta
    ) -> PrivacyRequest:
        if await self._people.person(customer_id) is None:
            raise NoSuchPerson("There is no such customer.", customer_id=customer_id)
        now = self._clock.now()
        return await self._store.ask(
            PrivacyRequest(
                id=self._ids.uuid7(),
                kind=kind,
                customer_id=customer_id,
                asked_by=asked_by,
                asked_at=now,
                due_at=now + wait,
            )
        )
