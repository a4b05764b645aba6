"""A shop that lives on its sales: a database that takes over by itself, firewall, containers."""

from __future__ import annotations

from infra.environments.model import Cache, Database, Environment, Region, Tasks

STANDARD = Environment(
    name="standard",
    region=Region(name="us-east-1", zones=("us-east-1a", "us-east-1b")),
    backup_region="us-west-2",
    domain="shop.example",
    zone_id="Z00000000000000000000",
    operations_mail="operations@shop.example",
    nat="gateway",
    database=Database(
        instance_class="db.t4g.small",
        storage_gib=20,
        storage_gib_max=200,
        has_standby=True,
        backup_days=14,
        connections_max=160,
    ),
    cache=Cache(node_type="cache.t4g.micro", nodes=1),
    worker=Tasks(cpu_units=256, memory_mib=512, tasks_min=1, tasks_max=4, is_spot=False),
    has_firewall=True,
    has_threat_detection=True,
    log_days=90,
    budget_dollars=180,
)
