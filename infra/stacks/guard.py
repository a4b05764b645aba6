"""``guard``: the keys, the audit trail, the bucket of logs, and who watches for intruders."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_accessanalyzer as accessanalyzer
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from infra.parts.buckets import Bucket, bucket, policy
from infra.parts.keys import key, let_service
from infra.parts.logs import AUDIT_DAYS, log_group
from infra.parts.reasons import accept
from infra.stage import Stage

LOGS = "logs"


@dataclass(frozen=True, slots=True)
class Guard:
    """What the other stacks take from here."""

    stack: cdk.Stack
    #: What the shop knows: database, tables, files, secrets.
    data_key: kms.Key
    #: What tells about the shop: logs, messages to staff, queues.
    operations_key: kms.Key
    logs_bucket_name: str


def guard(stage: Stage) -> Guard:
    """Make the stack."""
    stack = stage.stack("guard", "keys, audit trail, threat detection")
    data_key = key(stage, stack, "data", "What the shop knows: database, tables, files, secrets")
    operations_key = key(stage, stack, "operations", "What tells about the shop: logs, queues, alarms")
    _logs_bucket(stage, stack)
    let_service(
        operations_key,
        f"logs.{stage.region.name}.amazonaws.com",
        ArnLike={
            "kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{stage.region.name}:{cdk.Aws.ACCOUNT_ID}:*"
        },
    )
    for service in ("cloudwatch", "events", "budgets", "sns", "scheduler"):
        let_service(operations_key, f"{service}.amazonaws.com")
    let_service(
        data_key,
        "cloudfront.amazonaws.com",
        actions=("kms:Decrypt",),
        ArnLike={"aws:SourceArn": f"arn:aws:cloudfront::{cdk.Aws.ACCOUNT_ID}:distribution/*"},
    )
    if not stage.is_second:  # the trail sees every region
        _trail(stage, stack, operations_key)
    accessanalyzer.CfnAnalyzer(stack, "Analyzer", analyzer_name=stage.name("access"), type="ACCOUNT")
    if stage.environment.has_threat_detection:
        _detector(stack)
    return Guard(stack, data_key, operations_key, stage.bucket_name(LOGS))


def _logs_bucket(stage: Stage, stack: cdk.Stack) -> None:
    """Make the bucket that access logs and the trail are written to."""
    wanted = Bucket(thing=LOGS, kept_days=AUDIT_DAYS)
    made = bucket(stage, stack, wanted)
    accept(made, "AwsSolutions-S1", "It is the bucket of access logs; logging itself into itself never ends.")
    account = cdk.Aws.ACCOUNT_ID
    own_account = {"StringEquals": {"aws:SourceAccount": account}}
    access_logs = iam.PolicyStatement(
        sid="AccessLogs",
        principals=[iam.ServicePrincipal("logging.s3.amazonaws.com")],
        actions=["s3:PutObject"],
        resources=[f"{made.attr_arn}/s3/*"],
        conditions=own_account,
    )
    delivery = iam.ServicePrincipal("delivery.logs.amazonaws.com")
    delivered_logs = iam.PolicyStatement(
        sid="DeliveredLogs",
        principals=[delivery],
        actions=["s3:PutObject"],
        resources=[f"{made.attr_arn}/cloudfront/*"],
        conditions=own_account,
    )
    trail = iam.ServicePrincipal("cloudtrail.amazonaws.com")
    trail_arn = f"arn:aws:cloudtrail:{stage.region.name}:{account}:trail/{stage.name('trail')}"
    this_trail = {"StringEquals": {"aws:SourceArn": trail_arn}}
    trail_check = iam.PolicyStatement(
        sid="TrailLooks",
        principals=[trail],
        actions=["s3:GetBucketAcl"],
        resources=[made.attr_arn],
        conditions=this_trail,
    )
    trail_write = iam.PolicyStatement(
        sid="TrailWrites",
        principals=[trail],
        actions=["s3:PutObject"],
        resources=[f"{made.attr_arn}/trail/AWSLogs/{account}/*"],
        conditions=this_trail,
    )
    policy(made, access_logs, delivered_logs, trail_check, trail_write)


def _trail(stage: Stage, stack: cdk.Stack, key_: kms.Key) -> None:
    """Keep a signed record of every change of the account, in the bucket and in CloudWatch."""
    let_service(
        key_, "cloudtrail.amazonaws.com", actions=("kms:DescribeKey", "kms:Decrypt", "kms:GenerateDataKey*")
    )
    name = f"/vivamarket/{stage.environment.name}/trail"
    group = log_group(stack, "TrailLogs", name=name, key=key_, days=AUDIT_DAYS)
    role = iam.Role(stack, "TrailRole", assumed_by=iam.ServicePrincipal("cloudtrail.amazonaws.com"))
    role.add_to_policy(
        iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[group.attr_arn])
    )
    accept(
        role,
        f"AwsSolutions-IAM5[Resource::<{stack.get_logical_id(group)}.Arn>]",
        "A log group's ARN ends in `:*`, which means its streams.",
    )
    trail = cloudtrail.CfnTrail(
        stack,
        "Trail",
        trail_name=stage.name("trail"),
        s3_bucket_name=stage.bucket_name(LOGS),
        s3_key_prefix="trail",
        is_logging=True,
        is_multi_region_trail=True,
        include_global_service_events=True,
        enable_log_file_validation=True,
        kms_key_id=key_.key_arn,
        cloud_watch_logs_log_group_arn=group.attr_arn,
        cloud_watch_logs_role_arn=role.role_arn,
    )
    trail.node.add_dependency(
        role.node.find_child("DefaultPolicy"), stack.node.find_child("LogsBucketPolicy")
    )


def _detector(stack: cdk.Stack) -> None:
    features = ("S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS")
    guardduty.CfnDetector(
        stack,
        "Detector",
        enable=True,
        finding_publishing_frequency="FIFTEEN_MINUTES",
        features=[
            guardduty.CfnDetector.CFNFeatureConfigurationProperty(name=name, status="ENABLED")
            for name in features
        ],
    )
