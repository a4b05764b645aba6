"""Log groups: encrypted, and kept for a known time."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs

#: What the audit needs is kept a year.
AUDIT_DAYS = 365


def log_group(stack: cdk.Stack, id_: str, *, name: str, key: kms.IKey, days: int) -> logs.CfnLogGroup:
    """Make a log group of that name; what CloudWatch can keep is 30, 90, 180 or 365 days, and others."""
    group = logs.CfnLogGroup(stack, id_, log_group_name=name, kms_key_id=key.key_arn, retention_in_days=days)
    group.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return group
