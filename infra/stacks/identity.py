"""``identity``: the passwords of customers and of staff, in pools from the data that the adapter reads.

A pool keeps ids and passwords. Who people are, their second factor and what they may do is the shop's own
(docs/decisions/0026), so that a pool alone lets nobody in.
"""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_secretsmanager as secretsmanager

from infra.parts.reasons import accept
from infra.stacks.guard import Guard
from infra.stage import Stage
from vivamarket.accounts.model import StaffRole
from vivamarket.adapters.aws.identity_pools import CUSTOMERS, STAFF, UserPool


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool and the one client, our server, that asks it."""

    id: str
    arn: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What the other stacks take from here."""

    stack: cdk.Stack
    customers: Pool
    staff: Pool


def identity(stage: Stage, guarded: Guard) -> Identity:
    """Make the stack."""
    stack = stage.stack("identity", "passwords of customers and staff")
    key_arn = guarded.data_key.key_arn
    customers, staff = _pool(stage, stack, CUSTOMERS, key_arn), _pool(stage, stack, STAFF, key_arn)
    for precedence, role in enumerate(StaffRole):
        cognito.CfnUserPoolGroup(
            stack,
            f"{role.value.title()}Group",
            user_pool_id=staff.id,
            group_name=role.value,
            description="What the role may do, the shop decides (accounts/roles.py)",
            precedence=precedence,
        )
    return Identity(stack, customers, staff)


def _pool(stage: Stage, stack: cdk.Stack, wanted: UserPool, key_arn: str) -> Pool:
    who = wanted.name.title()
    asked = dict(wanted.creation(stage.name(wanted.name)))
    pool = cognito.CfnUserPool(stack, who, user_pool_name=asked.pop("PoolName"), **_named(asked))
    pool.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    asked = dict(wanted.client(pool.ref))
    client = cognito.CfnUserPoolClient(stack, f"{who}Client", **_named(asked))
    accept(pool, "AwsSolutions-COG1", "Length instead of kinds of characters, as NIST SP 800-63B asks.")
    accept(pool, "AwsSolutions-COG2", "The second factor is asked for by the shop, after the password.")
    accept(
        pool,
        "AwsSolutions-COG8",
        "Threat protection looks at the browser's address, and a pool meets only our server; the shop's own "
        "limits per address and account stand before it.",
    )
    secret = secretsmanager.CfnSecret(
        stack,
        f"{who}Secret",
        name=f"{stage.environment.name}/vivamarket/{wanted.name}",
        description=f"How the shop asks the pool of {wanted.name} (VIVA_COGNITO_…): pool, client, its secret",
        kms_key_id=key_arn,
        secret_string=cdk.Fn.join(":", [pool.ref, client.ref, client.attr_client_secret]),
    )
    secret.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    accept(
        secret, "AwsSolutions-SMG4", "Cognito makes a client's secret once; another client is another one."
    )
    return Pool(pool.ref, pool.attr_arn, client.ref)


def _named(asked: dict[str, object]) -> dict[str, object]:
    """Return what boto3 is asked for under the names that CDK gives the same things."""
    return {_snake(name): _camel(value) for name, value in asked.items()}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _camel(value: object) -> object:
    if isinstance(value, dict):
        return {f"{name[0].lower()}{name[1:]}": _camel(inner) for name, inner in value.items()}
    return [_camel(inner) for inner in value] if isinstance(value, list) else value
