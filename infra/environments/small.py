"""A shop that begins: one region, one database server, a NAT instance, and a worker on spare capacity."""

from __future__ import annotations

from infra.environments.model import Cache, Database, Environment, Region, Tasks

SMALL = Environment(
    name="small",
    region=Region(name="us-east-1", zones=("us-east-1a", "us-east-1b")),
    backup_region="us-west-2",
    domain="shop.example",
    zone_id="Z00000000000000000000",
    operations_mail="operations@shop.example",
    nat="instance",
    database=Database(
        instance_class="db.t4g.micro",
        storage_gib=20,
        storage_gib_max=100,
        has_standby=False,
        backup_days=7,
        connections_max=90,
    ),
    cache=Cache(node_type="cache.t4g.micro", nodes=1),
    worker=Tasks(cpu_units=256, memory_mib=512, tasks_min=1, tasks_max=2, is_spot=True),
    has_firewall=False,
    has_threat_detection=False,
    log_days=30,
    budget_dollars=60,
)
