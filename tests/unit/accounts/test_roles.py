"""Roles: each has its line, and the command knows them all."""

from __future__ import annotations

from vivamarket.accounts.model import StaffRole
from vivamarket.accounts.roles import ROLES, Area, permissions_of
from vivamarket.cli.staff import ROLES as COMMAND_ROLES


def test_every_role_has_a_line() -> None:
    assert ROLES.keys() == set(StaffRole)


def test_the_command_gives_every_role() -> None:
    assert tuple(role.value for role in StaffRole) == COMMAND_ROLES


def test_the_owner_may_do_everything() -> None:
    assert set(permissions_of(StaffRole.OWNER)) == {
        f"{area}.{level}" for area in Area for level in ("read", "write")
    }
