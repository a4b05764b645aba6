"""What each role of the staff may do: one table of areas, read by the server before anything is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from vivamarket.accounts.model import StaffRole


class Area(StrEnum):
    """A part of the shop's work."""

    #: Orders and their payments.
    ORDERS = "orders"
    #: Parcels: sent, corrected, taken back.
    FULFILLMENT = "fulfillment"
    #: Money given back.
    REFUNDS = "refunds"
    #: Products, categories, pictures.
    CATALOGUE = "catalogue"
    #: The shop's own texts.
    CONTENT = "content"
    INVENTORY = "inventory"
    CUSTOMERS = "customers"
    #: What staff write about customers, for one another.
    CUSTOMER_NOTES = "customer_notes"
    WEBHOOKS = "webhooks"
    #: Dead letters and comparisons with the payment provider.
    OPERATIONS = "operations"
    #: Mails as they were sent. They hold customers' one-time codes, so who reads them can be anybody.
    MAIL = "mail"
    REPORTS = "reports"
    SETTINGS = "settings"
    STAFF = "staff"
    #: What staff did: the audit log. Nobody writes it by hand.
    AUDIT = "audit"


class Level(StrEnum):
    """How far into an area. Who may write may read."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Permission:
    """One level of one area, written ``orders.read``."""

    area: Area
    level: Level

    def __str__(self) -> str:
        return f"{self.area}.{self.level}"


def reads(*areas: Area) -> frozenset[Permission]:
    """Return the permissions to look at those areas."""
    return frozenset(Permission(area, Level.READ) for area in areas)


def writes(*areas: Area) -> frozenset[Permission]:
    """Return the permissions to look at those areas and to change them."""
    return reads(*areas) | frozenset(Permission(area, Level.WRITE) for area in areas)


#: The one table. ``staff`` is who runs the daily shop; the others do one kind of work.
ROLES: Mapping[StaffRole, frozenset[Permission]] = {
    StaffRole.OWNER: writes(*Area),
    StaffRole.STAFF: writes(
        Area.ORDERS,
        Area.FULFILLMENT,
        Area.REFUNDS,
        Area.CATALOGUE,
        Area.CONTENT,
        Area.INVENTORY,
        Area.CUSTOMERS,
        Area.CUSTOMER_NOTES,
        Area.WEBHOOKS,
        Area.OPERATIONS,
        Area.MAIL,
        Area.REPORTS,
    )
    | reads(Area.SETTINGS),
    StaffRole.SUPPORT: writes(Area.ORDERS, Area.CUSTOMERS, Area.CUSTOMER_NOTES)
    | reads(Area.REFUNDS, Area.CATALOGUE, Area.CONTENT, Area.INVENTORY),
    StaffRole.EDITOR: writes(Area.CATALOGUE, Area.CONTENT) | reads(Area.INVENTORY),
    StaffRole.WAREHOUSE: writes(Area.FULFILLMENT, Area.INVENTORY) | reads(Area.ORDERS, Area.CATALOGUE),
    StaffRole.ACCOUNTANT: writes(Area.REFUNDS)
    | reads(Area.ORDERS, Area.OPERATIONS, Area.REPORTS, Area.CUSTOMERS),
}


def may(role: StaffRole, permission: Permission) -> bool:
    """Return whether somebody of that role may do it."""
    return permission in ROLES[role]


def permissions_of(role: StaffRole) -> tuple[str, ...]:
    """Return the role's permissions as they are told, such as ``orders.read``, in order."""
    return tuple(sorted(str(each) for each in ROLES[role]))
