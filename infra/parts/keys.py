"""Keys that data is encrypted with."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from infra.stage import Stage

#: What a service does with a key that something is encrypted with.
KEY_ACTIONS = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")


def key(stage: Stage, stack: cdk.Stack, thing: str, description: str) -> kms.Key:
    """Make a key that is renewed every year and outlives its stack. Who may use it, IAM says."""
    return kms.Key(
        stack,
        f"{thing.title()}Key",
        alias=stage.key_alias(thing),
        description=description,
        enable_key_rotation=True,
        pending_window=cdk.Duration.days(30),
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )


def let_service(
    of: kms.Key, service: str, *, actions: tuple[str, ...] = KEY_ACTIONS, **conditions: dict[str, str]
) -> None:
    """Let a service use the key, for this account only."""
    of.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(service)],
            actions=list(actions),
            resources=["*"],  # a key's policy can only mean the key it belongs to
            conditions=conditions or {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
        )
    )
