"""A shop that begins: one region, one database server, a NAT instance, functions instead of containers."""

from __future__ import annotations

from infra.environments.model import Cache, Database, Environment, Region

SMALL = Environment(
    name="small",
    region=Region(name="us-east-1", zones=("us-east-1a", "us-east-1b")),
    backup_region="us-west-2",
    domain="shop.example",
    operations_mail="operations@shop.example",
    nat="instance",
    database=Database(
        instance_class="db.t4g.micro",
        storage_gib=20,
        storage_gib_max=100,
        has_standby=False,
        backup_days=7,
        connections_max=80,
    ),
    cache=Cache(node_type="cache.t4g.micro", nodes=1),
    worker=None,
    has_firewall=False,
    has_threat_detection=False,
    log_days=30,
    budget_dollars=60,
)
