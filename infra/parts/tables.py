"""DynamoDB tables, from the same data as the adapters and the emulator's."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms

from infra.stage import Stage
from vivamarket.adapters.aws.tables import Table

RECOVERY_DAYS = 35


def table(stage: Stage, stack: cdk.Stack, wanted: Table, key: kms.Key) -> dynamodb.CfnGlobalTable:
    """Make the table; with a second region, a replica there that takes writes too."""
    name = stage.name(wanted.name)
    creation = wanted.creation(name)
    other = stage.other_region
    has_stream = wanted.has_stream or other is not None  # replication reads the stream
    made = dynamodb.CfnGlobalTable(
        stack,
        f"{wanted.name.title()}Table",
        table_name=name,
        billing_mode=creation["BillingMode"],
        attribute_definitions=[
            dynamodb.CfnGlobalTable.AttributeDefinitionProperty(
                attribute_name=each["AttributeName"], attribute_type=each["AttributeType"]
            )
            for each in creation["AttributeDefinitions"]
        ],
        key_schema=[
            dynamodb.CfnGlobalTable.KeySchemaProperty(
                attribute_name=each["AttributeName"], key_type=each["KeyType"]
            )
            for each in creation["KeySchema"]
        ],
        stream_specification=dynamodb.CfnGlobalTable.StreamSpecificationProperty(
            stream_view_type="NEW_AND_OLD_IMAGES"
        )
        if has_stream
        else None,
        sse_specification=dynamodb.CfnGlobalTable.SSESpecificationProperty(sse_enabled=True, sse_type="KMS"),
        time_to_live_specification=_expiry(wanted),
        replicas=[
            _replica(stage.region.name, key.key_arn),
            *([] if other is None else [_replica(other.name, stage.key_alias_arn("data", other.name))]),
        ],
    )
    made.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return made


def _expiry(wanted: Table) -> dynamodb.CfnGlobalTable.TimeToLiveSpecificationProperty | None:
    if not wanted.expires:
        return None
    asked = wanted.expiry(wanted.name)["TimeToLiveSpecification"]
    return dynamodb.CfnGlobalTable.TimeToLiveSpecificationProperty(
        enabled=asked["Enabled"], attribute_name=asked["AttributeName"]
    )


def _replica(region: str, key_id: str) -> dynamodb.CfnGlobalTable.ReplicaSpecificationProperty:
    return dynamodb.CfnGlobalTable.ReplicaSpecificationProperty(
        region=region,
        deletion_protection_enabled=True,
        point_in_time_recovery_specification=dynamodb.CfnGlobalTable.PointInTimeRecoverySpecificationProperty(
            point_in_time_recovery_enabled=True, recovery_period_in_days=RECOVERY_DAYS
        ),
        sse_specification=dynamodb.CfnGlobalTable.ReplicaSSESpecificationProperty(kms_master_key_id=key_id),
        tags=[cdk.CfnTag(key="vivamarket:backup", value="daily")],
    )
