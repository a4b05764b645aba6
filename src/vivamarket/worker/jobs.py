"""The table of jobs: what runs by itself in this shop."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.checkout.comparison import Comparison
from vivamarket.checkout.repairs import Expiry, Inbox, Reconciler
from vivamarket.webhooks.delivering import Deliveries
from vivamarket.worker.cleanup import Cleanup
from vivamarket.worker.relay import BatchRelay, Relay
from vivamarket.worker.schedule import Job, RunOnce

#: Whether a comparison is due is looked at this often; it is due once a day.
COMPARISON_LOOKED_AT_SECONDS = 60.0
FIGURES_EVERY_SECONDS = 60.0
#: Events issue invoices; this finds the sales whose events never could.
INVOICES_LOOKED_AT_SECONDS = 60.0
#: So is whether a new signing key is; one signs for a month.
KEYS_LOOKED_AT_SECONDS = 60.0
#: What is written and cut off between two anchors leaves no trace.
ANCHOR_EVERY_SECONDS = 24 * 60 * 60.0


def jobs(
    *,
    relay: Relay,
    stock_relay: BatchRelay,
    inbox: Inbox,
    expiry: Expiry,
    reconciler: Reconciler,
    comparison: Comparison,
    webhooks: Deliveries,
    rotate_keys: RunOnce,
    cleanup: Cleanup,
    anchor: RunOnce,
    watch: RunOnce,
    followers: Mapping[str, RunOnce],
    note_orders: RunOnce,
    transfers: RunOnce,
    publishing: Mapping[str, RunOnce],
    figures: Mapping[str, RunOnce],
    invoices: RunOnce,
    tell_alerts: RunOnce,
    privacy: RunOnce,
) -> tuple[Job, ...]:
    """Return all jobs. ``watch`` tells staff what went wrong, ``anchor`` the log collector where the audit
    log ends; ``followers`` follow the catalogue: the search index, the pages; ``publishing`` is what events
    need where they travel through queues; ``transfers`` runs what staff import and export; ``note_orders``
    and ``figures`` keep what the staff's lists and sums are read from; ``invoices`` issues what an event
    that failed has left out.

    Expiry and reconciler look often at what is due; how often one order is due is checkout's decision.
    """
    return (
        Job("relay", relay.run_once, every_seconds=1.0, woken_by=("outbox",)),
        Job("stock-relay", stock_relay.run_once, every_seconds=0.5, woken_by=("outbox", "stock")),
        *(
            Job(name, run_once, every_seconds=1.0, woken_by=("outbox", "stock"))
            for name, run_once in publishing.items()
        ),
        Job("inbox", inbox.run_once, every_seconds=0.5),
        Job("expiry", expiry.run_once, every_seconds=3.0),
        Job("reconciler", reconciler.run_once, every_seconds=5.0),
        Job("webhooks", webhooks.run_once, every_seconds=1.0, woken_by=("webhooks",)),
        Job("comparison", comparison.run_once, every_seconds=COMPARISON_LOOKED_AT_SECONDS),
        Job("order-index", note_orders, every_seconds=1.0, woken_by=("outbox",)),
        Job("transfers", transfers, every_seconds=2.0, woken_by=("transfers",)),
        Job("privacy", privacy, every_seconds=60.0, woken_by=("privacy",)),
        Job("stock-alerts", tell_alerts, every_seconds=10.0, woken_by=("stock",)),
        Job("cleanup", cleanup.run_once, every_seconds=300.0),
        Job("invoices", invoices, every_seconds=INVOICES_LOOKED_AT_SECONDS),
        Job("audit-anchor", anchor, every_seconds=ANCHOR_EVERY_SECONDS),
        Job("staff-watch", watch, every_seconds=60.0),
        Job("signing-keys", rotate_keys, every_seconds=KEYS_LOOKED_AT_SECONDS),
        *(
            Job(name, run_once, every_seconds=0.5, woken_by=("catalog",))
            for name, run_once in followers.items()
        ),
        *(Job(name, run_once, every_seconds=FIGURES_EVERY_SECONDS) for name, run_once in figures.items()),
    )
