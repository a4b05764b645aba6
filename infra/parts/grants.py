"""What code may do: for each need exactly the actions that its adapter calls, on exactly its things."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from infra.handlers import Need
from infra.stacks.data import FILES, Data
from infra.stacks.guard import Guard
from infra.stacks.identity import Identity, Pool
from infra.stacks.network import Network
from infra.stage import Stage
from vivamarket.adapters.aws.queues import BUS, QUEUES
from vivamarket.adapters.aws.tables import CATALOG, MAILS, PREFERENCES

READ_TABLE = ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query")
WRITE_TABLE = (
    *READ_TABLE,
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
)
WRITE_OBJECTS = ("s3:DeleteObject", "s3:GetObject", "s3:PutObject")
CHECK_PASSWORDS = (
    "cognito-idp:AdminCreateUser",
    "cognito-idp:AdminDeleteUser",
    "cognito-idp:AdminInitiateAuth",
    "cognito-idp:AdminSetUserPassword",
)
GROUP_STAFF = (
    "cognito-idp:AdminAddUserToGroup",
    "cognito-idp:AdminListGroupsForUser",
    "cognito-idp:AdminRemoveUserFromGroup",
)
TAKE_MESSAGES = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
)
#: What encrypted things are read and written with, through the service that keeps them.
USE_KEY = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
KEY_SERVICES = ("dynamodb", "s3", "secretsmanager")


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything that code can be allowed to touch."""

    stage: Stage
    guard: Guard
    network: Network
    data: Data
    identity: Identity

    def secret_name(self, thing: str) -> str:
        """Return the name of one of the shop's secrets."""
        return f"{self.stage.environment.name}/vivamarket/{thing}"


def statements_of(shop: Shop, needs: frozenset[Need]) -> list[iam.PolicyStatement]:
    """Return what a role with these needs may do, in a steady order."""
    given = [each for need in sorted(needs) for each in _GIVEN[need](shop)]
    services = [f"{each}.{shop.stage.region.name}.amazonaws.com" for each in KEY_SERVICES]
    key = _allow(
        USE_KEY, shop.guard.data_key.key_arn, conditions={"StringEquals": {"kms:ViaService": services}}
    )
    return [*given, key]


def _allow(
    actions: tuple[str, ...], *resources: str, conditions: dict[str, object] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=conditions)


def _table(shop: Shop, name: str) -> str:
    region = shop.stage.region.name
    return f"arn:aws:dynamodb:{region}:{cdk.Aws.ACCOUNT_ID}:table/{shop.stage.name(name)}"


def _objects(shop: Shop, thing: str, actions: tuple[str, ...]) -> list[iam.PolicyStatement]:
    bucket = f"arn:aws:s3:::{shop.stage.bucket_name(thing)}"
    return [_allow(actions, f"{bucket}/*"), _allow(("s3:ListBucket",), bucket)]


def _secret(shop: Shop, name: str) -> iam.PolicyStatement:
    # Secrets Manager ends every secret's ARN in six characters of chance.
    arn = f"arn:aws:secretsmanager:{shop.stage.region.name}:{cdk.Aws.ACCOUNT_ID}:secret:{name}-??????"
    return _allow(("secretsmanager:GetSecretValue",), arn)


def _own_secret(shop: Shop, thing: str) -> list[iam.PolicyStatement]:
    return [_secret(shop, shop.secret_name(thing))]


def _pool(actions: tuple[str, ...], pool: Pool) -> iam.PolicyStatement:
    return _allow(actions, pool.arn)


def _mail(shop: Shop) -> list[iam.PolicyStatement]:
    region, domain = shop.stage.region.name, shop.stage.environment.domain
    identity = f"arn:aws:ses:{region}:{cdk.Aws.ACCOUNT_ID}:identity/{domain}"
    return [_allow(("ses:SendEmail",), identity), _allow(WRITE_TABLE, _table(shop, MAILS.name))]


def _events(shop: Shop) -> list[iam.PolicyStatement]:
    here = f"{shop.stage.region.name}:{cdk.Aws.ACCOUNT_ID}"
    names = [name for queue in QUEUES for name in (queue.name, queue.dead_name)]
    queues = [f"arn:aws:sqs:{here}:{shop.stage.name(name)}" for name in names]
    bus = f"arn:aws:events:{here}:event-bus/{shop.stage.name(BUS)}"
    key = _allow(("kms:Decrypt", "kms:GenerateDataKey"), shop.guard.operations_key.key_arn)
    return [_allow(("events:PutEvents",), bus), _allow(TAKE_MESSAGES, *queues), key]


_GIVEN = {
    Need.CATALOG: lambda shop: [_allow(WRITE_TABLE, _table(shop, CATALOG.name))],
    Need.PREFERENCES: lambda shop: [_allow(WRITE_TABLE, _table(shop, PREFERENCES.name))],
    Need.FILES: lambda shop: _objects(shop, FILES, WRITE_OBJECTS),
    Need.DATABASE: lambda shop: _own_secret(shop, "database"),
    Need.CACHE: lambda shop: _own_secret(shop, "cache"),
    Need.PAYMENTS: lambda shop: _own_secret(shop, "payments"),
    Need.CUSTOMERS: lambda shop: [
        *_own_secret(shop, "customers"),
        _pool(CHECK_PASSWORDS, shop.identity.customers),
    ],
    Need.STAFF: lambda shop: [
        *_own_secret(shop, "staff"),
        _pool((*CHECK_PASSWORDS, *GROUP_STAFF), shop.identity.staff),
    ],
    Need.MAIL: _mail,
    Need.EVENTS: _events,
}
