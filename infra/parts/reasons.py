"""Findings of the checkers that we accept, each with its reason, at the thing it is about."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import IConstruct


def accept(what: IConstruct, finding: str, reason: str) -> None:
    """Accept one finding (``AwsSolutions-…``) about this construct and what is in it."""
    cdk.Validations.of(what).acknowledge(cdk.Acknowledgment(id=finding, reason=reason))


def accept_objects(role: iam.Role, granted: list[iam.PolicyStatement]) -> None:
    """Accept that a role may touch every object of the buckets that it was granted."""
    for statement in granted:
        for resource in statement.resources:
            if resource.startswith("arn:aws:s3:::") and resource.endswith("/*"):
                named = resource.replace(cdk.Aws.ACCOUNT_ID, "<AWS::AccountId>")
                accept(role, f"AwsSolutions-IAM5[Resource::{named}]", "Every object of this one bucket.")
