"""Buckets: nobody outside gets in, nothing is unencrypted, nothing that was written is lost by a slip."""

from __future__ import annotations

from dataclasses import dataclass, field

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from infra.stage import Stage

UPLOAD_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """What one bucket is for; everything that differs between them."""

    thing: str
    #: The key's ARN; None = S3's own key, for what everybody may read anyway and for logs.
    key_arn: str | None = None
    #: Days after which objects go; None = never.
    kept_days: int | None = None
    #: Days after which objects under a prefix go.
    kept_days_by_prefix: dict[str, int] = field(default_factory=dict)
    #: Days that a replaced or deleted object can still be brought back.
    old_versions_days: int = 30
    #: The bucket of access logs; None only for that bucket itself.
    logs: str | None = None
    is_copied: bool = False


def bucket(stage: Stage, stack: cdk.Stack, wanted: Bucket, *, copier: iam.Role | None = None) -> s3.CfnBucket:
    """Make the bucket; ``policy`` or ``shown`` says who may use it."""
    made = s3.CfnBucket(
        stack,
        f"{wanted.thing.title()}Bucket",
        bucket_name=stage.bucket_name(wanted.thing),
        bucket_encryption=_encryption(wanted.key_arn),
        public_access_block_configuration=s3.CfnBucket.PublicAccessBlockConfigurationProperty(
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        ),
        ownership_controls=s3.CfnBucket.OwnershipControlsProperty(
            rules=[s3.CfnBucket.OwnershipControlsRuleProperty(object_ownership="BucketOwnerEnforced")]
        ),
        versioning_configuration=s3.CfnBucket.VersioningConfigurationProperty(status="Enabled"),
        lifecycle_configuration=s3.CfnBucket.LifecycleConfigurationProperty(rules=_rules(wanted)),
        logging_configuration=_logging(wanted),
        replication_configuration=_copying(stage, wanted, copier),
    )
    made.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return made


def policy(of: s3.CfnBucket, *statements: iam.PolicyStatement) -> s3.CfnBucketPolicy:
    """Say who may use a bucket beside this account's roles: those of the statements, and over TLS only."""
    tls_only = iam.PolicyStatement(
        sid="TlsOnly",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["s3:*"],
        resources=[of.attr_arn, f"{of.attr_arn}/*"],
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
    return s3.CfnBucketPolicy(
        of.stack,
        f"{of.node.id}Policy",
        bucket=of.ref,
        policy_document=iam.PolicyDocument(statements=[tls_only, *statements]),
    )


def shown(of: s3.CfnBucket, prefixes: tuple[str, ...]) -> s3.CfnBucketPolicy:
    """Let the account's own distributions read what is under these prefixes; over TLS only."""
    distributions = f"arn:aws:cloudfront::{cdk.Aws.ACCOUNT_ID}:distribution/*"
    read = iam.PolicyStatement(
        sid="Shown",
        principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
        actions=["s3:GetObject"],
        resources=[f"{of.attr_arn}/{prefix}*" for prefix in prefixes],
        conditions={"ArnLike": {"aws:SourceArn": distributions}},
    )
    return policy(of, read)


def _encryption(key_arn: str | None) -> s3.CfnBucket.BucketEncryptionProperty:
    by_default = s3.CfnBucket.ServerSideEncryptionByDefaultProperty(
        sse_algorithm="AES256" if key_arn is None else "aws:kms", kms_master_key_id=key_arn
    )
    rule = s3.CfnBucket.ServerSideEncryptionRuleProperty(
        bucket_key_enabled=key_arn is not None, server_side_encryption_by_default=by_default
    )
    return s3.CfnBucket.BucketEncryptionProperty(server_side_encryption_configuration=[rule])


def _rules(wanted: Bucket) -> list[s3.CfnBucket.RuleProperty]:
    rules = [
        s3.CfnBucket.RuleProperty(
            id="tidy",
            status="Enabled",
            abort_incomplete_multipart_upload=s3.CfnBucket.AbortIncompleteMultipartUploadProperty(
                days_after_initiation=UPLOAD_DAYS
            ),
            noncurrent_version_expiration=s3.CfnBucket.NoncurrentVersionExpirationProperty(
                noncurrent_days=wanted.old_versions_days
            ),
            expiration_in_days=wanted.kept_days,
        )
    ]
    for prefix, days in sorted(wanted.kept_days_by_prefix.items()):
        name = prefix.strip("/")
        rules.append(
            s3.CfnBucket.RuleProperty(id=name, status="Enabled", prefix=prefix, expiration_in_days=days)
        )
    return rules


def _logging(wanted: Bucket) -> s3.CfnBucket.LoggingConfigurationProperty | None:
    if wanted.logs is None:
        return None
    return s3.CfnBucket.LoggingConfigurationProperty(
        destination_bucket_name=wanted.logs, log_file_prefix=f"s3/{wanted.thing}/"
    )


def _copying(
    stage: Stage, wanted: Bucket, copier: iam.Role | None
) -> s3.CfnBucket.ReplicationConfigurationProperty | None:
    """Copy every object to the second region within minutes, deletions too."""
    other = stage.other_region
    if not wanted.is_copied or copier is None or other is None or stage.is_second:
        return None
    encryption = None
    criteria = None
    if wanted.key_arn is not None:
        encryption = s3.CfnBucket.EncryptionConfigurationProperty(
            replica_kms_key_id=stage.key_alias_arn("data", other.name)
        )
        criteria = s3.CfnBucket.SourceSelectionCriteriaProperty(
            sse_kms_encrypted_objects=s3.CfnBucket.SseKmsEncryptedObjectsProperty(status="Enabled")
        )
    minutes = s3.CfnBucket.ReplicationTimeValueProperty(minutes=15)
    rule = s3.CfnBucket.ReplicationRuleProperty(
        id="second-region",
        status="Enabled",
        priority=1,
        filter=s3.CfnBucket.ReplicationRuleFilterProperty(prefix=""),
        delete_marker_replication=s3.CfnBucket.DeleteMarkerReplicationProperty(status="Enabled"),
        source_selection_criteria=criteria,
        destination=s3.CfnBucket.ReplicationDestinationProperty(
            bucket=f"arn:aws:s3:::{stage.bucket_name(wanted.thing, region=other.name)}",
            encryption_configuration=encryption,
            metrics=s3.CfnBucket.MetricsProperty(status="Enabled", event_threshold=minutes),
            replication_time=s3.CfnBucket.ReplicationTimeProperty(status="Enabled", time=minutes),
        ),
    )
    return s3.CfnBucket.ReplicationConfigurationProperty(role=copier.role_arn, rules=[rule])
