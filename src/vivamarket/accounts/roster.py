"""Who runs the shop, as its owner decides it: inviting, roles, disabling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from vivamarket.accounts.errors import BadStaff, InvitationEnded
from vivamarket.accounts.groups import follow
from vivamarket.accounts.model import Staff, StaffRole, check_password, clean_email, clean_name
from vivamarket.accounts.ports import PasswordHasher, RoleGroups
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import IdSource, StaffId, named_uuid
from vivamarket.kernel.seals import Seals, digest_of

STAFF_MAX = 1_000
INVITATION_LIFE = timedelta(minutes=30)
#: A link waits to be mailed: ``invitation_id``. The event holds no secret.
STAFF_INVITED: Final = "staff.invited"
_LINK = "invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link by which somebody chooses a password, once. Only its hash is kept."""

    id: str
    staff_id: StaffId
    digest: bytes = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffChange:
    """What the owner decides about an account; None leaves it as it is."""

    name: str | None = None
    role: StaffRole | None = None
    is_disabled: bool | None = None
    must_have_factor: bool | None = None


class RosterStore(Protocol):
    """Keeps who runs the shop: the same accounts as ``StaffStore``. Each method is whole or not at all."""

    async def all(self, limit: int) -> tuple[Staff, ...]:
        """Return at most ``limit`` accounts, oldest first."""
        ...

    async def get(self, staff_id: StaffId) -> Staff:
        """Return the account. Raise ``StaffNotFound``."""
        ...

    async def invite(self, staff: Staff, invitation: Invitation, now: datetime) -> None:
        """Add an account that waits for its first password, its link, and the event that has it mailed.

        An account of that id that is there already is left as it is. Raise ``StaffExists`` when the address
        has another one.
        """
        ...

    async def renew(self, invitation: Invitation, now: datetime) -> None:
        """Put a new link in the place of the account's earlier ones, with its event."""
        ...

    async def invitation(self, invitation_id: str) -> Invitation | None:
        """Return the link that still waits under that id."""
        ...

    async def of_digest(self, digest: bytes, now: datetime) -> Invitation | None:
        """Return the link of that hash that has not ended at that moment."""
        ...

    async def accept(self, invitation: Invitation, password_hash: str) -> bool:
        """Spend the link, set the password and end all sessions; return False when it was spent meanwhile.

        From then on the account is no longer an invited one.
        """
        ...

    async def change(self, staff_id: StaffId, change: StaffChange, now: datetime) -> tuple[Staff, Staff]:
        """Make the change and return the account before and after.

        One that is disabled loses its sessions and links.

        Raise ``StaffNotFound``, and ``LastOwner`` when nobody who can sign in would be an owner any more,
        also when two owners do it to each other at once. Nothing changes then.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterParts:
    """What the roster works with."""

    store: RosterStore
    hasher: PasswordHasher
    seals: Seals
    clock: Clock
    ids: IdSource
    #: Shows roles outside; None where nobody looks.
    groups: RoleGroups | None = None


class Roster:
    """The owner's decisions about staff."""

    def __init__(self, parts: RosterParts) -> None:
        self._parts = parts
        self._store = parts.store

    async def all(self) -> tuple[Staff, ...]:
        """Return all accounts, oldest first."""
        return await self._store.all(STAFF_MAX)

    async def get(self, staff_id: StaffId) -> Staff:
        """Return the account. Raise ``StaffNotFound``."""
        return await self._store.get(staff_id)

    async def invite(self, email: str, *, name: str, role: StaffRole, wish: str) -> Staff:
        """Add an account and have its link mailed. The same ``wish`` again adds nothing.

        Raise ``StaffExists``, ``BadStaff``.
        """
        now = self._parts.clock.now()
        staff = Staff(
            id=StaffId(named_uuid(f"staff:{wish}")),
            email=clean_email(email),
            name=clean_name(name),
            role=role,
            # Nobody knows it: until the link is used there is no way in.
            password_hash=await self._parts.hasher.hash(self._parts.ids.token()),
            created_at=now,
            is_invited=True,
        )
        await self._store.invite(staff, self._invitation(staff.id, now), now)
        return staff

    async def send_link(self, staff_id: StaffId) -> None:
        """Have a new link mailed, for a password that was never set or is forgotten. Raise ``StaffNotFound``.

        Until it is used the account stays as it is. Raise ``BadStaff`` for a disabled account.
        """
        staff = await self._store.get(staff_id)
        if staff.disabled_at is not None:
            raise BadStaff("The account is disabled: enable it first.", field="is_disabled")
        now = self._parts.clock.now()
        await self._store.renew(self._invitation(staff_id, now), now)

    async def change(self, staff_id: StaffId, change: StaffChange) -> tuple[Staff, Staff]:
        """Change an account; return it before and after. See ``RosterStore.change``."""
        if change.name is not None:
            change = replace(change, name=clean_name(change.name))
        before, after = await self._store.change(staff_id, change, self._parts.clock.now())
        await follow(self._parts.groups, after)
        return before, after

    async def accept(self, code: str, password: str) -> Staff:
        """Set the password by the code of a mailed link. Raise ``InvitationEnded``, ``BadStaff``."""
        check_password(password)
        ended = InvitationEnded("The link has ended or was used. Ask the shop's owner for a new one.")
        invitation = await self._store.of_digest(digest_of(code), self._parts.clock.now())
        if invitation is None:
            raise ended
        if not await self._store.accept(invitation, await self._parts.hasher.hash(password)):
            raise ended
        return await self._store.get(invitation.staff_id)

    async def letter(self, envelope: Envelope) -> tuple[Staff, str] | None:
        """Return to whom the event's link goes, and its code; None when there is nothing to mail."""
        if envelope.kind != STAFF_INVITED:
            return None
        invitation = await self._store.invitation(str(envelope.payload["invitation_id"]))
        if invitation is None or invitation.expires_at <= self._parts.clock.now():
            return None
        return await self._store.get(invitation.staff_id), self._code(invitation.id)

    def _invitation(self, staff_id: StaffId, now: datetime) -> Invitation:
        invitation_id = self._parts.ids.uuid7()
        return Invitation(
            id=invitation_id,
            staff_id=staff_id,
            digest=digest_of(self._code(invitation_id)),
            expires_at=now + INVITATION_LIFE,
        )

    def _code(self, invitation_id: str) -> str:
        return self._parts.seals.of(_LINK, invitation_id)


def changed_fields(before: Staff, after: Staff) -> Mapping[str, tuple[str, str]]:
    """Return what differs, as the audit log tells it."""
    told = {
        "name": (before.name, after.name),
        "role": (before.role.value, after.role.value),
        "is_disabled": (str(before.disabled_at is not None), str(after.disabled_at is not None)),
        "must_have_factor": (str(before.must_have_factor), str(after.must_have_factor)),
    }
    return {name: pair for name, pair in told.items() if pair[0] != pair[1]}
