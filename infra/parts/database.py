"""The PostgreSQL server: encrypted, over TLS only, with a password nobody has seen."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager

from infra.parts.logs import log_group
from infra.parts.reasons import accept
from infra.parts.roles import service_role
from infra.stacks.guard import Guard
from infra.stacks.network import POSTGRES_PORT, Network
from infra.stage import Stage

VERSION = "17.11"
FAMILY = "postgres17"
OWNER = "vivamarket"
NAME = "vivamarket"
PASSWORD_DAYS = 30
MONITORING_SECONDS = 60
STATEMENTS_LOGGED_MS = 500
INSIGHTS_DAYS = 7


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """What the other stacks take from here."""

    identifier: str
    #: Where host, port, user and password are.
    secret_arn: str
    instance: rds.CfnDBInstance


def postgres_server(stage: Stage, stack: cdk.Stack, net: Network, guarded: Guard) -> PostgresServer:
    """Make the server; in the second region, a replica that can be promoted."""
    size, key = stage.environment.database, guarded.data_key
    identifier = stage.name("database")
    secret = None if stage.is_second else _secret(stage, stack, guarded)
    log = log_group(
        stack,
        "DatabaseLogs",
        name=f"/aws/rds/instance/{identifier}/postgresql",
        key=guarded.operations_key,
        days=stage.environment.log_days,
    )
    instance = rds.CfnDBInstance(
        stack,
        "Database",
        db_instance_identifier=identifier,
        db_instance_class=size.instance_class,
        **_origin(stage, secret),
        storage_type="gp3",
        max_allocated_storage=size.storage_gib_max,
        kms_key_id=key.key_arn,
        ca_certificate_identifier="rds-ca-rsa2048-g1",
        multi_az=size.has_standby and not stage.is_second,
        db_subnet_group_name=rds.CfnDBSubnetGroup(
            stack,
            "DatabaseSubnets",
            db_subnet_group_description="Where PostgreSQL is",
            subnet_ids=net.data_subnets,
        ).ref,
        vpc_security_groups=[net.database.security_group_id],
        publicly_accessible=False,
        port=str(POSTGRES_PORT),
        db_parameter_group_name=_parameters(stack, size.connections_max).ref,
        backup_retention_period=size.backup_days,
        preferred_backup_window="03:00-03:30",
        preferred_maintenance_window="sun:04:00-sun:04:30",
        copy_tags_to_snapshot=True,
        deletion_protection=True,
        delete_automated_backups=False,
        auto_minor_version_upgrade=True,
        enable_iam_database_authentication=True,
        enable_cloudwatch_logs_exports=["postgresql"],
        enable_performance_insights=True,
        performance_insights_kms_key_id=key.key_arn,
        performance_insights_retention_period=INSIGHTS_DAYS,
        monitoring_interval=MONITORING_SECONDS,
        monitoring_role_arn=_monitoring_role(stack).role_arn,
        tags=[cdk.CfnTag(key="vivamarket:backup", value="daily")],
    )
    instance.add_resource_dependency(log)
    instance.apply_removal_policy(cdk.RemovalPolicy.SNAPSHOT)
    _accept(stage, instance)
    if secret is None:
        name = f"arn:aws:secretsmanager:{stage.region.name}:{cdk.Aws.ACCOUNT_ID}:secret:{_secret_name(stage)}"
        return PostgresServer(identifier, name, instance)
    _renew(stack, secret, instance, net, key.key_arn)
    return PostgresServer(identifier, secret.secret_arn, instance)


def _secret_name(stage: Stage) -> str:
    return f"{stage.environment.name}/vivamarket/database"


def _secret(stage: Stage, stack: cdk.Stack, guarded: Guard) -> secretsmanager.Secret:
    other = stage.other_region
    return secretsmanager.Secret(
        stack,
        "DatabaseSecret",
        secret_name=_secret_name(stage),
        description="How the shop signs in to PostgreSQL; made here, renewed by itself",
        encryption_key=guarded.data_key,
        generate_secret_string=secretsmanager.SecretStringGenerator(
            secret_string_template=f'{{"username": "{OWNER}"}}',
            generate_string_key="password",
            password_length=40,
            exclude_punctuation=True,
        ),
        replica_regions=[] if other is None else [secretsmanager.ReplicaRegion(region=other.name)],
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )


def _origin(stage: Stage, secret: secretsmanager.Secret | None) -> dict[str, object]:
    """Say what is in the server when it is made: nothing, or what the first region's server has."""
    other = stage.other_region
    if secret is None:
        assert other is not None
        source = f"arn:aws:rds:{other.name}:{cdk.Aws.ACCOUNT_ID}:db:{stage.name('database')}"
        return {"source_db_instance_identifier": source, "source_region": other.name}
    return {
        "storage_encrypted": True,  # a replica is as its source is
        "engine": "postgres",
        "engine_version": VERSION,
        "db_name": NAME,
        "master_username": OWNER,
        "master_user_password": f"{{{{resolve:secretsmanager:{secret.secret_arn}:SecretString:password}}}}",
        "allocated_storage": str(stage.environment.database.storage_gib),
    }


