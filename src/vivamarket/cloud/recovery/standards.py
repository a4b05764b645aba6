"""How much of each service may be lost (RPO) and for how long (RTO): the one table of it.

``docs/operate/recovery.md`` is printed from ``STANDARDS`` (``viva generate``). A test compares each row's
mechanism with the templates, and finds each row's proof. They are standards, set by the shop's design; where
nothing has shown yet that one is kept, its row says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NOT_SHOWN = "nothing yet"


class Loss(StrEnum):
    """What is gone."""

    SERVER = "the server"
    DATA = "the data: erased, or spoiled by a mistake"
    REGION = "the region"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """The resource of a template that a standard rests on, and the property that makes it so."""

    #: ``data`` under a size's folder.
    stack: str
    resource: str
    #: Names and places in lists that lead to the property.
    path: tuple[str | int, ...]
    #: What stands there; None where it is enough that something does.
    value: bool | int | str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """One row: what one size promises for one service when one thing is gone."""

    service: str
    loss: Loss
    #: Sizes of ``infra/environments`` that it is for.
    sizes: tuple[str, ...]
    #: The newest changes that may be lost, at most; zero is none.
    lost_seconds_max: int
    #: Time until the service is back, at most; with the time in which somebody decides.
    away_seconds_max: int
    means: str
    mechanism: Mechanism
    #: The test that shows as much of it as can be shown without an account, as ``path::name``.
    shown_by: str = NOT_SHOWN


_SMALL, _ALL, _GLOBAL = ("small",), ("small", "standard", "global"), ("global",)
_ORDERS = "Orders, payments, stock, accounts (PostgreSQL)"
_CATALOG = "Catalogue and preferences (DynamoDB)"
_FILES = "Pictures, pages, files (S3)"
_RECOVERY_POINT = ("Replicas", 0, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled")

STANDARDS: tuple[Standard, ...] = (
    Standard(
        service=_ORDERS,
        loss=Loss.SERVER,
        sizes=("standard", "global"),
        lost_seconds_max=0,
        away_seconds_max=2 * 60,
        means="a second server in another zone has every commit and takes over by itself",
        mechanism=Mechanism(stack="data", resource="Database", path=("MultiAZ",), value=True),
    ),
    Standard(
        service=_ORDERS,
        loss=Loss.SERVER,
        sizes=_SMALL,
        lost_seconds_max=5 * 60,
        away_seconds_max=60 * 60,
        means="restored to a point in time; RDS archives the log every five minutes",
        mechanism=Mechanism(stack="data", resource="Database", path=("BackupRetentionPeriod",)),
    ),
    Standard(
        service=_ORDERS,
        loss=Loss.DATA,
        sizes=_ALL,
        lost_seconds_max=5 * 60,
        away_seconds_max=60 * 60,
        means="restored to the point in time before the mistake",
        mechanism=Mechanism(stack="data", resource="Database", path=("BackupRetentionPeriod",)),
        shown_by="tests/unit/cli/test_backup_while_selling.py"
        "::test_a_backup_made_while_selling_holds_every_promise_and_goes_on_where_it_was",
    ),
    Standard(
        service=_ORDERS,
        loss=Loss.REGION,
        sizes=_GLOBAL,
        lost_seconds_max=5,
        away_seconds_max=15 * 60,
        means="the second region's replica is promoted by hand; `replica-behind` rings above five seconds",
        mechanism=Mechanism(stack="data-second", resource="Database", path=("SourceDBInstanceIdentifier",)),
    ),
    Standard(
        service=_ORDERS,
        loss=Loss.REGION,
        sizes=("small", "standard"),
        lost_seconds_max=24 * 60 * 60,
        away_seconds_max=4 * 60 * 60,
        means="restored from the daily copy in the other region's vault",
        mechanism=Mechanism(
            stack="recovery",
            resource="Plan",
            path=("BackupPlan", "BackupPlanRule", 0, "CopyActions", 0, "DestinationBackupVaultArn"),
        ),
    ),
    Standard(
        service=_CATALOG,
        loss=Loss.DATA,
        sizes=_ALL,
        lost_seconds_max=1,
        away_seconds_max=60 * 60,
        means="the table is restored to any second of the last 35 days, then pages and search are made anew",
        mechanism=Mechanism(stack="data", resource="CatalogTable", path=_RECOVERY_POINT, value=True),
    ),
    Standard(
        service=_CATALOG,
        loss=Loss.REGION,
        sizes=_GLOBAL,
        lost_seconds_max=1,
        away_seconds_max=15 * 60,
        means="the table's replica in the second region takes writes too",
        mechanism=Mechanism(
            stack="data", resource="CatalogTable", path=("Replicas", 1, "Region"), value="us-west-2"
        ),
    ),
    Standard(
        service=_FILES,
        loss=Loss.DATA,
        sizes=_ALL,
        lost_seconds_max=0,
        away_seconds_max=60 * 60,
        means="what was replaced or erased is kept as a version for seven days",
        mechanism=Mechanism(
            stack="files", resource="FilesBucket", path=("VersioningConfiguration", "Status"), value="Enabled"
        ),
    ),
    Standard(
        service=_FILES,
        loss=Loss.REGION,
        sizes=_GLOBAL,
        lost_seconds_max=15 * 60,
        away_seconds_max=60,
        means="replicated within fifteen minutes; CloudFront reads the second bucket when the first fails",
        mechanism=Mechanism(
            stack="files",
            resource="FilesBucket",
            path=(
                *("ReplicationConfiguration", "Rules", 0, "Destination"),
                *("ReplicationTime", "Time", "Minutes"),
            ),
            value=15,
        ),
    ),
    Standard(
        service="Copies of sessions, counts of attempts (Valkey)",
        loss=Loss.SERVER,
        sizes=_ALL,
        lost_seconds_max=15 * 60,
        away_seconds_max=0,
        means="PostgreSQL answers; only counts of attempts begin anew, no order, cart or sign-in is lost",
        mechanism=Mechanism(stack="data", resource="Cache", path=("Engine",), value="valkey"),
        shown_by="tests/unit/adapters_valkey/test_outage.py"
        "::test_losing_valkey_signs_nobody_out_and_stops_nobody",
    ),
    Standard(
        service="Search index",
        loss=Loss.DATA,
        sizes=_ALL,
        lost_seconds_max=0,
        away_seconds_max=15 * 60,
        means="built anew from the catalogue when the worker starts",
        mechanism=Mechanism(stack="data", resource="CatalogTable", path=("KeySchema",)),
        shown_by="tests/unit/search/test_follower.py::test_a_missing_index_is_built_from_the_whole_catalogue",
    ),
)


_DOCUMENT = """\
# What may be lost, and for how long

