"""What an engineer decides about one environment. Everything else follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: Where CloudFront's firewall, certificates and logs must be.
EDGE_REGION = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region and its two availability zones, named so that nothing has to be looked up in an account."""

    name: str
    zones: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """The PostgreSQL server of orders, payments and stock."""

    instance_class: str
    storage_gib: int
    storage_gib_max: int
    #: A second server in another zone that takes over by itself.
    has_standby: bool
    #: Days that a point in time can be restored from.
    backup_days: int
    #: Connections it is told to take: all functions and workers together use fewer.
    connections_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """The Valkey servers of sessions and rate limits."""

    node_type: str
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """Containers on Fargate: their size and how many there may be."""

    cpu_units: int
    memory_mib: int
    tasks_min: int
    tasks_max: int
    #: On capacity that AWS may take back within two minutes, for a third of the price.
    is_spot: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment of the shop: its size, where it is, and who is told about trouble."""

    name: str
    region: Region
    #: The region that takes over, with a standby of everything that must not be lost.
    second_region: Region | None = None
    #: Where backups are copied; the second region where there is one.
    backup_region: str
    #: The one name under which shoppers find shop, API and admin.
    domain: str
    #: The Route 53 zone that the name is in: its certificate is proven there.
    zone_id: str
    #: Who is mailed when an alarm rings.
    operations_mail: str
    #: How functions and tasks reach the payment provider.
    nat: Literal["instance", "gateway"]
    database: Database
    cache: Cache
    worker: Tasks
    has_firewall: bool
    #: GuardDuty.
    has_threat_detection: bool
    #: Days that logs are kept. A year for what the audit needs, whatever stands here.
    log_days: int
    #: Dollars a month; a mail is sent when the forecast is above.
    budget_dollars: int

    def __post_init__(self) -> None:
        if self.region.name != EDGE_REGION:
            raise ValueError(
                f"{self.name}: the shop's first region must be {EDGE_REGION}, where CloudFront wants its "
                "certificate, firewall and logs; the second region may be any."
            )

    @property
    def regions(self) -> tuple[Region, ...]:
        """Return the region of the shop, and the one that takes over if there is one."""
        return (self.region,) if self.second_region is None else (self.region, self.second_region)
