"""Findings of the checkers that we accept, each with its reason, at the thing it is about."""

from __future__ import annotations

import aws_cdk as cdk
from constructs import IConstruct


def accept(what: IConstruct, finding: str, reason: str) -> None:
    """Accept one finding (``AwsSolutions-…``) about this construct and what is in it."""
    cdk.Validations.of(what).acknowledge(cdk.Acknowledgment(id=finding, reason=reason))
