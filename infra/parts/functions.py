"""Functions: from the one package, with a role of their own, their own log, and a limit on how many run."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from infra.handlers import FUNCTION_POOL_SIZE, Handler
from infra.parts.grants import Shop, statements_of
from infra.parts.logs import log_group
from infra.parts.reasons import accept, accept_objects
from infra.stacks.data import ARTIFACTS
from infra.variables import variables_of

#: Runtimes of Lambda that the shop works on.
RUNTIMES = ["python3.11", "python3.12", "python3.13", "python3.14"]
ALIAS = "live"
DISK_MIB = 1_024


@dataclass(frozen=True, slots=True)
class Package:
    """The package of the shop's code, which is built and put into the bucket of artifacts before."""

    key: str
    sha256: str
    #: Of the Python it was built with: compiled libraries work with no other.
    runtime: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function and the name under which the version that is in use is called."""

    handler: Handler
    name: str
    role: iam.Role
    alias: lambda_.CfnAlias
    group_name: str


def package(stack: cdk.Stack) -> Package:
    """Ask whoever deploys the stack which package it is to run."""
    key = cdk.CfnParameter(
        stack,
        "PackageKey",
        type="String",
        allowed_pattern=r"packages/[0-9a-f]{64}\.zip",
        description="The package in the bucket of artifacts: packages/<its SHA-256 in hexadecimal>.zip",
    )
    sha256 = cdk.CfnParameter(
        stack,
        "PackageSha256",
        type="String",
        allowed_pattern="[A-Za-z0-9+/]{43}=",
        description="The package's SHA-256 in Base64, as Lambda tells it; another one is another version",
    )
    runtime = cdk.CfnParameter(
        stack,
        "PackageRuntime",
        type="String",
        allowed_values=RUNTIMES,
        description="The Python that the package was built with (infra/package.py)",
    )
    return Package(key.value_as_string, sha256.value_as_string, runtime.value_as_string)


def function(
    shop: Shop,
    stack: cdk.Stack,
    handler: Handler,
    code: Package,
    *,
    name: str,
    shift: cdk.CfnCodeDeployLambdaAliasUpdate | None = None,
) -> Function:
    """Make a function. ``shift`` says how calls move from the version before to this one."""
    environment, id_ = shop.stage.environment, "".join(part.title() for part in handler.name.split("_"))
    group_name = f"/vivamarket/{environment.name}/functions/{handler.name}"
    key = shop.guard.operations_key
    group = log_group(stack, f"{id_}Logs", name=group_name, key=key, days=environment.log_days)
    role = _role(shop, stack, handler, id_, group.attr_arn)
    made = lambda_.CfnFunction(
        stack,
        f"{id_}Function",
        function_name=name,
        description=handler.purpose,
        architectures=["arm64"],
        runtime=code.runtime,
        handler=handler.entry,
        code=lambda_.CfnFunction.CodeProperty(s3_bucket=shop.stage.bucket_name(ARTIFACTS), s3_key=code.key),
        role=role.role_arn,
        memory_size=handler.memory_mib,
        timeout=handler.timeout_seconds,
        ephemeral_storage=lambda_.CfnFunction.EphemeralStorageProperty(size=DISK_MIB),
        reserved_concurrent_executions=handler.concurrent_max,
        environment=lambda_.CfnFunction.EnvironmentProperty(
            variables=variables_of(shop, handler.needs, pool_size=FUNCTION_POOL_SIZE)
        ),
        kms_key_arn=shop.guard.data_key.key_arn,
        tracing_config=lambda_.CfnFunction.TracingConfigProperty(mode="Active"),
        logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_format="JSON", log_group=group.ref),
        vpc_config=lambda_.CfnFunction.VpcConfigProperty(
            subnet_ids=shop.network.inside_subnets,
            security_group_ids=[shop.network.shop.security_group_id],
        ),
    )
    accept(made, "AwsSolutions-L1", "The runtime is the Python that the package was built with.")
    made.node.add_dependency(role.node.find_child("DefaultPolicy"))
    version = lambda_.CfnVersion(
        stack, f"{id_}Version", function_name=made.ref, code_sha256=code.sha256, description=handler.purpose
    )
    version.apply_removal_policy(cdk.RemovalPolicy.RETAIN)  # the one before is what a rollback returns to
    alias = lambda_.CfnAlias(
        stack, f"{id_}Alias", function_name=made.ref, function_version=version.attr_version, name=ALIAS
    )
    if shift is not None:
        alias.cfn_options.update_policy = cdk.CfnUpdatePolicy(code_deploy_lambda_alias_update=shift)
    return Function(handler, name, role, alias, group_name)


def _role(shop: Shop, stack: cdk.Stack, handler: Handler, id_: str, group_arn: str) -> iam.Role:
    role = iam.Role(stack, f"{id_}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    granted = statements_of(shop, handler.needs)
    for statement in granted:
        role.add_to_policy(statement)
    write_log = ["logs:CreateLogStream", "logs:PutLogEvents"]
    role.add_to_policy(iam.PolicyStatement(actions=write_log, resources=[group_arn]))
    trace = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    role.add_to_policy(iam.PolicyStatement(actions=trace, resources=["*"]))
    interfaces = ["CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces"]
    role.add_to_policy(iam.PolicyStatement(actions=[f"ec2:{each}" for each in interfaces], resources=["*"]))
    accept_objects(role, granted)
    accept(role, "AwsSolutions-IAM5[Resource::*]", "Traces and network interfaces know no resources in IAM.")
    return role
