"""Valkey: sessions and rate limits. What is in it can be lost; who reads it, cannot be anybody."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_secretsmanager as secretsmanager

from infra.parts.reasons import accept
from infra.stacks.guard import Guard
from infra.stacks.network import VALKEY_PORT, Network
from infra.stage import Stage

VERSION = "8.0"
FAMILY = "valkey8"


@dataclass(frozen=True, slots=True)
class ValkeyServer:
    """What the other stacks take from here."""

    identifier: str
    host: str
    #: Where its password is.
    secret_arn: str


def valkey_server(stage: Stage, stack: cdk.Stack, net: Network, guarded: Guard) -> ValkeyServer:
    """Make the server and the password to it."""
    size, identifier = stage.environment.cache, stage.name("cache")
    secret = secretsmanager.Secret(
        stack,
        "CacheSecret",
        secret_name=f"{stage.environment.name}/vivamarket/cache",
        description="How the shop signs in to Valkey",
        encryption_key=guarded.data_key,
        generate_secret_string=secretsmanager.SecretStringGenerator(
            password_length=64, exclude_punctuation=True
        ),
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
    accept(
        secret,
        "AwsSolutions-SMG4",
        "ElastiCache renews a password only by two commands to the server; the procedure is in docs/operate.",
    )
    has_standby = size.nodes > 1
    group = elasticache.CfnReplicationGroup(
        stack,
        "Cache",
        replication_group_id=identifier,
        replication_group_description="Sessions and rate limits",
        engine="valkey",
        engine_version=VERSION,
        cache_node_type=size.node_type,
        num_cache_clusters=size.nodes,
        automatic_failover_enabled=has_standby,
        multi_az_enabled=has_standby,
        auto_minor_version_upgrade=True,
        at_rest_encryption_enabled=True,
        kms_key_id=guarded.data_key.key_arn,
        transit_encryption_enabled=True,
        transit_encryption_mode="required",
        auth_token=f"{{{{resolve:secretsmanager:{secret.secret_arn}:SecretString}}}}",
        port=VALKEY_PORT,
        cache_parameter_group_name=_parameters(stack).ref,
        cache_subnet_group_name=elasticache.CfnSubnetGroup(
            stack, "CacheSubnets", description="Where Valkey is", subnet_ids=net.data_subnets
        ).ref,
        security_group_ids=[net.cache.security_group_id],
        snapshot_retention_limit=0,  # everything in it can be made again
    )
    group.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
    accept(group, "AwsSolutions-AEC5", "The port is closed to everybody but the shop's own group.")
    if not has_standby:
        accept(
            group,
            "AwsSolutions-AEC4",
            "The shop works without its cache, slower; a second one doubles its price.",
        )
    return ValkeyServer(identifier, group.attr_primary_end_point_address, secret.secret_arn)


def _parameters(stack: cdk.Stack) -> elasticache.CfnParameterGroup:
    return elasticache.CfnParameterGroup(
        stack,
        "CacheParameters",
        cache_parameter_group_family=FAMILY,
        description="When memory is full, what would expire first goes first",
        properties={"maxmemory-policy": "volatile-ttl"},
    )
