"""Roles as a service outside shows them: a group for each, which follows the shop's own records."""

from __future__ import annotations

from contextlib import suppress

from vivamarket.accounts.model import Staff
from vivamarket.accounts.ports import RoleGroups
from vivamarket.kernel.errors import Unavailable


async def follow(groups: RoleGroups | None, staff: Staff) -> None:
    """Let the groups show the account's role; while they are away, the next sign-in catches up."""
    if groups is None:
        return
    with suppress(Unavailable):
        await groups.show(staff.id, staff.role if staff.disabled_at is None else None)
