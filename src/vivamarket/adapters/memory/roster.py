"""``RosterStore`` in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from vivamarket.accounts.errors import LastOwner, StaffExists, StaffNotFound
from vivamarket.accounts.model import Staff, StaffRole
from vivamarket.accounts.roster import STAFF_INVITED, Invitation, StaffChange
from vivamarket.kernel.ids import StaffId


class MemoryRosterStore:
    """See ``RosterStore``. ``told`` are the events, as (kind, payload)."""

    def __init__(self) -> None:
        self._staff: dict[StaffId, Staff] = {}
        self._invitations: dict[StaffId, Invitation] = {}
        self.told: list[tuple[str, dict[str, str]]] = []

    async def all(self, limit: int) -> tuple[Staff, ...]:
        """See ``RosterStore``."""
        return tuple(sorted(self._staff.values(), key=lambda each: (each.created_at, each.id)))[:limit]

    async def get(self, staff_id: StaffId) -> Staff:
        """See ``RosterStore``."""
        if staff_id not in self._staff:
            raise StaffNotFound("There is no such staff account.")
        return self._staff[staff_id]

    async def invite(self, staff: Staff, invitation: Invitation, now: datetime) -> None:
        """See ``RosterStore``."""
        if staff.id in self._staff:
            return
        if any(each.email == staff.email for each in self._staff.values()):
            raise StaffExists("There is already a staff account with this e-mail address.", email=staff.email)
        self._staff[staff.id] = staff
        await self.renew(invitation, now)

    async def renew(self, invitation: Invitation, now: datetime) -> None:
        """See ``RosterStore``."""
        self._invitations[invitation.staff_id] = invitation
        self.told.append((STAFF_INVITED, {"invitation_id": invitation.id}))

    async def invitation(self, invitation_id: str) -> Invitation | None:
        """See ``RosterStore``."""
        return next((each for each in self._invitations.values() if each.id == invitation_id), None)

    async def of_digest(self, digest: bytes, now: datetime) -> Invitation | None:
        """See ``RosterStore``."""
        waiting = (each for each in self._invitations.values() if each.expires_at > now)
        return next((each for each in waiting if each.digest == digest), None)

    async def accept(self, invitation: Invitation, password_hash: str) -> bool:
        """See ``RosterStore``."""
        if self._invitations.get(invitation.staff_id) != invitation:
            return False
        del self._invitations[invitation.staff_id]
        staff = self._staff[invitation.staff_id]
        self._staff[staff.id] = replace(staff, password_hash=password_hash, is_invited=False)
        return True

    async def change(self, staff_id: StaffId, change: StaffChange, now: datetime) -> tuple[Staff, Staff]:
        """See ``RosterStore``."""
        before = await self.get(staff_id)
        disabled_at = before.disabled_at
        if change.is_disabled is not None:
            disabled_at = (before.disabled_at or now) if change.is_disabled else None
        after = replace(
            before,
            name=before.name if change.name is None else change.name,
            role=change.role or before.role,
            must_have_factor=(
                before.must_have_factor if change.must_have_factor is None else change.must_have_factor
            ),
            disabled_at=disabled_at,
        )
        if _is_owner(before) and not _is_owner(after) and sum(map(_is_owner, self._staff.values())) == 1:
            raise LastOwner("The shop needs an owner who can sign in. Make somebody else one first.")
        self._staff[staff_id] = after
        if after.disabled_at is not None:
            self._invitations.pop(staff_id, None)
        return before, after


def _is_owner(staff: Staff) -> bool:
    return staff.role is StaffRole.OWNER and staff.disabled_at is None and not staff.is_invited
