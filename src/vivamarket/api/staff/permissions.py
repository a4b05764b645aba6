"""What the staff's own pages need: the same areas as the API, by the page's first path segment."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.accounts.model import StaffRole
from vivamarket.accounts.roles import Area, Level, Permission, may

_AREAS: Mapping[str, Area] = {
    "orders": Area.ORDERS,
    "mail": Area.MAIL,
    "webhooks": Area.WEBHOOKS,
    "dead-letters": Area.OPERATIONS,
    "reconciliation": Area.OPERATIONS,
}


def needed(method: str, parts: tuple[str, ...]) -> Permission | None:
    """Return what the page asks for, None where there is no such section."""
    level = Level.WRITE if method == "POST" else Level.READ
    match parts:
        case ("orders", _, "refund", *_):
            return Permission(Area.REFUNDS, level)
        case ("orders", _, "cancel" | "accept"):
            return Permission(Area.ORDERS, Level.WRITE)
        case (section, *_) if section in _AREAS:
            return Permission(_AREAS[section], level)
    return None


def sections_of(role: StaffRole) -> tuple[str, ...]:
    """Return the sections that the role sees, in the order of the navigation."""
    return tuple(section for section in _AREAS if may(role, Permission(_AREAS[section], Level.READ)))
