"""What requests about personal data need from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from vivamarket.kernel.ids import CustomerId
from vivamarket.privacy.model import Person, PrivacyRequest, RequestKind


class PrivacyStore(Protocol):
    """Keeps requests. Each method is one transaction, events included."""

    async def ask(self, request: PrivacyRequest) -> PrivacyRequest:
        """Keep the request; return the waiting one of that kind when the customer has one.

        A new erasure comes with its event.
        """
        ...

    async def get(self, request_id: str) -> PrivacyRequest | None:
        """Return the request."""
        ...

    async def of_customer(self, customer_id: CustomerId, limit: int) -> tuple[PrivacyRequest, ...]:
        """Return the customer's newest requests, newest first."""
        ...

    async def cancel(self, customer_id: CustomerId, kind: RequestKind, at: datetime) -> bool:
        """Cancel the waiting request of that kind, with its event; return whether there was one."""
        ...

    async def due(self, now: datetime, limit: int) -> tuple[PrivacyRequest, ...]:
        """Return waiting requests whose time has come, oldest first."""
        ...

    async def put_off(self, request_id: str, due_at: datetime) -> None:
        """Look at a waiting request again at that moment."""
        ...

    async def finish(self, request_id: str, at: datetime, due_at: datetime) -> None:
        """Note that a waiting request is done; ``due_at`` is when the file of an export is removed."""
        ...

    async def old_exports(self, now: datetime, limit: int) -> tuple[PrivacyRequest, ...]:
        """Return finished exports whose files are to be removed."""
        ...

    async def expire(self, request_ids: Sequence[str]) -> None:
        """Note that the files of these exports are gone."""
        ...


class PersonReader(Protocol):
    """Finds what belongs to a customer."""

    async def person(self, customer_id: CustomerId) -> Person | None:
        """Return the person, None when there is no such customer (any more)."""
        ...

    async def is_busy(self, person: Person, sent_before: datetime, unsent_before: datetime) -> bool:
        """Return whether an order of the person is under way.

        That is: not settled, in dispute, or paid and placed after the one moment when all was sent, after
        the other when not.
        """
        ...


class PersonalDataKeeper(Protocol):
    """One place that holds something of persons, such as a feature's tables or the folder of mails."""

    @property
    def name(self) -> str:
        """Return the name under which the place stands in the registry and in exports."""
        ...

    async def export(self, person: Person, limit: int) -> Sequence[Mapping[str, object]]:
        """Return at most ``limit`` records of the person as JSON can hold them; no secret is among them."""
        ...

    async def erase(self, person: Person) -> None:
        """Remove or pseudonymise everything of the person. Safe to repeat, also after a crash halfway."""
        ...


class PrivacyMailer(Protocol):
    """Sends the mails about requests. The same ``mail_id`` is sent once."""

    async def export_ready(
        self, mail_id: str, person: Person, token: str, until: datetime, written_at: datetime
    ) -> None:
        """Tell where the file can be fetched."""
        ...

    async def erasure_asked(
        self, mail_id: str, person: Person, until: datetime, written_at: datetime
    ) -> None:
        """Tell when the erasure happens and how it is called off."""
        ...

    async def erasure_canceled(self, mail_id: str, person: Person, written_at: datetime) -> None:
        """Tell that nothing is erased."""
        ...
