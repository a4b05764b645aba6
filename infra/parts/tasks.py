"""Containers on Fargate: read-only, without privileges, as many as the work needs."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam

from infra.environments.model import Tasks
from infra.handlers import TASK_POOL_SIZE, WORKER_COMMAND, WORKER_NEEDS
from infra.parts.grants import Shop, statements_of
from infra.parts.logs import log_group
from infra.parts.reasons import accept, accept_objects
from infra.variables import variables_of

CPU_PERCENT_TARGET = 70
SCALE_OUT_SECONDS = 60
SCALE_IN_SECONDS = 300
STOP_SECONDS = 30
#: What is written while it runs can be made again: the search index, rendered pages on their way.
DISK_GIB = 21
DATA = "/tmp/vivamarket"
USER = "10001:10001"


@dataclass(frozen=True, slots=True)
class Service:
    """What alarms are about."""

    cluster: str
    name: str
    group_name: str


def worker_service(shop: Shop, stack: cdk.Stack, size: Tasks) -> Service:
    """Make the cluster, the task and the service that keeps it running."""
    stage = shop.stage
    name = stage.name("worker")
    group_name = f"/vivamarket/{stage.environment.name}/worker"
    log_group(
        stack, "WorkerLogs", name=group_name, key=shop.guard.operations_key, days=stage.environment.log_days
    )
    cluster = ecs.CfnCluster(
        stack,
        "Cluster",
        cluster_name=stage.name("shop"),
        cluster_settings=[ecs.CfnCluster.ClusterSettingsProperty(name="containerInsights", value="enabled")],
        capacity_providers=["FARGATE", "FARGATE_SPOT"],
    )
    task = _task(shop, stack, size, name, group_name)
    service = ecs.CfnService(
        stack,
        "Worker",
        service_name=name,
        cluster=cluster.ref,
        task_definition=task.ref,
        # A standby's database takes no writes: its worker starts when it is promoted.
        desired_count=0 if stage.is_second else size.tasks_min,
        capacity_provider_strategy=[
            ecs.CfnService.CapacityProviderStrategyItemProperty(
                capacity_provider="FARGATE_SPOT" if size.is_spot else "FARGATE", weight=1
            )
        ],
        platform_version="LATEST",
        propagate_tags="SERVICE",
        enable_execute_command=False,
        deployment_configuration=ecs.CfnService.DeploymentConfigurationProperty(
            minimum_healthy_percent=100,
            maximum_percent=200,
            deployment_circuit_breaker=ecs.CfnService.DeploymentCircuitBreakerProperty(
                enable=True, rollback=True
            ),
        ),
        network_configuration=ecs.CfnService.NetworkConfigurationProperty(
            awsvpc_configuration=ecs.CfnService.AwsVpcConfigurationProperty(
                subnets=shop.network.inside_subnets,
                security_groups=[shop.network.shop.security_group_id],
                assign_public_ip="DISABLED",
            )
        ),
    )
    if not stage.is_second:
        _scaling(stack, f"service/{cluster.ref}/{service.attr_name}", size)
    return Service(stage.name("shop"), name, group_name)


def _task(shop: Shop, stack: cdk.Stack, size: Tasks, name: str, group_name: str) -> ecs.CfnTaskDefinition:
    image = cdk.CfnParameter(
        stack,
        "ImageDigest",
        type="String",
        allowed_pattern="sha256:[0-9a-f]{64}",
        description="The image in the shop's repository, by the hash of what is in it",
    )
    variables = variables_of(shop, WORKER_NEEDS, pool_size=TASK_POOL_SIZE)
    container = ecs.CfnTaskDefinition.ContainerDefinitionProperty(
        name="worker",
        image=f"{shop.data.images.attr_repository_uri}@{image.value_as_string}",
        command=list(WORKER_COMMAND),
        essential=True,
        user=USER,
        readonly_root_filesystem=True,
        stop_timeout=STOP_SECONDS,
        environment=[
            ecs.CfnTaskDefinition.KeyValuePairProperty(name=key, value=value)
            for key, value in sorted(variables.items())
        ],
        mount_points=[
            ecs.CfnTaskDefinition.MountPointProperty(source_volume="scratch", container_path="/tmp")
        ],
        linux_parameters=ecs.CfnTaskDefinition.LinuxParametersProperty(
            init_process_enabled=True,
            capabilities=ecs.CfnTaskDefinition.KernelCapabilitiesProperty(drop=["ALL"]),
        ),
        log_configuration=ecs.CfnTaskDefinition.LogConfigurationProperty(
            log_driver="awslogs",
            options={
                "awslogs-group": group_name,
                "awslogs-region": shop.stage.region.name,
                "awslogs-stream-prefix": "worker",
            },
        ),
    )
    task = ecs.CfnTaskDefinition(
        stack,
        "WorkerTask",
        family=name,
        cpu=str(size.cpu_units),
        memory=str(size.memory_mib),
        network_mode="awsvpc",
        requires_compatibilities=["FARGATE"],
        runtime_platform=ecs.CfnTaskDefinition.RuntimePlatformProperty(
            cpu_architecture="ARM64", operating_system_family="LINUX"
        ),
        ephemeral_storage=ecs.CfnTaskDefinition.EphemeralStorageProperty(size_in_gib=DISK_GIB),
        volumes=[ecs.CfnTaskDefinition.VolumeProperty(name="scratch")],
        task_role_arn=_task_role(shop, stack).role_arn,
        execution_role_arn=_execution_role(shop, stack, group_name).role_arn,
        container_definitions=[container],
    )
    accept(
        task, "AwsSolutions-ECS2", "The variables are names and addresses; secrets are read by their names."
    )
    return task


def _task_role(shop: Shop, stack: cdk.Stack) -> iam.Role:
    role = iam.Role(stack, "WorkerRole", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
    granted = statements_of(shop, WORKER_NEEDS)
    for statement in granted:
        role.add_to_policy(statement)
    accept_objects(role, granted)
    return role


def _execution_role(shop: Shop, stack: cdk.Stack, group_name: str) -> iam.Role:
    """Make the role that Fargate fetches the image and writes the log with."""
    role = iam.Role(stack, "WorkerStartRole", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    streams = f"arn:aws:logs:{stack.region}:{cdk.Aws.ACCOUNT_ID}:log-group:{group_name}:log-stream:worker/*"
    for statement in (
        iam.PolicyStatement(actions=pull, resources=[shop.data.images.attr_arn]),
        iam.PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]),
        iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[streams]),
        iam.PolicyStatement(actions=["kms:Decrypt"], resources=[shop.guard.data_key.key_arn]),
    ):
        role.add_to_policy(statement)
    accept(role, "AwsSolutions-IAM5[Resource::*]", "Signing in to ECR knows no resources in IAM.")
    named = streams.replace(cdk.Aws.ACCOUNT_ID, "<AWS::AccountId>")
    accept(role, f"AwsSolutions-IAM5[Resource::{named}]", "Fargate names a stream for each task.")
    return role


def _scaling(stack: cdk.Stack, service: str, size: Tasks) -> None:
    """Add tasks while the processors are busier than 70 %, and take them away slowly."""
    target = scaling.CfnScalableTarget(
        stack,
        "WorkerScaling",
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=service,
        min_capacity=size.tasks_min,
        max_capacity=size.tasks_max,
    )
    scaling.CfnScalingPolicy(
        stack,
        "WorkerBusy",
        policy_name="cpu",
        policy_type="TargetTrackingScaling",
        scaling_target_id=target.ref,
        target_tracking_scaling_policy_configuration=(
            scaling.CfnScalingPolicy.TargetTrackingScalingPolicyConfigurationProperty(
                target_value=CPU_PERCENT_TARGET,
                scale_out_cooldown=SCALE_OUT_SECONDS,
                scale_in_cooldown=SCALE_IN_SECONDS,
                predefined_metric_specification=scaling.CfnScalingPolicy.PredefinedMetricSpecificationProperty(
                    predefined_metric_type="ECSServiceAverageCPUUtilization"
                ),
            )
        ),
    )