Generated from `src/vivamarket/cloud/recovery/standards.py` by `./viva generate`; do not edit.

These are the standards of a shop in AWS: what one may lose of each service at most (RPO), after what time
it is back at most (RTO, with the time in which somebody decides), and by what. A test compares each row with
the templates. The last column names the test that shows as much as can be shown without an account;
[Not verified on AWS](not-verified.md) has the rest.

| Service | Gone | Size | Lost at most | Away at most | By what | Template and resource | Shown by |
|---|---|---|---|---|---|---|---|
{rows}

One machine has no standards of its own but those of its backups: [Safety copies](backup.md).

**Not there yet.** There is no command that restores or promotes, and no drill of a lost region. A writer of
the old region is not refused after a promotion (I19 of the checkout's rules): until that is there, stop the
old region's function and worker for good, and take its database from the network, before you promote. The
index that the worker builds is on the worker's disk: the function of the API does not have it yet.
"""


def standards_document() -> str:
    """Return ``docs/operate/recovery.md``."""
    rows = "\n".join(_row(each) for each in STANDARDS)
    return _DOCUMENT.format(rows=rows)


def _row(standard: Standard) -> str:
    mechanism = standard.mechanism
    cells = (
        standard.service,
        standard.loss.value,
        ", ".join(standard.sizes),
        _span(standard.lost_seconds_max),
        _span(standard.away_seconds_max),
        standard.means,
        f"`{mechanism.stack}` {mechanism.resource}",
        standard.shown_by if standard.shown_by == NOT_SHOWN else f"`{standard.shown_by.split('::')[0]}`",
    )
    return f"| {' | '.join(cells)} |"


def _span(seconds: int) -> str:
    if seconds == 0:
        return "nothing"
    for name, length in (("h", 3_600), ("min", 60)):
        if seconds % length == 0:
            return f"{seconds // length} {name}"
    return f"{seconds} s"
