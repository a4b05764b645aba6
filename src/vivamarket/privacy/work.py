"""The worker's part: files are made, persons are erased, mails are written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.events import Envelope
from vivamarket.media.ports import ObjectStore
from vivamarket.privacy.events import ERASURE_ASKED, EVENT_KINDS
from vivamarket.privacy.model import (
    EXPORT_LIFE,
    LOOKED_AT_AGAIN,
    REQUESTS_MAX,
    SENT_REST,
    UNSENT_REST,
    Person,
    PrivacyRequest,
    RequestKind,
    RequestState,
)
from vivamarket.privacy.ports import PersonalDataKeeper, PersonReader, PrivacyMailer, PrivacyStore
from vivamarket.privacy.service import ExportLinks, export_key

BATCH_MAX = 10
#: Records of one place in one file. More is said to be more; nobody has that many orders.
RECORDS_MAX = 10_000
#: The second round finds what was written while the first was under way, such as a mail about an order.
ROUNDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyParts:
    """What the work needs. ``keepers`` erase in this order, who the customer is last of all."""

    store: PrivacyStore
    people: PersonReader
    keepers: Sequence[PersonalDataKeeper]
    files: ObjectStore
    mailer: PrivacyMailer
    links: ExportLinks
    clock: Clock


class PrivacyWork:
    """Works requests off. Each step bears being done again after a crash."""

    def __init__(self, parts: PrivacyParts) -> None:
        self._parts = parts

    async def handle(self, envelope: Envelope) -> None:
        """Write the mail of the event; other events are ignored."""
        if envelope.kind not in EVENT_KINDS:
            return
        request = await self._parts.store.get(str(envelope.payload["request_id"]))
        person = None if request is None else await self._parts.people.person(request.customer_id)
        if request is None or person is None:
            return
        mail_id, at = envelope.event_id, envelope.occurred_at
        if envelope.kind != ERASURE_ASKED:
            await self._parts.mailer.erasure_canceled(mail_id, person, at)
        elif request.state is RequestState.WAITING:
            await self._parts.mailer.erasure_asked(mail_id, person, request.due_at, at)

    async def run_once(self) -> int:
        """Work off a few requests whose time has come; return how many there were."""
        due = await self._parts.store.due(self._parts.clock.now(), BATCH_MAX)
        for request in due:
            if request.kind is RequestKind.EXPORT:
                await self._export(request)
            else:
                await self._erase(request)
        return len(due) + await self._remove_old_files()

    async def _export(self, request: PrivacyRequest) -> None:
        parts, now = self._parts, self._parts.clock.now()
        person, until = await parts.people.person(request.customer_id), now + EXPORT_LIFE
        if person is not None:
            document: dict[str, object] = {"made_at": now.isoformat(), "customer_id": person.customer_id}
            for keeper in parts.keepers:
                records = await keeper.export(person, RECORDS_MAX + 1)
                document[keeper.name] = [dict(record) for record in records[:RECORDS_MAX]]
                if len(records) > RECORDS_MAX:
                    document[f"{keeper.name}_is_longer_than"] = RECORDS_MAX
            data = json.dumps(document, ensure_ascii=False, indent=2, default=str).encode()
            await parts.files.put(export_key(request.id), data, content_type="application/json")
            token = parts.links.token(request.id)
            await parts.mailer.export_ready(f"export-{request.id}", person, token, until, now)
        await parts.store.finish(request.id, now, until)

    async def _erase(self, request: PrivacyRequest) -> None:
        """Erase the person everywhere, unless something is under way; then look again tomorrow."""
        parts, now = self._parts, self._parts.clock.now()
        person = await parts.people.person(request.customer_id)
        if person is not None:
            if await parts.people.is_busy(person, now - SENT_REST, now - UNSENT_REST):
                await parts.store.put_off(request.id, now + LOOKED_AT_AGAIN)
                return
            await self._remove_files_of(person)
            for _ in range(ROUNDS):
                for keeper in parts.keepers:
                    await keeper.erase(person)
        await parts.store.finish(request.id, now, now)

    async def _remove_files_of(self, person: Person) -> None:
        requests = await self._parts.store.of_customer(person.customer_id, REQUESTS_MAX)
        exports = [each for each in requests if each.kind is RequestKind.EXPORT]
        await self._parts.store.cancel(person.customer_id, RequestKind.EXPORT, self._parts.clock.now())
        for each in exports:
            await self._parts.files.delete(export_key(each.id))
        await self._parts.store.expire([each.id for each in exports])

    async def _remove_old_files(self) -> int:
        old = await self._parts.store.old_exports(self._parts.clock.now(), BATCH_MAX)
        for request in old:
            await self._parts.files.delete(export_key(request.id))
        await self._parts.store.expire([request.id for request in old])
        return len(old)
