"""``data``: everything that must not be lost, and the cache beside it."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager

from infra.parts.buckets import Bucket, bucket, policy, shown
from infra.parts.cache import ValkeyServer, valkey_server
from infra.parts.database import PostgresServer, postgres_server
from infra.parts.reasons import accept, accept_objects
from infra.parts.tables import table
from infra.stacks.guard import Guard
from infra.stacks.network import Network
from infra.stage import Stage
from vivamarket.adapters.aws.tables import TABLES

#: Pages, pictures and files of staff and customers, each under the first part of its key.
FILES = "files"
#: What everybody may see of them, through CloudFront.
SHOWN = ("pages/", "media/")
#: The staff's application.
ADMIN = "admin"
#: Packages of functions and the API's document, each under the hash of what is in it.
ARTIFACTS = "artifacts"
PERSONAL_DAYS = 7
IMAGES_KEPT_MAX = 20


@dataclass(frozen=True, slots=True)
class Data:
    """What the other stacks take from here."""

    stack: cdk.Stack
    tables: dict[str, dynamodb.CfnGlobalTable]
    database: PostgresServer
    cache: ValkeyServer
    images: ecr.CfnRepository


def data(stage: Stage, guarded: Guard, net: Network) -> Data:
    """Make the stack."""
    stack = stage.stack("data", "tables, database, cache, images")
    tables = {}
    if not stage.is_second:  # replicas are made with the tables
        tables = {each.name: table(stage, stack, each, guarded.data_key) for each in TABLES}
    if not stage.is_second:
        _payment_keys(stage, stack, guarded)
    return Data(
        stack,
        tables,
        postgres_server(stage, stack, net, guarded),
        valkey_server(stage, stack, net, guarded),
        _images(stage, stack, guarded),
    )


def files(stage: Stage, guarded: Guard) -> None:
    """Make the stack of buckets. The second region's comes first: objects are copied into what is there."""
    stack = stage.stack("files", "pages, pictures, files of people, packages")
    key_arn, logs = guarded.data_key.key_arn, guarded.logs_bucket_name
    kept = Bucket(
        thing=FILES,
        key_arn=key_arn,
        logs=logs,
        is_copied=True,
        kept_days_by_prefix={"personal/": PERSONAL_DAYS, "transfers/": PERSONAL_DAYS},
        old_versions_days=PERSONAL_DAYS,  # what a customer has erased must go soon
    )
    admin = Bucket(thing=ADMIN, key_arn=key_arn, logs=logs, is_copied=True)
    artifacts = Bucket(thing=ARTIFACTS, key_arn=key_arn, logs=logs)
    wanted = (kept, admin, artifacts)
    shown_parts = {FILES: SHOWN, ADMIN: ("admin/",)}
    copier = _copier(stage, stack, guarded, [each for each in wanted if each.is_copied])
    for each in wanted:
        made = bucket(stage, stack, each, copier=copier)
        shown(made, shown_parts[each.thing]) if each.thing in shown_parts else policy(made)


def _payment_keys(stage: Stage, stack: cdk.Stack, guarded: Guard) -> None:
    """Make the place of the payment provider's keys, empty: an engineer puts them in."""
    other = stage.other_region
    secret = secretsmanager.CfnSecret(
        stack,
        "PaymentsSecret",
        name=f"{stage.environment.name}/vivamarket/payments",
        description="The payment provider's secret key and the key its webhooks are signed with",
        kms_key_id=guarded.data_key.key_arn,
        replica_regions=None
        if other is None
        else [secretsmanager.CfnSecret.ReplicaRegionProperty(region=other.name)],
    )
    secret.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    accept(secret, "AwsSolutions-SMG4", "The provider makes the keys and renews them on its own pages.")


def _copier(stage: Stage, stack: cdk.Stack, guarded: Guard, copied: list[Bucket]) -> iam.Role | None:
    """Make the role that S3 copies objects to the second region with."""
    other = stage.other_region
    if other is None or stage.is_second:
        return None
    role = iam.Role(stack, "CopierRole", assumed_by=iam.ServicePrincipal("s3.amazonaws.com"))
    here = [f"arn:aws:s3:::{stage.bucket_name(each.thing)}" for each in copied]
    there = [f"arn:aws:s3:::{stage.bucket_name(each.thing, region=other.name)}/*" for each in copied]
    read = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"]
    write = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]
    role.add_to_policy(
        iam.PolicyStatement(actions=["s3:GetReplicationConfiguration", "s3:ListBucket"], resources=here)
    )
    objects = [
        iam.PolicyStatement(actions=read, resources=[f"{each}/*" for each in here]),
        iam.PolicyStatement(actions=write, resources=there),
    ]
    for statement in objects:
        role.add_to_policy(statement)
    role.add_to_policy(iam.PolicyStatement(actions=["kms:Decrypt"], resources=[guarded.data_key.key_arn]))
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["kms:Encrypt", "kms:GenerateDataKey"],
            resources=[f"arn:aws:kms:{other.name}:{cdk.Aws.ACCOUNT_ID}:key/*"],
            conditions={"ForAnyValue:StringEquals": {"kms:ResourceAliases": stage.key_alias("data")}},
        )
    )
    why = "The other region's stack names its key by an alias, which is what the condition asks for."
    accept(role, f"AwsSolutions-IAM5[Resource::arn:aws:kms:{other.name}:<AWS::AccountId>:key/*]", why)
    accept_objects(role, objects)
    return role


def _images(stage: Stage, stack: cdk.Stack, guarded: Guard) -> ecr.CfnRepository:
    """Make the place of container images. One that was pushed never changes under its name."""
    repository = ecr.CfnRepository(
        stack,
        "Images",
        repository_name=stage.name("shop"),
        image_tag_mutability="IMMUTABLE",
        image_scanning_configuration=ecr.CfnRepository.ImageScanningConfigurationProperty(scan_on_push=True),
        encryption_configuration=ecr.CfnRepository.EncryptionConfigurationProperty(
            encryption_type="KMS", kms_key=guarded.data_key.key_arn
        ),
        lifecycle_policy=ecr.CfnRepository.LifecyclePolicyProperty(lifecycle_policy_text=_FEW_IMAGES),
    )
    repository.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return repository


_FEW_IMAGES = (
    '{"rules": [{"rulePriority": 1, "description": "Enough to go back to", "action": {"type": "expire"}, '
    '"selection": {"tagStatus": "any", "countType": "imageCountMoreThan", '
    f'"countNumber": {IMAGES_KEPT_MAX}}}}}]}}'
)
