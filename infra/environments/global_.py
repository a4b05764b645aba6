"""A shop that must not stop: a second region with replicas of everything, ready to take over."""

from __future__ import annotations

from infra.environments.model import Cache, Database, Environment, Region, Tasks

GLOBAL = Environment(
    name="global",
    region=Region(name="us-east-1", zones=("us-east-1a", "us-east-1b")),
    second_region=Region(name="us-west-2", zones=("us-west-2a", "us-west-2b")),
    backup_region="us-west-2",
    domain="shop.example",
    zone_id="Z00000000000000000000",
    operations_mail="operations@shop.example",
    nat="gateway",
    database=Database(
        instance_class="db.m7g.large",
        storage_gib=100,
        storage_gib_max=1_000,
        has_standby=True,
        backup_days=35,
        connections_max=400,
    ),
    cache=Cache(node_type="cache.t4g.small", nodes=2),
    worker=Tasks(cpu_units=512, memory_mib=1_024, tasks_min=2, tasks_max=8, is_spot=False),
    has_firewall=True,
    has_threat_detection=True,
    log_days=180,
    budget_dollars=1_200,
)
