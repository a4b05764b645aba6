"""Roles that a service of AWS asks for in one way only: with a policy of its own."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from infra.parts.reasons import accept


def service_role(stack: cdk.Stack, name: str, *, service: str, policy: str, reason: str) -> iam.Role:
    """Make the role of ``service`` with AWS's own ``policy``; ``reason`` says why not with one of ours."""
    role = iam.Role(
        stack,
        name,
        assumed_by=iam.ServicePrincipal(service),
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(policy)],
    )
    accept(role, f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{policy}]", reason)
    return role