def _parameters(stack: cdk.Stack, connections_max: int) -> rds.CfnDBParameterGroup:
    return rds.CfnDBParameterGroup(
        stack,
        "DatabaseParameters",
        family=FAMILY,
        description="TLS for everybody; slow statements, lock waits and sign-ins are logged",
        parameters={
            "rds.force_ssl": "1",
            "max_connections": str(connections_max),
            "log_min_duration_statement": str(STATEMENTS_LOGGED_MS),
            "log_lock_waits": "1",
            "log_connections": "1",
            "log_disconnections": "1",
            "idle_in_transaction_session_timeout": "60000",
            "timezone": "UTC",
        },
    )


def _monitoring_role(stack: cdk.Stack) -> iam.Role:
    return service_role(
        stack,
        "DatabaseMonitoringRole",
        service="monitoring.rds.amazonaws.com",
        policy="service-role/AmazonRDSEnhancedMonitoringRole",
        reason="The policy that RDS documents for this role; it writes into one log group.",
    )


def _renew(
    stack: cdk.Stack,
    secret: secretsmanager.Secret,
    instance: rds.CfnDBInstance,
    net: Network,
    key_arn: str,
) -> None:
    """Put host and port into the secret, and have AWS's own function renew the password."""
    attached = secretsmanager.CfnSecretTargetAttachment(
        stack,
        "DatabaseSecretTarget",
        secret_id=secret.secret_arn,
        target_id=instance.ref,
        target_type="AWS::RDS::DBInstance",
    )
    stack.add_transform("AWS::SecretsManager-2024-09-16")
    rotation = secretsmanager.CfnRotationSchedule(
        stack,
        "DatabasePassword",
        secret_id=secret.secret_arn,
        hosted_rotation_lambda=secretsmanager.CfnRotationSchedule.HostedRotationLambdaProperty(
            rotation_type="PostgreSQLSingleUser",
            rotation_lambda_name=f"{instance.db_instance_identifier}-password",
            kms_key_arn=key_arn,
            vpc_subnet_ids=",".join(net.inside_subnets),
            vpc_security_group_ids=net.rotation.security_group_id,
        ),
        rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(
            automatically_after_days=PASSWORD_DAYS
        ),
        rotate_immediately_on_update=False,
    )
    rotation.add_resource_dependency(attached)


def _accept(stage: Stage, instance: rds.CfnDBInstance) -> None:
    accept(
        instance,
        "AwsSolutions-RDS11",
        "The port is closed to everybody but the shop's own group; another number hides nothing.",
    )
    if stage.is_second:
        accept(
            instance,
            "AwsSolutions-RDS2",
            "A replica of an encrypted server is encrypted, with the key it names.",
        )
    if not stage.environment.database.has_standby or stage.is_second:
        accept(
            instance,
            "AwsSolutions-RDS3",
            "A standby doubles the price: a small shop restores within minutes instead, and in the second "
            "region the server is itself the standby.",
        )
